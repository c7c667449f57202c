"""Who may have a person erased."""

from __future__ import annotations

from enum import StrEnum

from foundation import policy
from foundation.places import Place
from foundation.policy import Actor, rule
from people.accounts.policy import administers

RESTORING = policy.system("restoring")
"""The house after a backup was put back: who was erased before is erased again, whatever is in the way."""


class PrivacyPermission(StrEnum):
    """What can be done about what the house knows of a person."""

    ERASE = "person.erase"


@rule(PrivacyPermission.ERASE)
def everybody_themselves_and_the_office(actor: Actor, place: Place) -> bool:
    return actor.id == place.id or administers(actor)
