"""Who settles which mails somebody gets."""

from __future__ import annotations

from enum import StrEnum

from foundation import policy
from foundation.places import Place
from foundation.policy import Actor, rule

LETTERBOX = policy.system("unsubscribe")
"""The house for whoever came by the sealed address in a mail, signed in or not."""


class NotificationPermission(StrEnum):
    """What can be done with what somebody gets by mail."""

    CHANGE = "notifications.change"
    UNSUBSCRIBE = "notifications.unsubscribe"


@rule(NotificationPermission.CHANGE)
def everybody_chooses_for_themselves(actor: Actor, place: Place) -> bool:
    return actor.id == place.above("person")


@rule(NotificationPermission.UNSUBSCRIBE)
def the_house_unsubscribes(actor: Actor, _place: Place) -> bool:
    return actor.is_system
