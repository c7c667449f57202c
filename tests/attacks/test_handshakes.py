"""Two who ask for a socket five thousand times, one of them unknown; everybody else votes on."""

from __future__ import annotations

import itertools
import time

import pytest
from tests.attacks.blasting import HANDSHAKE, SOCKET, Answers, blast, request
from tests.attacks.town import Town

pytestmark = pytest.mark.slow

MANY = 5000
AT_ONCE = 200
"""Connections that are open side by side: more for each of the two than may wait for a turn."""
WITHIN = 60.0
"""Seconds in which all of them are answered; the rests of whoever was refused are in it."""


def test_everybody_who_asks_for_a_socket_is_answered(town: Town) -> None:
    one = town.visitor("neighbour")
    asked = [request(one, SOCKET, **{**HANDSHAKE, "cookie": cookie}) for cookie in (one.cookie, None)]

    def attack() -> Answers:
        many = itertools.islice(itertools.cycle(asked), MANY)
        begun = time.monotonic()
        answers = blast(town.server.port, many, connections=AT_ONCE, seconds=WITHIN)
        print(f"\n  answers: {dict(answers.statuses)} in {time.monotonic() - begun:.1f} s", end="")  # noqa: T201 -- a figure
        return answers

    answers = town.bear(attack, attackers=len(asked))

    assert (answers.total, answers.closed, answers.silent) == (MANY, 0, 0)
    assert set(answers.statuses) == {101, 401, 429}
