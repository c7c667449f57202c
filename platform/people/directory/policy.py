"""Who may change what the others of the cohort see of somebody."""

from __future__ import annotations

from enum import StrEnum

from foundation.places import Place
from foundation.policy import Actor, rule


class DirectoryPermission(StrEnum):
    """What can be done with an entry."""

    CHANGE = "directory.change"


@rule(DirectoryPermission.CHANGE)
def everybody_releases_their_own(actor: Actor, place: Place) -> bool:
    return actor.id == place.above("person")
