"""PostgreSQL is restarted, crashes and stands still: nothing is lost, and whoever asks is told."""

import threading
import time

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from tests.faults.oracle import Log, acknowledged, faults, four_writers, writing
from tests.faults.screens import Screen, catch_up, differences, watching
from tests.postgres_server import PostgresServer, programs
from tests.stage import Stage
from tests.visiting import Visitor, wait_until

from foundation.database import Database, waited_too_long

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed here"),
]
AWAY, FROZEN = 3.0, 10.0
"""Seconds."""
READY_WITHIN = 3.0
"""Seconds in which `/readyz` answers, whatever it says."""
BACK_WITHIN = 5.0
"""Seconds after the return in which the server works again by itself."""
PEOPLE = ("member", "neighbour", "facilitator")


@pytest.fixture(scope="module")
def cluster():
    server = PostgresServer()
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="module")
def stage(cluster, tmp_path_factory):
    return Stage(tmp_path_factory.mktemp("stage"), cluster.url)


@pytest.fixture
def scene(cluster, stage, tmp_path):
    copy = stage.copy("postgres", tmp_path)
    # A copied sequence is on disk as it stands, and not yet ahead of a crash as PostgreSQL keeps it.
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    return copy


class Monitor:
    """Asks one address all the time: when, what the answer was, and how long it took."""

    def __init__(self, url, path):
        self.answers = []
        self._visitor = Visitor(url)
        self._path = path
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopping.set()
        self._thread.join()

    def between(self, begin, end):
        return [(status, took) for at, status, took in self.answers if begin < at and at + took < end]

    def _ask(self):
        while not self._stopping.wait(0.1):
            begun = time.monotonic()
            status = self._visitor.get(self._path).status
            self.answers.append((begun, status, time.monotonic() - begun))


def restart(how):
    def do(cluster):
        cluster.stop(how)
        gone = time.monotonic()
        time.sleep(AWAY)
        until = time.monotonic()
        cluster.start()
        return gone, until

    return do


def freeze(cluster):
    cluster.freeze()
    gone = time.monotonic()
    time.sleep(FROZEN)
    until = time.monotonic()
    cluster.thaw()
    return gone, until


# Each returns from when to when it was away for certain.
FAULTS = {"fast": restart("fast"), "immediate": restart("immediate"), "frozen": freeze}


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_lost_and_whoever_asks_is_told(scene, serve, visit, cluster, fault, record_property):
    server = serve(scene.url).start()
    people = {who: visit(server, who) for who in PEOPLE}
    places = [scene.place("collecting"), scene.place("voting")]
    writers = four_writers(scene, people)
    screens = [Screen(person, places) for person in people.values() for _ in range(4)]
    with watching(screens), Monitor(server.url, "/healthz") as alive, Monitor(server.url, "/readyz") as ready:
        with writing(writers):
            wait_until(lambda: acknowledged(writers) > 20, "commands are answered")
            begun, cuts = time.monotonic(), [screen.cuts for screen in screens]
            gone, until = FAULTS[fault](cluster)
            back, done = time.monotonic(), acknowledged(writers)
            wait_until(lambda: acknowledged(writers) > done + 8, "commands again", seconds=BACK_WITHIN)
            answered = time.monotonic() - back
            wait_until(lambda: ready.answers[-1][1] == 200, "it is ready", seconds=BACK_WITHIN)
            is_ready = time.monotonic() - back
        equal = catch_up(scene.url, screens)
        assert differences(screens) == []
        assert [screen.cuts for screen in screens] == cuts
    assert faults(Log.read(scene.url), writers) == []
    assert {status for _at, status, _took in alive.answers} == {200}
    assert slowest(alive.between(begun, back)) < 1
    assert slowest(ready.between(begun, back)) < READY_WITHIN
    assert {status for status, _took in ready.between(gone, until)} == {503}
    assert "Traceback" not in server.said
    figures = {
        "fault": fault, "acknowledged": acknowledged(writers), "commands_again": round(answered, 2),
        "ready_again": round(is_ready, 2), "equal_after": round(equal, 2),
        "healthz": round(slowest(alive.between(begun, back)), 2),
        "readyz": round(slowest(ready.between(begun, back)), 2),
    }  # fmt: skip
    record_property("figures", figures)
    print(figures)  # noqa: T201 -- the figures, for who asks with -s


def slowest(answers):
    return max(took for _status, took in answers)


def test_a_command_meanwhile_is_refused_in_a_sentence(scene, serve, visit, cluster):
    server = serve(scene.url).start()
    member = visit(server, "member")
    cluster.stop("fast")
    begun = time.monotonic()
    refused = member.command("ballot.abstain", scene.place("voting"), {"value": True})
    page = member.get("/")
    assert time.monotonic() - begun < BACK_WITHIN
    cluster.start()
    for reply in (refused, page):
        assert reply.status == 503
        assert int(reply.headers["Retry-After"]) >= 1
    assert refused.json["error"]["code"] == "busy"
    assert member.command("ballot.abstain", scene.place("voting"), {"value": True}).status == 200


def test_one_that_stays_silent_is_given_up(cluster):
    database = Database(cluster.url, silence=1.0)
    with database.reading() as connection:
        connection.execute(text("SELECT 1"))
    cluster.freeze()
    try:
        for _ in range(2):
            begun = time.monotonic()
            with pytest.raises(OperationalError) as given_up, database.reading() as connection:
                connection.execute(text("SELECT 1"))
            assert waited_too_long(given_up.value)
            assert time.monotonic() - begun < 1 + 5 + 2  # its silence, and no new connection
    finally:
        cluster.thaw()
    with database.reading() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    database.close()
