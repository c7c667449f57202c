"""Who makes the house forget: nobody but itself, and whoever looks after the server."""

from __future__ import annotations

from enum import StrEnum

from foundation.places import Place
from foundation.policy import Actor, rule


class RetentionPermission(StrEnum):
    """What can be done about periods."""

    RUN = "retention.run"
    WARN = "retention.warn"


@rule(RetentionPermission.RUN, RetentionPermission.WARN)
def the_house_forgets(actor: Actor, _place: Place) -> bool:
    return actor.is_system
