"""What somebody is invited to, and what stands against it: values, and reads under the caller's lock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, select, true

from foundation import bodies, places
from foundation.errors import not_found
from foundation.policy import Role
from foundation.text import N_
from people.accounts.models import Language, Person
from people.accounts.rules import address
from people.accounts.service import NO_ADDRESS
from people.cohorts.models import Cohort, RoleGrant, Seat, Team
from people.cohorts.roles import takes_guests
from people.cohorts.room import room, why_not
from people.cohorts.rules import Period

from .models import Invitation
from .queries import OPEN

SCOPE: Mapping[Role, str | None] = {
    Role.PARTICIPANT: "team",
    Role.COACH: "team",
    Role.FACILITATOR: "cohort",
    Role.EXPERT: "place",
    Role.ADMINISTRATOR: None,
    Role.NETWORK: None,
}
"""What has to be named beside the role: the team, the cohort, or the place of which somebody is a guest."""
_MISFIT = N_("Das passt nicht zu dieser Rolle.")


@dataclass(frozen=True, kw_only=True)
class Invited:
    """Who is invited to what: a seat in a team, or a role with its scope, named by public ids.

    `place` is the name of what a guest comes to.
    """

    email: str
    name: str
    language: str = Language.GERMAN
    role: Role = Role.PARTICIPANT
    team: str | None = None
    cohort: str | None = None
    place: str | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Aim:
    """The same by row numbers, as it is about to be written. `own` is the row that stands already."""

    role: Role
    email: str
    now: datetime
    period: Period
    cohort: int | None = None
    team: int | None = None
    place: str | None = None
    own: int | None = None

    @property
    def others(self) -> ColumnElement[bool]:
        """The other open invitations."""
        return OPEN & (Invitation.id != self.own if self.own is not None else true())


def address_of(typed: str) -> str:
    email = address(typed)
    if not email:
        raise bodies.invalid(email=NO_ADDRESS)
    return email


def period_of(begins: datetime | None, ends: datetime | None, now: datetime) -> Period:
    period = Period(max(begins or now, now), ends)
    if ends is not None and ends <= period.begins:
        raise bodies.invalid(valid_until=N_("Das Ende liegt vor dem Anfang oder ist schon vorbei."))
    return period


def aim_of(connection: Connection, invited: Invited, now: datetime) -> Aim:
    scope = SCOPE[invited.role]
    given = {name for name in ("team", "cohort", "place") if getattr(invited, name) is not None}
    if scope and scope not in given:
        raise bodies.invalid(**{scope: N_("Bitte wählen Sie aus, wozu Sie einladen.")})
    # A team and a workshop lie in a cohort: naming it as well is no mistake.
    if surplus := given - {scope} - ({"cohort"} if scope else set()):
        raise bodies.invalid(**dict.fromkeys(surplus, _MISFIT))
    period = period_of(invited.valid_from, invited.valid_until, now)
    aim = Aim(role=invited.role, email=address_of(invited.email), now=now, period=period)
    if scope == "team":
        return _aim_at_team(connection, aim, invited)
    if scope == "place":
        place = places.find(connection, [invited.place or ""]).get(invited.place or "")
        if place is None or not takes_guests(place):
            raise not_found()
        aim = replace(aim, place=place.name)
    cohort = place.above("cohort") if scope == "place" and place else invited.cohort
    if scope is None:
        return aim
    row = connection.execute(select(Cohort.id).where(Cohort.public_id == cohort)).scalar_one_or_none()
    if row is None or invited.cohort not in (None, cohort):
        raise not_found()
    return replace(aim, cohort=row)


def _aim_at_team(connection: Connection, aim: Aim, invited: Invited) -> Aim:
    query = select(Team.id, Team.cohort_id, Cohort.public_id).join(Cohort, Cohort.id == Team.cohort_id)
    team = connection.execute(query.where(Team.public_id == invited.team)).one_or_none()
    if team is None or invited.cohort not in (None, team.public_id):
        raise not_found()
    return replace(aim, team=team.id, cohort=team.cohort_id)


def refuse_what_cannot_be(connection: Connection, aim: Aim) -> None:
    _refuse_second_invitation(connection, aim)
    _refuse_who_is_here(connection, aim)
    if aim.role is Role.PARTICIPANT:
        _refuse_full_house(connection, aim)


def _refuse_second_invitation(connection: Connection, aim: Aim) -> None:
    same = aim.others & (Invitation.email == aim.email) & (Invitation.role == aim.role)
    same &= Invitation.cohort_id.is_not_distinct_from(aim.cohort)
    if aim.role is not Role.PARTICIPANT:  # who takes part sits in one team of a cohort
        same &= Invitation.team_id.is_not_distinct_from(aim.team)
        same &= Invitation.place.is_not_distinct_from(aim.place)
    if connection.execute(select(Invitation.id).where(same)).first():
        raise bodies.invalid(
            email=N_(
                "Diese Adresse ist dazu schon eingeladen. Sie können die Einladung noch einmal schicken."
            )
        )


def _refuse_who_is_here(connection: Connection, aim: Aim) -> None:
    query = select(Person.id, Person.locked_at).where(Person.email == aim.email)
    person = connection.execute(query).first()
    if person is None:
        return
    if person.locked_at is not None:
        raise bodies.invalid(email=N_("Das Konto mit dieser Adresse ist gesperrt."))
    if aim.role is Role.PARTICIPANT:
        seats = select(Seat.valid_from, Seat.valid_until).join(Team, Team.id == Seat.team_id)
        held = connection.execute(seats.where(Team.cohort_id == aim.cohort, Seat.person_id == person.id))
        sentence = N_("Die Person mit dieser Adresse hat in diesem Durchgang schon einen Platz.")
    else:
        held = connection.execute(_granted(aim, person.id))
        sentence = N_("Die Person mit dieser Adresse hat diese Rolle schon.")
    if any(Period(*row).meets(aim.period) for row in held):
        raise bodies.invalid(email=sentence)


def _granted(aim: Aim, person: int) -> Select[datetime, datetime | None]:
    """The times for which the person holds that role at that scope."""
    scope = RoleGrant.team_id.is_not_distinct_from(aim.team)
    scope &= RoleGrant.place.is_not_distinct_from(aim.place)
    if aim.role is Role.FACILITATOR:
        scope &= RoleGrant.cohort_id == aim.cohort
    query = select(RoleGrant.valid_from, RoleGrant.valid_until)
    return query.where(RoleGrant.person_id == person, RoleGrant.role == aim.role, scope)


def _refuse_full_house(connection: Connection, aim: Aim) -> None:
    assert aim.cohort is not None
    here = room(connection, aim.cohort, without_address=aim.email, without_invitation=aim.own or 0)
    if lack := here.lack_of_seat(aim.team, aim.period):
        raise bodies.invalid(team=why_not(here, lack))
