"""A cohort comes to its end while five hundred events pass: everybody in it at once, now or by date."""

import itertools
import threading
import time
from datetime import timedelta

import pytest
from tests.conftest import REDIS
from tests.faults.test_revoked import (
    EVENTS,
    Listener,
    Victim,
    first_under_new_rights,
    office_of,
)
from tests.visiting import wait_until

from foundation import clock, places
from foundation.database import Database

pytestmark = pytest.mark.slow
SEATED = ("member", "neighbour")
APPOINTED = ("coach", "facilitator", "expert")
AHEAD = 3.0
"""Seconds to the last moment of the cohort, where it has one."""


@pytest.fixture
def servers(scene, serve, database_kind):
    """Two processes where there may be two."""
    redis_url = REDIS if database_kind == "postgres" and REDIS else ""
    return [serve(scene.url, redis_url=redis_url).start() for _ in range(1 + (database_kind == "postgres"))]


class Office(threading.Thread):
    """Goes on changing the workshop, with an event each time, when nobody is there any more to be told."""

    def __init__(self, scene, servers):
        super().__init__()
        self._place = scene.place("voting")
        signed_in = office_of(servers)
        self._doors = [signed_in.again(server.url) for server in servers]
        self._body = {"starts_at": clock.wire(clock.now() + timedelta(days=30)), "minutes": 360}
        self.half, self.enough = threading.Event(), threading.Event()
        self.refused = []

    def run(self):
        """At least that many, and on as long as somebody is still to be told nothing more."""
        for number in itertools.count():
            if number >= EVENTS and self.enough.is_set():
                return
            door = self._doors[number % len(self._doors)]
            answer = door.command(
                "workshop.change", self._place, {**self._body, "title": f"Fassung {number}"}
            )
            if answer.status != 200:
                self.refused.append(answer.text)
                break
            if number == EVENTS // 2:
                self.half.set()
        self.half.set()


def rights(scene):
    """The version of the workshop's rights."""
    database, place = Database(scene.url), scene.place("voting")
    with database.reading() as connection:
        found = places.find(connection, [place])[place].acl_version
    database.close()
    return found


def over_now(scene, office):
    """One after the other; each with the version of rights from which on they are told nothing."""
    ended = {}
    for who in SEATED:
        answer = office.command("seat.end", scene.place("cohort"), {"seat": scene.seats[who]})
        assert answer.status == 200
        ended[who] = rights(scene)
    for who in APPOINTED:
        assert office.command("role.end", "house", {"role": scene.roles[who]}).status == 200
        ended[who] = rights(scene)
    return lambda who: ended[who]


def over_by_date(scene, office):
    """All in the same moment; the clock turns one after the other, and with the last one it is over."""
    until = {"valid_until": clock.wire(clock.now() + timedelta(seconds=AHEAD))}
    for who in SEATED:
        given = {"seat": scene.seats[who], **until}
        assert office.command("seat.change", scene.place("cohort"), given).status == 200
    for who in APPOINTED:
        assert office.command("role.change", "house", {"role": scene.roles[who], **until}).status == 200
    before = rights(scene)
    wait_until(lambda: rights(scene) >= before + len(SEATED + APPOINTED), "the clock has turned them all")
    return lambda _who: before + len(SEATED + APPOINTED)


@pytest.mark.parametrize("end", [over_now, over_by_date])
def test_whose_cohort_is_over_sees_and_does_nothing_later(scene, servers, end):
    place = scene.place("voting")
    everybody = {who: Victim(scene, servers, who) for who in (*SEATED, *APPOINTED)}
    listening = {who: [Listener(socket) for socket in one.sockets] for who, one in everybody.items()}
    stream = Office(scene, servers)
    for one in everybody.values():
        one.begin()
    stream.start()
    assert stream.half.wait(120)
    version_of = end(scene, office_of(servers))
    for one in everybody.values():
        one.ended = time.monotonic()
    for who, one in everybody.items():
        for listener in listening[who]:
            wait_until(lambda socket=listener.socket: told_so(socket, place), f"{who} is told so")
        one.finish()
    stream.enough.set()
    stream.join()
    assert stream.refused == []
    for who, one in everybody.items():
        boundary = first_under_new_rights(scene.url, place, version_of(who) - 1)
        assert boundary is not None
        for listener in listening[who]:
            listener.stop()
            heard = listener.socket.drain(seconds=0.3)
            later = heard[heard.index(("evicted", {"stream": place})) :]
            assert [name for name, body in later if body.get("stream") == place] == ["evicted"]
            assert one.last_seen(listener.socket) < boundary
            assert listener.socket.subscribe(place)["error"]["code"] == "not_found"
        assert one.acknowledged_late == []
        body = {"topic": scene.topics["voting"], "value": 1}
        assert {door.command("ballot.mark", place, body).status for door in one.doors} == {404}


def told_so(socket, place):
    return ("evicted", {"stream": place}) in list(socket.heard)
