"""Between the server and everybody is a network that holds, cuts and stutters: nothing is lost."""

import random
import time

import pytest
from tests.faults.oracle import Log, Writer, acknowledged, faults, writing
from tests.faults.screens import Screen, catch_up, differences, watching
from tests.network import Network
from tests.scene import PASSWORD, address
from tests.serving import Server
from tests.visiting import Visitor, wait_until

pytestmark = pytest.mark.slow
SECONDS = 4.0
"""How long a fault lasts."""


@pytest.fixture
def way(scene, serve):
    """A server that is known by the address of the network in front of it."""
    server = serve(scene.url)
    network = Network(server.port)
    server.environment["WERKSTATT_BASE_URL"] = network.url
    server.start()
    yield network, server
    network.close()


def hold(network, wait):
    network.hold()
    wait()
    network.flow()


def reset(network, wait):
    for _ in range(4):
        assert network.reset() > 0
        wait()


def stutter(network, wait):
    network.stutter(random.Random(4))
    for _ in range(2):
        wait()
    network.flow()


@pytest.mark.parametrize("fault", [hold, reset, stutter])
def test_nothing_is_lost_and_all_screens_are_equal_soon_after(scene, way, fault, record_property, on_sqlite):
    network, server = way
    people = {
        who: Visitor(network.url, patience=10).sign_in(address(who), PASSWORD)
        for who in ("member", "neighbour", "facilitator")
    }
    places = [scene.place("collecting"), scene.place("voting")]
    writers = [
        Writer(people[who], place, f"{who} {place}", votes=place == places[1])
        for who in ("member", "neighbour")
        for place in places
    ]
    screens = [Screen(person, places) for person in people.values() for _ in range(4)]
    before = sockets(server)
    with watching(screens):
        with writing(writers):
            wait_until(lambda: acknowledged(writers) > 20, "commands are answered")
            fault(network, pause)
            done = acknowledged(writers)
            wait_until(lambda: acknowledged(writers) > done + 8, "commands are answered again")
        took = catch_up(scene.url, screens)
        assert differences(screens) == []
    assert faults(Log.read(scene.url), writers) == []
    assert "Traceback" not in server.said
    wait_until(lambda: sockets(server) == before, "nothing of them is left", seconds=40)
    record_property("equal_after", round(took, 2))
    print({"fault": fault.__name__, "acknowledged": acknowledged(writers), "equal_after": round(took, 2)})  # noqa: T201 -- the figures, for who asks with -s


def sockets(server: Server) -> int:
    """Open connections as the server itself counts them."""
    told = Visitor(server.url).get("/metrics").text
    return next(
        int(float(line.split()[1])) for line in told.splitlines() if line.startswith("werkstatt_sockets ")
    )


def pause() -> None:
    """The length of a fault; nothing is waited for."""
    time.sleep(SECONDS)
