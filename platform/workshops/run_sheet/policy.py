"""Who arranges a run sheet and goes through it."""

from __future__ import annotations

from enum import StrEnum

from foundation import policy
from foundation.places import Place
from foundation.policy import Actor, Role


class SheetPermission(StrEnum):
    """The commands about run sheets."""

    MOVE = "block.move"
    RESIZE = "block.resize"
    RENAME = "block.rename"
    SPLIT = "block.split"
    JOIN = "block.join"
    ADD = "block.add"
    REMOVE = "block.remove"
    RESTORE = "block.restore"
    START = "sheet.start"
    NEXT = "sheet.next"
    BACK = "sheet.back"
    EXTEND = "sheet.extend"


@policy.rule(*SheetPermission)
def facilitators_lead(actor: Actor, place: Place) -> bool:
    return actor.holds(Role.FACILITATOR, f"cohort/{place.above('cohort')}")
