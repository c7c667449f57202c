"""The verbs by which the office keeps somebody out: locked, let in again, signed out everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from foundation import policy
from foundation.bodies import Body, PublicId
from foundation.commands import Made, command
from foundation.errors import Code, Refusal, not_found
from foundation.places import HOUSE, Place
from foundation.policy import Actor, Grant, Role
from foundation.text import N_
from foundation.transaction import Transaction
from people.accounts.models import Person
from people.cohorts.queries import administrators, grants

from . import shown
from .events import SessionsChanged
from .models import SessionRow
from .policy import SessionPermission


class LockPerson(Body):
    """Who shall not get in any more; what they hold and have done stays."""

    person: PublicId


class UnlockPerson(Body):
    """Who may sign in again."""

    person: PublicId


class EndSessions(Body):
    """Whose sessions end, all of them."""

    person: PublicId


def _touched(
    _connection: Connection, _place: Place, body: LockPerson | UnlockPerson | EndSessions
) -> Sequence[str]:
    return [f"person/{body.person}"]


# On the house, so that no two administrators lock each other out at the same moment.
@command("person.lock", LockPerson, place="house", touches=_touched, changes_rights=True, audited=True)
def lock(transaction: Transaction, actor: Actor, place: Place, body: LockPerson) -> Made:
    policy.require(actor, SessionPermission.LOCK, place)
    row, locked_at = _person(transaction.connection, body.person)
    if actor.id == body.person:
        raise Refusal(Code.CONFLICT, N_("Das eigene Konto können Sie nicht sperren."))
    if locked_at is not None:
        raise Refusal(Code.CLOSED, N_("Dieses Konto ist schon gesperrt."))
    if Grant(Role.ADMINISTRATOR, HOUSE) in grants(transaction.connection, [row]).get(row, ()):
        # As grave as ending the role: whoever finds an open browser must not keep the others out.
        shown.require(transaction.connection, actor)
    if set(transaction.connection.execute(administrators(transaction.now)).scalars()) == {row}:
        raise Refusal(
            Code.CONFLICT,
            N_(
                "Das ist die letzte Person der Programmverwaltung. Geben Sie die Rolle zuerst jemand anderem."
            ),
        )
    _note(transaction.connection, row, locked_at=transaction.now)
    _end_sessions(transaction, body.person, row)
    return None


@command("person.unlock", UnlockPerson, place="house", touches=_touched, changes_rights=True, audited=True)
def unlock(transaction: Transaction, actor: Actor, place: Place, body: UnlockPerson) -> Made:
    policy.require(actor, SessionPermission.UNLOCK, place)
    row, locked_at = _person(transaction.connection, body.person)
    if locked_at is None:
        raise Refusal(Code.CLOSED, N_("Dieses Konto ist nicht gesperrt."))
    _note(transaction.connection, row, locked_at=None)
    return None


@command("sessions.end", EndSessions, place="house", touches=_touched, changes_rights=True, audited=True)
def end_sessions(transaction: Transaction, actor: Actor, place: Place, body: EndSessions) -> Made:
    """For a device that was lost. Whoever asks ends their own sessions on their own page."""
    policy.require(actor, SessionPermission.END, place)
    row, _ = _person(transaction.connection, body.person)
    if actor.id == body.person:
        raise Refusal(Code.CONFLICT, N_("Die eigenen Sitzungen beenden Sie in Ihrem Profil."))
    _end_sessions(transaction, body.person, row)
    return None


def _person(connection: Connection, person: str) -> tuple[int, datetime | None]:
    query = select(Person.id, Person.locked_at).where(Person.public_id == person, Person.erased_at.is_(None))
    row = connection.execute(query).one_or_none()
    if row is None:
        raise not_found()
    return row.id, row.locked_at


def _note(connection: Connection, row: int, *, locked_at: datetime | None) -> None:
    connection.execute(update(Person).where(Person.id == row).values(locked_at=locked_at))


def _end_sessions(transaction: Transaction, person: str, row: int) -> None:
    """Whoever keeps sockets of the person looks again, and cuts them."""
    transaction.connection.execute(delete(SessionRow).where(SessionRow.person_id == row))
    transaction.raise_acl(f"person/{person}")
    transaction.append(f"person/{person}", SessionsChanged(sessions=[]))
