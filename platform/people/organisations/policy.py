"""Who may change organisations and programmes."""

from __future__ import annotations

from enum import StrEnum

from foundation.places import Place
from foundation.policy import Actor, rule
from people.accounts.policy import administers


class OrganisationPermission(StrEnum):
    """What can be done with organisations and programmes once they are there."""

    CHANGE = "organisation.change"
    REMOVE = "organisation.remove"
    PROGRAMME_CREATE = "programme.create"
    PROGRAMME_CHANGE = "programme.change"


@rule(*OrganisationPermission)
def the_office_arranges(actor: Actor, _place: Place) -> bool:
    return administers(actor)
