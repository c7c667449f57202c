"""How full a cohort is, read for the rule that says whether there is room for one more."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from foundation import clock
from foundation.errors import Code, Refusal
from foundation.policy import Role
from people.accounts.models import Person
from people.invitations.models import Invitation

from .models import Cohort, Seat, Team
from .rules import NO_ROOM, Lack, Limits, Period, Room


def room(
    connection: Connection,
    cohort: int,
    *,
    without_seat: str = "",
    without_address: str = "",
    without_invitation: int = 0,
) -> Room:
    """The cohort (by row) as the caller's lock keeps it; four queries, however full it is.

    Left out is what is about to become the seat asked for: a seat (public id), an invitation (by row), or one
    to the address of whom the seat is for. Who sits there and is invited as well counts once.
    """
    now = clock.now()
    limits = connection.execute(
        select(Cohort.seats_per_team, Cohort.places_people, Cohort.places_teams).where(Cohort.id == cohort)
    ).one()
    teams = connection.execute(select(Team.id).where(Team.cohort_id == cohort)).scalars().all()
    given = connection.execute(
        select(Seat.team_id, Person.email, Seat.valid_from, Seat.valid_until)
        .join(Team, Team.id == Seat.team_id)
        .join(Person, Person.id == Seat.person_id)
        .where(Team.cohort_id == cohort, Seat.public_id != without_seat)
    ).all()
    offered = connection.execute(
        select(Invitation.team_id, Invitation.email, Invitation.valid_from, Invitation.valid_until).where(
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.role == Role.PARTICIPANT,
            Invitation.cohort_id == cohort,
            Invitation.email != without_address,
            Invitation.id != without_invitation,
        )
    ).all()
    seated = {email for _, email, _, ends in given if ends is None or ends > now}
    taken: list[tuple[Any, Period]] = [(team, Period(begins, ends)) for team, _, begins, ends in given]
    taken += [
        (team, Period(max(begins or now, now), ends))
        for team, email, begins, ends in offered
        if email not in seated
    ]
    return Room(
        limits=Limits(
            seats_per_team=limits.seats_per_team,
            places_people=limits.places_people,
            places_teams=limits.places_teams,
        ),
        now=now,
        teams=set(teams),
        taken=taken,
    )


def why_not(here: Room, lack: Lack) -> tuple[str, dict[str, Any]]:
    """The sentence that says what is lacking, with its number."""
    return NO_ROOM[lack], {lack.value: here.limits.of(lack)}


def refuse_without_room(here: Room, lack: Lack | None) -> None:
    """Raises `conflict` if something is lacking."""
    if lack is not None:
        sentence, params = why_not(here, lack)
        raise Refusal(Code.CONFLICT, sentence, **params)
