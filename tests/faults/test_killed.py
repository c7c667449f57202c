"""kill -9 in the middle of a stream of commands: what was acknowledged is there once, nothing twice."""

import os
import random
import signal
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from sqlalchemy import make_url
from tests.faults.oracle import Log, acknowledged, faults, four_writers, writing
from tests.faults.screens import Screen, catch_up, differences, watching
from tests.visiting import Visitor, wait_until

from foundation import clock

pytestmark = pytest.mark.slow

ROUNDS = {"sqlite": 50, "postgres": 15}
START_WITHIN = 5.0
"""Seconds a restart may take; the quickest of the rounds counts, for the machine may be busy."""
CROWDED = 3
"""How often the very first start may go into it where the machine itself is slower than that."""


def test_what_was_acknowledged_is_there_once_and_nothing_twice(
    scene, serve, visit, database_kind, record_property
):
    server = serve(scene.url).start()
    usual = server.started_in
    people = {who: visit(server, who) for who in ("member", "neighbour", "facilitator")}
    writers = four_writers(scene, people)
    screens = [
        Screen(people[who], [scene.place("collecting"), scene.place("voting"), *more])
        for who, *more in (
            ("member", scene.ballot("voting", "ahlen")),
            ("neighbour", scene.ballot("voting", "menden")),
            ("facilitator", scene.desk("voting")),
        )
    ]
    restarts, returns = [], []
    with watching(screens):
        with writing(writers):
            for _ in range(ROUNDS[database_kind]):
                _kill_in_the_middle(server, writers)
                server.start()
                restarts.append(server.started_in)
                returns.append(catch_up(scene.url, screens))
        catch_up(scene.url, screens)
        assert differences(screens) == []
    assert faults(Log.read(scene.url), writers) == []
    for writer in writers:
        for one in random.sample(writer.acknowledged, 5):
            assert writer.ask_again(one) == one.content
    assert server.stop() == 0
    if database_kind == "sqlite":
        with closing(sqlite3.connect(make_url(scene.url).database)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    figures = {
        "acknowledged": acknowledged(writers),
        "cut_off": sum(writer.cut_off for writer in writers),
        "cuts": sum(screen.cuts for screen in screens),
        "slowest_return": round(max(returns), 2),
        "restarts": [round(seconds, 2) for seconds in sorted(restarts)],
    }
    for name, figure in figures.items():
        record_property(name, figure)
    print(figures)  # noqa: T201 -- the figures, for who asks with -s
    assert figures["cut_off"] > 0
    assert min(restarts) < max(START_WITHIN, CROWDED * usual)


def _kill_in_the_middle(server, writers):
    enough = acknowledged(writers) + random.randint(3, 40)
    wait_until(lambda: acknowledged(writers) >= enough, "commands are answered")
    os.kill(server.pid, signal.SIGKILL)
    server.wait()


def test_a_vote_that_was_due_while_nobody_served_is_closed_by_the_next_server(scene, serve, visit):
    server = serve(scene.url).start()
    facilitator, place = visit(server, "facilitator"), scene.place("collecting")
    now = facilitator.get("/live/session").json["now"]
    assert facilitator.command("poll.open", place, {"closes_at": _soon(now)}).status == 200
    server.kill()
    wait_until(lambda: _soon(now) < _now(), "the vote is due")
    server.start()
    facilitator = visit(server, "facilitator")
    state = wait_until(lambda: _closed(facilitator, place), "the vote is closed")
    assert state["poll"]["closed_at"] == state["poll"]["closes_at"]
    assert state["agenda"] is not None
    desk = facilitator.snapshot(scene.desk("collecting"))["state"]
    assert [(entry["what"], entry["by"]) for entry in desk["log"][-1:]] == [("closed_by_time", None)]
    assert Visitor(server.url).get("/readyz").status == 200


def _closed(visitor, place):
    state = visitor.snapshot(place)["state"]
    return state if state["poll"]["closed_at"] else None


def _soon(now):
    moment = datetime.fromisoformat(now) + timedelta(seconds=3)
    return clock.wire(moment)


def _now():
    return clock.wire(clock.now())
