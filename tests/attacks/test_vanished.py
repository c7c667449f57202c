"""Two hundred who are gone without a word, at whatever point; everybody else votes on."""

from __future__ import annotations

import contextlib
import json
import socket
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import websocket
from tests.attacks.blasting import HANDSHAKE, SOCKET, connect, request
from tests.attacks.town import Town
from tests.network import Network
from tests.serving import Server
from tests.visiting import Visitor, wait_until

from live.limits import USUAL

pytestmark = pytest.mark.slow

IDLE, LATE = 12, 6
"""Seconds of `idle_seconds` and `peer_seconds` here: less than usual, to save time."""
ASKED, ANSWERED = 13, 18
"""Seconds until a socket is asked whether it is still there, and until it must have answered."""
FORGOTTEN = {
    "nothing": IDLE,
    "answered": IDLE,
    "head": LATE,
    "body": LATE,
    "upgrade": USUAL.silent_seconds,
    "subscribed": ASKED + ANSWERED,
}
"""Where each of them was when it went, and seconds after which the server holds nothing of it any more."""
SLACK = 5.0
"""Seconds more: the server looks at its sockets by and by, and this is a busy machine."""
PEOPLE = ("neighbour", "facilitator", "coach")
"""Who they say they are, where they say it; the others are strangers."""
EACH = USUAL.sockets_per_person // 2
"""Sockets of each person that are not begun, and as many that follow the vote."""
STRANGERS = {"nothing": 60, "answered": 40, "head": 60, "body": 8}
"""Of bodies no more than are read at once: the others wait for their turn, which takes as long."""


@pytest.fixture
def settings() -> dict[str, object]:
    return {"idle_seconds": IDLE, "peer_seconds": LATE}


@pytest.fixture
def people(town: Town) -> list[Visitor]:
    return [town.visitor(who) for who in PEOPLE]


def beginnings(town: Town, people: list[Visitor]) -> Iterator[tuple[str, bytes]]:
    """What each of them has sent before it goes; last what takes the turns that others would wait for."""
    for one in people:
        yield from [("subscribed", request(one, SOCKET, **HANDSHAKE))] * EACH
        yield from [("upgrade", request(one, SOCKET, **HANDSHAKE))] * EACH
    stranger = Visitor(town.server.url)
    form = request(stranger, "POST /sign-in", b"email=x", content_type="application/x-www-form-urlencoded")
    page = request(stranger, "GET /healthz")
    head = request(stranger, SOCKET, **HANDSHAKE)[:-2]
    sent = {"nothing": b"", "answered": page, "head": head, "body": form[:-3]}
    for stage, number in STRANGERS.items():
        yield from [(stage, sent[stage])] * number
    for one in people:
        yield from [("body", command(one, town)[:-40])] * 2


def command(one: Visitor, town: Town) -> bytes:
    body = {"topic": town.scene.topics["voting"], "value": 1}
    sent = {"id": str(uuid.uuid4()), "name": "ballot.mark", "place": town.place, "body": body}
    return request(one, "POST /live/commands", json.dumps(sent).encode())


def follow(line: socket.socket, place: str) -> None:
    """Go on from the handshake to the first answer."""
    hear(line, b"\r\n\r\n")
    subscribing = ["subscribe", {"stream": place, "epoch": "", "after": 0}]
    for text in ("40", f"420{json.dumps(subscribing)}"):
        line.sendall(websocket.ABNF(1, 0, 0, 0, 1, 1, text.encode()).format())
    hear(line, b'430[{"ok":true')


def hear(line: socket.socket, what: bytes) -> None:
    said = b""
    while what not in said:
        some = line.recv(65_536)
        assert some, said
        said += some


def arrived(ways: dict[str, Network]) -> list[str]:
    return [stage for stage, way in ways.items() for _port in way.ports()]


def held(server: Server, ports: set[int]) -> int:
    """How many of those connections the server has open: established, or to be closed (`man 5 proc`)."""
    lines = Path(f"/proc/{server.pid}/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    fields = [line.split()[1:4] for line in lines]
    return sum(
        int(local[-4:], 16) == server.port and int(remote[-4:], 16) in ports and state in ("01", "08")
        for local, remote, state in fields
    )


def test_whoever_is_gone_without_a_word_is_forgotten_in_time(town: Town, people: list[Visitor]) -> None:
    server = town.server

    def attack() -> dict[str, float]:
        with contextlib.ExitStack() as stack:
            ways = {stage: Network(server.port) for stage in FORGOTTEN}
            for way in ways.values():
                stack.callback(way.close)
            begun = list(beginnings(town, people))
            for stage, sent in begun:
                line = stack.enter_context(connect(ways[stage].port))
                line.sendall(sent)
                if stage == "answered":
                    hear(line, b"ok\n")
                if stage == "subscribed":
                    follow(line, town.place)
            there = [stage for stage, _sent in begun]
            wait_until(lambda: sorted(there) == sorted(arrived(ways)), "all are there", seconds=LATE)
            time.sleep(0.5)  # what they have sent last arrives
            ports = {stage: way.ports() for stage, way in ways.items()}
            for way in ways.values():
                way.vanish()
            return forgotten(ports)

    def forgotten(ports: dict[str, set[int]]) -> dict[str, float]:
        took: dict[str, float] = {}
        gone = time.monotonic()
        while len(took) < len(ports) and time.monotonic() < gone + 2 * max(FORGOTTEN.values()):
            time.sleep(0.1)
            for stage in ports.keys() - took.keys():
                if not held(server, ports[stage]):
                    took[stage] = round(time.monotonic() - gone, 1)
        print(f"\n  forgotten after: {took}", end="")  # noqa: T201 -- the figures, for who asks with -s
        return took

    took = town.bear(attack, attackers=len(PEOPLE) + 1)

    assert took.keys() == FORGOTTEN.keys()
    assert {stage: after for stage, after in took.items() if after > FORGOTTEN[stage] + SLACK} == {}
    for one in people:
        assert one.socket().subscribe(town.place)["ok"]
