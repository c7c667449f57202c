"""Who may ask for another password or another address, and who carries it out."""

from __future__ import annotations

from enum import StrEnum

from foundation import policy
from foundation.places import Place
from foundation.policy import Actor, rule
from people.sign_in.policy import DOOR

RECOVERY = policy.system("recovery")
"""The house when it writes the mail that somebody has asked for without being signed in."""


class RecoveryPermission(StrEnum):
    """What can be done about a forgotten password and another address."""

    REQUEST = "reset.request"
    MAKE = "reset.make"
    USE = "reset.use"
    ASK = "address.ask"
    CONFIRM = "address.confirm"
    DROP = "address.drop"


@rule(RecoveryPermission.REQUEST, RecoveryPermission.USE, RecoveryPermission.ASK, RecoveryPermission.CONFIRM)
def the_door(actor: Actor, _place: Place) -> bool:
    """Asked for at pages only: these have seen the link, or that the person has lately shown who they are,
    and how many mails that address has had."""
    return actor.id == DOOR.id and actor.is_system


@rule(RecoveryPermission.MAKE)
def the_house(actor: Actor, _place: Place) -> bool:
    return actor.is_system


@rule(RecoveryPermission.DROP)
def everybody_their_own(actor: Actor, place: Place) -> bool:
    return actor.id == place.id
