"""The wire put together: its loops begin, go on, and end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from tests.foundation.ground import PLACE, Person
from tests.live.client import Client, wait_until
from tests.live.conftest import url_of
from tests.live.house import Threads
from tests.live.test_hints import listeners

from foundation.database import Database
from live import fanout, hints, publisher, wire
from live.subscriptions import Socket
from live.wire import keep_going


def test_a_loop_that_breaks_is_logged_and_begins_again(
    monkeypatch: pytest.MonkeyPatch, log: list[Any]
) -> None:
    monkeypatch.setattr(wire, "AGAIN_AFTER", 0)
    stopping, began = threading.Event(), []

    def loop(_stopping: threading.Event) -> None:
        began.append(len(began))
        if len(began) == 1:
            raise ValueError("not expected")
        stopping.set()

    keep_going("counting", loop, stopping)

    assert began == [0, 1]
    assert [(entry["event"], entry["loop"]) for entry in log] == [("loop_broke", "counting")]


@pytest.mark.usefixtures("on_sqlite")
def test_every_socket_hears_now_and_then_how_far_its_streams_are(
    database: Database,
    member: Person,
    client: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.setattr(wire, "HEARTBEAT", 0.02)
    one = client(request.getfixturevalue("threads"), member).connect()
    one.follow()

    assert one.wait_for("heartbeat", heads={PLACE: 0})["now"]


@pytest.mark.usefixtures("on_sqlite")
def test_what_was_committed_before_the_end_is_told_before_the_sockets_close(
    threads: Threads, member: Person, client: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also what has come while something else was being told."""
    at_the_end: list[Any] = []

    def then_cut(socket: Socket) -> None:
        at_the_end.append(told.heads([PLACE]))
        cut(socket)

    cut = fanout.cut
    monkeypatch.setattr(fanout, "cut", then_cut)
    one, told = client(threads, member).connect(), threads.house.wire.publisher
    one.follow()
    tell, is_telling, go_on = told.tell, threading.Event(), threading.Event()

    def slowly() -> None:
        tell()
        is_telling.set()
        go_on.wait(10)

    monkeypatch.setattr(told, "tell", slowly)
    one.add()
    assert is_telling.wait(10)
    one.add()
    ending = threading.Thread(target=threads.house.wire.stop)
    ending.start()
    wait_until(threads.house.wire.stopping.is_set, "it is to end")
    go_on.set()
    ending.join(10)

    assert at_the_end == [{PLACE: 2}]
    assert one.is_closed_within(5)


@pytest.mark.usefixtures("on_sqlite")
def test_what_one_house_commits_is_told_at_another_by_a_hint(
    database: Database,
    redis_url: str,
    member: Person,
    client: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(publisher, "LOOK_EVERY", 3600)
    monkeypatch.setattr(hints, "WAKE", 0.05)
    houses = [Threads(url_of(database), redis_url) for _ in range(2)]
    try:
        here, there = (client(served, member).connect() for served in houses)
        there.follow()
        wait_until(lambda: listeners(redis_url) >= 2, "both listen")
        here.add()

        assert there.numbers(1) == [1]
    finally:
        for served in houses:
            served.close()
