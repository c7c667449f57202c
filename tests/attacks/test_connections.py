"""One who opens connections and lets them hang, at whatever point; everybody else votes on."""

from __future__ import annotations

import contextlib
import json
import socket
import time
import uuid

import pytest
from tests.attacks.blasting import HANDSHAKE, SOCKET, connect, request
from tests.attacks.town import Town

pytestmark = pytest.mark.slow

CONNECTIONS = 100
SECONDS = 4.0
TRICKLE = 0.2
"""Seconds between two bytes of each."""


def command(town: Town) -> bytes:
    body = {"topic": town.scene.topics["voting"], "value": 1}
    sent = {"id": str(uuid.uuid4()), "name": "ballot.mark", "place": town.place, "body": body}
    return request(town.visitor("neighbour"), "POST /live/commands", json.dumps(sent).encode())


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize("asked", ["nothing", "head"])
def test_hanging_before_anybody_is_asked(town: Town, asked: str) -> None:
    """On SQLite only, to save time: no more of it reaches the one database than the other."""
    hang(town, asked)


@pytest.mark.parametrize("asked", ["body", "handshake"])
def test_hanging(town: Town, asked: str) -> None:
    hang(town, asked)


def hang(town: Town, asked: str) -> None:
    whole = command(town)
    begun = {
        "nothing": b"",
        "head": whole[:30],
        "body": whole[:-40],
        "handshake": request(town.visitor("neighbour"), SOCKET, **HANDSHAKE)[:-2],
    }[asked]
    rest = whole[len(begun) :] if asked == "body" else b"x-more: " + b"1" * 100

    def attack() -> None:
        lines = [connect(town.server.port) for _ in range(CONNECTIONS)]
        for line in lines:
            line.sendall(begun)
        until = time.monotonic() + SECONDS
        for byte in rest[:-20]:
            if time.monotonic() > until:
                break
            time.sleep(TRICKLE)
            for line in lines:
                line.sendall(bytes([byte]) if asked != "nothing" else b"")
        for line in lines:
            line.close()

    town.bear(attack)


def test_half_closed(town: Town) -> None:
    """Who says no more is told what there is to tell, and let go at once: not after half a minute."""
    whole = command(town)
    handshake = request(town.visitor("neighbour"), SOCKET, **HANDSHAKE)
    cut = {"nothing": b"", "head": whole[:30], "body": whole[:-40], "handshake": handshake[:-2]}

    def attack() -> dict[str, bool]:
        lines = [(name, connect(town.server.port)) for name in cut for _ in range(CONNECTIONS // 4)]
        for name, line in lines:
            line.sendall(cut[name])
            line.shutdown(socket.SHUT_WR)
        return {name: is_over(line) for name, line in lines}

    assert town.bear(attack) == dict.fromkeys(cut, True)
    with connect(town.server.port) as line:
        line.sendall(whole)
        line.shutdown(socket.SHUT_WR)
        assert line.recv(65_536).startswith(b"HTTP/1.1 200 ")


def is_over(line: socket.socket) -> bool:
    """Whether the other side ends it in time, answered or not."""
    with line, contextlib.suppress(TimeoutError):
        while line.recv(65_536):
            """An answer."""
        return True
    return False
