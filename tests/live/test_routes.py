"""Routes: the wire's HTTP side, as a foreign program uses it."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.foundation import ground
from tests.foundation.ground import FAR_PLACE, PLACE, Person, value_of
from tests.live.client import Client, wait_until
from tests.live.house import Threads

from foundation import clock
from foundation.database import Database

Connect = Callable[..., Client]
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def one(threads: Threads, member: Person, client: Connect) -> Client:
    return client(threads, member)


@pytest.fixture(autouse=True)
def no_change(database: Database, request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever is refused has changed nothing."""
    yield
    if "refused" in request.node.name:
        assert value_of(database) == 0
        assert ground.count(database, ground.EventRow) == 0


def test_the_session_says_who_one_is_and_what_the_limits_are(one: Client, member: Person) -> None:
    reply = one.ask("GET", "/live/session")

    assert reply.status == 200
    assert reply.body["actor"] == {"kind": "person", "id": member.id, "name": f"Person {member.id[:4]}"}
    assert reply.body["limits"] == {
        "message": 65_536,
        "body": 65_536,
        "events": 500,
        "sockets": 8,
        "wait": 25,
    }
    assert reply.body["csrf"]
    assert reply.body["now"][:10] == clock.wire(clock.now())[:10]
    assert reply.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    ["/live/session", f"/live/streams/{PLACE}", f"/live/streams/{PLACE}/events?epoch=x&after=0&wait=9"],
)
def test_strangers_are_told_so(threads: Threads, client: Connect, path: str) -> None:
    reply = client(threads, None).ask("GET", path)

    assert (reply.status, reply.body["error"]["code"]) == (401, "unknown_actor")


def test_a_command_is_answered_with_numbers_and_ids(one: Client) -> None:
    reply = one.add(5)

    assert reply.status == 200
    assert reply.body["ok"] is True
    assert reply.body["seqs"] == {PLACE: 1}
    assert len(reply.body["result"]["entry"]) == 16


def test_a_command_sent_again_is_answered_alike(one: Client, database: Database) -> None:
    number = str(uuid.uuid4())

    first = one.command("counter.add", {"by": 2}, id_=number)
    again = one.command("counter.add", {"by": 2}, id_=number)
    other = one.command("counter.add", {"by": 3}, id_=number)

    assert first.body == again.body
    assert (other.status, other.body["error"]["code"]) == (409, "id_reused")
    assert value_of(database) == 2


GOOD: dict[str, Any] = {
    "id": "0d3c6a52-6d56-4f1a-9f0e-6a2c6c1f7c11",
    "name": "counter.add",
    "place": PLACE,
    "body": {"by": 2},
}


def changed(**change: Any) -> bytes:
    return json.dumps({**GOOD, **change}).encode()


@pytest.mark.parametrize(
    ("body", "status", "code", "fields"),
    [
        (b"", 400, "bad_request", set()),
        (b"{", 400, "bad_request", set()),
        (b"[]", 400, "bad_request", set()),
        (b"null", 400, "bad_request", set()),
        (b'{"id": NaN}', 400, "bad_request", set()),
        (b'{"id": "a", "id": "b"}', 400, "bad_request", set()),
        (b"\xff\xfe{\x00}\x00", 400, "bad_request", set()),
        (changed(body={"note": "half\ud83d"}), 400, "bad_request", set()),
        (changed(body={"note": "null\0"}), 400, "bad_request", set()),
        (b"[" * 60_000, 400, "bad_request", set()),
        (changed(body={"by": 10**30}), 400, "bad_request", set()),
        (b"{}", 422, "invalid", {"id", "name", "place"}),
        (changed(more=1), 422, "invalid", {"more"}),
        (changed(id="x"), 422, "invalid", {"id"}),
        (changed(name="counter.unknown"), 422, "invalid", {"name"}),
        (changed(place="house"), 422, "invalid", {"place"}),
        (changed(body={"by": True}), 422, "invalid", {"by"}),
        (changed(body={"by": 2, "to": 3}), 422, "invalid", {"to"}),
        (changed(body={"note": "x" * 60_001}), 422, "invalid", {"note"}),
        (changed(place=FAR_PLACE), 404, "not_found", set()),
        (changed(place="counter/n0such0counter00"), 404, "not_found", set()),
        (changed(name="counter.refuse", body={}), 409, "closed", set()),
        (changed(body={"note": "x" * 65_536}), 413, "too_large", set()),
        (b"x" * 1_000_000, 413, "too_large", set()),
    ],
)
def test_what_is_refused_says_why_in_the_one_shape(
    one: Client, body: bytes, status: int, code: str, fields: set[str]
) -> None:
    reply = one.ask("POST", "/live/commands", body, JSON)

    assert (reply.status, reply.body["ok"]) == (status, False)
    assert set(reply.body) == {"ok", "error"}
    assert set(reply.body["error"]) == {"code", "message", "fields"}
    assert (reply.body["error"]["code"], set(reply.body["error"]["fields"])) == (code, fields)


def test_who_is_not_signed_in_is_refused_whatever_is_sent(threads: Threads, client: Connect) -> None:
    stranger = client(threads, None)

    for body in (changed(), b"{", b"[" * 60_000):
        reply = stranger.ask("POST", "/live/commands", body, JSON)
        assert (reply.status, reply.body["error"]["code"]) == (401, "unknown_actor")


def test_a_snapshot_and_what_came_after_it(one: Client) -> None:
    one.add(2)
    taken = one.snapshot().body
    one.add(3)

    after = one.catch_up(epoch=taken["epoch"], after=taken["seq"]).body

    assert set(taken) == {"stream", "epoch", "seq", "state"}
    assert (taken["stream"], taken["seq"], taken["state"]) == (PLACE, 1, {"value": 2})
    assert (after["stream"], after["epoch"], after["head"], after["more"]) == (
        PLACE,
        taken["epoch"],
        2,
        False,
    )
    [event] = after["events"]
    assert set(event) == {"seq", "name", "at", "body"}
    assert (event["seq"], event["name"], event["body"]) == (2, "counter.changed", {"value": 5, "note": ""})


def test_another_past_is_a_reset(one: Client) -> None:
    one.add(1)

    assert one.catch_up(epoch="another").body == {"stream": PLACE, "reset": True}
    assert one.catch_up(epoch="").body == {"stream": PLACE, "reset": True}
    epoch = one.snapshot().body["epoch"]
    assert one.catch_up(epoch=epoch, after=99).body == {"stream": PLACE, "reset": True}


@pytest.mark.parametrize(
    "stream",
    [FAR_PLACE, f"{PLACE}/keepers", "counter/n0such0counter00", "nothing", f"{PLACE}%0a", "%00", "../x"],
)
def test_forbidden_and_missing_streams_are_the_same(one: Client, stream: str) -> None:
    for path in (f"/live/streams/{stream}", f"/live/streams/{stream}/events?epoch=x"):
        reply = one.ask("GET", path)
        assert (reply.status, reply.body["error"]["code"], reply.body["error"]["fields"]) == (
            404,
            "not_found",
            {},
        )


@pytest.mark.parametrize(
    "query",
    ["after=x", "after=-1", "after=1.5", "after=%C2%B2", "after=" + "9" * 16, "wait=abc", "wait=-1", "wait="],
)
def test_what_is_no_number_is_a_bad_request(one: Client, query: str) -> None:
    reply = one.ask("GET", f"/live/streams/{PLACE}/events?epoch=x&{query}")
    assert (reply.status, reply.body["error"]["code"]) == (400, "bad_request")


def test_waiting_ends_with_the_next_event(
    threads: Threads, one: Client, member: Person, client: Connect
) -> None:
    epoch = one.snapshot().body["epoch"]
    writer = client(threads, member)
    heard: list[Any] = []

    waiting = threading.Thread(target=lambda: heard.append(one.catch_up(epoch=epoch, wait=25).body))
    waiting.start()
    wait_until(lambda: threads.house.wire.reading._waiting, "it waits")
    writer.add(4)
    waiting.join(20)

    assert [event["seq"] for event in heard[0]["events"]] == [1]


def test_who_changes_something_uses_the_session(
    threads: Threads, one: Client, member: Person, database: Database, client: Connect
) -> None:
    stranger = client(threads, ground.person(database))
    assert (one.add(1).status, stranger.add(1).status) == (200, 404)
    threads.house.wire.using.note()

    assert threads.house.used == [member.credential]
