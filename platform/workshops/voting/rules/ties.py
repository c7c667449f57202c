"""How ties are broken: by an order of the topics that is announced before anybody votes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

TieOrder = Callable[[str], Any]
"""A sort key over topic ids: of two topics that are otherwise equal, the smaller key goes first."""


def by_id(topic: str) -> str:
    """The smallest id in code-point order goes first: for recounts by other software."""
    return topic


def by_seed(seed: str) -> TieOrder:
    """The order in which ties are broken: SHA-256 over the seed and the topic's id, the smallest first.

    The seed is drawn before anybody has voted and shown, so that nobody can aim at it and anybody
    can check it: `printf '%s/%s' SEED TOPIC | sha256sum`.
    """

    def key(topic: str) -> str:
        return hashlib.sha256(f"{seed}/{topic}".encode()).hexdigest()

    return key


def least_served_first(
    served: Mapping[str, Fraction | int], ballots: Mapping[str, Mapping[str, int]], then: TieOrder
) -> TieOrder:
    """First what the team wants whose wishes have got the fewest minutes in the series so far.

    `served`: by team, what its wishes got in the workshops before this one; who is new there got none.
    Where the least served of those who want two topics are as badly served, and for what nobody wants,
    `then` decides.
    """
    least: dict[str, Fraction | int] = {}
    for team, marks in ballots.items():
        for topic, value in marks.items():
            if value > 0:
                least[topic] = min(served.get(team, 0), least.get(topic, served.get(team, 0)))

    def key(topic: str) -> tuple[bool, Fraction | int, Any]:
        return topic not in least, least.get(topic, 0), then(topic)

    return key
