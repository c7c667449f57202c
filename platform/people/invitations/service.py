"""The verbs of the office about invitations: sent, sent again, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection, select

from foundation import policy
from foundation.bodies import Body, Line, PublicId, WireMoment
from foundation.commands import Made, command
from foundation.errors import not_found
from foundation.places import Place, find
from foundation.policy import Actor, Role
from foundation.transaction import Transaction
from people.accounts.models import Language
from people.accounts.rules import LONGEST
from people.accounts.service import Name
from people.cohorts.models import Cohort, Team
from people.sign_in import shown

from . import issuing, queries
from .aiming import Invited
from .models import Invitation
from .policy import InvitationPermission

Email = Annotated[Line, Field(min_length=1, max_length=LONGEST)]


class SendInvitation(Body):
    """To a seat (`participant` with `team`), or to a role: `coach` with `team`, `facilitator` with `cohort`,
    `expert` with `place` (`workshop/<id>`), `administrator` and `network` with none of them.
    """

    email: Email
    name: Name
    language: Annotated[Language, Field(strict=False)] = Language.GERMAN
    role: Annotated[Role, Field(strict=False)]
    team: PublicId | None = None
    cohort: PublicId | None = None
    place: Annotated[Line, Field(max_length=120)] | None = None
    valid_from: WireMoment | None = None
    valid_until: WireMoment | None = None


def _cohort_aimed_at(connection: Connection, _place: Place, body: SendInvitation) -> Sequence[str]:
    """What is counted lies in the cohort; the house, for its own roles, is held anyway."""
    if body.team:
        query = select(Cohort.public_id).join(Team, Team.cohort_id == Cohort.id)
        cohort = connection.execute(query.where(Team.public_id == body.team)).scalar_one_or_none()
    elif body.place:
        place = find(connection, [body.place]).get(body.place)
        cohort = place.above("cohort") if place else None
    else:
        cohort = body.cohort
    return [f"cohort/{cohort}"] if cohort else []


@command("invitation.send", SendInvitation, place="house", touches=_cohort_aimed_at, audited=True)
def send(transaction: Transaction, actor: Actor, place: Place, body: SendInvitation) -> Made:
    policy.require(actor, InvitationPermission.SEND, place)
    if body.role is Role.ADMINISTRATOR:
        shown.require(transaction.connection, actor)
    return {"invitation": issuing.issue(transaction, actor, Invited(**body.model_dump()))}


class ResendInvitation(Body):
    """Once more, with a new link that works for as long as the first did; perhaps to another address."""

    invitation: PublicId
    email: Email | None = None


class WithdrawInvitation(Body):
    """The link opens nothing any more, and the seat is free for somebody else."""

    invitation: PublicId


def _cohort_of(
    connection: Connection, _place: Place, body: ResendInvitation | WithdrawInvitation
) -> Sequence[str]:
    cohort = queries.cohort_of(connection, body.invitation)
    return [f"cohort/{cohort}"] if cohort else []


@command("invitation.resend", ResendInvitation, place="house", touches=_cohort_of, audited=True)
def resend(transaction: Transaction, actor: Actor, place: Place, body: ResendInvitation) -> Made:
    policy.require(actor, InvitationPermission.RESEND, place)
    role = _role(transaction.connection, body.invitation)
    if role is Role.ADMINISTRATOR and body.email is not None:
        shown.require(transaction.connection, actor)
    issuing.send_again(transaction, body.invitation, body.email)
    return None


@command("invitation.withdraw", WithdrawInvitation, place="house", touches=_cohort_of, audited=True)
def withdraw(transaction: Transaction, actor: Actor, place: Place, body: WithdrawInvitation) -> Made:
    policy.require(actor, InvitationPermission.WITHDRAW, place)
    _role(transaction.connection, body.invitation)
    issuing.take_back(transaction, [body.invitation])
    return None


def _role(connection: Connection, invitation: str) -> Role:
    """What the invitation, open or not, is to; raises `not_found` where there is none."""
    query = select(Invitation.role).where(Invitation.public_id == invitation)
    role = connection.execute(query).scalar_one_or_none()
    if role is None:
        raise not_found()
    return Role(role)
