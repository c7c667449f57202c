"""The verbs about roles: coach of a team, facilitator of a cohort, administrator of the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection, insert, select, update

from foundation import bodies, ids, policy
from foundation.bodies import Body, PublicId, WireMoment
from foundation.commands import Made, command
from foundation.errors import Code, Refusal, not_found
from foundation.places import Place
from foundation.policy import Actor, Role
from foundation.text import N_
from foundation.transaction import Transaction
from people.accounts.events import RightsChanged
from people.accounts.models import Person

from .models import Cohort, RoleGrant, Team
from .policy import CohortPermission
from .rules import Period

_SCOPE = {Role.COACH: {"team"}, Role.FACILITATOR: {"cohort"}, Role.ADMINISTRATOR: set[str]()}


class GrantRole(Body):
    """A role for a person: `team` goes with coach, `cohort` with facilitator, neither with administrator."""

    person: PublicId
    role: Annotated[Role, Field(strict=False)]
    cohort: PublicId | None = None
    team: PublicId | None = None
    valid_from: WireMoment | None = None
    valid_until: WireMoment | None = None


def _touched_by_grant(connection: Connection, _place: Place, body: GrantRole) -> Sequence[str]:
    cohort = body.cohort or _cohort_of_team(connection, body.team)
    return [f"person/{body.person}", *([f"cohort/{cohort}"] if cohort else [])]


def _cohort_of_team(connection: Connection, team: str | None) -> str | None:
    query = select(Cohort.public_id).join(Team, Team.cohort_id == Cohort.id).where(Team.public_id == team)
    return connection.execute(query).scalar_one_or_none()


@command("role.grant", GrantRole, place="house", touches=_touched_by_grant, changes_rights=True)
def grant_role(transaction: Transaction, actor: Actor, place: Place, body: GrantRole) -> Made:
    policy.require(actor, CohortPermission.ROLE_GRANT, place)
    connection = transaction.connection
    if body.role not in _SCOPE:
        raise bodies.invalid(role=N_("Diese Rolle wird als Platz in einem Team vergeben."))
    scope = {name for name in ("cohort", "team") if getattr(body, name) is not None}
    if wrong := scope ^ _SCOPE[body.role]:
        raise bodies.invalid(**{name: N_("Das passt nicht zu dieser Rolle.") for name in wrong})
    period = Period(body.valid_from or transaction.now, body.valid_until)
    if period.ends is not None and period.ends <= period.begins:
        raise bodies.invalid(valid_until=N_("Das Ende liegt vor dem Anfang."))
    person = connection.execute(select(Person.id).where(Person.public_id == body.person)).scalar_one_or_none()
    cohort = connection.execute(select(Cohort.id).where(Cohort.public_id == body.cohort)).scalar_one_or_none()
    team = connection.execute(select(Team.id).where(Team.public_id == body.team)).scalar_one_or_none()
    if person is None or (body.cohort and cohort is None) or (body.team and team is None):
        raise not_found()
    held = connection.execute(
        select(RoleGrant.valid_from, RoleGrant.valid_until).where(
            RoleGrant.person_id == person,
            RoleGrant.role == body.role,
            RoleGrant.cohort_id.is_not_distinct_from(cohort),
            RoleGrant.team_id.is_not_distinct_from(team),
        )
    )
    if any(Period(*row).meets(period) for row in held):
        raise Refusal(Code.CONFLICT, N_("Diese Rolle hat die Person schon."))
    public_id = ids.public_id()
    connection.execute(
        insert(RoleGrant).values(
            public_id=public_id,
            person_id=person,
            role=body.role,
            cohort_id=cohort,
            team_id=team,
            valid_from=period.begins,
            valid_until=period.ends,
        )
    )
    _tell(transaction, place, body.person, body.cohort or _cohort_of_team(connection, body.team))
    return {"role": public_id}


class EndRole(Body):
    """The end of a role, now."""

    role: PublicId


def _touched_by_end(connection: Connection, _place: Place, body: EndRole) -> Sequence[str]:
    found = _granted(connection, body.role)
    if found is None:
        return []
    person, cohort = found
    return [f"person/{person}", *([f"cohort/{cohort}"] if cohort else [])]


def _granted(connection: Connection, role: str) -> tuple[str, str | None] | None:
    """The person who was given the role, and the cohort where it holds."""
    query = (
        select(Person.public_id, Cohort.public_id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .outerjoin(Team, Team.id == RoleGrant.team_id)
        .outerjoin(Cohort, (Cohort.id == RoleGrant.cohort_id) | (Cohort.id == Team.cohort_id))
        .where(RoleGrant.public_id == role)
    )
    row = connection.execute(query).one_or_none()
    return (row[0], row[1]) if row else None


@command("role.end", EndRole, place="house", touches=_touched_by_end, changes_rights=True)
def end_role(transaction: Transaction, actor: Actor, place: Place, body: EndRole) -> Made:
    policy.require(actor, CohortPermission.ROLE_END, place)
    connection = transaction.connection
    found = _granted(connection, body.role)
    if found is None:
        raise not_found()
    period = Period(
        *connection.execute(
            select(RoleGrant.valid_from, RoleGrant.valid_until).where(RoleGrant.public_id == body.role)
        ).one()
    )
    if period.ends is not None and period.ends <= transaction.now:
        raise Refusal(Code.CLOSED, N_("Diese Rolle ist schon beendet."))
    ends = max(transaction.now, period.begins)
    connection.execute(update(RoleGrant).where(RoleGrant.public_id == body.role).values(valid_until=ends))
    _tell(transaction, place, *found)
    return None


def _tell(transaction: Transaction, place: Place, person: str, cohort: str | None) -> None:
    transaction.raise_acl(f"cohort/{cohort}" if cohort else place.name)
    transaction.append(f"person/{person}", RightsChanged(), subjects=[person])
