"""Who may take lists in, take them back, and take them away."""

from __future__ import annotations

from enum import StrEnum

from foundation.places import Place
from foundation.policy import Actor, rule
from people.accounts.policy import administers


class ImportPermission(StrEnum):
    """What can be done with lists."""

    CONFIRM = "import.confirm"
    UNDO = "import.undo"
    EXPORT = "list.export"


@rule(*ImportPermission)
def the_office_keeps_lists(actor: Actor, _place: Place) -> bool:
    return administers(actor)
