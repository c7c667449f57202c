"""Past the queue: a frame goes straight to each socket that can take it, and never out of order.

The same promises for the loop in C and for the one in Python.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.live.wired import Wired, green_server, green_threads

from live import compiled, fanout
from live.limits import USUAL
from live.lines import NOWHERE

LARGE = '"' + "L" * 300_000 + '"'
"""More than the kernel takes at once."""

Connect = Callable[[str], Wired]


@pytest.fixture(scope="module")
def loop_in_c(tmp_path_factory: pytest.TempPathFactory) -> compiled.Write:
    loop = compiled.load(tmp_path_factory.mktemp("compiled"))
    assert loop is not None
    return loop


@pytest.fixture(scope="module")
def eventlet() -> Any:
    return green_threads()


@pytest.fixture(autouse=True, params=["c", "python"])
def loop(request: pytest.FixtureRequest) -> Iterator[None]:
    fanout.write_by(request.getfixturevalue("loop_in_c") if request.param == "c" else None)
    yield
    fanout.write_by(None)


@pytest.fixture
def connect(eventlet: Any) -> Iterator[Connect]:
    """Makes connections that end with the test."""
    made: list[Wired] = []
    server = green_server()

    def make(sid: str) -> Wired:
        made.append(Wired(eventlet, server, sid))
        return made[-1]

    with eventlet.Timeout(20):
        yield make
        for one in made:
            one.close()


@pytest.fixture
def wired(connect: Connect) -> Wired:
    return connect("a")


def event(payload: str) -> tuple[int, bytes]:
    return 1, f'42["e",{payload}]'.encode()


def test_what_fits_is_gone_at_once(connect: Connect) -> None:
    all_three = [connect("a"), connect("b"), connect("c")]

    fanout.send([one.socket for one in all_three], "e", '"ä"')

    assert [one.read(1) for one in all_three] == [[event('"ä"')]] * 3
    assert [one.engine.queue.qsize() for one in all_three] == [0, 0, 0]


def test_nobody_is_nobodys_trouble() -> None:
    fanout.send([], "e", "1")


@pytest.mark.parametrize("size", [0, 110, 125, 126, 65_520, 65_536])
def test_a_frame_of_any_size_arrives_whole(wired: Wired, size: int) -> None:
    wired.begin()
    payload = json.dumps("x" * size)

    fanout.send([wired.socket], "e", payload)
    fanout.send([wired.socket], "e", "2")

    assert wired.read(2) == [event(payload), event("2")]


def test_who_takes_a_part_gets_the_rest_first_and_others_are_not_kept_waiting(connect: Connect) -> None:
    narrow, wide, late = connect("narrow"), connect("wide"), connect("late")
    late.engine.queue.put(fanout._Raw("42first"))
    narrow.begin()
    late.begin()
    everybody = [narrow.socket, late.socket, wide.socket]

    fanout.send([narrow.socket], "e", LARGE)
    for number in range(3):
        fanout.send(everybody, "e", str(number))

    after = [event("0"), event("1"), event("2")]
    assert wide.read(3) == after
    assert narrow.read(4) == [event(LARGE), *after]
    assert late.read(4) == [(1, b"42first"), *after]
    assert (narrow.engine.queue.qsize(), late.engine.queue.qsize()) == (0, 0)


def test_when_all_has_gone_out_the_straight_way_is_open_again(wired: Wired) -> None:
    wired.begin()
    fanout.send([wired.socket], "e", LARGE)
    fanout.send([wired.socket], "e", "1")
    assert wired.engine.queue.direct == NOWHERE
    wired.read(2)

    fanout.send([wired.socket], "e", "2")

    assert wired.engine.queue.qsize() == 0
    assert wired.read(1) == [event("2")]


@pytest.mark.parametrize("writer", ["pong", "event", "nothing"])
def test_the_rest_of_a_frame_goes_first_whoever_writes_next(wired: Wired, eventlet: Any, writer: str) -> None:
    fanout.send([wired.socket], "e", LARGE)
    write = {
        "pong": lambda: wired.ws.send(b"!", control_code=0xA),
        "event": lambda: wired.line.send("42"),
        "nothing": lambda: wired.line.send(""),
    }[writer]

    writing = eventlet.spawn(write)
    eventlet.sleep(0)
    assert wired.engine.queue.direct == NOWHERE
    after: list[tuple[int, bytes]] = {"pong": [(10, b"!")], "event": [(1, b"42")], "nothing": []}[writer]

    assert wired.read(1 + len(after)) == [event(LARGE), *after]
    writing.wait()


def test_nobody_writes_ahead_of_one_who_waits_for_the_turn(wired: Wired, eventlet: Any) -> None:
    """When one writer has finished and the next has not begun, the lock is free for a moment."""
    wired.begin()
    wired.ws._sendlock.acquire()
    writing = eventlet.spawn(wired.line.send, "first")
    eventlet.sleep(0)
    wired.ws._sendlock.release()

    fanout.send([wired.socket], "e", "1")
    writing.wait()

    assert wired.read(2) == [(1, b"first"), event("1")]


def test_a_writer_that_fails_in_the_middle_of_a_frame_is_the_last(wired: Wired, eventlet: Any) -> None:
    wired.ws.socket.settimeout(0.01)
    with pytest.raises(OSError, match="timed out"):
        wired.line.send("L" * 300_000)

    assert wired.engine.queue.direct == NOWHERE


def test_who_reads_nothing_is_cut_off_at_the_bound_and_the_others_hear_everything(
    connect: Connect, eventlet: Any
) -> None:
    frozen, quick = connect("frozen"), connect("quick")
    frozen.begin()
    quick.begin()
    fanout.send([frozen.socket], "e", LARGE)
    while frozen.engine.queue.qsize():
        eventlet.sleep(0)
    heard = []
    for number in range(USUAL.queued_messages + 1):
        assert not frozen.engine.closed
        fanout.send([frozen.socket, quick.socket], "e", str(number))
        heard += quick.read(1)

    assert (frozen.engine.closed, quick.engine.closed) == (True, False)
    assert heard == [event(str(number)) for number in range(USUAL.queued_messages + 1)]


def test_a_connection_that_is_dead_is_nobodys_trouble(connect: Connect) -> None:
    dead, alive = connect("dead"), connect("alive")
    reading = dead.begin()
    dead.far.close()

    fanout.send([dead.socket, alive.socket], "e", "1")

    assert alive.read(1) == [event("1")]
    reading.wait()
    assert dead.engine.closed
    fanout.send([dead.socket, alive.socket], "e", "2")
    assert alive.read(1) == [event("2")]


@pytest.mark.parametrize("end", ["cut", "close", "leave", "killed"])
def test_a_number_that_somebody_else_has_now_is_not_written_to(wired: Wired, eventlet: Any, end: str) -> None:
    """A closed socket's number goes to the next connection: it must not hear what was not meant for it."""
    handling = wired.begin()
    number = wired.engine.queue.direct
    assert number == wired.ws.socket.fileno()
    near, far = socket.socketpair()
    {
        "cut": lambda: fanout.cut(wired.socket),
        "close": lambda: (wired.line.close(), handling.kill()),
        "leave": lambda: wired.say(b"", kind=8),
        "killed": lambda: (handling.kill(), wired.line.end()),
    }[end]()
    wired.ended()
    wired.ws.socket.close()
    os.dup2(near.fileno(), number)

    fanout.send([wired.socket], "e", "1")

    os.close(number)
    near.close()
    assert far.recv(100) == b""
    far.close()


def test_the_line_ends_with_the_handler(eventlet: Any) -> None:
    """However that ends: the server closes the socket next."""
    server = green_server()
    made = Wired(eventlet, server)
    before = made.engine.queue.direct

    def handler(_self: Any, line: Any) -> None:
        assert made.engine.queue.direct == before
        raise OSError("the connection is gone")

    door = server.eio._async["websocket"](handler.__get__(made.engine), server.eio)
    with pytest.raises(OSError, match="gone"):
        door.handler(made.ws)

    assert made.engine.queue.direct == NOWHERE
    made.close()
