"""Who says that somebody has seen the tour: they themselves."""

from __future__ import annotations

from enum import StrEnum

from foundation.places import Place
from foundation.policy import Actor, rule


class TourPermission(StrEnum):
    """What can be done with the tour."""

    FINISH = "tour.finish"


@rule(TourPermission.FINISH)
def everybody_their_own(actor: Actor, place: Place) -> bool:
    return actor.id == place.id
