"""Rights that end while five hundred events pass: nothing later is seen or done, at no process."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from tests.conftest import REDIS
from tests.scene import PASSWORD, address
from tests.serving import start_all
from tests.visiting import Visitor, wait_until

from foundation import clock
from foundation.database import Database
from foundation.eventlog import EventRow
from people.accounts.models import Person
from people.sign_in.models import SessionRow

pytestmark = pytest.mark.slow
EVENTS = 500
SOON = 2.0
"""Seconds within which the sockets of somebody who is signed out are closed."""
EXPIRY = 10.0
"""The same for a session whose time is over: everybody is looked at that often."""
SLOWEST = 3.0
"""How often the slowest command of somebody else in the same run may be added to that."""
OTHER = "ein anderes Passwort, auch gut"


@pytest.fixture
def servers(scene, serve, database_kind):
    """Two processes where there may be two."""
    redis_url = REDIS if database_kind == "postgres" and REDIS else ""
    made = [serve(scene.url, redis_url=redis_url) for _ in range(1 + (database_kind == "postgres"))]
    start_all(made)
    return made


class Stream(threading.Thread):
    """A neighbour who votes until there are five hundred events, at each server in turn."""

    def __init__(self, scene, servers):
        super().__init__()
        self._topic, self._place = scene.topics["voting"], scene.place("voting")
        signed_in = Visitor(servers[0].url).sign_in(address("neighbour"), PASSWORD)
        self._doors = [signed_in.again(server.url) for server in servers]
        self.head = 0
        self.slowest = 0.0
        self.half = threading.Event()
        self.refused = []

    def run(self):
        for number in range(EVENTS):
            begun = time.monotonic()
            door = self._doors[number % len(self._doors)]
            answer = door.command(
                "ballot.mark", self._place, {"topic": self._topic, "value": (number + 1) % 2}
            )
            if answer.status != 200:
                self.refused.append(answer.text)
                break
            self.head = answer.json["seqs"][self._place]
            self.slowest = max(self.slowest, time.monotonic() - begun)
            if number == EVENTS // 2:
                self.half.set()
        self.half.set()


class Victim:
    """Somebody with a socket at every process, who goes on voting there as long as they may."""

    def __init__(self, scene, servers, who):
        self.place = scene.place("voting")
        self.visitor = Visitor(servers[0].url).sign_in(address(who), PASSWORD)
        self.doors = [self.visitor.again(server.url) for server in servers]
        self._body = {"topic": scene.topics["voting"], "value": 1}
        self.sockets = [door.socket() for door in self.doors]
        for socket in self.sockets:
            assert socket.subscribe(self.place)["ok"]
        self.ended = 0.0
        self.acknowledged_late = []
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._vote, args=(door,)) for door in self.doors]

    def begin(self):
        for thread in self._threads:
            thread.start()

    def finish(self):
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _vote(self, door):
        connection = door.again()
        while not self._stopping.is_set():
            begun = time.monotonic()
            answer = connection.command("ballot.mark", self.place, self._body)
            if self.ended and begun > self.ended and answer.status == 200:
                self.acknowledged_late.append(answer.text)
            time.sleep(0.02)

    def last_seen(self, socket):
        return max((event["seq"] for event in socket.events(self.place)), default=0)


def office_of(servers):
    return Visitor(servers[0].url).sign_in(address("administrator"), PASSWORD)


def first_under_new_rights(url, place, before):
    """The number of the first event of the stream that carries a version of rights above that."""
    database = Database(url)
    with database.reading() as connection:
        query = select(EventRow.seq).where(EventRow.stream == place, EventRow.acl_version > before)
        found = connection.execute(query.order_by(EventRow.seq).limit(1)).scalar()
    database.close()
    return found


def version_now(url, place):
    database = Database(url)
    with database.reading() as connection:
        query = select(EventRow.acl_version).where(EventRow.stream == place).order_by(EventRow.seq.desc())
        found = connection.execute(query.limit(1)).scalar_one()
    database.close()
    return found


def seat_lost(scene, office):
    return office.command("seat.end", scene.place("cohort"), {"seat": scene.seats["member"]})


def role_lost(scene, office):
    return office.command("role.end", "house", {"role": scene.roles["coach"]})


def guest_lost(scene, office):
    return office.command("role.end", "house", {"role": scene.roles["expert"]})


RIGHTS = {"seat": ("member", seat_lost), "role": ("coach", role_lost), "guest": ("expert", guest_lost)}


@pytest.mark.parametrize("what", RIGHTS)
def test_who_loses_a_right_sees_and_does_nothing_later(scene, servers, what):
    who, end = RIGHTS[what]
    victim, office, stream = Victim(scene, servers, who), office_of(servers), Stream(scene, servers)
    watcher = Victim(scene, servers, "facilitator")
    before = []

    def end_it():
        before.append(version_now(scene.url, victim.place))
        assert end(scene, office).status == 200

    listening = _in_the_middle(stream, end_it, victim, watcher)
    boundary = first_under_new_rights(scene.url, victim.place, before[0])
    assert boundary is not None
    assert boundary <= stream.head
    for listener in listening:
        listener.stop()
        socket = listener.socket
        assert victim.last_seen(socket) < boundary
        heard = socket.drain(seconds=0.3)
        told = heard.index(("evicted", {"stream": victim.place}))
        assert [said for said in heard[told + 1 :] if _is_about(victim.place, *said)] == []
        assert socket.subscribe(victim.place)["error"]["code"] == "not_found"
        assert socket.is_open
    assert victim.acknowledged_late == []
    assert [door.get(f"/live/streams/{victim.place}").status for door in victim.doors] == [404] * len(servers)


def _is_about(stream, name, told):
    """A heartbeat may always come; it is about the streams whose heads it names."""
    return stream in told["heads"] if name == "heartbeat" else told["stream"] == stream


def signed_out(_scene, _office, victim):
    return victim.visitor.again().sign_out()


def password_changed(_scene, _office, victim):
    elsewhere = Visitor(victim.visitor.url).sign_in(address("member"), PASSWORD)
    token = elsewhere.form_token("/profile")
    form = {"current": PASSWORD, "password": OTHER, "repeat": OTHER, "csrf_token": token}
    return elsewhere.post("/profile/password", form)


def account_locked(scene, office, _victim):
    return office.command("person.lock", "house", {"person": scene.people["member"]})


def expired(scene, _office, _victim):
    """Time passes for the sessions of the member only."""
    database = Database(scene.url)
    whose = select(Person.id).where(Person.public_id == scene.people["member"]).scalar_subquery()
    with database.transaction() as connection:
        ended = clock.now() - timedelta(seconds=1)
        connection.execute(update(SessionRow).where(SessionRow.person_id == whose).values(ends_at=ended))
    database.close()


SESSIONS = {
    "signed out": (signed_out, SOON),
    "password changed": (password_changed, SOON),
    "account locked": (account_locked, SOON),
    "session expired": (expired, EXPIRY),
}


@pytest.mark.parametrize("what", SESSIONS)
def test_whose_session_ends_is_cut_off_everywhere(scene, servers, what):
    end, within = SESSIONS[what]
    victim, office, stream = Victim(scene, servers, "member"), office_of(servers), Stream(scene, servers)
    watcher = Victim(scene, servers, "facilitator")
    listening = _in_the_middle(stream, lambda: end(scene, office, victim), victim, watcher)
    allowed = within + SLOWEST * stream.slowest
    for listener in listening:
        listener.join(timeout=allowed)
        assert not listener.socket.is_open
        assert listener.closed_at - victim.ended < allowed
    assert victim.acknowledged_late == []
    for door in victim.doors:
        assert (
            door.command("ballot.mark", victim.place, {"topic": scene.topics["voting"], "value": 0}).status
            == 401
        )
    assert all(socket.is_open for socket in watcher.sockets)


@pytest.mark.usefixtures("on_sqlite")  # where everything is committed one after another
def test_what_was_committed_after_the_end_of_a_session_is_not_told_by_the_process_that_ended_it(scene, serve):
    server = serve(scene.url).start()
    victim, stream = Victim(scene, [server], "member"), Stream(scene, [server])
    watcher = Victim(scene, [server], "coach")
    [listener] = _in_the_middle(stream, lambda: signed_out(scene, None, victim), victim, watcher)
    listener.join(timeout=SOON + SLOWEST * stream.slowest)
    assert victim.last_seen(listener.socket) <= _head_when_signed_out(scene, victim.place)


def _head_when_signed_out(scene, place):
    database = Database(scene.url)
    with database.reading() as connection:
        query = select(EventRow.at).where(EventRow.stream == scene.place("member"))
        ended_at = connection.execute(query.order_by(EventRow.seq.desc()).limit(1)).scalar_one()
        before = select(EventRow.seq).where(EventRow.stream == place, EventRow.at <= ended_at)
        found = connection.execute(before.order_by(EventRow.seq.desc()).limit(1)).scalar_one()
    database.close()
    return found


def _in_the_middle(stream, end, victim, watcher):
    listening = [Listener(socket) for socket in (*victim.sockets, *watcher.sockets)]
    victim.begin()
    stream.start()
    assert stream.half.wait(120)
    end()
    victim.ended = time.monotonic()
    stream.join()
    wait_until(lambda: _has_all(watcher, stream.head), "the others have everything")
    victim.finish()
    assert stream.refused == []
    return listening[: len(victim.sockets)]


def _has_all(watcher, head):
    assert all(socket.is_open for socket in watcher.sockets)
    return all(watcher.last_seen(socket) >= head for socket in watcher.sockets)


class Listener(threading.Thread):
    """Somebody has to listen all the while: who answers no ping is cut off."""

    def __init__(self, socket):
        super().__init__()
        self.socket = socket
        self.closed_at = 0.0
        self._stopping = threading.Event()
        self.start()

    def run(self):
        while self.socket.is_open and not self._stopping.is_set():
            self.socket.drain(seconds=0.1)
        self.closed_at = time.monotonic()

    def stop(self):
        self._stopping.set()
        self.join()
