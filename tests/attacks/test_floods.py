"""One person asks as fast as they can; everybody else votes on."""

from __future__ import annotations

import itertools
import json
import time
import uuid

import pytest
from tests.attacks.blasting import HANDSHAKE, SOCKET, blast, request
from tests.attacks.town import MARK, Town

pytestmark = pytest.mark.slow

CONNECTIONS = 50
SECONDS = 5.0
WARM = 20
A_SECOND, A_MINUTE = 40, 60
"""Commands and questions of a person in a second, attempts to sign in of an address in a minute (`REAL`)."""
MINUTE = 60.0
"""Seconds after which so many passwords may be tried again."""
HASH = 20_000_000
"""Bytes that each of the two hashes takes which the house computes side by side, whoever asks for them."""


def command(visitor, place, name, body):
    sent = {"id": str(uuid.uuid4()), "name": name, "place": place, "body": body}
    return request(visitor, "POST /live/commands", json.dumps(sent).encode())


def flood(town: Town, requests, *, allowed: int = 0, rest: float = 0.0):
    """What came of it, and how many seconds it took until the last was answered."""

    def attack():
        begun = time.monotonic()
        answers = blast(town.server.port, requests, connections=CONNECTIONS, seconds=SECONDS)
        print(f"\n  answers: {dict(answers.statuses)}, closed {answers.closed}", end="")  # noqa: T201 -- a figure
        return answers, time.monotonic() - begun

    answers, took = town.bear(attack, allowed=allowed, rest=rest)
    assert answers.silent == 0
    return answers, took


def limited(answers, most: float, done: int = 200) -> bool:
    """Whether so many at most were done, and the others were told when to come again.

    The clock's own seconds and minutes are counted, also those that have begun before and end after it.
    On a slow machine one person may not even get as far as the limit.
    """
    assert set(answers.statuses) <= {done, 429}
    heads = (head for status, head in answers.heads.items() if status == 429)
    return answers.statuses[done] <= most and all(b"retry-after" in head.lower() for head in heads)


def test_commands(town: Town) -> None:
    one = town.visitor("neighbour")
    topic = town.scene.topics["voting"]
    marks = (
        command(one, town.place, "ballot.mark", {"topic": topic, "value": number % 2})
        for number in itertools.count()
    )
    answers, took = flood(town, marks)
    assert limited(answers, A_SECOND * (took + 2))


@pytest.mark.parametrize("asked", ["snapshot", "catch-up", "wait", "session"])
def test_reading(town: Town, asked: str) -> None:
    one = town.visitor("neighbour")
    epoch, own = one.snapshot(town.place)["epoch"], town.scene.place("neighbour")
    mine = one.snapshot(own)
    line = {
        "snapshot": f"GET /live/streams/{town.place}",
        "catch-up": f"GET /live/streams/{town.place}/events?epoch={epoch}&after=0",
        "wait": f"GET /live/streams/{own}/events?epoch={mine['epoch']}&after={mine['seq']}&wait=25",
        "session": "GET /live/session",
    }[asked]
    answers, took = flood(town, itertools.repeat(request(one, line)))
    assert answers.statuses[200] > 0
    assert limited(answers, A_SECOND * (took + 2))
    assert took >= (25 if asked == "wait" else 0)


def test_pages(town: Town) -> None:
    one = town.visitor("neighbour")
    page = f"/{town.place.replace('workshop', 'workshops')}/poll"
    # What the first pages take once, whoever asks for them.
    assert {one.get(page).status for _ in range(WARM)} == {200}
    answers, _took = flood(town, itertools.repeat(request(one, f"GET {page}")))
    assert set(answers.statuses) == {200}


def test_passwords(town: Town) -> None:
    one = town.visitor("neighbour")
    stranger = one.again()
    stranger.cookie = ""
    token = stranger.form_token("/sign-in")

    def forms():
        for number in itertools.count():
            body = f"email={MARK}{number}@example.org&password={MARK}&csrf_token={token}".encode()
            yield request(stranger, "POST /sign-in", body, content_type="application/x-www-form-urlencoded")

    answers, _took = flood(town, forms(), allowed=2 * HASH, rest=MINUTE)
    assert limited(answers, 2 * A_MINUTE, done=422)


def test_handshakes(town: Town) -> None:
    one = town.visitor("neighbour")
    answers, _took = flood(town, itertools.repeat(request(one, SOCKET, **HANDSHAKE)))
    assert set(answers.statuses) <= {101, 429}
