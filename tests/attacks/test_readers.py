"""One who asks for much and takes it slowly or never; everybody else votes on."""

from __future__ import annotations

import contextlib
import itertools
import json
import socket
import time
from collections.abc import Callable, Sequence

import pytest
import websocket
from tests.attacks.town import Town
from tests.visiting import Visitor, wait_until

from live.limits import USUAL

pytestmark = pytest.mark.slow

LONG = "Ä" * 600
"""As long as a question may be."""
CHANGES = 120
"""Events with it that are asked for again and again: more than one answer holds."""
WAITING = 32
"""Messages that may wait for a reader here, so that soon there are too many."""
ROUNDS = 2
SECONDS = 3.0
BYTE_EVERY = 0.02
SOON = 5.0
"""Seconds until somebody who is gone without having read takes no place any more."""


@pytest.fixture
def settings() -> dict[str, object]:
    return {"queued_messages": WAITING}


def tell_much(one: Visitor, place: str) -> None:
    body = {"title": "Was lange dauert", "question": LONG, "minutes": 60}
    topic = one.command("topic.propose", place, body).json["result"]["topic"]
    for number in range(CHANGES):
        sent = {**body, "topic": topic, "minutes": 60 + 5 * (number % 2)}
        wait_until(lambda sent=sent: one.command("topic.change", place, sent).status == 200, "it is changed")


def narrow(one: Visitor) -> websocket.WebSocket | None:
    """A socket that takes little at a time; None where all places of that person are taken."""
    address = one.url.replace("http://", "ws://") + "/socket.io/?EIO=4&transport=websocket"
    little = ((socket.SOL_SOCKET, socket.SO_RCVBUF, 4096),)
    try:
        line = websocket.create_connection(
            address, timeout=5, cookie=one.cookie, origin=one.url, sockopt=little
        )
    except websocket.WebSocketBadStatusException as refused:
        if refused.status_code != 429:
            raise
        return None
    line.send("40")
    line.settimeout(0.2)
    return line


def all_places(one: Visitor) -> list[websocket.WebSocket]:
    first = wait_until(lambda: narrow(one), "there is a place", seconds=SOON)
    return [first, *(line for _ in range(USUAL.sockets_per_person - 1) if (line := narrow(one)))]


def follow(line: websocket.WebSocket, lively: tuple[str, str], much: tuple[str, str]) -> None:
    """Follow the lively place, and ask for everything of the other until no question is taken any more."""
    with contextlib.suppress(OSError, websocket.WebSocketException):
        for number, (stream, epoch) in enumerate((lively, *itertools.repeat(much, 50))):
            asked = ["subscribe", {"stream": stream, "epoch": epoch, "after": 0}]
            line.send(f"42{number}{json.dumps(asked)}")


def never(_lines: Sequence[websocket.WebSocket]) -> None:
    time.sleep(SECONDS)


def a_byte_at_a_time(lines: Sequence[websocket.WebSocket]) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        for line in lines:
            with contextlib.suppress(OSError):
                line.sock.recv(1)
        time.sleep(BYTE_EVERY)


@pytest.mark.parametrize("read", [never, a_byte_at_a_time])
def test_reading(town: Town, read: Callable[[Sequence[websocket.WebSocket]], None]) -> None:
    one, place, much = town.visitor("neighbour"), town.place, town.scene.place("collecting")
    tell_much(one, much)
    begun = one.snapshot(place)
    lively, long = (place, begun["epoch"]), (much, one.snapshot(much)["epoch"])

    def attack() -> None:
        for _ in range(ROUNDS):
            lines = all_places(one)
            for line in lines:
                follow(line, lively, long)
            read(lines)
            for line in lines:
                line.shutdown()

    town.bear(attack)
    told = [json.loads(line) for line in town.server.said.splitlines()]
    cut = [line for line in told if line["event"] == "slow_reader_cut_off"]
    assert len(cut) >= USUAL.sockets_per_person
    assert max(line["messages"] for line in cut) <= WAITING
    back = wait_until(lambda: narrow(one), "there is a place again", seconds=SOON)
    back.shutdown()
    missed = one.socket().subscribe(place, begun["epoch"], begun["seq"])
    numbers = [event["seq"] for event in missed["events"]]
    assert numbers == list(range(begun["seq"] + 1, begun["seq"] + 1 + len(numbers)))
    assert missed["more"] or numbers[-1] == missed["head"]
