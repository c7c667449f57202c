"""Who is here, and the stock client, over real sockets."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import socketio
from tests.foundation.ground import FAR_PLACE, HALL_PLACE, OTHER_PLACE, PLACE, Person
from tests.foundation.probe import HOUSE, ask
from tests.live.client import Client, wait_until
from tests.live.conftest import Server
from tests.live.house import ORIGIN

from foundation.door import Door

Connect = Callable[..., Client]

pytestmark = pytest.mark.usefixtures("on_sqlite")


def people(client: Client, count: int) -> list[str]:
    """Wait until so many are shown; their ids."""
    while True:
        shown = client.wait_for("presence", stream=PLACE, seconds=5)["people"]
        if len(shown) == count:
            return sorted(person["id"] for person in shown)


def test_who_is_here_is_shown_within_two_seconds(
    server: Server, member: Person, other: Person, client: Connect
) -> None:
    one, two = (client(server, who).connect() for who in (member, other))
    for each in (one, two):
        each.follow()
        assert each.emit("presence", {"stream": PLACE, "here": True}) == {"ok": True}

    began = time.monotonic()
    assert people(one, 2) == people(two, 2) == sorted([member.id, other.id])
    two.close()
    assert people(one, 1) == [member.id]
    assert time.monotonic() - began < 4


def test_presence_is_said_only_where_one_follows(server: Server, member: Person, client: Connect) -> None:
    one = client(server, member).connect()
    one.follow()

    for stream in (OTHER_PLACE, FAR_PLACE, "nothing"):
        answer = one.emit("presence", {"stream": stream, "here": True})
        assert answer["error"]["code"] == "not_found"


def test_who_is_evicted_is_no_longer_shown(
    server: Server, member: Person, other: Person, door: Door, client: Connect
) -> None:
    one, two = (client(server, who).connect() for who in (member, other))
    for each in (one, two):
        each.follow()
        each.emit("presence", {"stream": PLACE, "here": True})
    assert len(people(two, 2)) == 2

    door.carry_out(HOUSE, ask("hall.dismiss", {"person": member.id}, place=HALL_PLACE))

    assert people(two, 1) == [other.id]


# --- a client of the library


class Library:
    """The stock Python client, which knows nothing but the protocol."""

    def __init__(self, server: Server, person: Person) -> None:
        self.heard: list[Any] = []
        self.io = socketio.Client(reconnection=False, websocket_extra_options={"suppress_origin": True})
        self.io.on("events", self.heard.append)
        cookie = Client(server.port, person).cookie
        self.io.connect(
            f"http://127.0.0.1:{server.port}",
            headers={"Origin": ORIGIN, "Cookie": cookie},
            transports=["websocket"],
        )


@pytest.fixture
def library(server: Server, member: Person) -> Iterator[Library]:
    made = Library(server, member)
    yield made
    made.io.disconnect()
    made.io.wait()


def test_the_stock_client_follows_too(
    server: Server, library: Library, member: Person, client: Connect
) -> None:
    writer = client(server, member)
    epoch = writer.snapshot().body["epoch"]

    answer = library.io.call("subscribe", {"stream": PLACE, "epoch": epoch, "after": 0})
    for _ in range(3):
        writer.add(1)
    wait_until(lambda: [event["seq"] for told in library.heard for event in told["events"]] == [1, 2, 3])

    assert answer["ok"]
