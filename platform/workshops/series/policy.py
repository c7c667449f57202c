"""Who may announce workshops, and who follows a cohort and its workshops."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement, or_

from foundation import policy
from foundation.places import Place
from foundation.policy import Actor, Role
from foundation.streams import Audience
from people.cohorts.models import Cohort
from people.cohorts.policy import MEMBERS

from .models import Workshop


class SeriesPermission(StrEnum):
    """What can be done with a workshop."""

    CREATE = "workshop.create"
    CHANGE = "workshop.change"
    CANCEL = "workshop.cancel"
    REINSTATE = "workshop.reinstate"
    FOLLOW = "workshop.follow"


@policy.rule(
    SeriesPermission.CREATE, SeriesPermission.CHANGE, SeriesPermission.CANCEL, SeriesPermission.REINSTATE
)
def those_who_run_it(actor: Actor, place: Place) -> bool:
    """Facilitators of the cohort, administrators, and the house itself."""
    return (
        actor.is_system
        or actor.holds(Role.ADMINISTRATOR, "house")
        or actor.holds(Role.FACILITATOR, f"cohort/{place.above('cohort')}")
    )


def _own_workshops(actor: Actor) -> ColumnElement[bool]:
    return or_(
        Cohort.public_id.in_(actor.scopes(*MEMBERS, prefix="cohort/")),
        Workshop.public_id.in_(actor.scopes(Role.EXPERT, prefix="workshop/")),
    )


@policy.rule(SeriesPermission.FOLLOW, clause=_own_workshops)
def the_group_and_its_guests_follow(actor: Actor, audience: Audience) -> bool:
    """The group is closed: whoever administers the house does not read what it works on.

    A guest reads the one workshop, which has the cohort's other streams and workshops beside it, not below.
    """
    of_the_group = policy.any_of(actor, MEMBERS, [f"cohort/{audience.place.above('cohort')}"])
    return of_the_group or actor.holds(Role.EXPERT, audience.place.name)
