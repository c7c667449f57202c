"""The verb by which an invitation becomes a seat or a role, and a stranger a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection, Row, select, update

from foundation import bodies, policy
from foundation.bodies import Body, PublicId
from foundation.commands import Made, command
from foundation.errors import Code, Refusal, not_found
from foundation.places import Place
from foundation.policy import Actor, Role
from foundation.text import N_
from foundation.transaction import Transaction
from people.accounts import service as accounts
from people.accounts.models import Language, Person
from people.accounts.service import Name
from people.cohorts import roles, seats
from people.cohorts.models import Cohort, Team
from people.cohorts.rules import Period
from people.identities.service import Issuer, Subject, link_identity
from people.links import service as links
from people.links.models import LinkRow
from people.links.rules import Purpose
from people.sign_in import passwords
from people.sign_in.service import Hash

from .models import Invitation
from .policy import InvitationPermission
from .queries import OPEN

NO_LONGER_FREE = N_(
    "Was Ihnen angeboten war, ist inzwischen anders vergeben. Bitte wenden Sie sich an die Person, "
    "die Sie eingeladen hat. Ihre Einladung ist noch nicht verbraucht."
)


class AcceptInvitation(Body):
    """The link, and who comes by it.

    `person` is signed in. Else a new account begins: with the `hash` of a password, or with the account at a
    sign-in service (`issuer`, `subject`) that has shown the invited address to be theirs.
    """

    link: PublicId
    person: PublicId | None = None
    name: Name | None = None
    language: Annotated[Language, Field(strict=False)] | None = None
    hash: Hash | None = None
    issuer: Issuer | None = None
    subject: Subject | None = None


def _invitation(connection: Connection, link: str) -> Row[*tuple[Any, ...]] | None:
    query = (
        select(Invitation, Cohort.public_id.label("cohort"), Team.public_id.label("team"))
        .join(LinkRow, LinkRow.subject == Invitation.public_id)
        .outerjoin(Cohort, Cohort.id == Invitation.cohort_id)
        .outerjoin(Team, Team.id == Invitation.team_id)
        .where(LinkRow.public_id == link, LinkRow.purpose == Purpose.INVITATION, OPEN)
    )
    return connection.execute(query).one_or_none()


def _where_it_leads(connection: Connection, _place: Place, body: AcceptInvitation) -> Sequence[str]:
    """The cohort, the place of a guest, and the person who has the invited address already."""
    row = _invitation(connection, body.link)
    if row is None:
        return []
    person = connection.execute(
        select(Person.public_id).where(Person.email == row.email)
    ).scalar_one_or_none()
    names = (row.cohort and f"cohort/{row.cohort}", row.place, person and f"person/{person}")
    return [name for name in names if name]


@command(
    "invitation.accept",
    AcceptInvitation,
    place="house",
    touches=_where_it_leads,
    changes_rights=True,
    audited=True,
)
def accept(transaction: Transaction, actor: Actor, place: Place, body: AcceptInvitation) -> Made:
    """Once for each link. Raises `closed` for whoever comes second or late, and `conflict` if what was
    offered is no longer there; then the link is as good as before.
    """
    policy.require(actor, InvitationPermission.ACCEPT, place)
    row = _invitation(transaction.connection, body.link)
    links.use_up(transaction, body.link, Purpose.INVITATION)
    if row is None:
        raise Refusal(Code.CLOSED, links.SPENT)
    person = body.person or _new_person(transaction, row, body)
    number = transaction.connection.execute(
        select(Person.id).where(
            Person.public_id == person, Person.email == row.email, Person.locked_at.is_(None)
        )
    ).scalar_one_or_none()
    if number is None:
        raise not_found()
    if body.issuer and body.subject:
        link_identity(transaction, number, body.issuer, body.subject)
    given = _give(transaction, row, person)
    transaction.connection.execute(
        update(Invitation)
        .where(Invitation.id == row.id)
        .values(accepted_at=transaction.now, person_id=number)
    )
    return {"person": person, "invitation": row.public_id, **given}


def _new_person(transaction: Transaction, row: Row[*tuple[Any, ...]], body: AcceptInvitation) -> str:
    if body.hash is None and not (body.issuer and body.subject):
        raise bodies.invalid(hash=N_("Diese Angabe fehlt."))
    if body.hash is not None and not passwords.HASH.fullmatch(body.hash):
        raise bodies.invalid(hash=N_("Das ist kein Hash, wie ihn diese Anwendung bildet."))
    return accounts.make(
        transaction,
        name=body.name or row.name,
        email=row.email,
        language=body.language or row.language,
        password_hash=body.hash,
    )


def _give(transaction: Transaction, row: Row[*tuple[Any, ...]], person: str) -> dict[str, str]:
    """The seat or the role, from now on or from later; as of now it has to be free."""
    period = Period(max(row.valid_from or transaction.now, transaction.now), row.valid_until)
    if period.ends is not None and period.ends <= period.begins:
        raise Refusal(Code.CONFLICT, N_("Die Zeit, für die Sie eingeladen waren, ist vorbei."))
    try:
        if row.role == Role.PARTICIPANT:
            cohort = transaction.places[f"cohort/{row.cohort}"]
            return {"seat": seats.give_to(transaction, cohort, team=row.team, person=person, period=period)}
        return {
            "role": roles.grant_to(
                transaction,
                Role(row.role),
                person=person,
                period=period,
                cohort=row.cohort if row.role == Role.FACILITATOR else None,
                team=row.team,
                guest_of=row.place,
            )
        }
    except Refusal as refusal:
        if refusal.code is Code.CONFLICT:  # said there to the office, not to the one who is invited
            raise Refusal(Code.CONFLICT, NO_LONGER_FREE) from None
        raise
