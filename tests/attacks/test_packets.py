"""One who breaks the protocol of sockets, or keeps to it far too often; everybody else votes on."""

from __future__ import annotations

import contextlib
import itertools
import json
import struct
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import websocket
from tests.attacks.town import Town
from tests.live.test_sockets_abused import FORBIDDEN, fragments
from tests.visiting import Socket, Visitor, wait_until

pytestmark = pytest.mark.slow

KINDS = {**FORBIDDEN, "fragments of nothing without end": fragments(b"42", b"", times=200)}
"""What no client of ours would send; threads do not count what holds nothing."""
AT_ONCE = 6
"""Sockets side by side: a person has eight."""
SECONDS = 4.0


@dataclass
class Abuser:
    """A socket that is open, for what `FORBIDDEN` sends."""

    socket: Socket

    @property
    def ws(self) -> Any:
        return self.socket._line


def abusers(one: Visitor) -> list[Abuser]:
    """As many as are let in: those that the server has not seen the end of still take their places."""
    opened = [Abuser(wait_until(lambda: let_in(one), "there is a place"))]
    while len(opened) < AT_ONCE and (more := let_in(one)):
        opened.append(Abuser(more))
    return opened


def let_in(one: Visitor) -> Socket | None:
    try:
        return one.socket()
    except websocket.WebSocketBadStatusException as refused:
        if refused.status_code != 429:
            raise
        return None


def is_closed(one: Abuser) -> bool:
    one.ws.settimeout(10)
    try:
        while one.ws.recv():
            """Whatever is said before the end."""
    except (websocket.WebSocketConnectionClosedException, ConnectionError):
        return True
    return one.ws.connected is False


def ping(number: int) -> bytes:
    return bytes(websocket.ABNF(1, 0, 0, 0, 9, 1, struct.pack("!Q", number)).format())


def bomb() -> bytes:
    """A frame that says it is compressed; it would be fifty megabytes."""
    packer = zlib.compressobj(wbits=-15)
    small = packer.compress(b"42" + b"x" * 50_000_000) + packer.flush(zlib.Z_SYNC_FLUSH)[:-4]
    return bytes(websocket.ABNF(1, 1, 0, 0, 1, 1, small).format())


def text(content: str) -> bytes:
    return bytes(websocket.ABNF(1, 0, 0, 0, 1, 1, content.encode()).format())


def test_every_kind_of_broken_packet(town: Town) -> None:
    neighbour = town.visitor("neighbour")

    def attack() -> list[str]:
        survived = []
        left = list(KINDS)
        while left:
            begun = time.monotonic()
            opened = list(zip(left, abusers(neighbour), strict=False))
            left = left[len(opened) :]
            for kind, one in opened:
                with contextlib.suppress(OSError):
                    KINDS[kind](one)  # type: ignore[arg-type]  # all that it looks at is there
            survived += [kind for kind, one in opened if not is_closed(one)]
            for one in (each for _kind, each in opened):
                one.ws.shutdown()
            # Places are free again a second after they were taken.
            time.sleep(max(0.0, begun + 2.0 - time.monotonic()))
        return survived

    assert town.bear(attack) == []


def subscribing(town: Town) -> Iterator[bytes]:
    for number in itertools.count():
        yield text(f"42{number}{json.dumps(['subscribe', {'stream': town.place, 'epoch': '', 'after': 0}])}")


def being_there(town: Town) -> Iterator[bytes]:
    for number in itertools.count():
        said = {"stream": town.place, "here": bool(number % 2)}
        yield text(f"42{number}{json.dumps(['presence', said])}")


def pinging(_town: Town) -> Iterator[bytes]:
    return map(ping, itertools.count())


@pytest.mark.parametrize("saying", [subscribing, being_there])
def test_one_message_after_the_other(town: Town, saying: Callable[[Town], Iterable[bytes]]) -> None:
    say_on(town, saying)


@pytest.mark.usefixtures("on_sqlite")
def test_one_ping_after_the_other(town: Town) -> None:
    """On SQLite only, to save time: nothing of it reaches a database."""
    say_on(town, pinging)


def say_on(town: Town, saying: Callable[[Town], Iterable[bytes]]) -> None:
    neighbour = town.visitor("neighbour")

    def attack() -> None:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            begun = time.monotonic()
            opened = abusers(neighbour)
            for one in opened:
                one.ws.sock.settimeout(0.5)
                with contextlib.suppress(OSError):
                    for said in itertools.islice(saying(town), 5000):
                        one.ws.sock.sendall(said)
            for one in opened:
                one.ws.shutdown()
            time.sleep(max(0.0, begun + 2.0 - time.monotonic()))

    town.bear(attack)


def unfinished() -> bytes:
    """As much of a message as may come in so many fragments, with something said in between; no end."""
    begun = [websocket.ABNF(0, 0, 0, 0, int(not part), 1, b"x" * 1000).format() for part in range(60)]
    return b"".join(part + ping(number) for number, part in enumerate(map(bytes, begun)))


def test_what_would_unfold_to_very_much(town: Town) -> None:
    """Compression is not agreed to, so the first bomb ends the connection."""
    grow(town, bomb())


@pytest.mark.usefixtures("on_sqlite")
def test_what_would_grow_without_end(town: Town) -> None:
    """On SQLite only, to save time: a message that does not end reaches no database."""
    grow(town, unfinished())


def grow(town: Town, content: bytes) -> None:
    neighbour = town.visitor("neighbour")

    def attack() -> list[bool]:
        until, ended = time.monotonic() + SECONDS, []
        while time.monotonic() < until:
            begun = time.monotonic()
            opened = abusers(neighbour)
            for one in opened:
                one.ws.sock.settimeout(0.5)
                with contextlib.suppress(OSError):
                    for _ in range(100):
                        one.ws.sock.sendall(content)
            ended += [is_closed(one) for one in opened]
            for one in opened:
                one.ws.shutdown()
            time.sleep(max(0.0, begun + 2.0 - time.monotonic()))
        return ended

    assert set(town.bear(attack)) == {True}
