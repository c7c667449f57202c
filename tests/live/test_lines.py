"""Lines: whoever writes to a WebSocket, its frames stay whole and in order; what is read is bounded."""

from __future__ import annotations

import gc
import socket
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from engineio.exceptions import SocketIsClosedError
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs
from tests.live.wired import Wired, green_server, green_threads

from live import lines
from live.limits import USUAL
from live.queues import Raw


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


class Open:
    """A queue that is still written from."""

    is_over = False


@pytest.mark.parametrize(
    "message", ["1", "3", "40", '40{"token":1}', "41", '42["subscribe",{}]', "40/admin,", "42"]
)
def test_what_a_client_may_say_is_passed_on(message: str) -> None:
    assert lines._Line(Said(message), None, Open).wait() == message


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
    assert lines._Line(Said(message), None, Open).wait() is None


def test_frames_of_two_threads_do_not_mix() -> None:
    """A large one that the kernel takes in parts, and small ones of another thread meanwhile."""
    near, far = socket.socketpair()
    far.settimeout(20)
    near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    whole = lines._Whole(near)
    large, small = b"L" * 500_000, b"s" * 10
    threads = [
        threading.Thread(target=lambda: [whole.send(large) for _ in range(3)], daemon=True),
        threading.Thread(target=lambda: [whole.send(small) for _ in range(200)], daemon=True),
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
    return green_threads()


@pytest.fixture
def wired(eventlet: Any) -> Iterator[Wired]:
    with eventlet.Timeout(20):
        made = Wired(eventlet, green_server())
        yield made
        made.close()


def test_shutting_wakes_who_reads_and_who_writes(wired: Wired, eventlet: Any) -> None:
    reading = eventlet.spawn(wired.line.wait)
    writing = eventlet.spawn(wired.line.push, b"L" * 500_000)
    eventlet.sleep(0)

    wired.line.shut()

    assert reading.wait() is None
    with pytest.raises(OSError, match="Broken pipe"):
        writing.wait()
    wired.line.shut()


def test_closing_wakes_who_reads_although_the_server_still_holds_the_socket(
    wired: Wired, eventlet: Any
) -> None:
    held = wired.ws.socket.makefile("rb")
    reading = eventlet.spawn(wired.line.wait)
    eventlet.sleep(0)

    wired.line.close()

    assert reading.wait() is None
    held.close()


@pytest.mark.parametrize("waits_for", ["something to write", "the client to take it"])
def test_when_the_reader_is_killed_the_writer_ends_too_and_everybody_learns_it(
    eventlet: Any, waits_for: str
) -> None:
    server = green_server()
    made = Wired(eventlet, server)
    told: list[str] = []
    server.eio.on("disconnect", lambda sid, _reason: told.append(sid))
    door = server.eio._async["websocket"](made.engine._websocket_handler, server.eio)
    with eventlet.Timeout(20):
        handling = eventlet.spawn(door.handler, made.ws)
        eventlet.sleep(0)
        if waits_for == "the client to take it":
            made.engine.queue.put(Raw("L" * 500_000))
            eventlet.sleep(0)

        handling.kill()

        while made.far.recv(65_536):
            pass
        assert (told, made.engine.closed) == (["a"], True)
        made.close()


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


@pytest.mark.parametrize("more", [0, 1])
def test_a_message_comes_in_so_many_fragments_and_not_in_one_more(
    wired: Wired, eventlet: Any, more: int
) -> None:
    between = USUAL.fragments_per_message - 2 + more

    def send() -> None:
        wired.say(b"42", final=False)
        for _ in range(between):
            wired.say(b"x", kind=0, final=False)
        wired.say(b"x", kind=0)

    eventlet.spawn(send)

    assert outcome(wired) == (None if more else "42" + "x" * (between + 1))


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


@pytest.fixture
def behind(wired: Wired, eventlet: Any, monkeypatch: pytest.MonkeyPatch) -> Wired:
    """One for whom more waits than may; while they are waited for, others have a turn."""
    monkeypatch.setattr(lines.time, "sleep", eventlet.sleep)
    for _ in range(USUAL.queued_messages + 2):
        wired.engine.queue.put(Raw("L" * 5_000))
    assert wired.engine.queue.is_full
    return wired


def test_who_is_closed_is_not_waited_for_until_it_has_read_everything(behind: Wired) -> None:
    """Somebody may take a byte a minute."""
    handling = behind.begin()

    behind.engine.close(wait=False)

    assert handling.wait() == []


def test_who_reads_no_answers_is_heard_again_once_they_do(behind: Wired, eventlet: Any) -> None:
    behind.say(b"42x")
    reading = eventlet.spawn(behind.line.wait)
    eventlet.sleep(2 * lines.PAUSE)
    assert not reading.dead

    behind.read(USUAL.queued_messages + 2)

    assert reading.wait() == "42x"


def test_what_nobody_expected_ends_the_connection_and_stands_in_the_log(
    wired: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wired.engine, "receive", lambda _packet: {}["no such key"])
    with capture_logs() as said:
        handling = wired.begin()
        wired.say(b"42x")
        assert handling.wait() == []
    assert [one["event"] for one in said] == ["connection_broke"]
    assert wired.engine.closed


def outcome(wired: Wired) -> Any:
    """What Engine.IO would learn: None, or an error after which it ends the connection."""
    try:
        return wired.line.wait()
    except (SocketIsClosedError, ValueError):
        return None


def test_who_is_gone_is_not_kept_in_a_circle() -> None:
    """Circles are looked for seldom; a thousand who leave at once must not wait for that."""
    server = green_server()
    gc.disable()
    try:
        one = Wired(green_threads(), server)
        one.ws.environ["werkstatt.socket"] = one.socket
        one.line.end()
        one.line.leave()
        server.eio.sockets.clear()
        gone = weakref.ref(one.ws)
        del one

        assert gone() is None
    finally:
        gc.enable()
