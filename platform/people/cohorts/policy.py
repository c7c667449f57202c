"""Who may do what with organisations, cohorts, teams, seats and roles."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement, true

from foundation.places import HOUSE, Place
from foundation.policy import Actor, Role, rule
from foundation.streams import Audience
from people.accounts.policy import administers

from .models import Cohort

MEMBERS = (Role.PARTICIPANT, Role.COACH, Role.FACILITATOR)
"""The roles that make somebody one of the cohort."""


class CohortPermission(StrEnum):
    """What can be done with a cohort and around it."""

    ORGANISATION_CREATE = "organisation.create"
    CREATE = "cohort.create"
    CHANGE = "cohort.change"
    TEAM_CREATE = "team.create"
    TEAM_CHANGE = "team.change"
    TEAM_REMOVE = "team.remove"
    SEAT_GIVE = "seat.give"
    SEAT_CHANGE = "seat.change"
    SEAT_END = "seat.end"
    SEAT_SUCCEED = "seat.succeed"
    SEAT_TURN = "seat.turn"
    ROLE_GRANT = "role.grant"
    ROLE_CHANGE = "role.change"
    ROLE_END = "role.end"
    ROLE_TURN = "role.turn"
    FOLLOW = "cohort.follow"


@rule(
    CohortPermission.ORGANISATION_CREATE,
    CohortPermission.CREATE,
    CohortPermission.CHANGE,
    CohortPermission.TEAM_CREATE,
    CohortPermission.TEAM_CHANGE,
    CohortPermission.TEAM_REMOVE,
    CohortPermission.SEAT_GIVE,
    CohortPermission.SEAT_CHANGE,
    CohortPermission.SEAT_END,
    CohortPermission.SEAT_SUCCEED,
    CohortPermission.ROLE_GRANT,
    CohortPermission.ROLE_CHANGE,
    CohortPermission.ROLE_END,
)
def the_office_arranges(actor: Actor, _place: Place) -> bool:
    return administers(actor)


@rule(CohortPermission.SEAT_TURN, CohortPermission.ROLE_TURN)
def the_clock_turns_seats_and_roles(actor: Actor, _place: Place) -> bool:
    return actor.is_system


def _cohorts_of(actor: Actor) -> ColumnElement[bool]:
    if actor.holds(Role.ADMINISTRATOR, HOUSE):
        return true()
    return Cohort.public_id.in_(actor.scopes(*MEMBERS, prefix="cohort/"))


@rule(CohortPermission.FOLLOW, clause=_cohorts_of)
def the_cohort_and_the_office_follow(actor: Actor, audience: Audience) -> bool:
    scope = f"cohort/{audience.place.above('cohort')}"
    return actor.holds(Role.ADMINISTRATOR, HOUSE) or any(actor.holds(role, scope) for role in MEMBERS)
