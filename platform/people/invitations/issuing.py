"""Writing an invitation inside a command: the row, its link, its mail; and taking it back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import insert, select, update

from foundation import bodies, ids
from foundation.errors import Code, Refusal
from foundation.policy import Actor, Role
from foundation.text import N_
from foundation.transaction import Transaction
from people.cohorts.models import Cohort, Team
from people.links import service as links
from people.links.rules import Purpose
from people.mail import service as mail
from people.mail.rules import Kind

from .aiming import Aim, Invited, address_of, aim_of, period_of, refuse_what_cannot_be
from .models import Invitation
from .queries import OPEN

NOT_OPEN = N_("Diese Einladung ist schon angenommen oder zurückgezogen.")


def issue(transaction: Transaction, actor: Actor, invited: Invited) -> str:
    """Invite somebody; returns the public id of the invitation. Rights are the caller's matter.

    The caller holds the cohort, or the house for a role in it: what is looked at here stays so until the
    commit. Raises `invalid` with a sentence for each field that is wrong, `not_found` for ids of nothing.
    """
    aim = aim_of(transaction.connection, invited, transaction.now)
    if not invited.name.strip():
        raise bodies.invalid(name=N_("Bitte füllen Sie dieses Feld aus."))
    refuse_what_cannot_be(transaction.connection, aim)
    return _write(transaction, actor, [(invited, aim)])[0]


def issue_list(
    transaction: Transaction, actor: Actor, cohort: str, everybody: Sequence[Invited]
) -> list[str]:
    """Invite many to a cohort (public id) and its teams, in a few statements; their public ids in order.

    Nothing is looked at: a caller with so many has seen, under the same lock, that they fit.
    """
    connection = transaction.connection
    row = connection.execute(select(Cohort.id).where(Cohort.public_id == cohort)).scalar_one()
    found = connection.execute(select(Team.public_id, Team.id).where(Team.cohort_id == row))
    teams: dict[str | None, int] = dict(found.all())
    aimed = [
        Aim(
            role=one.role,
            email=address_of(one.email),
            now=transaction.now,
            period=period_of(one.valid_from, one.valid_until, transaction.now),
            cohort=row,
            team=teams[one.team] if one.team else None,
        )
        for one in everybody
    ]
    return _write(transaction, actor, list(zip(everybody, aimed, strict=True)))


def _write(transaction: Transaction, actor: Actor, aimed: Sequence[tuple[Invited, Aim]]) -> list[str]:
    rows: list[dict[str, Any]] = [
        {
            "public_id": ids.public_id(),
            "email": aim.email,
            "name": invited.name.strip(),
            "language": invited.language,
            "role": aim.role,
            "team_id": aim.team,
            "cohort_id": aim.cohort,
            "place": aim.place,
            "valid_from": invited.valid_from,
            "valid_until": invited.valid_until,
            "invited_at": transaction.now,
            "invited_by_id": actor.row or None,
        }
        for invited, aim in aimed
    ]
    if rows:
        transaction.connection.execute(insert(Invitation), rows)
    _send(transaction, [(row["public_id"], row["email"], row["language"]) for row in rows])
    return [row["public_id"] for row in rows]


def send_again(transaction: Transaction, invitation: str, email: str | None = None) -> None:
    """A new link in a new mail, for which the thirty days begin again; perhaps to a corrected address.

    Raises `closed` if the invitation waits no longer, and `invalid` if it no longer fits.
    """
    connection = transaction.connection
    row = connection.execute(select(Invitation).where(OPEN, Invitation.public_id == invitation)).one_or_none()
    if row is None:
        raise Refusal(Code.CLOSED, NOT_OPEN)
    aim = Aim(
        role=Role(row.role),
        email=address_of(email if email is not None else row.email),
        now=transaction.now,
        period=period_of(row.valid_from, row.valid_until, transaction.now),
        cohort=row.cohort_id,
        team=row.team_id,
        place=row.place,
        own=row.id,
    )
    refuse_what_cannot_be(connection, aim)
    connection.execute(
        update(Invitation)
        .where(Invitation.id == row.id)
        .values(email=aim.email, invited_at=transaction.now, bounced_at=None)
    )
    _unsend(transaction, [invitation])
    _send(transaction, [(invitation, aim.email, row.language)])


def take_back(transaction: Transaction, invitations: Collection[str]) -> None:
    """Withdraw open invitations; their links open nothing any more. Raises `closed` if one is not open."""
    taken = (
        update(Invitation)
        .where(OPEN, Invitation.public_id.in_(invitations))
        .values(withdrawn_at=transaction.now)
    )
    if transaction.connection.execute(taken).rowcount != len(invitations):
        raise Refusal(Code.CLOSED, NOT_OPEN)
    _unsend(transaction, invitations)


def _unsend(transaction: Transaction, invitations: Collection[str]) -> None:
    """The links sent before open nothing, and a mail that has not gone out yet does not go."""
    links.withdraw(transaction, Purpose.INVITATION, subjects=invitations)
    mail.withdraw(transaction, *(matter(invitation) for invitation in invitations))


def matter(invitation: str) -> str:
    """By which its mail is found in the outbox."""
    return f"invitation/{invitation}"


def _send(transaction: Transaction, letters: Sequence[tuple[str, str, str]]) -> None:
    """A link and a mail for each invitation (public id), to its address and in its language."""
    made = links.make_first(transaction, Purpose.INVITATION, [invitation for invitation, _, _ in letters])
    mails = [
        mail.Addressed(
            address=email,
            language=language,
            params={"link": link, "invitation": invitation},
            key=matter(invitation),
        )
        for link, (invitation, email, language) in zip(made, letters, strict=True)
    ]
    mail.post_all(transaction, Kind.INVITATION, mails)
