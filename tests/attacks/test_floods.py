"""One person asks as fast as they can; everybody else votes on."""

from __future__ import annotations

import itertools
import json
import uuid

import pytest
from tests.attacks.blasting import HANDSHAKE, SOCKET, blast, request
from tests.attacks.town import MARK, Town

pytestmark = pytest.mark.slow

CONNECTIONS = 50
SECONDS = 5.0
HASH = 20_000_000
"""Bytes that each of the two hashes takes which the house computes side by side, whoever asks for them."""


def command(visitor, place, name, body):
    sent = {"id": str(uuid.uuid4()), "name": name, "place": place, "body": body}
    return request(visitor, "POST /live/commands", json.dumps(sent).encode())


def flood(town: Town, requests, *, connections: int = CONNECTIONS, allowed: int = 0):
    def attack():
        answers = blast(town.server.port, requests, connections=connections, seconds=SECONDS)
        print(f"\n  answers: {dict(answers.statuses)}, closed {answers.closed}", end="")  # noqa: T201 -- a figure
        return answers

    answers = town.bear(attack, allowed=allowed)
    assert answers.silent == 0
    return answers


def test_commands(town: Town) -> None:
    one = town.visitor("neighbour")
    topic = town.scene.topics["voting"]
    marks = (
        command(one, town.place, "ballot.mark", {"topic": topic, "value": number % 2})
        for number in itertools.count()
    )
    answers = flood(town, marks)
    assert set(answers.statuses) == {200, 429}
    assert b"retry-after" in answers.heads[429].lower()


@pytest.mark.parametrize("asked", ["snapshot", "catch-up", "wait", "session"])
def test_reading(town: Town, asked: str) -> None:
    one = town.visitor("neighbour")
    epoch = one.snapshot(town.place)["epoch"]
    line = {
        "snapshot": f"GET /live/streams/{town.place}",
        "catch-up": f"GET /live/streams/{town.place}/events?epoch={epoch}&after=0",
        "wait": f"GET /live/streams/{town.scene.place('neighbour')}/events?epoch={epoch}&after=999&wait=25",
        "session": "GET /live/session",
    }[asked]
    answers = flood(town, itertools.repeat(request(one, line)))
    assert set(answers.statuses) <= {200, 429}
    assert answers.statuses[429]
    assert b"retry-after" in answers.heads[429].lower()


def test_pages(town: Town) -> None:
    one = town.visitor("neighbour")
    answers = flood(
        town, itertools.repeat(request(one, f"GET /{town.place.replace('workshop', 'workshops')}"))
    )
    assert answers.statuses


def test_passwords(town: Town) -> None:
    one = town.visitor("neighbour")
    stranger = one.again()
    stranger.cookie = ""
    token = stranger.form_token("/sign-in")

    def forms():
        for number in itertools.count():
            body = f"email={MARK}{number}@example.org&password={MARK}&csrf_token={token}".encode()
            yield request(stranger, "POST /sign-in", body, content_type="application/x-www-form-urlencoded")

    answers = flood(town, forms(), allowed=2 * HASH)
    assert set(answers.statuses) == {422, 429}
    assert b"retry-after" in answers.heads[429].lower()


def test_handshakes(town: Town) -> None:
    one = town.visitor("neighbour")
    answers = flood(town, itertools.repeat(request(one, SOCKET, **HANDSHAKE)))
    assert set(answers.statuses) <= {101, 429}
