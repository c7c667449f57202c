"""Who may do what with second factors: only the door, after its pages have seen who it is."""

from __future__ import annotations

from enum import StrEnum

from foundation.places import Place
from foundation.policy import Actor, rule
from people.sign_in.policy import DOOR


class FactorPermission(StrEnum):
    """What can be done with second factors."""

    BEGIN = "codes.begin"
    CONFIRM = "codes.confirm"
    REMOVE = "codes.remove"
    USE = "code.use"
    RENEW = "recovery.renew"
    SHOWN = "session.confirm"
    ADD = "passkey.add"
    USE_PASSKEY = "passkey.use"
    RENAME = "passkey.rename"
    REMOVE_PASSKEY = "passkey.remove"


class OperatorPermission(StrEnum):
    """What can be done for somebody who has lost them."""

    DROP = "factors.drop"


@rule(OperatorPermission.DROP)
def the_house(actor: Actor, _place: Place) -> bool:
    """At the command line, by whoever runs the server and knows by other means who it is."""
    return actor.is_system


@rule(*FactorPermission)
def the_door(actor: Actor, _place: Place) -> bool:
    return actor.is_system and actor.id == DOOR.id
