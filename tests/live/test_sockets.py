"""Sockets over a real connection, with threads and with green threads: following, presence, rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text
from tests.foundation import ground
from tests.foundation.ground import FAR_PLACE, HALL_PLACE, PLACE, Person
from tests.foundation.probe import HOUSE, ask
from tests.live.client import PATIENCE, Client, wait_until
from tests.live.conftest import Server
from tests.live.house import Threads
from tests.live.telling import Broken

from foundation import eventlog
from foundation.database import Database
from foundation.door import Door
from live.limits import USUAL, Limits

Connect = Callable[..., Client]

pytestmark = pytest.mark.usefixtures("on_sqlite")


def test_a_change_reaches_every_screen(
    server: Server, member: Person, other: Person, client: Connect
) -> None:
    first, second = (client(server, who).connect() for who in (member, other))
    assert (first.follow(), second.follow()) == (0, 0)

    answer = first.add(5, note="Größe 💚")

    assert (answer.status, answer.body["seqs"]) == (200, {PLACE: 1})
    for screen in (first, second):
        [event] = screen.wait_for("events", stream=PLACE)["events"]
        assert (event["seq"], event["name"]) == (1, "counter.changed")
        assert event["body"] == {"value": 5, "note": "Größe 💚"}


def test_subscribing_answers_with_what_came_since(server: Server, member: Person, client: Connect) -> None:
    one = client(server, member).connect()
    taken = one.snapshot().body
    one.add(2)
    one.add(3)

    answer = one.subscribe(epoch=taken["epoch"], after=0)

    assert (answer["ok"], answer["stream"], answer["epoch"]) == (True, PLACE, taken["epoch"])
    assert (answer["head"], answer["more"]) == (2, False)
    assert [(event["seq"], event["body"]["value"]) for event in answer["events"]] == [(1, 2), (2, 5)]
    again = one.subscribe(epoch=taken["epoch"], after=1)
    assert [event["seq"] for event in again["events"]] == [2]


def test_another_past_is_a_reset(server: Server, member: Person, client: Connect) -> None:
    one = client(server, member).connect()
    epoch = one.snapshot().body["epoch"]

    for asked in ({"epoch": "another"}, {}, {"epoch": epoch, "after": 5}):
        assert one.subscribe(**asked) == {"ok": True, "stream": PLACE, "reset": True}


def test_whatever_goes_wrong_is_answered(
    server: Server, member: Person, database: Database, client: Connect
) -> None:
    one = client(server, member).connect()
    with _renamed(database, "stream", "elsewhere"):
        answer = one.subscribe()

    assert (answer["ok"], answer["error"]["code"]) == (False, "busy")
    assert one.subscribe()["ok"]


def test_who_follows_already_goes_on_following_when_asking_again_goes_wrong(
    threads: Threads, member: Person, client: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Broken(threads.house.database, monkeypatch)
    one = client(threads, member).connect()
    one.follow()
    broken.on = True
    assert one.subscribe()["error"]["code"] == "busy"
    broken.on = False

    one.add()

    assert one.numbers(1) == [1]


def test_what_comes_from_a_connection_that_was_just_cut_off_is_left_unanswered(threads: Threads) -> None:
    handle = threads.house.wire.socketio.server.handlers["/"]["subscribe"]

    assert handle("gone", {"stream": PLACE}) == {}


def test_who_was_just_sent_away_is_told_nothing(threads: Threads, member: Person, client: Connect) -> None:
    one = client(threads, member).connect()
    subscriptions = threads.house.wire.subscriptions
    for socket in subscriptions.all():
        subscriptions.remove(socket.sid)

    assert one.subscribe()["error"]["code"] == "not_found"


@contextmanager
def _renamed(database: Database, table: str, other: str) -> Iterator[None]:
    _rename(database, table, other)
    try:
        yield
    finally:
        _rename(database, other, table)


def _rename(database: Database, table: str, new: str) -> None:
    with database.transaction() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {new}"))


def test_more_than_five_hundred_come_in_parts(
    server: Server, member: Person, database: Database, client: Connect
) -> None:
    with database.transaction() as connection:
        place = ground.places.find(connection, [PLACE])[PLACE]
        stated = eventlog.Stated(PLACE, place, "counter.changed", ground.clock.now(), "{}")
        eventlog.write(connection, [stated] * 701)
    one = client(server, member).connect()
    epoch = one.snapshot().body["epoch"]

    first = one.subscribe(epoch=epoch, after=0)
    rest = one.subscribe(epoch=epoch, after=500)

    assert (len(first["events"]), first["more"], first["head"]) == (500, True, 701)
    assert (len(rest["events"]), rest["more"]) == (201, False)


def test_forbidden_and_missing_get_the_same_answer_and_nothing_follows(
    server: Server, member: Person, keeper: Person, client: Connect
) -> None:
    one = client(server, member).connect()
    one.follow()
    refused = [
        one.subscribe(stream)
        for stream in (
            FAR_PLACE,
            f"{PLACE}/keepers",
            "counter/n0such0counter00",
            "nothing",
            f"person/{keeper.id}",
        )
    ]

    assert all(answer == refused[0] for answer in refused)
    assert (refused[0]["ok"], refused[0]["error"]["code"]) == (False, "not_found")
    client(server, keeper).add(1)
    assert [event["seq"] for event in one.wait_for("events")["events"]] == [1]
    assert [name for name, told in one.quiet(0.3) if name == "events"] == []


def test_who_follows_no_longer_hears_no_more(
    server: Server, member: Person, other: Person, client: Connect
) -> None:
    one, two = (client(server, who).connect() for who in (member, other))
    for each in (one, two):
        each.follow()

    assert one.emit("unsubscribe", {"stream": PLACE}) == {"ok": True}
    assert one.emit("unsubscribe", {"stream": "nothing"}) == {"ok": True}
    two.add(1)

    assert two.numbers(1) == [1]
    assert [name for name, _told in one.quiet(0.2) if name == "events"] == []


@pytest.mark.parametrize(
    ("event", "argument", "fields"),
    [
        ("subscribe", {}, {"stream"}),
        ("subscribe", None, {"body"}),
        ("subscribe", [], {"body"}),
        ("subscribe", PLACE, {"body"}),
        ("subscribe", {"stream": 5}, {"stream"}),
        ("subscribe", {"stream": "x" * 121}, {"stream"}),
        ("subscribe", {"stream": PLACE, "epoch": None}, {"epoch"}),
        ("subscribe", {"stream": PLACE, "after": "1"}, {"after"}),
        ("subscribe", {"stream": PLACE, "after": -1}, {"after"}),
        ("subscribe", {"stream": PLACE, "after": 1.5}, {"after"}),
        ("subscribe", {"stream": PLACE, "after": True}, {"after"}),
        ("subscribe", {"stream": PLACE, "more": 1}, {"more"}),
        ("unsubscribe", {}, {"stream"}),
        ("presence", {"stream": PLACE}, {"here"}),
        ("presence", {"stream": PLACE, "here": 1}, {"here"}),
    ],
)
def test_what_does_not_fit_is_named(
    server: Server, member: Person, client: Connect, event: str, argument: Any, fields: set[str]
) -> None:
    answer = client(server, member).connect().emit(event, argument)

    assert (answer["ok"], answer["error"]["code"], set(answer["error"]["fields"])) == (
        False,
        "invalid",
        fields,
    )
    assert answer["error"]["message"]


@pytest.mark.parametrize("limits", [Limits(streams_per_socket=3)])
def test_one_socket_follows_only_so_many_streams(
    threads: Threads, member: Person, database: Database, client: Connect, limits: Limits
) -> None:
    most = limits.streams_per_socket
    streams = [f"counter/many00000000{number:04}" for number in range(most + 1)]
    with database.transaction() as connection:
        for stream in streams:
            ground.places.create(connection, stream, parent=HALL_PLACE)
    one = client(threads, member).connect()

    answers = [one.subscribe(stream) for stream in streams]

    assert [answer["ok"] for answer in answers] == [True] * most + [False]
    assert answers[-1]["error"]["code"] == "too_many"
    one.emit("unsubscribe", {"stream": streams[0]})
    assert one.subscribe(streams[-1])["ok"]


@pytest.mark.parametrize("limits", [Limits(messages_per_second=1)])
def test_two_seconds_worth_of_messages_are_saved_up_and_no_more(
    threads: Threads, member: Person, client: Connect, limits: Limits
) -> None:
    one = client(threads, member).connect()

    assert [one.emit("unsubscribe", {"stream": PLACE})["ok"] for _ in range(3)] == [True, True, False]
    wait_until(lambda: one.emit("unsubscribe", {"stream": PLACE})["ok"], "one more is saved up")


def test_a_flood_of_messages_is_refused_and_forgiven(server: Server, member: Person, client: Connect) -> None:
    one = client(server, member).connect()

    many = USUAL.messages_per_second * 2 + 40
    for number in range(1, many + 1):
        one.say(f'42{number}["unsubscribe",{{"stream":"{PLACE}"}}]')
    while len(one.acks) < many:
        one.hear(PATIENCE)

    refused = [answer["error"]["code"] for [answer] in one.acks.values() if not answer["ok"]]
    one.acks.clear()
    assert refused
    assert set(refused) == {"too_many"}
    wait_until(lambda: one.emit("unsubscribe", {"stream": PLACE})["ok"], "it is forgiven")


# --- what another process commits, and rights


def test_who_loses_the_right_is_told_so_and_nothing_later(
    server: Server, member: Person, other: Person, door: Door, client: Connect
) -> None:
    """In the middle of many changes; the other one hears them all."""
    one, two = (client(server, who).connect() for who in (member, other))
    for each in (one, two):
        each.follow()
    for _ in range(20):
        two.add(1)
    door.carry_out(HOUSE, ask("hall.dismiss", {"person": member.id}, place=HALL_PLACE))
    revoked_at = ground.head_of(door.database).seq
    for _ in range(20):
        two.add(1)

    one.wait_for("evicted", stream=PLACE, seconds=3)
    assert [told for name, told in one.quiet(0.3) if name == "events" and told["stream"] == PLACE] == []
    assert two.numbers(40) == list(range(1, 41))
    assert revoked_at == 20
    answer = one.subscribe()
    assert answer["error"]["code"] == "not_found"
    assert one.add(1).status == 404


def test_a_session_that_is_closed_closes_its_sockets_and_no_others(
    server: Server, member: Person, database: Database, client: Connect
) -> None:
    again = ground.another_session(database, member)
    closing, staying = client(server, member).connect(), client(server, again).connect()
    for each in (closing, staying):
        each.follow()

    reply = staying.command("session.close", {"key": member.key}, place=member.stream)

    assert reply.status == 200
    assert closing.is_closed_within(2)
    assert not staying.closed
    staying.add(1)
    assert staying.numbers(1) == [1]


def test_a_session_closed_by_another_process_closes_its_sockets(
    server: Server, member: Person, second_door: Door, client: Connect
) -> None:
    one = client(server, member).connect()

    second_door.carry_out(HOUSE, ask("session.close", {"key": member.key}, place=member.stream))

    assert one.is_closed_within(3)


def test_a_new_epoch_reaches_the_screen(
    server: Server, member: Person, database: Database, client: Connect
) -> None:
    one = client(server, member).connect()
    one.add(1)
    one.follow()
    with database.transaction() as connection:
        epoch = eventlog.begin_epoch(connection, PLACE)

    assert one.wait_for("reset", stream=PLACE)["epoch"] == epoch
    assert one.follow() == 1
    one.add(1)

    assert one.numbers(1) == [2]


# --- presence
