"""kill -9 in the middle of a stream of commands: what was acknowledged is there once, nothing twice."""

import http.client
import json
import os
import random
import signal
import sqlite3
import threading
import uuid
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from sqlalchemy import make_url
from tests.visiting import Visitor, wait_until

from foundation import clock

from .conftest import gaps, logged

ROUNDS = 20
START_WITHIN = 5.0
"""Seconds a restart may take; the quickest of the rounds counts, for the machine may be busy."""


class Writer:
    """One who proposes topics as fast as they are answered, and sends again what was not."""

    def __init__(self, visitor, place, who):
        self.visitor = visitor
        self.place = place
        self.who = who
        self.pending = None
        self.answered = {}
        self.refused = []
        self.sent_again = 0

    def write(self, stopping):
        """Until told to stop, or until nobody is there any more."""
        connection = self.visitor.again()
        try:
            while not stopping.is_set():
                self._one(connection)
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()

    def finish(self):
        """What is still open is sent until it is answered."""
        while self.pending:
            self._one(self.visitor)

    def _one(self, connection):
        if self.pending is None:
            title = f"{self.who} {len(self.answered) + 1}"
            body = {"title": title, "question": "", "minutes": 60}
            self.pending = {
                "id": str(uuid.uuid4()),
                "name": "topic.propose",
                "place": self.place,
                "body": body,
            }
        else:
            self.sent_again += 1
        reply = connection.send(json.dumps(self.pending).encode())
        if reply.status == 200:
            self.answered[self.pending["body"]["title"]] = (self.pending, reply.content)
            self.pending = None
        elif reply.status != 503:
            self.refused.append(reply.text)


@pytest.mark.slow
def test_what_was_acknowledged_is_there_once_and_nothing_twice(
    scene, serve, visit, database_kind, record_property
):
    server = serve(scene.url).start()
    writers = [
        Writer(visit(server, who), scene.place(where), f"{who} {where}")
        for who in ("member", "neighbour")
        for where in ("collecting", "voting")
    ]
    restarts = []
    for _ in range(ROUNDS):
        _write_until_killed(server, writers)
        server.start()
        restarts.append(server.started_in)
    for writer in writers:
        writer.finish()
    assert [writer.refused for writer in writers] == [[], [], [], []]
    for writer in writers:
        for command, content in random.sample(list(writer.answered.values()), 5):
            assert writer.visitor.send(json.dumps(command).encode()).content == content
    assert server.stop() == 0
    _check_the_log(scene, writers)
    if database_kind == "sqlite":
        with closing(sqlite3.connect(make_url(scene.url).database)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    record_property("acknowledged", sum(len(writer.answered) for writer in writers))
    record_property("sent_again", sum(writer.sent_again for writer in writers))
    record_property("restarts", [round(seconds, 2) for seconds in restarts])
    print(f"{sum(len(w.answered) for w in writers)} acknowledged, restarts {sorted(restarts)}")  # noqa: T201 -- the figure, for who asks with -s
    assert sum(writer.sent_again for writer in writers) > 0
    assert min(restarts) < START_WITHIN


def _write_until_killed(server, writers):
    before = sum(len(writer.answered) for writer in writers)
    stopping = threading.Event()
    threads = [threading.Thread(target=writer.write, args=(stopping,)) for writer in writers]
    for thread in threads:
        thread.start()
    enough = before + random.randint(3, 60)
    wait_until(lambda: sum(len(writer.answered) for writer in writers) >= enough, "commands are answered")
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    stopping.set()
    for thread in threads:
        thread.join()


def _check_the_log(scene, writers):
    assert gaps(scene.url) == set()
    for where in ("collecting", "voting"):
        stream = scene.place(where)
        events = [
            (seq, body["topic"]) for seq, name, body in logged(scene.url, stream) if name == "topic.proposed"
        ]
        titles = [topic["title"] for _seq, topic in events]
        assert len(titles) == len(set(titles))
        expected = {}
        for writer in writers:
            if writer.place == stream:
                for title, (_command, content) in writer.answered.items():
                    answer = json.loads(content)
                    expected[title] = (answer["seqs"][stream], answer["result"]["topic"])
        told = {topic["title"]: (seq, topic["id"]) for seq, topic in events}
        assert {title: told.get(title) for title in expected} == expected
        assert set(told) - set(expected) <= {"Anerkennungskultur", "Digitales Ehrenamt"}


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
