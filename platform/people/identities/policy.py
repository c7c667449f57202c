"""Who may do what with the accounts of persons at sign-in services."""

from __future__ import annotations

from enum import StrEnum

from foundation.places import Place
from foundation.policy import Actor, rule
from people.sign_in.policy import DOOR


class IdentityPermission(StrEnum):
    """What can be done with an account at a sign-in service."""

    LINK = "identity.link"
    USE = "identity.use"
    REMOVE = "identity.remove"


@rule(*IdentityPermission)
def the_door_after_it_has_seen_them(actor: Actor, _place: Place) -> bool:
    return actor.id == DOOR.id and actor.is_system
