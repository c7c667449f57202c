"""Connections on which Socket.IO has not begun: looked at like all others, and not for long."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
import websocket
from sqlalchemy import delete
from tests.foundation import ground
from tests.foundation.ground import HALL_PLACE, OTHER_PLACE, PLACE, Person, Role
from tests.foundation.probe import HOUSE, ask
from tests.live.client import Client, wait_until
from tests.live.conftest import Server
from tests.live.house import Threads
from tests.live.telling import Broken, Wire

from foundation.database import Database
from foundation.door import Door
from live.sockets import TOGETHER, heartbeat
from live.subscriptions import JOINING

Connect = Callable[..., Client]

pytestmark = pytest.mark.usefixtures("on_sqlite")


def test_whoever_signs_out_loses_it_within_two_seconds(
    server: Server, member: Person, second_door: Door, client: Connect
) -> None:
    silent = client(server, member)
    silent.handshake()

    second_door.carry_out(HOUSE, ask("session.close", {"key": member.key}, place=member.stream))

    assert silent.is_closed_within(2)


def test_a_session_that_ended_since_the_gate_looked_is_noticed_soon(
    server: Server, member: Person, database: Database, client: Connect
) -> None:
    """And nothing says so: the row is gone. Whoever begins is looked at once more."""
    silent = client(server, member)
    silent.handshake()
    with database.transaction() as connection:
        connection.execute(delete(ground.SessionRow).where(ground.SessionRow.key == member.key))

    # The look may be faster than what they ask.
    with contextlib.suppress(OSError, websocket.WebSocketException):
        silent.say("40")
        silent.wait_for("connected")
        assert silent.subscribe()["error"]["code"] in ("unknown_actor", "not_found")

    assert silent.is_closed_within(2)


def test_what_has_ended_as_it_began_leaves_nothing_behind(
    threads: Threads, member: Person, database: Database, client: Connect
) -> None:
    silent = client(threads, member)
    silent.handshake()
    with database.transaction() as connection:
        connection.execute(delete(ground.SessionRow).where(ground.SessionRow.key == member.key))
    silent.say("40")
    assert silent.is_closed_within(2)

    wire = threads.house.wire
    wait_until(lambda: len(wire.subscriptions) == 0, "nobody is there")
    wait_until(lambda: wire.socketio.server.environ == {}, "nothing is left")
    manager = wire.socketio.server.manager
    wait_until(lambda: not list(manager.get_participants("/", None)), "nor in the library")


def test_what_was_cut_off_does_not_begin(threads: Threads, member: Person, client: Connect) -> None:
    """Nor is anybody answered who is gone by then."""
    silent = client(threads, member)
    silent.handshake()
    [socket] = wait_until(threads.house.wire.subscriptions.all, "it is known")
    server = threads.house.wire.socketio.server
    handlers, environ = server.handlers["/"], server.environ[socket.sid]

    socket.engine.closed = True

    assert handlers["connect"]("sid", environ, None) is False
    socket.engine.closed = False
    assert handlers["subscribe"]("gone", {"stream": PLACE}) == {}
    assert handlers["disconnect"]("gone", "reason") is None
    assert socket.silent_since is None


def test_while_the_database_is_away_whoever_begins_is_told_to_wait(
    threads: Threads, member: Person, client: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is looked at when it is back."""
    one = client(threads, member)
    one.handshake()
    with monkeypatch.context() as patched:
        broken = Broken(threads.house.database, patched)
        broken.on = True
        one.say("40")
        one.wait_for("connected")
        answer = one.subscribe()
        assert (answer["ok"], answer["error"]["code"]) == (False, "busy")
    [socket] = threads.house.wire.subscriptions.all()

    wait_until(lambda: socket.looked_at > 0, "it has been looked at")
    assert one.subscribe()["ok"]


def test_it_is_known_who_has_not_begun_yet_and_who_has_ended(
    threads: Threads, member: Person, client: Connect
) -> None:
    one = client(threads, member)
    one.handshake()
    [socket] = wait_until(threads.house.wire.subscriptions.all, "it is known")
    assert socket.silent_since is not None

    one.say("40")
    one.wait_for("connected")
    assert socket.silent_since is None
    one.follow()

    one.say("41")
    wait_until(lambda: socket.silent_since is not None, "it has ended")
    assert (socket.cleared, threads.house.wire.subscriptions.following(PLACE)) == ({}, [])
    one.close()
    wait_until(lambda: len(threads.house.wire.subscriptions) == 0, "it is forgotten")


# --- the heartbeat


def test_the_heartbeat_names_the_heads_of_what_is_followed(wire: Wire, member: Person) -> None:
    ear = wire.follower(member, PLACE)

    heartbeat(wire.subscriptions, wire.publisher)

    [(name, told)] = ear.heard()
    assert (name, told["heads"]) == ("heartbeat", {PLACE: 0})


def test_everybody_hears_it_however_many_follow_the_same(wire: Wire, member: Person, other: Person) -> None:
    same = [wire.follower(member, PLACE, OTHER_PLACE) for _ in range(TOGETHER)]
    same.append(wire.follower(member, OTHER_PLACE, PLACE))
    elsewhere = wire.follower(other, OTHER_PLACE)

    heartbeat(wire.subscriptions, wire.publisher)

    told = [ear.heard() for ear in same]
    assert all(heard == told[0] for heard in told)
    assert [(name, beat["heads"]) for name, beat in told[0]] == [("heartbeat", {PLACE: 0, OTHER_PLACE: 0})]
    assert [beat["heads"] for _name, beat in elsewhere.heard()] == [{OTHER_PLACE: 0}]


def test_it_is_silent_about_what_is_only_being_joined(wire: Wire, member: Person, other: Person) -> None:
    """Whether there is such a stream is what the answer to the question will say."""
    wire.follower(member, OTHER_PLACE)
    joining = wire.ears.of(other, OTHER_PLACE, cleared=JOINING)

    heartbeat(wire.subscriptions, wire.publisher)

    [(_name, told)] = joining.heard()
    assert told["heads"] == {}


def test_whoever_is_evicted_meanwhile_hears_of_no_head_of_it(
    wire: Wire, database: Database, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there are very many, others have a turn in between, and one of them takes a right away."""
    leaving = ground.person(database, Role.PARTICIPANT)
    first, *_others = [wire.follower(member, PLACE) for _ in range(TOGETHER)]
    evicted = wire.follower(leaving, PLACE)
    put = first.socket.engine.queue.put

    def revoke(packet: Any) -> None:
        put(packet)
        wire.door.carry_out(HOUSE, ask("hall.dismiss", {"person": leaving.id}, place=HALL_PLACE))
        wire.clearance.check([evicted.socket])

    monkeypatch.setattr(first.socket.engine.queue, "put", revoke)
    heartbeat(wire.subscriptions, wire.publisher)

    [told, (name, beat)] = evicted.heard()
    assert told == ("evicted", {"stream": PLACE})
    assert (name, beat["heads"]) == ("heartbeat", {})


def test_it_says_nothing_before_the_beginning(wire: Wire, member: Person) -> None:
    silent = wire.ears.of(member)
    silent.socket.silent_since = 0.0

    heartbeat(wire.subscriptions, wire.publisher)

    assert silent.heard() == []
