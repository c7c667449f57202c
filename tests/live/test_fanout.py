"""Fan-out: what it reaches for in the pinned libraries is there and behaves, and its bounds hold."""

from __future__ import annotations

import json
import queue
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import socketio
from engineio import packet as engine_packet
from engineio.exceptions import SocketIsClosedError
from engineio.socket import Socket as EngineSocket
from hypothesis import given
from hypothesis import strategies as st
from tests.live.client import wait_until

from foundation.policy import Actor, ActorKind, Credential
from live import fanout
from live.fanout import TextPacket
from live.limits import USUAL
from live.queues import framed
from live.subscriptions import Socket

PINNED = Path(__file__).resolve().parents[2] / "requirements" / "run.txt"


@pytest.fixture
def server() -> Any:
    made = socketio.Server(async_mode="threading", serializer=TextPacket)
    fanout.guard(made)
    return made


@pytest.fixture
def socket(server: Any) -> Socket:
    return connected(server, "a")


def connected(server: Any, sid: str) -> Socket:
    engine = EngineSocket(server.eio, sid)
    server.eio.sockets[sid] = engine
    return Socket(sid, engine, Actor(kind=ActorKind.PERSON, id="p"), Credential("session", sid))


def waiting(socket: Socket) -> list[Any]:
    found = []
    while not socket.engine.queue.empty():
        found.append(socket.engine.queue.get())
    return found


@pytest.mark.parametrize(
    "distribution", ["python-socketio", "python-engineio", "flask-socketio", "simple-websocket", "eventlet"]
)
def test_these_tests_ran_against_the_pinned_versions(distribution: str) -> None:
    assert f"{distribution}=={version(distribution)}" in PINNED.read_text()


def test_the_library_hands_messages_to_one_handler_and_packets_to_our_class(server: Any) -> None:
    assert server.packet_class is TextPacket
    assert server.eio.handlers["message"].__module__ == "live.fanout"
    assert server.eio._async["queue_empty"] is queue.Empty
    assert isinstance(server.eio.create_queue(), queue.Queue)
    assert server.eio.create_queue().bytes == 0


def test_it_is_said_when_a_connection_begins_and_ends(server: Any) -> None:
    """After the library knows of it, and although Socket.IO never begins."""
    told: list[Any] = []
    fanout.watch(server, lambda *opened: told.append((*opened, dict(server.environ))), told.append)
    engine, environ = connected(server, "a").engine, {"PATH_INFO": "/"}

    server.eio.handlers["connect"]("a", environ)
    assert told == [(engine, environ, {"a": environ})]
    engine.close(wait=False)

    assert told[1:] == ["a"]
    assert server.environ == {}


def test_who_is_only_just_coming_in_is_not_pinged_and_keeps_nobody_from_it(server: Any) -> None:
    """From the first moment on the library has it wait for an answer; only when it has begun that is over."""
    fanout.watch(server, lambda *_opened: None, lambda _sid: None)
    coming, begun, *here = (connected(server, str(number)) for number in range(fanout.PINGS + 3))
    for socket in (begun, *here):
        server.eio.handlers["connect"](socket.sid, {})
    for socket in here:
        socket.engine.schedule_ping()
        socket.engine.heard_at = 0.0
    stopping = threading.Event()
    stopping.wait = lambda _seconds: bool(waiting(here[-1]))  # type: ignore[method-assign,assignment]  # ends once all were pinged

    fanout.ping(server, stopping)

    assert all(socket.engine.last_ping for socket in here)
    assert (waiting(coming), waiting(begun)) == ([], [])


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
def test_a_frame_says_how_long_it_is(size: int) -> None:
    content = b"x" * size
    frame = framed(content)

    head = {True: 2, size >= 126: 4, size >= 65_536: 10}[True]
    assert frame[0] == 0x81
    assert (frame[head:], len(frame)) == (content, head + size)
    assert int.from_bytes(frame[2:head] or frame[1:2], "big") == size


# --- what a client may say


@pytest.mark.parametrize(
    "packet",
    [
        "0",
        '0{"token":"x"}',
        "1",
        '2["subscribe",{}]',
        '27["subscribe",{"stream":"s"}]',
        '2["presence",null]',
    ],
)
def test_packets_of_the_wire_are_understood(packet: str) -> None:
    assert TextPacket(encoded_packet=packet).attachment_count == 0


@pytest.mark.parametrize(
    "packet",
    [
        "0/admin,",
        "0/admin,{}",
        '2/admin,["subscribe",{}]',
        "2",
        "2[]",
        "2{}",
        "2null",
        '2"subscribe"',
        '2["subscribe"]',
        '2["subscribe",{},{}]',
        '2["connect",{}]',
        '2["disconnect",{}]',
        '2["connect_error",{}]',
        '2["message",{}]',
        '2["*",{}]',
        '2["ballot.mark",{}]',
        '2[["subscribe"],{}]',
        '2[{"a":1},{}]',
        "2[null,{}]",
        "2[1,{}]",
        '2["subscribe",{"a":NaN}]',
        '2["subscribe",{"a":1,"a":2}]',
        '2["subscribe",{"a":"\\ud83d"}]',
        '2["subscribe",' + "[" * 5000,
        '2["subscribe",' + "[" * 20 + "]" * 20 + "]",
        '21-["subscribe",{"_placeholder":true,"num":0}]',
        "2" + "9" * 101 + '["subscribe",{}]',
        "2" + "9" * 60_000,
        '3["x"]',
        "37[]",
        '4{"message":"x"}',
        '51-["subscribe",{"_placeholder":true,"num":0}]',
        "61-[]",
        "9",
        "x",
        "",
        " ",
    ],
)
def test_any_other_packet_ends_the_connection(packet: str) -> None:
    with pytest.raises(SocketIsClosedError):
        TextPacket().decode(packet)


@pytest.mark.parametrize("packet", [b"2[]", {"a": 1}, ["subscribe", {}], None, 2])
def test_what_is_no_text_ends_the_connection(packet: Any) -> None:
    with pytest.raises(SocketIsClosedError):
        TextPacket().decode(packet)


@given(st.text(max_size=60) | st.text('0123456789-/,[]{}":abcsubie', max_size=60))
def test_whatever_comes_is_understood_or_ends_the_connection(text: str) -> None:
    packet = TextPacket()
    try:
        packet.decode(text)
    except SocketIsClosedError:
        return
    assert packet.namespace in (None, "/")
    assert packet.packet_type in (0, 1) or packet.data[0] in fanout.CLIENT_EVENTS


def test_a_forbidden_packet_closes_the_connection(server: Any, socket: Socket) -> None:
    server.eio.handlers["message"]("a", '2["connect",{}]')

    assert socket.engine.closed
    server.eio.handlers["message"]("gone", '2["connect",{}]')


# --- what waits for a reader


def test_an_event_goes_out_as_the_library_would_have_sent_it(socket: Socket) -> None:
    fanout.send([socket], "events", '{"stream":"s","ä":1}')

    [packet] = waiting(socket)
    expected = engine_packet.Packet(
        engine_packet.MESSAGE, TextPacket(data=["events", {"stream": "s", "ä": 1}]).encode()
    ).encode()
    assert json.loads(packet.encode()[2:]) == json.loads(expected[2:])
    assert packet.encode()[:2] == expected[:2] == "42"


def test_what_waits_is_counted_and_uncounted(socket: Socket) -> None:
    for size in (10, 2000, 300):
        fanout.send([socket], "e", '"' + "x" * size + '"')
    socket.engine.queue.put(engine_packet.Packet(engine_packet.MESSAGE, "y" * 50))
    assert socket.engine.queue.bytes == 10 + 2000 + 300 + 3 * len('42["e",""]') + 50

    waiting(socket)

    assert socket.engine.queue.bytes == 0


def test_the_writer_takes_one_at_a_time(socket: Socket) -> None:
    """The library would take everything, and what it holds is no longer counted."""
    for _ in range(3):
        fanout.send([socket], "e", "1")

    assert len(socket.engine.poll()) == 1
    assert socket.engine.queue.qsize() == 2


def test_a_slow_reader_is_cut_off_at_the_bound_and_others_are_not(server: Any) -> None:
    slow, quick = connected(server, "slow"), connected(server, "quick")
    for _ in range(USUAL.queued_messages):
        fanout.send([slow, quick], "e", "1")
        waiting(quick)
    assert not slow.engine.closed

    fanout.send([slow, quick], "e", "1")

    assert (slow.engine.closed, quick.engine.closed) == (True, False)
    assert len(waiting(quick)) == 1
    fanout.send([slow, quick], "e", "1")
    assert len(waiting(quick)) == 1


def test_so_is_one_who_leaves_a_megabyte_waiting(socket: Socket) -> None:
    payload = '"' + "x" * 100_000 + '"'
    for _ in range(USUAL.queued_bytes // 100_000 + 1):
        fanout.send([socket], "e", payload)
    assert not socket.engine.closed

    fanout.send([socket], "e", "1")

    assert socket.engine.closed


def test_one_long_message_may_take_its_time(socket: Socket) -> None:
    fanout.send([socket], "e", '"' + "x" * (2 * USUAL.queued_bytes) + '"')
    for _ in range(20):
        fanout.send([socket], "e", "1")

    assert not socket.engine.closed
    assert len(waiting(socket)) == 21


def test_who_asks_more_than_it_reads_waits_with_the_next_question(server: Any, socket: Socket) -> None:
    """Answers count like events, but nobody is cut off for having asked."""

    def ask(_sid: str, _data: Any) -> dict[str, str]:
        return {"all": "x" * 200_000}

    server.on("subscribe", ask)
    server.eio.handlers["connect"]("a", {})
    server.eio.handlers["message"]("a", "0")
    asked: list[int] = []

    def flood() -> None:
        for number in range(20):
            server.eio.handlers["message"]("a", f'2{number}["subscribe",{{}}]')
            asked.append(number)

    flooding = threading.Thread(target=flood)
    flooding.start()
    wait_until(lambda: socket.engine.queue.bytes, "one question is answered")
    flooding.join(0.2)
    assert flooding.is_alive()
    assert socket.engine.queue.bytes < 200_100

    def all_is_answered() -> bool:
        """Whatever it finds waiting; the last answer is taken out before its question counts as asked."""
        waiting(socket)
        return len(asked) == 20

    wait_until(all_is_answered, "everything is answered")
    flooding.join(10)

    assert not socket.engine.closed


def test_short_answers_wait_together_up_to_a_bound(server: Any, socket: Socket) -> None:
    server.on("subscribe", lambda _sid, _data: {"all": "x" * 8_000})
    server.eio.handlers["connect"]("a", {})
    server.eio.handlers["message"]("a", "0")
    waiting(socket)

    def ask() -> None:
        for number in range(12):
            server.eio.handlers["message"]("a", f'2{number}["subscribe",{{}}]')

    asking = threading.Thread(target=ask)
    asking.start()
    wait_until(lambda: socket.engine.queue.bytes >= fanout.UNREAD, "they wait")
    asking.join(0.2)
    assert asking.is_alive()
    assert fanout.UNREAD <= socket.engine.queue.bytes < fanout.UNREAD + 8_100
    socket.engine.queue.end()
    asking.join(10)

    assert not asking.is_alive()
    assert not socket.engine.closed


def test_a_question_that_waits_ends_with_the_connection(server: Any, socket: Socket) -> None:
    for _ in range(USUAL.queued_messages):
        fanout.send([socket], "e", "1")
    server.eio.handlers["connect"]("a", {})
    asking = threading.Thread(target=server.eio.handlers["message"], args=("a", "1"))
    asking.start()
    asking.join(0.1)
    assert asking.is_alive()

    fanout.cut(socket)
    asking.join(10)

    assert not asking.is_alive()


def test_who_is_cut_off_gets_nothing_more(socket: Socket) -> None:
    fanout.cut(socket)
    fanout.cut(socket)

    fanout.send([socket], "e", "1")

    assert waiting(socket) == [None]
