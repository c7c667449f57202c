"""What a facilitator sets before a vote: how it is counted and who sees what when."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from foundation import bodies
from foundation.bodies import Body, WireMoment
from foundation.text import N_

from .rules.election import Completion
from .rules.methods import OWNING, Kind, Method, kind_of


class Show(StrEnum):
    """From when on the running count is shown."""

    LIVE = "live"
    """To all, at any time."""
    OWN = "own"
    """To a team once it has voted, so that nobody votes after the others."""
    END = "end"
    """To nobody before the close."""


class TieRule(StrEnum):
    """How ties are broken; said before anybody votes."""

    LEAST_SERVED = "least_served"
    """First what the team wants whose wishes have got the fewest minutes in the series, then by lot."""
    SEED = "seed"
    """By lot: a seed that was drawn at the opening."""


class PollSettings(Body):
    """How a poll is held. `minutes`: nothing means those of the workshop.

    `dots`: how many each team has to give, where it has dots. `quorum`: from how many ballots on
    a secret poll has a result. `carries`: teams bring along the minutes that they did not spend at the
    workshops before.
    """

    method: Annotated[Method, Field(strict=False)] = Method.APPROVAL
    completion: Annotated[Completion, Field(strict=False)] = Completion.RAISE_SHARES_AND_APPROVALS
    minutes: Annotated[int, Field(ge=15, le=1440, multiple_of=5)] | None = None
    dots: Annotated[int, Field(ge=1, le=100)] = 10
    show: Annotated[Show, Field(strict=False)] = Show.LIVE
    secret: bool = False
    quorum: Annotated[int, Field(ge=3, le=1000)] = 5
    ties: Annotated[TieRule, Field(strict=False)] = TieRule.SEED
    carries: bool = False
    opens_at: WireMoment | None = None
    closes_at: WireMoment | None = None


def check(settings: PollSettings) -> None:
    """Refuse what does not go together: a secret poll gives up what would tell who wrote what."""
    wrong: dict[str, str] = {}
    if settings.secret and settings.show is not Show.END:
        wrong["show"] = N_("Bei einer geheimen Abstimmung gibt es keinen Zwischenstand.")
    if settings.secret and settings.ties is not TieRule.SEED:
        wrong["ties"] = N_("Bei einer geheimen Abstimmung entscheidet bei Gleichstand nur das Los.")
    if settings.secret and settings.carries:
        wrong["carries"] = N_("Bei einer geheimen Abstimmung lassen sich keine Minuten mitnehmen.")
    elif settings.carries and settings.method not in OWNING:
        wrong["carries"] = N_("Minuten mitnehmen lässt sich nur, wo jedes Team eigene Minuten hat.")
    if wrong:
        raise bodies.invalid(**wrong)


def columns(settings: PollSettings, minutes: int) -> Mapping[str, Any]:
    """The settings as the columns of a poll; `minutes` are those of the workshop."""
    return {
        "method": settings.method,
        "completion": settings.completion,
        "minutes": settings.minutes or minutes,
        "dots": settings.dots if kind_of(settings.method) is Kind.DOTS else None,
        "show": settings.show,
        "secret": settings.secret,
        "quorum": settings.quorum if settings.secret else None,
        "ties": settings.ties,
        "carries": settings.carries,
    }
