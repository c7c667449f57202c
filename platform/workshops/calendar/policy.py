"""Who has an address for a calendar: everybody their own."""

from __future__ import annotations

from enum import StrEnum

from foundation.places import Place
from foundation.policy import Actor, rule


class CalendarPermission(StrEnum):
    """What can be done with an address."""

    OPEN = "calendar.open"
    REVOKE = "calendar.revoke"


@rule(CalendarPermission.OPEN, CalendarPermission.REVOKE)
def everybody_their_own(actor: Actor, place: Place) -> bool:
    return actor.id == place.above("person")
