"""Redis is stopped, frozen, emptied, started anew and lied to: two processes behave like one all the same."""

import hashlib
import hmac
import json
import os
import threading
import time
from contextlib import contextmanager

import pytest
from tests.faults.oracle import Log, Writer, acknowledged, faults, writing
from tests.faults.screens import Screen, catch_up, differences, watching
from tests.serving import start_all
from tests.visiting import wait_until

from live.hints import CHANNEL
from werkstatt import keys
from werkstatt.settings import load

pytestmark = pytest.mark.slow
SECONDS = 4.0
"""How long a fault lasts."""
LAG = 2.0
"""Seconds in which an event reaches the other process's screens without Redis: it looks once a second."""
PRESENT_WITHIN = 20.0
"""Seconds after the return in which everybody is seen again: it is said again every ten."""
WAIT = 1.9
"""A command takes less than one time-out of Redis."""
BEFORE = 10
"""Pulses before the fault: what the machine is like."""
CROWDED = 3
"""How often the slowest of them may go into either where the machine itself is slower than that."""


@pytest.fixture
def two(scene, serve, redis_server, on_postgres):
    """Two processes on PostgreSQL with a Redis of their own."""
    redis_server.start()
    made = [serve(scene.url, redis_url=redis_server.url) for _ in range(2)]
    start_all(made)
    wait_until(lambda: listening(redis_server) == 2, "both listen")
    return made


def listening(redis_server):
    with redis_server.client() as client:
        return dict(client.pubsub_numsub(CHANNEL))[CHANNEL.encode()]


def stop(redis_server, wait, _secret):
    redis_server.stop()
    wait()
    redis_server.start()


def restart(redis_server, wait, _secret):
    for _ in range(2):
        redis_server.stop()
        redis_server.start()
        wait()


def freeze(redis_server, wait, _secret):
    redis_server.freeze()
    wait()
    redis_server.thaw()


def flush(redis_server, wait, _secret):
    with redis_server.client() as client:
        for _ in range(4):
            client.flushall()
            client.client_kill_filter(_type="pubsub")
            wait(SECONDS / 4)


def lie(redis_server, wait, secret):
    """What a stranger on the same Redis may try, and what one who has listened plays back."""
    with redis_server.client() as client, client.pubsub(ignore_subscribe_messages=True) as heard:
        heard.subscribe(CHANNEL)
        old = []
        wait_until(lambda: overheard(heard, old) >= 20, "there is talk")
        ghost = json.dumps({"process": "p9", "number": 1, "stream": "house", "people": ["ghost"]})
        wrong = hmac.new(b"another secret", ghost.encode(), hashlib.sha256).hexdigest()
        garbage = [b"", b"\xff\xfe\x00", b"0" * 64 + b" {}", f"{wrong} {ghost}".encode()]
        huge = [os.urandom(1 << 20), b"0" * 64 + b" " + b"[" * 5_000_000, signed("[" * 1_000_000, secret)]
        for message in (*garbage, *old, *huge, *reversed(old)):
            client.publish(CHANNEL, message)
        wait()


def overheard(heard, messages):
    """How many of them there are by now."""
    message = heard.get_message(timeout=1)
    messages += [message["data"]] if message else []
    return len(messages)


def signed(body, secret):
    return f"{hmac.new(secret, body.encode(), hashlib.sha256).hexdigest()} {body}"


class Pulse:
    """Asks here and waits until it is heard there, again and again: how long the answer took, and the way."""

    def __init__(self, visitor, place, screen):
        self.answered, self.arrived = [], []
        self._visitor, self._place, self._screen = visitor, place, screen
        self._stopping = threading.Event()

    @contextmanager
    def beating(self):
        thread = threading.Thread(target=self._beat)
        thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            thread.join()

    def _beat(self):
        while not self._stopping.wait(0.2):
            body = {"title": f"Puls {len(self.answered)}", "question": "", "minutes": 30}
            begun = time.monotonic()
            reply = self._visitor.command("topic.propose", self._place, body)
            self.answered.append(time.monotonic() - begun)
            seq = reply.json["seqs"][self._place]
            begun = time.monotonic()
            wait_until(lambda seq=seq: self._screen.shown[self._place][1] >= seq, "it is heard")
            self.arrived.append(time.monotonic() - begun)


@pytest.mark.parametrize("fault", [stop, restart, freeze, flush, lie])
def test_events_arrive_and_nobody_waits(scene, two, visit, redis_server, tmp_path, fault, record_property):
    here, there = two
    places = [scene.place("collecting"), scene.place("voting")]
    people = {who: visit(server, who) for who, server in (("member", here), ("neighbour", there))}
    writers = [Writer(people[who], places[1], f"{who} writes", votes=True) for who in people]
    screens = [Screen(person, places) for person in people.values() for _ in range(3)]
    pulse = Pulse(people["member"].again(), places[0], screens[-1])
    looking = {who: present(person, places[0]) for who, person in people.items()}
    secret = keys.key(
        load(secret_key=here.environment["WERKSTATT_SECRET_KEY"], data_dir=tmp_path), keys.HINTS
    )
    wait_until(lambda: seen(looking["neighbour"], places[0]) == 2, "both are seen")
    with watching(screens):
        wait_until(lambda: all(places[0] in screen.shown for screen in screens), "all follow")
        with writing(writers), pulse.beating():
            wait_until(lambda: len(pulse.arrived) >= BEFORE, "events arrive")
            usual = max(pulse.answered), max(pulse.arrived)
            fault(redis_server, pause, secret)
            wait_until(lambda: listening(redis_server) == 2, "both listen again")
            returned = time.monotonic()
            looking["member"].ask("presence", {"stream": places[0], "here": False})
            wait_until(lambda: seen(looking["neighbour"], places[0]) == 1, "one", seconds=PRESENT_WITHIN)
            looking["member"].ask("presence", {"stream": places[0], "here": True})
            wait_until(lambda: seen(looking["neighbour"], places[0]) == 2, "two", seconds=PRESENT_WITHIN)
            present_again = time.monotonic() - returned
        equal = catch_up(scene.url, screens)
        assert differences(screens) == []
        assert [screen.cuts for screen in screens] == [0] * len(screens)
    assert faults(Log.read(scene.url), writers) == []
    assert "Traceback" not in here.said + there.said
    figures = {
        "fault": fault.__name__, "acknowledged": acknowledged(writers), "pulses": len(pulse.answered),
        "slowest_answer": round(max(pulse.answered), 2), "slowest_way": round(max(pulse.arrived), 2),
        "present_again": round(present_again, 2), "equal_after": round(equal, 2),
    }  # fmt: skip
    record_property("figures", figures)
    print(figures)  # noqa: T201 -- the figures, for who asks with -s
    assert max(pulse.answered) < max(WAIT, CROWDED * usual[0])
    assert max(pulse.arrived) < max(LAG, CROWDED * usual[1])


def present(visitor, stream):
    """A page of that person which is looked at."""
    shown = visitor.snapshot(stream)
    socket = visitor.again().socket()
    assert socket.subscribe(stream, shown["epoch"], shown["seq"])["ok"]
    assert socket.ask("presence", {"stream": stream, "here": True})["ok"]
    return socket


def seen(socket, stream):
    """How many people this page shows."""
    socket.read(0.05)
    told = [body for name, body in socket.heard if name == "presence" and body["stream"] == stream]
    assert all("ghost" not in str(body) for body in told)
    return len(told[-1]["people"]) if told else 0


def pause(seconds=SECONDS):
    """The length of a fault; nothing is waited for."""
    time.sleep(seconds)
