"""The verbs about seats: who sits in a team, from when until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from foundation import bodies, commands, ids, jobs, policy
from foundation.bodies import Body, PublicId, WireMoment
from foundation.commands import Made, command
from foundation.door import Door
from foundation.errors import Code, Refusal, not_found
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from people.accounts.events import RightsChanged
from people.accounts.models import Person

from .models import Cohort, Seat, Team
from .policy import CohortPermission
from .room import refuse_without_room, room
from .rules import ENDS_BEFORE_IT_BEGINS, Period, changed
from .teams import tell_team

ENDED_ALREADY = N_("Dieser Platz ist schon beendet.")


class GiveSeat(Body):
    """A seat from a moment (or from now) until another (or until further notice)."""

    team: PublicId
    person: PublicId
    valid_from: WireMoment | None = None
    valid_until: WireMoment | None = None


@command(
    "seat.give",
    GiveSeat,
    place="cohort",
    touches=lambda _connection, _place, body: [f"person/{body.person}"],
    changes_rights=True,
    audited=True,
)
def give_seat(transaction: Transaction, actor: Actor, place: Place, body: GiveSeat) -> Made:
    policy.require(actor, CohortPermission.SEAT_GIVE, place)
    period = Period(body.valid_from or transaction.now, body.valid_until)
    if period.ends is not None and period.ends <= period.begins:
        raise bodies.invalid(valid_until=ENDS_BEFORE_IT_BEGINS)
    return {"seat": give_to(transaction, place, team=body.team, person=body.person, period=period)}


def give_to(transaction: Transaction, cohort: Place, *, team: str, person: str, period: Period) -> str:
    """A seat in the team (public id) for the person (public id), and whoever follows is told; its public id.

    The caller holds the cohort and the person's place.
    """
    connection = transaction.connection
    found = connection.execute(
        select(Team.id, Team.cohort_id)
        .join(Cohort, Cohort.id == Team.cohort_id)
        .where(Team.public_id == team, Cohort.public_id == cohort.id)
    ).one_or_none()
    who = connection.execute(
        select(Person.id, Person.email).where(Person.public_id == person, Person.erased_at.is_(None))
    ).one_or_none()
    if found is None or who is None:
        raise not_found()
    _refuse_second_seat(connection, found.cohort_id, who.id, period)
    here = room(connection, found.cohort_id, without_address=who.email)
    refuse_without_room(here, here.lack_of_seat(found.id, period))
    public_id = ids.public_id()
    connection.execute(
        insert(Seat).values(
            public_id=public_id,
            team_id=found.id,
            person_id=who.id,
            valid_from=period.begins,
            valid_until=period.ends,
        )
    )
    _turn(transaction, cohort, team, person)
    for moment in (period.begins, period.ends):
        _turn_then(transaction, cohort, public_id, moment)
    return public_id


def _refuse_second_seat(
    connection: Connection, cohort: int, person: int, period: Period, *, without: str = ""
) -> None:
    seats = select(Seat.valid_from, Seat.valid_until).join(Team, Team.id == Seat.team_id)
    own = seats.where(Team.cohort_id == cohort, Seat.person_id == person, Seat.public_id != without)
    others = connection.execute(own)
    if any(Period(*row).meets(period) for row in others):
        raise Refusal(Code.CONFLICT, N_("Diese Person hat in diesem Durchgang schon einen Platz."))


class ChangeSeat(Body):
    """From when until when the seat shall be held: as in `seat.give`, but what has begun has begun."""

    seat: PublicId
    valid_from: WireMoment | None = None
    valid_until: WireMoment | None = None


def _person_of(connection: Connection, _place: Place, body: ChangeSeat | EndSeat | TurnSeat) -> Sequence[str]:
    query = (
        select(Person.public_id).join(Seat, Seat.person_id == Person.id).where(Seat.public_id == body.seat)
    )
    return [f"person/{person}" for person in connection.execute(query).scalars()]


@command("seat.change", ChangeSeat, place="cohort", touches=_person_of, changes_rights=True, audited=True)
def change_seat(transaction: Transaction, actor: Actor, place: Place, body: ChangeSeat) -> Made:
    policy.require(actor, CohortPermission.SEAT_CHANGE, place)
    connection, held = transaction.connection, _seat(transaction.connection, place, body.seat)
    if held.valid_until is not None and held.valid_until <= transaction.now:
        raise Refusal(Code.CLOSED, ENDED_ALREADY)
    period = changed(
        Period(held.valid_from, held.valid_until),
        begins=body.valid_from,
        ends=body.valid_until,
        now=transaction.now,
    )
    _refuse_second_seat(connection, held.cohort_id, held.person_id, period, without=body.seat)
    here = room(connection, held.cohort_id, without_seat=body.seat, without_address=held.email)
    refuse_without_room(here, here.lack_of_seat(held.team_id, period))
    values = {"valid_from": period.begins, "valid_until": period.ends}
    connection.execute(update(Seat).where(Seat.public_id == body.seat).values(**values))
    _turn(transaction, place, held.team, held.person)
    for moment in (period.begins, period.ends):
        _turn_then(transaction, place, body.seat, moment)
    return None


class EndSeat(Body):
    """The end of a seat at a moment, or now."""

    seat: PublicId
    valid_until: WireMoment | None = None


@command("seat.end", EndSeat, place="cohort", touches=_person_of, changes_rights=True, audited=True)
def end_seat(transaction: Transaction, actor: Actor, place: Place, body: EndSeat) -> Made:
    policy.require(actor, CohortPermission.SEAT_END, place)
    end(transaction, place, body.seat, body.valid_until)
    return None


def end(transaction: Transaction, cohort: Place, seat: str, moment: datetime | None = None) -> str:
    """End the seat (public id) at that moment or now; returns its team. The caller holds the places."""
    held = _seat(transaction.connection, cohort, seat)
    if held.valid_until is not None and held.valid_until <= transaction.now:
        raise Refusal(Code.CLOSED, ENDED_ALREADY)
    ends = moment or max(transaction.now, held.valid_from)
    if ends < held.valid_from:
        raise bodies.invalid(valid_until=ENDS_BEFORE_IT_BEGINS)
    if held.valid_until is not None and ends > held.valid_until:
        raise bodies.invalid(valid_until=N_("Der Platz endet schon vorher."))
    transaction.connection.execute(update(Seat).where(Seat.public_id == seat).values(valid_until=ends))
    _turn(transaction, cohort, held.team, held.person)
    _turn_then(transaction, cohort, seat, ends)
    team: str = held.team
    return team


class TurnSeat(Body):
    """A seat whose first or last moment has come."""

    seat: PublicId


@command("seat.turn", TurnSeat, place="cohort", touches=_person_of, changes_rights=True)
def turn_seat(transaction: Transaction, actor: Actor, place: Place, body: TurnSeat) -> Made:
    policy.require(actor, CohortPermission.SEAT_TURN, place)
    seat = _seat(transaction.connection, place, body.seat)
    _turn(transaction, place, seat.team, seat.person)
    return None


@jobs.job("seat.turn")
def turn_when_due(door: Door, job: jobs.Job) -> None:
    asked = commands.ask("seat.turn", job.payload["cohort"], {"seat": job.payload["seat"]}, id=job.id)
    door.carry_out(policy.system("seats"), asked)


def _seat(connection: Connection, place: Place, seat: str) -> Row[*tuple[Any, ...]]:
    """The seat of that cohort, with its team and person by public id and by row."""
    found = connection.execute(
        select(
            Seat.valid_from,
            Seat.valid_until,
            Seat.team_id,
            Seat.person_id,
            Team.cohort_id,
            Team.public_id.label("team"),
            Person.public_id.label("person"),
            Person.email,
        )
        .join(Team, Team.id == Seat.team_id)
        .join(Cohort, Cohort.id == Team.cohort_id)
        .join(Person, Person.id == Seat.person_id)
        .where(Seat.public_id == seat, Cohort.public_id == place.id)
    ).one_or_none()
    if found is None:
        raise not_found()
    return found


def _turn(transaction: Transaction, place: Place, team: str, person: str) -> None:
    """Rights and the list of the team are others from this moment on."""
    transaction.raise_acl(place.name)
    tell_team(transaction, place, team)
    transaction.append(f"person/{person}", RightsChanged(), subjects=[person])


def _turn_then(transaction: Transaction, place: Place, seat: str, moment: datetime | None) -> None:
    """Tell it once more when that moment has come; rights themselves look at the clock."""
    if moment is not None and moment > transaction.now:
        jobs.schedule(transaction.connection, "seat.turn", moment, {"cohort": place.name, "seat": seat})
