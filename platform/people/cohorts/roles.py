"""The verbs about roles: coach of a team, facilitator of a cohort, administrator of the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection, insert, or_, select, update

from foundation import bodies, commands, ids, jobs, policy
from foundation.bodies import Body, Line, PublicId, WireMoment
from foundation.commands import Made, command
from foundation.door import Door
from foundation.errors import Code, Refusal, not_found
from foundation.places import HOUSE, Place
from foundation.policy import Actor, Role
from foundation.text import N_
from foundation.transaction import Transaction
from people.accounts.events import RightsChanged
from people.accounts.models import Person
from people.sign_in import shown

from . import queries
from .models import Cohort, RoleGrant, Team
from .policy import CohortPermission
from .rules import ENDS_BEFORE_IT_BEGINS, Period, changed

ENDED_ALREADY = N_("Diese Rolle ist schon beendet.")
_SCOPE = {
    Role.COACH: {"team"},
    Role.FACILITATOR: {"cohort"},
    Role.EXPERT: {"place"},
    Role.ADMINISTRATOR: set[str](),
    Role.NETWORK: set[str](),
}


class GrantRole(Body):
    """A role for a person: `team` goes with coach, `cohort` with facilitator, `place` with expert.

    None of them goes with administrator and network. A `place` is what the guest comes to: `workshop/<id>`.
    """

    person: PublicId
    role: Annotated[Role, Field(strict=False)]
    cohort: PublicId | None = None
    team: PublicId | None = None
    place: Annotated[Line, Field(max_length=120)] | None = None
    valid_from: WireMoment | None = None
    valid_until: WireMoment | None = None


def _touched_by_grant(connection: Connection, _place: Place, body: GrantRole) -> Sequence[str]:
    cohort = body.cohort or _cohort_of_team(connection, body.team)
    scope = [f"cohort/{cohort}"] if cohort else [body.place] if body.place else []
    return [f"person/{body.person}", *scope]


def _cohort_of_team(connection: Connection, team: str | None) -> str | None:
    query = select(Cohort.public_id).join(Team, Team.cohort_id == Cohort.id).where(Team.public_id == team)
    return connection.execute(query).scalar_one_or_none()


@command("role.grant", GrantRole, place="house", touches=_touched_by_grant, changes_rights=True, audited=True)
def grant_role(transaction: Transaction, actor: Actor, place: Place, body: GrantRole) -> Made:
    policy.require(actor, CohortPermission.ROLE_GRANT, place)
    if body.role not in _SCOPE:
        raise bodies.invalid(role=N_("Diese Rolle wird als Platz in einem Team vergeben."))
    scope = {name for name in ("cohort", "team", "place") if getattr(body, name) is not None}
    if wrong := scope ^ _SCOPE[body.role]:
        raise bodies.invalid(**{name: N_("Das passt nicht zu dieser Rolle.") for name in wrong})
    period = Period(body.valid_from or transaction.now, body.valid_until)
    if period.ends is not None and period.ends <= period.begins:
        raise bodies.invalid(valid_until=ENDS_BEFORE_IT_BEGINS)
    if body.role is Role.ADMINISTRATOR:
        shown.require(transaction.connection, actor)
    where = {"cohort": body.cohort, "team": body.team, "guest_of": body.place}
    return {"role": grant_to(transaction, body.role, person=body.person, period=period, **where)}


def grant_to(
    transaction: Transaction,
    role: Role,
    *,
    person: str,
    period: Period,
    cohort: str | None = None,
    team: str | None = None,
    guest_of: str | None = None,
) -> str:
    """The role for the person, with the scope that it has; whoever it concerns is told. Its public id.

    All by public id, `guest_of` by the name of the place. The caller holds the person's place and the scope.
    """
    connection = transaction.connection
    there = (Person.public_id == person) & Person.erased_at.is_(None)
    row = connection.execute(select(Person.id).where(there)).scalar_one_or_none()
    cohort_row = connection.execute(select(Cohort.id).where(Cohort.public_id == cohort)).scalar_one_or_none()
    team_row = connection.execute(select(Team.id).where(Team.public_id == team)).scalar_one_or_none()
    if row is None or (cohort and cohort_row is None) or (team and team_row is None):
        raise not_found()
    if guest_of and not takes_guests(transaction.places.get(guest_of)):
        raise not_found()
    scope = {"cohort_id": cohort_row, "team_id": team_row, "place": guest_of}
    _refuse_twice(connection, row, role, scope, period)
    public_id = ids.public_id()
    connection.execute(
        insert(RoleGrant).values(
            public_id=public_id,
            person_id=row,
            role=role,
            **scope,
            valid_from=period.begins,
            valid_until=period.ends,
        )
    )
    named = cohort or _cohort_of_team(connection, team)
    _tell(transaction, person, f"cohort/{named}" if named else guest_of)
    _turn_then(transaction, public_id, period)
    return public_id


def _refuse_twice(
    connection: Connection,
    person: int,
    role: str,
    scope: Mapping[str, Any],
    period: Period,
    *,
    without: str = "",
) -> None:
    """The same role with the same scope is held once at a time; left out is the one that is changed."""
    same = (RoleGrant.person_id == person) & (RoleGrant.role == role) & (RoleGrant.public_id != without)
    for column, value in scope.items():
        same &= getattr(RoleGrant, column).is_not_distinct_from(value)
    held = connection.execute(select(RoleGrant.valid_from, RoleGrant.valid_until).where(same))
    if any(Period(*row).meets(period) for row in held):
        raise Refusal(Code.CONFLICT, N_("Diese Rolle hat die Person schon."))


def takes_guests(place: Place | None) -> bool:
    """Whether it is a place within a cohort; a whole cohort takes no guests."""
    return place is not None and place.above("cohort") != "" and place.kind != "cohort"


class ChangeRole(Body):
    """From when until when the role shall be held: as in `role.grant`, but what has begun has begun."""

    role: PublicId
    valid_from: WireMoment | None = None
    valid_until: WireMoment | None = None


class EndRole(Body):
    """The end of a role, now."""

    role: PublicId


class TurnRole(Body):
    """A role whose first or last moment has come."""

    role: PublicId


def _touched_by_end(
    connection: Connection, _place: Place, body: ChangeRole | EndRole | TurnRole
) -> Sequence[str]:
    found = _granted(connection, body.role)
    if found is None:
        return []
    person, scope = found
    return [f"person/{person}", *([scope] if scope else [])]


def _granted(connection: Connection, role: str) -> tuple[str, str | None] | None:
    """The person who was given the role, and the place where it holds, if that is not the house."""
    query = (
        select(Person.public_id, Cohort.public_id, RoleGrant.place)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .outerjoin(Team, Team.id == RoleGrant.team_id)
        .outerjoin(Cohort, (Cohort.id == RoleGrant.cohort_id) | (Cohort.id == Team.cohort_id))
        .where(RoleGrant.public_id == role)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return row[0], f"cohort/{row[1]}" if row[1] else row[2]


@command("role.change", ChangeRole, place="house", touches=_touched_by_end, changes_rights=True, audited=True)
def change_role(transaction: Transaction, actor: Actor, place: Place, body: ChangeRole) -> Made:
    policy.require(actor, CohortPermission.ROLE_CHANGE, place)
    connection = transaction.connection
    found = _granted(connection, body.role)
    if found is None:
        raise not_found()
    held = connection.execute(select(RoleGrant).where(RoleGrant.public_id == body.role)).one()
    if held.valid_until is not None and held.valid_until <= transaction.now:
        raise Refusal(Code.CLOSED, ENDED_ALREADY)
    period = changed(
        Period(held.valid_from, held.valid_until),
        begins=body.valid_from,
        ends=body.valid_until,
        now=transaction.now,
    )
    if held.role == Role.ADMINISTRATOR:
        shown.require(connection, actor)
        if period.ends is not None:
            _refuse_last_administrator(connection, body.role, transaction.now)
    scope = {"cohort_id": held.cohort_id, "team_id": held.team_id, "place": held.place}
    _refuse_twice(connection, held.person_id, held.role, scope, period, without=body.role)
    values = {"valid_from": period.begins, "valid_until": period.ends}
    connection.execute(update(RoleGrant).where(RoleGrant.public_id == body.role).values(**values))
    _tell(transaction, *found)
    _turn_then(transaction, body.role, period)
    return None


@command("role.end", EndRole, place="house", touches=_touched_by_end, changes_rights=True, audited=True)
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
        raise Refusal(Code.CLOSED, ENDED_ALREADY)
    named = select(RoleGrant.role).where(RoleGrant.public_id == body.role)
    if connection.execute(named).scalar_one() == Role.ADMINISTRATOR:
        shown.require(connection, actor)
        _refuse_last_administrator(connection, body.role, transaction.now)
    ends = max(transaction.now, period.begins)
    connection.execute(update(RoleGrant).where(RoleGrant.public_id == body.role).values(valid_until=ends))
    _tell(transaction, *found)
    return None


@command("role.turn", TurnRole, place="house", touches=_touched_by_end, changes_rights=True)
def turn_role(transaction: Transaction, actor: Actor, place: Place, body: TurnRole) -> Made:
    """Rights themselves look at the clock; open screens are told to look as well."""
    policy.require(actor, CohortPermission.ROLE_TURN, place)
    found = _granted(transaction.connection, body.role)
    if found is None:
        raise not_found()
    _tell(transaction, *found)
    return None


@jobs.job("role.turn")
def turn_when_due(door: Door, job: jobs.Job) -> None:
    asked = commands.ask("role.turn", "house", {"role": job.payload["role"]}, id=job.id)
    door.carry_out(policy.system("roles"), asked)


def end_all(transaction: Transaction, person: str) -> None:
    """End every role that the person (public id) has or will have. The caller holds the places."""
    connection, now = transaction.connection, transaction.now
    lasting = or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until > now)
    held = select(RoleGrant.public_id, RoleGrant.valid_from).join(Person, Person.id == RoleGrant.person_id)
    for role, begins in connection.execute(held.where(Person.public_id == person, lasting)).all():
        ended = update(RoleGrant).where(RoleGrant.public_id == role)
        connection.execute(ended.values(valid_until=max(now, begins)))
        found = _granted(connection, role)
        if found is not None:
            _tell(transaction, *found)


def _refuse_last_administrator(connection: Connection, role: str, now: datetime) -> None:
    """Without one nobody could give the role to anybody but from the command line."""
    others = queries.administrators(now).where(RoleGrant.public_id != role)
    if connection.execute(others).first() is None:
        raise Refusal(
            Code.CONFLICT,
            N_(
                "Das ist die letzte Person der Programmverwaltung. Geben Sie die Rolle zuerst jemand anderem."
            ),
        )


def _tell(transaction: Transaction, person: str, scope: str | None) -> None:
    transaction.raise_acl(scope or HOUSE)
    transaction.append(f"person/{person}", RightsChanged(), subjects=[person])


def _turn_then(transaction: Transaction, role: str, period: Period) -> None:
    """Tell it once more when it begins and when it ends; rights themselves look at the clock."""
    for moment in (period.begins, period.ends):
        if moment is not None and moment > transaction.now:
            jobs.schedule(transaction.connection, "role.turn", moment, {"role": role})
