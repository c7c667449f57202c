"""Hints between processes: fast when Redis is there, harmless when it is away or lies."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import re
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from tests.foundation import ground
from tests.foundation.ground import PLACE, Person
from tests.foundation.probe import HOUSE, add
from tests.live.client import wait_until
from tests.live.house import SECRET, names
from tests.live.telling import Wire, change, wire_of
from tests.redis_server import RedisServer

from foundation import clock
from foundation.database import Database
from foundation.door import Door
from foundation.policy import Role
from live import hints as hints_module
from live.hints import CHANNEL, Hints
from live.presence import FORGET, Presence
from live.wire import keep_going


class Process:
    """The telling of one process with its loops, hints among them, but without the look once a second."""

    def __init__(self, wire: Wire, url: str, *, secret: bytes = SECRET) -> None:
        self.wire = wire
        self.presence = Presence(wire.subscriptions, monotonic=time.monotonic)
        self.hints = Hints(
            url, secret=secret, publisher=wire.publisher, presence=self.presence, names=self.names
        )
        self.broken_names = 0
        self._stopping = threading.Event()
        loops: dict[str, Callable[[threading.Event], None]] = {
            "publisher": wire.publisher.run,
            "presence": self.presence.watch,
            "hints-out": self.hints.send,
            "hints-in": self.hints.hear,
        }
        self._threads = [
            threading.Thread(target=keep_going, args=(name, loop, self._stopping))
            for name, loop in loops.items()
        ]
        for thread in self._threads:
            thread.start()

    def names(self, people: Collection[str]) -> dict[str, str]:
        if self.broken_names:
            self.broken_names -= 1
            raise OperationalError("the database is away", None, Exception())
        return names(people)

    def stop(self) -> None:
        self._stopping.set()
        self.wire.publisher.look_at()
        for thread in self._threads:
            thread.join(30)
            assert not thread.is_alive()


@pytest.fixture
def timeout() -> float:
    """Seconds that Redis may take; a message that takes longer is lost."""
    return 5.0


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch, on_sqlite: None, timeout: float) -> None:
    monkeypatch.setattr(hints_module, "TIMEOUT", timeout)
    monkeypatch.setattr(hints_module, "WAKE", 0.05)


@pytest.fixture
def processes(redis_url: str, door: Door, second_door: Door) -> Iterator[list[Process]]:
    """Two processes on one database and one Redis."""
    made = [Process(wire_of(through), redis_url) for through in (door, second_door)]
    wait_until(lambda: listeners(redis_url) >= 2, "both listen")
    yield made
    for process in made:
        process.stop()


def listeners(url: str) -> int:
    with contextlib.closing(hints_module.redis.Redis.from_url(url)) as client, contextlib.suppress(Exception):
        return int(dict(client.pubsub_numsub(CHANNEL)).get(CHANNEL.encode(), 0))
    return 0


def numbers(ear: Any, wanted: Sequence[int]) -> None:
    """Wait until these events have come, in this order."""
    found: list[int] = []
    wait_until(
        lambda: (
            found.extend(
                event["seq"] for name, told in ear.heard() if name == "events" for event in told["events"]
            )
            or len(found) >= len(wanted)
        ),
        f"events {wanted}",
    )
    assert found == list(wanted)


def heard_again(process: Process, ear: Any, after: int) -> None:
    """What is said right after Redis has come back may be lost: it is said until it is heard."""
    found: list[int] = []

    def is_heard() -> bool:
        change(process.wire.door)
        time.sleep(0.2)
        found.extend(
            event["seq"] for name, told in ear.heard() if name == "events" for event in told["events"]
        )
        return bool(found)

    wait_until(is_heard, "something is heard")
    assert found == list(range(after + 1, after + 1 + len(found)))


def signed(told: Any, secret: bytes = SECRET, *, ago: float = 0.0) -> str:
    """As a process says it that begins every message with its moment."""
    if isinstance(told, dict):
        told = {"at": clock.now().timestamp() - ago, **told}
    body = told if isinstance(told, str) else json.dumps(told)
    return f"{hmac.new(secret, body.encode(), hashlib.sha256).hexdigest()} {body}"


def test_what_one_process_commits_the_other_tells_without_looking(
    processes: list[Process], member: Person
) -> None:
    one, two = processes
    ear = two.wire.follower(member, PLACE)

    change(one.wire.door, 3)

    numbers(ear, [1, 2, 3])


def test_only_streams_are_named_and_nothing_of_what_happened(
    processes: list[Process], member: Person, redis_server: RedisServer
) -> None:
    spy = redis_server.client()
    with contextlib.closing(spy), spy.pubsub(ignore_subscribe_messages=True) as heard:
        heard.subscribe(CHANNEL)
        heard.get_message(timeout=2)
        processes[0].wire.door.carry_out(HOUSE, add(777, note="vertraulich"))
        message = wait_until(lambda: heard.get_message(timeout=1), "a message")

    told = json.loads(message["data"].decode().partition(" ")[2])
    assert set(told) == {"process", "number", "at", "streams"}
    assert told["streams"] == [PLACE, f"{PLACE}/keepers"]
    assert b"vertraulich" not in message["data"]
    assert not re.search(rb"\b777\b", message["data"])


POISON: list[Any] = [
    b"",
    b" ",
    b"no signature",
    b"\xff\xfe\x00",
    b"0" * 64 + b" {}",
    "ä" * 64 + " {}",
    signed({"process": "p9", "number": 1, "stream": PLACE, "people": ["ghost"]}, b"another secret"),
    signed("no json"),
    signed("[]"),
    signed("null"),
    signed("{}"),
    signed({"process": "p9"}),
    signed({"process": 5, "number": 1, "streams": []}),
    signed({"process": "p9", "number": "1"}),
    signed({"process": "p9", "number": 1, "streams": "all"}),
    signed({"process": "p9", "number": 2, "streams": [1, 2]}),
    signed({"process": "p9", "number": 3, "stream": {"a": 1}, "people": []}),
    signed({"process": "p9", "number": 4, "stream": PLACE, "people": [None]}),
    signed({"process": "p9", "number": 5, "streams": ["no/such", "", "\u0000", PLACE]}),
    signed("[" * 50_000),
]


def test_garbage_and_forgeries_neither_stop_the_hearing_nor_make_anybody_appear(
    processes: list[Process], member: Person, redis_server: RedisServer, log: list[Any]
) -> None:
    one, two = processes
    ear = two.wire.follower(member, PLACE)
    with contextlib.closing(redis_server.client()) as stranger:
        for message in POISON:
            stranger.publish(CHANNEL, message)

    change(one.wire.door)

    numbers(ear, [1])
    assert two.presence.people(PLACE) == []
    assert log == []


def test_what_a_later_version_adds_is_left_alone(
    processes: list[Process], member: Person, redis_server: RedisServer
) -> None:
    told = {"process": "p9", "number": 1, "stream": PLACE, "people": ["x1"], "mood": "good"}
    with contextlib.closing(redis_server.client()) as later:
        later.publish(CHANNEL, signed(told))

    wait_until(lambda: processes[0].presence.people(PLACE) == [{"id": "x1", "name": "Person x1"}])


def test_playing_back_an_old_message_does_nothing(
    processes: list[Process], redis_server: RedisServer
) -> None:
    here = signed({"process": "p9", "number": 7, "stream": PLACE, "people": ["x1"]})
    gone = signed({"process": "p9", "number": 8, "stream": PLACE, "people": []})
    then = signed({"process": "p9", "number": 9, "stream": "counter/b", "people": ["x1"]})
    with contextlib.closing(redis_server.client()) as stranger:
        for message in (here, gone, here, then):
            stranger.publish(CHANNEL, message)

    wait_until(lambda: processes[0].presence.people("counter/b"), "the last message")

    assert processes[0].presence.people(PLACE) == []


@pytest.mark.parametrize("ago", [FORGET + 5, -FORGET - 5])
def test_nor_does_it_to_a_process_that_has_not_counted_yet(
    processes: list[Process], member: Person, redis_server: RedisServer, ago: float
) -> None:
    """Those who said so may be gone by then; that there is news is believed, as the log knows better."""
    ear = processes[0].wire.follower(member, PLACE)
    old = {"process": "p9", "number": 7, "stream": PLACE, "people": ["x1"], "streams": [PLACE]}
    recent = {"process": "p8", "number": 7, "stream": "counter/b", "people": ["x1"]}
    change(Door(processes[0].wire.door.database, ground.identify, secret=SECRET))
    with contextlib.closing(redis_server.client()) as stranger:
        stranger.publish(CHANNEL, signed(old, ago=ago))
        stranger.publish(CHANNEL, signed(recent, ago=ago / 2))

    wait_until(lambda: processes[0].presence.people("counter/b"), "the last message")

    assert processes[0].presence.people(PLACE) == []
    numbers(ear, [1])


def test_numbers_are_remembered_of_so_many_processes(processes: list[Process]) -> None:
    hints = processes[0].hints
    for number in range(hints_module.PROCESSES + 10):
        hints._heard(signed({"process": f"p{number}", "number": 1}).encode())

    assert len(hints._last) <= hints_module.PROCESSES


def test_who_is_here_at_one_process_is_shown_at_the_other(
    processes: list[Process], member: Person, database: Database
) -> None:
    one, two = processes
    other = ground.person(database, Role.PARTICIPANT)
    here, there = one.wire.follower(member, PLACE), two.wire.follower(other, PLACE)

    one.presence.set(here.socket, PLACE, here=True)
    wait_until(lambda: there.heard()[-1:] == [("presence", shown(member))], "somebody is here", seconds=5)
    one.wire.subscriptions.remove(here.socket.sid)

    wait_until(lambda: there.heard()[-1:] == [("presence", shown())], "nobody is here", seconds=5)


def shown(*people: Person) -> dict[str, Any]:
    return {"stream": PLACE, "people": [{"id": one.id, "name": names([one.id])[one.id]} for one in people]}


def test_a_process_that_starts_learns_who_is_here_already(
    processes: list[Process], member: Person, database: Database, redis_url: str
) -> None:
    one, _two = processes
    here = one.wire.follower(member, PLACE)
    one.presence.set(here.socket, PLACE, here=True)
    wait_until(here.heard, "it is shown")

    third = Process(wire_of(Door(database, ground.identify, secret=SECRET)), redis_url)
    try:
        wait_until(lambda: third.presence.people(PLACE) == shown(member)["people"], "it is told", seconds=5)
    finally:
        third.stop()


def test_names_that_cannot_be_read_now_are_read_later(
    processes: list[Process], member: Person, log: list[Any]
) -> None:
    one, two = processes
    here = one.wire.follower(member, PLACE)
    two.broken_names = 1

    one.presence.set(here.socket, PLACE, here=True)
    wait_until(lambda: not two.broken_names, "the first attempt")
    one.presence.say_again()

    wait_until(lambda: two.presence.people(PLACE), "the second attempt")
    assert "names_unknown" in {entry["event"] for entry in log}
    assert "loop_broke" not in {entry["event"] for entry in log}


@pytest.mark.parametrize("timeout", [0.3])
def test_a_redis_that_is_stopped_costs_nothing_but_speed(
    processes: list[Process], member: Person, redis_server: RedisServer
) -> None:
    one, two = processes
    ear = two.wire.follower(member, PLACE)
    redis_server.stop()

    began = time.monotonic()
    change(one.wire.door, 3)
    assert time.monotonic() - began < 2
    two.wire.publisher.look()
    numbers(ear, [1, 2, 3])

    redis_server.start()
    wait_until(lambda: listeners(redis_server.url) >= 2, "both listen again")
    heard_again(one, ear, 3)


@pytest.mark.parametrize("timeout", [0.3])
def test_a_redis_that_is_frozen_holds_nobody_up(
    processes: list[Process], member: Person, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = processes
    ear = two.wire.follower(member, PLACE)
    redis_server.freeze()

    began = time.monotonic()
    for _ in range(hints_module.WAITING + 50):
        one.hints.here(PLACE, {})
    change(one.wire.door, 3)
    assert time.monotonic() - began < 5
    assert one.hints._outgoing.qsize() <= hints_module.WAITING
    two.wire.publisher.look()
    numbers(ear, [1, 2, 3])

    redis_server.thaw()
    wait_until(lambda: listeners(redis_server.url) >= 2, "both listen again")
    wait_until(one.hints._outgoing.empty, "what waited is gone")
    heard_again(one, ear, 3)
