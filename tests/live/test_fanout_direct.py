"""Past the queue: a frame goes straight to each socket that can take it, and never out of order.

The same promises for the loop in C and for the one in Python.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.live.wired import Wired, green_server, green_threads

from live import compiled, fanout
from live.limits import USUAL
from live.queues import NOWHERE, Raw, framed

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
    late.engine.queue.put(Raw("42first"))
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
    assert wired.number == NOWHERE
    wired.read(2)

    fanout.send([wired.socket], "e", "2")

    assert wired.engine.queue.qsize() == 0
    assert wired.read(1) == [event("2")]


@pytest.mark.parametrize("writer", ["pong", "event", "packet", "nothing"])
def test_the_rest_of_a_frame_goes_first_whoever_writes_next(wired: Wired, eventlet: Any, writer: str) -> None:
    fanout.send([wired.socket], "e", LARGE)
    write = {
        "pong": lambda: wired.ws.send(b"!", control_code=0xA),
        "event": lambda: fanout.send([wired.socket], "e", "1"),
        "packet": lambda: wired.engine.queue.put(Raw("42")),
        "nothing": lambda: None,
    }[writer]

    write()
    eventlet.sleep(0)
    assert wired.number == NOWHERE
    told = {"pong": (10, b"!"), "event": event("1"), "packet": (1, b"42")}
    after = [told[writer]] if writer in told else []

    assert wired.read(1 + len(after)) == [event(LARGE), *after]


def test_nobody_writes_ahead_of_what_waits(wired: Wired, eventlet: Any) -> None:
    """When the kernel has room again and the thread that waits for it has not been woken yet."""
    fanout.send([wired.socket], "e", LARGE)
    eventlet.sleep(0)
    got = wired.far.recv(65_536)

    fanout.send([wired.socket], "e", "1")
    expected = framed(event(LARGE)[1]) + framed(event("1")[1])
    while len(got) < len(expected):
        got += wired.far.recv(65_536)

    assert got == expected


def test_who_takes_nothing_for_too_long_is_the_last_to_be_written_to(wired: Wired, eventlet: Any) -> None:
    """It ends in the middle of a frame."""
    wired.begin()
    wired.ws.socket.settimeout(0.01)

    fanout.send([wired.socket], "e", LARGE)
    wired.ended()

    assert wired.number == NOWHERE
    assert wired.engine.closed


def test_what_was_put_there_before_the_connection_was_made_goes_out_first(eventlet: Any) -> None:
    """The library greets a client before its WebSocket is there."""
    server = green_server()
    made = Wired(eventlet, server)
    queue = server.eio.create_queue()
    queue.put(Raw("0{}"))
    queue.put(Raw("40"))
    assert (queue.qsize(), queue.cell.value) == (2, NOWHERE)

    queue.begin(made.line)
    queue.put(Raw("42"))

    assert made.read(3) == [(1, b"0{}"), (1, b"40"), (1, b"42")]
    made.close()


def test_the_end_comes_after_what_waits(wired: Wired) -> None:
    fanout.send([wired.socket], "e", LARGE)
    wired.engine.close(wait=False)

    assert wired.read(3) == [event(LARGE), (1, b"1"), (8, b"")]
    assert wired.far.recv(1) == b""


def test_who_reads_nothing_is_cut_off_at_the_bound_and_the_others_hear_everything(
    connect: Connect, eventlet: Any
) -> None:
    frozen, quick = connect("frozen"), connect("quick")
    frozen.begin()
    quick.begin()
    fanout.send([frozen.socket], "e", LARGE)
    heard = []
    for number in range(USUAL.queued_messages):
        assert not frozen.engine.closed
        fanout.send([frozen.socket, quick.socket], "e", str(number))
        heard += quick.read(1)

    assert (frozen.engine.closed, quick.engine.closed) == (True, False)
    assert heard == [event(str(number)) for number in range(USUAL.queued_messages)]


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
    number = wired.number
    assert number == wired.ws.socket.fileno()
    near, far = socket.socketpair()
    {
        "cut": lambda: fanout.cut(wired.socket),
        "close": lambda: (wired.line.close(), handling.kill()),
        "leave": lambda: wired.say(b"", kind=8),
        "killed": lambda: (handling.kill(), wired.line.end()),
    }[end]()
    wired.ended()
    wired.let_go()
    os.dup2(near.fileno(), number)

    fanout.send([wired.socket], "e", "1")

    os.close(number)
    near.close()
    assert far.recv(100) == b""
    far.close()


def test_the_line_ends_with_the_connection(wired: Wired, eventlet: Any) -> None:
    """The server closes the socket next."""
    engine = wired.engine
    door = engine.server._async["websocket"](engine._websocket_handler, engine.server)
    handling = eventlet.spawn(door.handler, wired.ws)
    eventlet.sleep(0)
    assert wired.number == wired.ws.socket.fileno()

    wired.far.close()
    handling.wait()

    assert (wired.number, engine.closed) == (NOWHERE, True)


def test_when_a_connection_has_ended_nobody_waits_for_its_socket(wired: Wired, eventlet: Any) -> None:
    """Its number is the next one's, of whom the hub would be told that somebody waits there already."""
    engine, hub = wired.engine, eventlet.hubs.get_hub()
    door = engine.server._async["websocket"](engine._websocket_handler, engine.server)
    held = wired.ws.socket.makefile("rb")
    handling = eventlet.spawn(door.handler, wired.ws)
    eventlet.sleep(0)
    number = wired.number
    fanout.send([wired.socket], "e", LARGE)
    eventlet.sleep(0)
    assert number in hub.listeners[hub.WRITE]

    wired.say(b"", kind=8)
    handling.wait()

    assert number not in hub.listeners[hub.WRITE]
    held.close()


def test_who_is_closed_is_not_listened_to_although_something_is_still_to_be_written(
    wired: Wired, eventlet: Any
) -> None:
    heard: list[str] = []
    wired.engine.server.handlers["message"] = lambda _sid, data: heard.append(data)
    wired.begin()
    fanout.send([wired.socket], "e", LARGE)
    wired.engine.close(wait=False)
    wired.say(b"40")
    wired.say(b"40")
    wired.ended()

    assert len(heard) <= 1


def test_what_is_being_written_when_it_ends_is_the_last(wired: Wired, eventlet: Any) -> None:
    queue = wired.engine.queue
    queue.put(Raw(LARGE))
    queue.put(Raw("more"))
    eventlet.sleep(0)
    assert queue.qsize() == 2

    wired.line.end()

    assert wired.read(1) == [(1, LARGE.encode())]
    queue.join()
    assert (queue.qsize(), queue.bytes, wired.number) == (0, 0, NOWHERE)


def test_what_has_written_for_it_does_not_keep_a_connection(eventlet: Any) -> None:
    """A thousand that are cut at once would stay until somebody looks for circles."""
    server = green_server()
    one = Wired(eventlet, server, "a")
    one.begin()
    fanout.send([one.socket], "e", LARGE)
    one.read(1)
    one.close()
    one.line.leave()
    del server.eio.sockets["a"]
    kept = weakref.ref(one.engine.queue)

    gc.disable()
    try:
        del one
        assert kept() is None  # by nothing but the connection itself
    finally:
        gc.enable()
