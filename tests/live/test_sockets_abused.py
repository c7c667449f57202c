"""Sockets abused: whoever breaks the protocol loses the connection, and nobody else notices."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

import pytest
import websocket
from tests.foundation import ground
from tests.foundation.ground import PLACE, Person
from tests.live.client import Client, wait_until
from tests.live.conftest import Server, url_of
from tests.live.house import Green, Threads

from foundation.database import Database
from foundation.policy import Role
from live import fanout, gate, lines
from live.limits import USUAL

Connect = Callable[..., Client]

pytestmark = pytest.mark.usefixtures("on_sqlite")

OPCODE_CONT, OPCODE_TEXT, OPCODE_BINARY = 0, 1, 2


def frame(content: bytes | str, *, kind: int = OPCODE_TEXT, final: bool = True) -> Callable[[Client], None]:
    data = content.encode() if isinstance(content, str) else content

    def send(client: Client) -> None:
        assert client.ws is not None
        made = websocket.ABNF(int(final), 0, 0, 0, kind, 1, data)
        client.ws.sock.sendall(made.format())

    return send


def raw(data: bytes) -> Callable[[Client], None]:
    def send(client: Client) -> None:
        assert client.ws is not None
        client.ws.sock.sendall(data)

    return send


def fragments(*parts: bytes, times: int = 1) -> Callable[[Client], None]:
    def send(client: Client) -> None:
        frame(parts[0], final=False)(client)
        for _ in range(times):
            for part in parts[1:]:
                frame(part, kind=OPCODE_CONT, final=False)(client)

    return send


FORBIDDEN: dict[str, Callable[[Client], None]] = {
    "binary": frame(b"\x00\x01", kind=OPCODE_BINARY),
    "binary that looks like a packet": frame('42["subscribe",{}]', kind=OPCODE_BINARY),
    "an empty message": frame(""),
    "no packet": frame("hello"),
    "base64": frame("b4AAAA"),
    "open": frame('0{"sid":"x"}'),
    "a ping of ours": frame("2probe"),
    "upgrade": frame("5"),
    "noop": frame("6"),
    "a pong with poison": frame("3" + "[" * 60_000),
    "a message with poison": frame("4" + "[" * 60_000),
    "an event with poison": frame('42["subscribe",' + "[" * 60_000),
    "an acknowledgement": frame('431["x"]'),
    "an error": frame('44{"message":"x"}'),
    "an attachment to come": frame('451-["subscribe",{"_placeholder":true,"num":0}]'),
    "many attachments to come": frame('459999999999-["subscribe",{}]'),
    "an attachment in an event": frame('421-["subscribe",{}]'),
    "an attachment for an answer": frame("461-1[]"),
    "another namespace": frame("40/admin,"),
    "an event in another namespace": frame('42/admin,["subscribe",{}]'),
    "a reserved name": frame('42["disconnect",{}]'),
    "another reserved name": frame('42["connect_error",{}]'),
    "an unknown event": frame('42["shout",{}]'),
    "a command": frame('42["counter.add",{"by":1}]'),
    "two arguments": frame('421["subscribe",{},{}]'),
    "no argument": frame('421["subscribe"]'),
    "a name that is none": frame('421[["subscribe"],{}]'),
    "a name that stands twice": frame('421["subscribe",{"stream":"a","stream":"b"}]'),
    "no number": frame('421["subscribe",{"after":NaN}]'),
    "half a character": frame('421["subscribe",{"stream":"\\ud83d"}]'),
    "nothing as a character": frame('421["subscribe",{"stream":"\\u0000"}]'),
    "thirteen within each other": frame('421["subscribe",' + "[" * 13 + "]" * 13 + "]"),
    "a number without end": frame("42" + "9" * 60_000 + '["subscribe",{}]'),
    "broken text": frame(b'42["\xff"]'),
    "a message too long": frame("42" + "x" * 65_536),
    "a message too long in fragments": fragments(b"42" + b"x" * 40_000, b"x" * 40_000),
    "fragments without end": fragments(b"42", b"x" * 2000, times=200),
    "a frame that says it is endless": raw(b"\x81\xff" + struct.pack("!Q", 2**40) + b"mask" + b"x" * 70_000),
    "a frame without a mask": raw(b"\x81\x0242"),
    "a compressed frame": raw(b"\xc1\x82\x00\x00\x00\x0042"),
    "a fragment of nothing": frame(b"x", kind=OPCODE_CONT),
    "a kind that does not exist": raw(b"\x83\x80\x00\x00\x00\x00"),
    "a long ping": raw(b"\x89\xfe\x00\x80mask" + b"x" * 128),
}


@pytest.fixture
def onlooker(server: Server, database: Database, client: Connect) -> Client:
    """Somebody else, who must not notice."""
    one = client(server, ground.person(database, Role.PARTICIPANT)).connect()
    one.follow()
    return one


@pytest.mark.parametrize("attack", FORBIDDEN)
def test_who_breaks_the_protocol_is_cut_off_and_nobody_else_notices(
    server: Server,
    member: Person,
    onlooker: Client,
    client: Connect,
    attack: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gate, "LEAST", 0.0)
    one = client(server, member).connect()
    one.follow()

    with contextlib.suppress(OSError):
        FORBIDDEN[attack](one)

    assert one.is_closed_within(5)
    assert onlooker.add(1).status == 200
    assert onlooker.numbers(1) == [1]
    if isinstance(server, Threads):
        wire, places = server.house.wire, server.house.app.wsgi_app
        assert isinstance(places, gate.Gate)
        wait_until(lambda: len(wire.subscriptions) == 1, "only the onlooker is known", seconds=5)
        wait_until(lambda: places._open.total() == 1, "nobody else takes a place", seconds=5)
    assert client(server, member).connect().follow() == 1


@pytest.mark.parametrize("before", ['42["subscribe",{}]', "41", '421["presence",{"stream":"x","here":true}]'])
def test_what_is_said_before_the_beginning_does_nothing(
    server: Server, member: Person, client: Connect, before: str
) -> None:
    one = client(server, member)
    one.handshake()

    one.say(before)
    one.say("40")

    one.wait_for("connected")
    assert one.acks == {}


def test_beginning_twice_is_one_connection(server: Server, member: Person, client: Connect) -> None:
    one = client(server, member).connect()
    one.follow()
    one.say("40")
    one.add(1)

    assert one.numbers(1) == [1]


def test_ending_and_beginning_again_on_one_connection(
    server: Server, member: Person, client: Connect
) -> None:
    one = client(server, member).connect()
    one.follow()
    one.say("41")
    one.say("40")
    one.wait_for("connected")
    one.add(1)

    assert [name for name, _told in one.quiet(0.2) if name == "events"] == []
    assert one.follow() == 1
    one.add(1)
    assert one.numbers(1) == [2]


def test_who_leaves_without_a_word_leaves_nothing_behind(
    threads: Threads, member: Person, client: Connect
) -> None:
    for how in ("reset", "end", "41", "1"):
        one = client(threads, member).connect()
        one.follow()
        assert one.ws is not None
        if how == "reset":
            one.ws.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            one.ws.sock.close()
        elif how == "end":
            one.close()
        else:
            one.say(how)
            one.close()

    house = threads.house.wire
    wait_until(lambda: len(house.subscriptions) == 0, "everybody is gone")
    wait_until(lambda: house.socketio.server.environ == {}, "nothing is left of them")


# --- readers that do not read


def test_who_asks_on_and_on_without_reading_is_not_read_far_ahead(
    threads: Threads, member: Person, client: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = client(threads, member).connect()
    [socket] = threads.house.wire.subscriptions.all()
    monkeypatch.setattr(fanout, "UNREAD", 0)
    read = socket.engine.line._ws.ws.input_buffer

    for number in range(100):
        one.say(f'42{number}["unsubscribe",{{"stream":"x"}}]')
    wait_until(lambda: len(read) >= lines.AHEAD, "so much has been read")
    time.sleep(0.2)
    ahead = len(read)
    monkeypatch.undo()

    assert ahead == lines.AHEAD
    while len(one.acks) < 100:
        one.hear(20)
    assert sorted(one.acks) == list(range(100))


class Slow(Client):
    """Takes almost nothing at a time."""

    def connect(self) -> Slow:
        url = f"ws://127.0.0.1:{self.port}/socket.io/?EIO=4&transport=websocket"
        self.ws = websocket.create_connection(
            url,
            origin="http://werkstatt.test",
            cookie=self.cookie,
            timeout=20,
            sockopt=((socket.SOL_SOCKET, socket.SO_RCVBUF, 4096),),
        )
        self.say("40")
        self.wait_for("connected")
        return self


@pytest.fixture(params=[Threads, Green], ids=["threading", "eventlet"])
def narrow(request: pytest.FixtureRequest, database: Database) -> Any:
    """A server whose sockets take little at a time."""
    served = request.param(url_of(database), send_buffer=4096)
    yield served
    served.close()


LARGE = "x" * 30_000


def test_pings_between_large_events_leave_every_frame_whole(
    narrow: Server, member: Person, database: Database
) -> None:
    """The client does not read for a while and pings in between; then it reads everything."""
    one = Slow(narrow.port, member).connect()
    one.follow()
    writer = Client(narrow.port, ground.person(database, Role.PARTICIPANT))
    assert one.ws is not None
    for number in range(20):
        assert writer.add(1, note=LARGE).status == 200
        one.ws.ping(str(number))

    pongs, numbers = [], []
    while len(numbers) < 20 or len(pongs) < 20:
        kind, data = one.ws.recv_data(control_frame=True)
        if kind == websocket.ABNF.OPCODE_PONG:
            pongs.append(int(data))
        elif data[:2] == b"42":
            name, argument = json.loads(data[2:])
            if name == "events":
                assert all(event["body"]["note"] == LARGE for event in argument["events"])
                numbers += [event["seq"] for event in argument["events"]]
    one.close()

    assert numbers == list(range(1, 21))
    assert pongs == list(range(20))


def test_a_reader_that_never_reads_is_cut_off_and_the_others_are_not(
    narrow: Server, member: Person, database: Database
) -> None:
    one = Slow(narrow.port, member).connect()
    one.follow()
    other = Client(narrow.port, ground.person(database, Role.PARTICIPANT)).connect()
    other.follow()

    for number in range(60):
        assert other.add(1, note=LARGE).status == 200
        assert other.numbers(1) == [number + 1]

    with contextlib.suppress(ConnectionError):
        while one.hear(10):
            pass
    heard = [event["seq"] for name, told in one.inbox if name == "events" for event in told["events"]]
    assert one.closed
    assert heard == list(range(1, len(heard) + 1))
    assert len(heard) < 60
    back = Client(narrow.port, member).connect()
    epoch = back.snapshot().body["epoch"]
    missed = list(heard)
    while len(missed) < 60:
        told = back.subscribe(PLACE, epoch=epoch, after=len(missed))
        missed += [event["seq"] for event in told["events"]]
    assert missed == list(range(1, 61))
    for each in (one, other, back):
        each.close()


def test_who_leaves_without_having_read_takes_no_place_any_more(
    narrow: Server, member: Person, database: Database
) -> None:
    """Nobody writes in that place meanwhile, so that nothing else ends them."""
    writer = Client(narrow.port, ground.person(database, Role.PARTICIPANT))
    for _ in range(8):
        assert writer.add(1, note=LARGE).status == 200
    epoch = writer.snapshot().body["epoch"]
    gone = [Slow(narrow.port, member).connect() for _ in range(USUAL.sockets_per_person)]
    for one in gone:
        for number in range(40):
            asked = {"stream": PLACE, "epoch": epoch, "after": 0}
            one.say(f"42{number}{json.dumps(['subscribe', asked])}")
    for one in gone:
        one.close()

    wait_until(lambda: _is_let_in(narrow, member), "there is a place", seconds=5)


def _is_let_in(server: Server, person: Person) -> bool:
    one = Client(server.port, person)
    with contextlib.suppress(websocket.WebSocketBadStatusException):
        one.connect().close()
        return True
    return False
