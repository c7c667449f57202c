"""Two processes on PostgreSQL behave like one, with Redis between them and without."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from tests.conftest import POSTGRES, REDIS
from tests.faults.oracle import Log, Writer, acknowledged, faults, writing
from tests.faults.screens import Screen, catch_up, differences, watching
from tests.scene import PASSWORD, address
from tests.serving import SECRET_KEY, start_all
from tests.visiting import Visitor, wait_until

pytestmark = pytest.mark.slow
BETWEEN = ["", REDIS] if REDIS else [""]
SOON = 10.0
"""Seconds on a busy machine; the look at the heads comes once a second."""


def pytest_generate_tests(metafunc):
    """PostgreSQL where there is one: two servers on SQLite refuse each other."""
    if "redis_url" in metafunc.fixturenames:
        between = BETWEEN if POSTGRES else []
        metafunc.parametrize("redis_url", between, ids=[("redis" if url else "no redis") for url in between])


@pytest.fixture
def two(redis_url, stage, serve, tmp_path):
    """Two processes, and somebody of the scene signed in who can ask either."""
    scene = stage.copy("postgres", tmp_path)
    here, there = (serve(scene.url, redis_url=redis_url) for _ in range(2))
    start_all([here, there])
    assert here.environment["WERKSTATT_SECRET_KEY"] == there.environment["WERKSTATT_SECRET_KEY"] == SECRET_KEY
    return scene, here, there


def broken_off(*servers):
    """Why commands had to be tried again."""
    lines = [line for server in servers for line in server.said.splitlines() if '"broken_off"' in line]
    return {json.loads(line)["error"] for line in lines}


def deadlocks(url):
    """How often PostgreSQL has broken a circle in this database; told once whoever was in it has gone."""
    with psycopg.connect(url) as connection:
        name = connection.info.dbname
    asked = "SELECT deadlocks FROM pg_stat_database WHERE datname = %s"
    with psycopg.connect(url, dbname="postgres", autocommit=True) as connection:
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
        wait_until(lambda: connection.execute(others, [name]).fetchone() == (0,), "everybody has gone")
        return connection.execute(asked, [name]).fetchone()[0]


def sign_in(server, who):
    return Visitor(server.url).sign_in(address(who), PASSWORD)


def test_a_command_at_one_is_an_event_at_the_other(two):
    scene, here, there = two
    place = scene.place("voting")
    member, coach = sign_in(here, "member"), sign_in(there, "coach")
    before = coach.snapshot(place)
    socket = coach.socket()
    assert socket.subscribe(place, before["epoch"], before["seq"])["ok"]
    body = {"title": "Über zwei Prozesse", "question": "", "minutes": 30}
    answer = member.command("topic.propose", place, body).json
    socket.listen(lambda _heard: socket.events(place), seconds=SOON)
    assert [event["seq"] for event in socket.events(place)] == [answer["seqs"][place]]


def test_signing_out_at_one_closes_the_socket_at_the_other(two):
    _scene, here, there = two
    member = sign_in(here, "member")
    socket = member.again(there.url).socket()
    assert member.sign_out().status == 302
    assert socket.wait_for_close(seconds=SOON) < SOON


def test_commands_that_touch_two_places_never_wait_in_a_circle(two):
    """A new name touches the person and the cohort; both processes give some of them at once."""
    scene, here, there = two
    people = ("member", "neighbour", "coach", "facilitator")
    visitors = [(who, sign_in(server, who)) for who in people for server in (here, there)]
    together = threading.Barrier(len(visitors))

    def rename(given):
        who, visitor = given
        together.wait()
        place = scene.place(who)
        return [
            visitor.command(
                "profile.change", place, {"name": f"{who} {n}", "language": "de", "theme": "auto"}
            ).status
            for n in range(8)
        ]

    with ThreadPoolExecutor(len(visitors)) as pool:
        answered = [status for statuses in pool.map(rename, visitors) for status in statuses]
    assert answered == [200] * len(visitors) * 8
    # Whether the cohort is touched may change until it is locked; then it is locked anew, and nobody waits.
    assert broken_off(here, there) <= {"_PlacesMovedError"}
    for server in (here, there):
        server.stop()
    assert deadlocks(scene.url) == 0


def test_both_are_started_anew_in_turn_and_nobody_loses_anything(two):
    """Whoever is cut goes on at the other one: a new version is rolled out while a vote is on."""
    scene, here, there = two
    places = [scene.place("collecting"), scene.place("voting")]
    ways = ([here.url, there.url], [there.url, here.url])
    people = {who: sign_in(here, who) for who in ("member", "neighbour")}
    writers = [
        Writer(people[who], place, f"{who} {place}", votes=place == scene.place("voting"), urls=urls)
        for who, urls in zip(people, ways, strict=True)
        for place in places
    ]
    screens = [Screen(visitor, places, urls=urls) for visitor in people.values() for urls in ways]
    with watching(screens):
        with writing(writers):
            for server in (here, there) * 2:
                enough = acknowledged(writers) + 40
                wait_until(lambda enough=enough: acknowledged(writers) >= enough, "commands are answered")
                assert server.stop() == 0
                catch_up(scene.url, screens)
                before = acknowledged(writers)
                wait_until(lambda before=before: acknowledged(writers) > before, "the other one goes on")
                server.start()
        catch_up(scene.url, screens)
        assert differences(screens) == []
    assert faults(Log.read(scene.url), writers) == []
    print(f"{acknowledged(writers)} acknowledged")  # noqa: T201 -- the figure, for who asks with -s
