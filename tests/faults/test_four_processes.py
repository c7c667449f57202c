"""Two and four processes under load: one is killed and comes back, and all screens stay equal."""

import itertools

import pytest
from tests.conftest import REDIS
from tests.faults.oracle import Log, Writer, acknowledged, faults, writing
from tests.faults.screens import Screen, catch_up, differences, watching
from tests.serving import start_all
from tests.visiting import wait_until

pytestmark = pytest.mark.slow
MORE = 60
"""Commands between two faults."""


@pytest.mark.parametrize("count", [2, 4])
def test_one_is_killed_and_comes_back(scene, serve, visit, count, record_property, on_postgres):
    servers = [serve(scene.url, redis_url=REDIS or "") for _ in range(count)]
    start_all(servers)
    people = {who: visit(servers[0], who) for who in ("member", "neighbour", "facilitator")}
    places = [scene.place("collecting"), scene.place("voting")]
    ways = itertools.cycle([[s.url for s in servers[i:] + servers[:i]] for i in range(count)])
    writers = [
        Writer(people[who], place, f"{who} {place}", votes=place == places[1], urls=next(ways))
        for place in places
        for who in ("member", "neighbour")
    ]
    screens = [Screen(person, places, urls=next(ways)) for person in people.values() for _ in range(4)]
    returns = []
    with watching(screens):
        with writing(writers):
            for server in (servers[0], servers[-1]):
                load(writers)
                server.kill()
                load(writers)
                returns.append(catch_up(scene.url, screens))
                server.start()
                load(writers)
        returns.append(catch_up(scene.url, screens))
        assert differences(screens) == []
    assert faults(Log.read(scene.url), writers) == []
    assert not any("Traceback" in server.said for server in servers)
    figures = {
        "processes": count,
        "acknowledged": acknowledged(writers),
        "cut_off": sum(writer.cut_off for writer in writers),
        "holes": sum(screen.holes for screen in screens),
        "equal_after": [round(took, 2) for took in returns],
    }
    record_property("figures", figures)
    print(figures)  # noqa: T201 -- the figures, for who asks with -s


def load(writers):
    """Wait until so many more commands were answered."""
    enough = acknowledged(writers) + MORE
    wait_until(lambda: acknowledged(writers) >= enough, "commands are answered")
