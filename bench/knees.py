"""The knee: the most changes a second with which 99 of 100 are on the last screen in time."""

from __future__ import annotations

import sys
import time
from typing import Any

from bench.fanload import LIMIT, Fanload

STEPS = 4
"""Halvings between the last rate that went well and the first that did not: 4.4 % of the rate."""


def knee(
    client: Fanload, *, start: float, seconds: float = 2.5, steps: int = STEPS, label: str = ""
) -> float:
    """Double the rate (or halve it) until it no longer goes well, then close in on where it turns.

    A rate does not go well when twice in a row it did not: one hiccup of the machine is not the knee.
    """
    good, bad = 0.0, 0.0
    rate = start
    while not (good and bad):
        if _goes_well(client, rate, seconds, label):
            good, rate = rate, rate * 2
        else:
            bad, rate = rate, rate / 2
        if rate < 1:
            return 0.0
    for _ in range(steps):
        middle = (good * bad) ** 0.5
        if _goes_well(client, middle, seconds, label):
            good = middle
        else:
            bad = middle
    return good


def _goes_well(client: Fanload, rate: float, seconds: float, label: str) -> bool:
    return any(is_well(_tried(client, rate, seconds, label)) for _attempt in range(2))


def _tried(client: Fanload, rate: float, seconds: float, label: str) -> dict[str, Any]:
    time.sleep(0.2)
    stage = client.stage(rate, seconds)
    server, own = (stage[f"{who}_cpu"] / stage["seconds"] for who in ("server", "client"))
    ending = "" if is_well(stage) else " - no"
    sys.stderr.write(f"{label}: {rate:.0f}/s p99 {stage['last_p99_ms']:.0f} ms, ")
    sys.stderr.write(f"server {server:.0%}, client {own:.0%}{ending}\n")
    return stage


def is_well(stage: dict[str, Any], *, within: float = LIMIT) -> bool:
    """Whether everything arrived, once, and in so many milliseconds."""
    lost = stage["missing"] or stage["refused"] or stage["lost"] or stage["gaps"] or stage["twice"]
    return not (stage["given_up"] or lost) and stage["last_p99_ms"] <= within
