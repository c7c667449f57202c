"""Who may do what with persons."""

from __future__ import annotations

from enum import StrEnum

from foundation.places import HOUSE, Place
from foundation.policy import Actor, Role, rule
from foundation.streams import Audience


class PersonPermission(StrEnum):
    """What can be done with a person."""

    CREATE = "person.create"
    CHANGE = "profile.change"
    FOLLOW = "person.follow"


def administers(actor: Actor) -> bool:
    """Whether the actor may run the programme: the office, or the house itself (command line, demo)."""
    return actor.is_system or actor.holds(Role.ADMINISTRATOR, HOUSE)


@rule(PersonPermission.CREATE)
def the_office_creates(actor: Actor, place: Place) -> bool:
    return place.name == HOUSE and administers(actor)


@rule(PersonPermission.CHANGE)
def everybody_changes_their_own(actor: Actor, place: Place) -> bool:
    return actor.id == place.above("person")


@rule(PersonPermission.FOLLOW)
def everybody_follows_themselves(actor: Actor, audience: Audience) -> bool:
    return actor.id == audience.ids["person"]
