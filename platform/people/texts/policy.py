"""Who may change the operator's texts. Everybody may read them."""

from __future__ import annotations

from enum import StrEnum

from foundation.places import Place
from foundation.policy import Actor, rule
from people.accounts.policy import administers


class TextPermission(StrEnum):
    """What can be done with the operator's texts."""

    CHANGE = "text.change"


@rule(TextPermission.CHANGE)
def the_office_writes(actor: Actor, _place: Place | None) -> bool:
    return administers(actor)
