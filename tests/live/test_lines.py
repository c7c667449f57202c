"""Lines: whoever writes to a WebSocket, its frames stay whole and in order; what is read is bounded."""

from __future__ import annotations

import importlib
import socket
import struct
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from engineio.exceptions import SocketIsClosedError
from hypothesis import given
from hypothesis import strategies as st

from live import lines
from live.limits import USUAL


@given(st.binary(max_size=300), st.binary(min_size=4, max_size=4), st.integers(0, 9))
def test_the_mask_is_taken_off(data: bytes, mask: bytes, offset: int) -> None:
    plain = bytes(sign ^ mask[(offset + at) % 4] for at, sign in enumerate(data))

    assert lines.unmasked(data, tuple(mask), length=len(data), offset=offset) == plain
    assert lines.unmasked(data, tuple(mask), offset=offset) == plain


class Said:
    """A WebSocket that has said this."""

    def __init__(self, message: Any) -> None:
        self.message = message

    def wait(self) -> Any:
        return self.message


@pytest.mark.parametrize(
    "message", ["1", "3", "40", '40{"token":1}', "41", '42["subscribe",{}]', "40/admin,", "42"]
)
def test_what_a_client_may_say_is_passed_on(message: str) -> None:
    assert lines._Line(Said(message), None).wait() == message


@pytest.mark.parametrize(
    "message",
    [
        None,
        b"",
        b"42[]",
        b"bytes",
        "",
        " ",
        "x",
        "²",
        "0",
        "0{}",
        "1x",
        "2",
        "2probe",
        "3\n",
        "3probe",
        "3" + "[" * 60_000,
        "4",
        "4x",
        "4[",
        "4" + "[" * 60_000,
        "4{}",
        "43[]",
        '44{"message":1}',
        '451-["subscribe",{"_placeholder":true,"num":0}]',
        "461-[]",
        "5",
        "6",
        "b4AAAA",
        "\x00",
    ],
)
def test_anything_else_is_as_if_the_client_had_left(message: Any) -> None:
    assert lines._Line(Said(message), None).wait() is None


def test_frames_of_two_threads_do_not_mix() -> None:
    """A large one that the kernel takes in parts, and small ones of another thread meanwhile."""
    near, far = socket.socketpair()
    near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    whole = lines._Whole(near)
    large, small = b"L" * 500_000, b"s" * 10
    threads = [
        threading.Thread(target=lambda: [whole.send(large) for _ in range(3)]),
        threading.Thread(target=lambda: [whole.send(small) for _ in range(200)]),
    ]
    for thread in threads:
        thread.start()
    got = b""
    while len(got) < 3 * len(large) + 200 * len(small):
        got += far.recv(65_536)
    for thread in threads:
        thread.join(10)
    near.close()
    far.close()

    assert got.replace(large, b"") == small * 200
    assert whole.fileno() == -1


# --- with green threads, on the real classes of the pinned version


@pytest.fixture(scope="module")
def eventlet() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        importlib.import_module("eventlet.websocket")
        importlib.import_module("eventlet.green.socket")
        return importlib.import_module("eventlet")


class Wired:
    """A green WebSocket on one end of a connection that takes little at a time."""

    def __init__(self, eventlet: Any) -> None:
        near, far = socket.socketpair()
        near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        green = eventlet.greenio.GreenSocket
        self.far = green(far)
        self.ws = eventlet.websocket.RFC6455WebSocket(green(near), {}, max_frame_length=USUAL.message_bytes)
        self.line = lines._Green(self.ws)

    def read(self, count: int) -> list[tuple[int, bytes]]:
        """So many frames from the far end, as (kind, content)."""
        found = []
        for _ in range(count):
            kind, size = self._exactly(2)
            if size == 126:
                [size] = struct.unpack("!H", self._exactly(2))
            elif size == 127:
                [size] = struct.unpack("!Q", self._exactly(8))
            found.append((kind & 15, self._exactly(size)))
        return found

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            got = self.far.recv(size - len(data))
            assert got, "the connection ended in the middle of a frame"
            data += got
        return data

    def say(self, content: bytes, *, kind: int = 1, final: bool = True, masked: bool = True) -> None:
        """A frame from the far end."""
        mask = b"\x01\x02\x03\x04"
        size = len(content)
        if size < 126:
            length = struct.pack("!B", 128 | size)
        elif size < 65_536:
            length = struct.pack("!BH", 128 | 126, size)
        else:
            length = struct.pack("!BQ", 128 | 127, size)
        body = bytes(sign ^ mask[at % 4] for at, sign in enumerate(content)) if masked else content
        self.far.sendall(struct.pack("!B", kind | (128 if final else 0)) + length + mask + body)


@pytest.fixture
def wired(eventlet: Any) -> Iterator[Wired]:
    with eventlet.Timeout(20):
        made = Wired(eventlet)
        yield made
        made.far.close()
        made.ws.socket.close()


def frame(content: bytes) -> bytes:
    return struct.pack("!BBQ", 0x81, 127, len(content)) + content


def test_what_fits_is_gone_at_once(wired: Wired) -> None:
    assert wired.line.try_write(b"\x81\x02hi") is True
    assert wired.read(1) == [(1, b"hi")]


@pytest.mark.parametrize("writer", ["pong", "event", "nothing"])
def test_the_rest_of_a_frame_goes_first_whoever_writes_next(wired: Wired, eventlet: Any, writer: str) -> None:
    large = b"L" * 300_000
    assert wired.line.try_write(frame(large)) is None
    assert wired.line.try_write(b"\x81\x02no") is False
    write = {
        "pong": lambda: wired.ws.send(b"!", control_code=0xA),
        "event": lambda: wired.line.send("42"),
        "nothing": lambda: wired.line.send(""),
    }[writer]

    writing = eventlet.spawn(write)
    eventlet.sleep(0)
    assert wired.line.try_write(b"\x81\x02no") is False
    after: list[tuple[int, bytes]] = {"pong": [(10, b"!")], "event": [(1, b"42")], "nothing": []}[writer]
    got = wired.read(1 + len(after))
    writing.wait()

    assert got == [(1, large), *after]
    assert wired.line.try_write(b"\x81\x02hi") is True
    assert wired.read(1) == [(1, b"hi")]


def test_nobody_writes_ahead_of_one_who_waits_for_the_turn(wired: Wired, eventlet: Any) -> None:
    """When one writer has finished and the next has not begun, the lock is free for a moment."""
    wired.ws._sendlock.acquire()
    writing = eventlet.spawn(wired.line.send, "first")
    eventlet.sleep(0)
    wired.ws._sendlock.release()

    assert wired.line.try_write(b"\x81\x06second") is False
    writing.wait()
    assert wired.line.try_write(b"\x81\x06second") is True
    assert wired.read(2) == [(1, b"first"), (1, b"second")]


def test_a_connection_that_is_dead_is_nobodys_trouble(wired: Wired) -> None:
    wired.far.close()

    assert wired.line.try_write(b"\x81\x02hi") is True


def test_shutting_wakes_who_reads_and_who_writes(wired: Wired, eventlet: Any) -> None:
    reading = eventlet.spawn(wired.line.wait)
    writing = eventlet.spawn(wired.line.send, "L" * 500_000)
    eventlet.sleep(0)

    wired.line.shut()

    assert reading.wait() is None
    with pytest.raises(OSError, match="Broken pipe"):
        writing.wait()
    wired.line.shut()


def test_a_message_in_fragments_is_one_message(wired: Wired) -> None:
    wired.say(b'42["sub', final=False)
    wired.say(b"ping", kind=9)
    wired.say(b"scribe", kind=0, final=False)
    wired.say(b'",{}]', kind=0)

    assert wired.line.wait() == '42["subscribe",{}]'
    assert wired.read(1) == [(10, b"ping")]


def test_a_message_may_be_as_long_as_promised(wired: Wired, eventlet: Any) -> None:
    content = b"42" + b"x" * (USUAL.message_bytes - 2)
    half = len(content) // 2
    eventlet.spawn(
        lambda: (
            wired.say(content),
            wired.say(content[:half], final=False),
            wired.say(content[half:], kind=0),
        )
    )

    assert wired.line.wait() == content.decode()
    assert wired.line.wait() == content.decode()


@pytest.mark.parametrize("parts", [1, 2])
def test_a_longer_message_ends_the_connection(wired: Wired, eventlet: Any, parts: int) -> None:
    content = b"42" + b"x" * (USUAL.message_bytes - 1)
    if parts == 1:
        eventlet.spawn(wired.say, content)
    else:
        eventlet.spawn(lambda: (wired.say(content[:-9], final=False), wired.say(content[-9:], kind=0)))

    assert outcome(wired) is None


@pytest.mark.parametrize("content", [b"x", b""])
def test_fragments_without_end_end_the_connection(wired: Wired, eventlet: Any, content: bytes) -> None:
    def flood() -> None:
        wired.say(b"42", final=False)
        for _ in range(USUAL.fragments_per_message + 5):
            wired.say(content, kind=0, final=False)

    eventlet.spawn(flood)

    assert outcome(wired) is None


def test_a_frame_in_a_thousand_parts_is_one_piece(wired: Wired, eventlet: Any) -> None:
    """What counts are fragments, not how the network cuts them."""
    far, wired.far = wired.far, Trickle(wired.far, eventlet)
    eventlet.spawn(wired.say, b"42" + b"x" * 1000)

    assert wired.line.wait() == "42" + "x" * 1000
    wired.far = far


class Trickle:
    """Sends byte by byte."""

    def __init__(self, sock: Any, eventlet: Any) -> None:
        self._sock = sock
        self._sleep = eventlet.sleep

    def sendall(self, data: bytes) -> None:
        for at in range(len(data)):
            self._sock.sendall(data[at : at + 1])
            self._sleep(0)


def test_half_a_character_ends_the_connection(wired: Wired) -> None:
    wired.say(b'42["\xff"]')

    assert outcome(wired) is None


def test_a_frame_without_a_mask_ends_the_connection(wired: Wired) -> None:
    wired.far.sendall(b"\x81\x0242")

    assert outcome(wired) is None


def outcome(wired: Wired) -> Any:
    """What Engine.IO would learn: None, or an error after which it ends the connection."""
    try:
        return wired.line.wait()
    except (SocketIsClosedError, ValueError):
        return None
