"""The verbs about passwords and sessions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection, ScalarSelect, delete, insert, select, update

from foundation import bodies, commands, ids, policy
from foundation.bodies import Body, Line, WireMoment
from foundation.commands import Made, command
from foundation.door import Door
from foundation.errors import Code, Refusal, not_found
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from people.accounts.models import Person
from people.accounts.queries import row_of
from people.links import service as links
from people.links.rules import Purpose
from people.mail import service as mail
from people.mail.rules import Kind

from . import devices, passwords, queries
from .events import SessionsChanged
from .models import SessionRow
from .policy import DOOR, SessionPermission
from .rules import Method, SessionLimits, digest, entry

Key = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Hash = Annotated[Line, Field(max_length=200)]
"""A finished Argon2 hash; the password itself goes no further than the page it was typed in."""
Proof = Key
"""`digest` of the stored hash that a typed password was found to fit: only who has read it can know it."""


class SetPassword(Body):
    """A new password in place of the one that was proved. The house itself (`create-admin`) need not."""

    hash: Hash
    proof: Proof | None = None


@command(
    "password.set",
    SetPassword,
    place="person",
    changes_rights=True,
    audited=policy.at_the_command_line,
)
def set_password(transaction: Transaction, actor: Actor, place: Place, body: SetPassword) -> Made:
    policy.require(actor, SessionPermission.PASSWORD, place)
    _require_ours(body.hash)
    if not actor.is_system:
        _require_proof(transaction.connection, place, body.proof)
    has_had_one = _stored(transaction.connection, place) is not None
    _change(transaction, place, body.hash, keep=_present(actor))
    if has_had_one or actor.id == DOOR.id:  # else the operator hands out the first one
        mail.post(transaction, Kind.PASSWORD_CHANGED, person=place.id)
    return None


class BeginPassword(Body):
    """A first password, for whoever came in another way; `session` is where it was typed, and stays."""

    hash: Hash
    session: Key


@command("password.begin", BeginPassword, place="person", changes_rights=True)
def begin_password(transaction: Transaction, actor: Actor, place: Place, body: BeginPassword) -> Made:
    policy.require(actor, SessionPermission.BEGIN, place)
    _require_ours(body.hash)
    if _stored(transaction.connection, place) is not None:
        raise Refusal(Code.CONFLICT, N_("Ihr Konto hat schon ein Passwort."))
    _change(transaction, place, body.hash, keep=body.session)
    mail.post(transaction, Kind.PASSWORD_CHANGED, person=place.id)
    return None


def _change(transaction: Transaction, place: Place, new: str, *, keep: str) -> None:
    """Another password ends every session but the one with that key, and what was sent to set one."""
    row_of(transaction.connection, place.id)
    _store(transaction.connection, place, new)
    links.withdraw(transaction, Purpose.RESET, person=place.id)
    end_sessions(transaction, place, keep=keep)


class RenewPassword(Body):
    """The same password at today's costs, typed just now."""

    hash: Hash
    proof: Proof


@command("password.renew", RenewPassword, place="person")
def renew_password(transaction: Transaction, actor: Actor, place: Place, body: RenewPassword) -> Made:
    """Nobody is told and no session ends: for the person nothing has changed."""
    policy.require(actor, SessionPermission.RENEW, place)
    _require_ours(body.hash)
    _require_proof(transaction.connection, place, body.proof)
    _store(transaction.connection, place, body.hash)
    return None


def _require_ours(hashed: str) -> None:
    if not passwords.HASH.fullmatch(hashed):
        raise bodies.invalid(hash=N_("Das ist kein Hash, wie ihn diese Anwendung bildet."))


def _require_proof(
    connection: Connection, place: Place, proof: str | None, *, by: Callable[[str], str] = digest
) -> None:
    stored = _stored(connection, place)
    if stored is None or proof != by(stored):
        raise bodies.invalid(current=passwords.WRONG_PASSWORD)


def _stored(connection: Connection, place: Place) -> str | None:
    return connection.execute(select(Person.password_hash).where(Person.public_id == place.id)).scalar_one()


def _store(connection: Connection, place: Place, new: str) -> None:
    connection.execute(update(Person).where(Person.public_id == place.id).values(password_hash=new))


class OpenSession(Body):
    """A session for a browser that has shown who it belongs to.

    `proof` (`rules.entry`) is missing where that was no password.
    `strong`: a second factor was shown, or a passkey, which is two in one. `browser`: the keyed hash by which
    the person's devices are known; without it nobody asks whether this is a new one.
    """

    key: Key
    device: Annotated[Line, Field(max_length=80)] = ""
    ends_at: WireMoment
    proof: Proof | None = None
    method: Annotated[Method, Field(strict=False)] = Method.PASSWORD
    strong: bool = False
    browser: Key | None = None


@command("session.open", OpenSession, place="person")
def open_session(transaction: Transaction, actor: Actor, place: Place, body: OpenSession) -> Made:
    policy.require(actor, SessionPermission.OPEN, place)
    connection, public_id = transaction.connection, ids.public_id()
    columns = select(Person.id, Person.locked_at, Person.erased_at, Person.signed_in_at)
    person = connection.execute(columns.where(Person.public_id == place.id)).one()
    if person.locked_at is not None or person.erased_at is not None:
        raise not_found()
    if body.proof is not None:
        _require_proof(connection, place, body.proof, by=entry)
    connection.execute(
        insert(SessionRow).values(
            public_id=public_id,
            person_id=person.id,
            key=body.key,
            opened_at=transaction.now,
            seen_at=transaction.now,
            ends_at=body.ends_at,
            device=body.device,
            method=body.method,
            strong=body.strong,
            confirmed_at=transaction.now,
        )
    )
    connection.execute(update(Person).where(Person.id == person.id).values(signed_in_at=transaction.now))
    if body.browser is not None:
        first = person.signed_in_at is None
        devices.meet(transaction, place, person.id, key=body.browser, name=body.device, first=first)
    _tell(transaction, place)
    return {"session": public_id}


class CloseSession(Body):
    """Which to end: the one that asks, all others, or one by its id."""

    session: Annotated[str, Field(pattern=r"^(present|others|[0-9a-z]{16})$")]


@command("session.close", CloseSession, place="person", changes_rights=True)
def close_session(transaction: Transaction, actor: Actor, place: Place, body: CloseSession) -> Made:
    policy.require(actor, SessionPermission.CLOSE, place)
    if body.session == "others":
        end_sessions(transaction, place, keep=_present(actor))
        return None
    which = SessionRow.public_id == body.session
    if body.session == "present":
        which = SessionRow.key == _present(actor)
    ended = transaction.connection.execute(
        delete(SessionRow).where(which, SessionRow.person_id == _row(place))
    )
    if not ended.rowcount:
        raise not_found()
    transaction.raise_acl(place.name)
    _tell(transaction, place)
    return None


def _row(place: Place) -> ScalarSelect[int]:
    return select(Person.id).where(Person.public_id == place.id).scalar_subquery()


def _present(actor: Actor) -> str:
    """The key of the session that asks; none is the house's."""
    return actor.credential.key if actor.credential else ""


def end_sessions(transaction: Transaction, place: Place, *, keep: str = "") -> None:
    """End every session of the person but the one with that key, inside a command that runs alone."""
    others = delete(SessionRow).where(SessionRow.person_id == _row(place), SessionRow.key != keep)
    transaction.connection.execute(others)
    transaction.raise_acl(place.name)
    _tell(transaction, place)


def _tell(transaction: Transaction, place: Place) -> None:
    sessions = queries.sessions_of(transaction.connection, place.id)
    transaction.append(place.name, SessionsChanged(sessions=sessions), subjects=[place.id])


def close_ended(door: Door, *, limits: SessionLimits) -> int:
    """End for good the sessions that no longer count, so that lists show none; returns how many went.

    For the loop of due work, every few minutes. Nobody gets in with such a session meanwhile.
    """
    closed = 0
    with door.database.reading() as connection:
        ended = queries.ended(connection, limits=limits)
    for person, session in ended:
        asked = commands.ask("session.close", f"person/{person}", {"session": session})
        try:
            door.carry_out(policy.system("sessions"), asked)
        except Refusal as refusal:
            if refusal.code is not Code.NOT_FOUND:
                raise
        else:
            closed += 1
    return closed
