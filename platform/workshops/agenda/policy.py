"""Who adopts an agenda."""

from __future__ import annotations

from enum import StrEnum

from foundation import policy
from foundation.places import Place
from foundation.policy import Actor, Role


class AgendaPermission(StrEnum):
    """The commands about agendas."""

    ADOPT = "agenda.adopt"


@policy.rule(AgendaPermission.ADOPT)
def facilitators_adopt(actor: Actor, place: Place) -> bool:
    return actor.holds(Role.FACILITATOR, f"cohort/{place.above('cohort')}")
