"""A Redis that takes questions and never answers: those who work do not notice, those who sign in hardly."""

import time

import pytest
from tests.scene import PASSWORD, address
from tests.visiting import Visitor

pytestmark = pytest.mark.slow
TIMES = 8
TIME_OUT = 2.0
"""Seconds after which Redis is given up."""
CROWDED = 3
"""How often the control may go into it where the machine itself is slower than that."""


@pytest.fixture
def redis(redis_server):
    redis_server.start()
    return redis_server


@pytest.fixture(params=["eventlet", "threading"])
def start(request, redis, scene, serve, on_postgres):
    """A server with that Redis, and its scene; with SQLite there is one process and no Redis."""

    def begin(**settings):
        server = serve(scene.url, mode=request.param, redis_url=redis.url, settings=settings).start()
        return server, scene.place("collecting")

    return begin


def propose(visitor, place):
    body = {"title": f"Ein Thema um {time.monotonic()}", "question": "", "minutes": 30}
    return visitor.command("topic.propose", place, body).status


def attempt(server):
    stranger = Visitor(server.url)
    token = stranger.form_token("/sign-in")
    form = {"email": address("coach"), "password": "falsch", "csrf_token": token}
    return stranger.post("/sign-in", form).status


def slowest(member, place):
    """Seconds for a command, a page and a snapshot, one after the other."""
    took = []
    for _ in range(TIMES):
        began = time.monotonic()
        assert propose(member, place) == 200
        assert member.get("/sign-out").status == 404
        assert member.get(f"/live/streams/{place}").status == 200
        took.append(time.monotonic() - began)
    return max(took)


def test_neither_commands_nor_pages_wait_for_it(start, redis, visit):
    server, place = start()
    member = visit(server, "member")
    usual = slowest(member, place)
    redis.freeze()
    assert slowest(member, place) < max(TIME_OUT, CROWDED * usual)
    # Nobody has even asked it: whoever does is told so once.
    assert "storage unreachable" not in server.said


def test_whoever_signs_in_is_let_in(start, redis, visit):
    server, place = start()
    redis.freeze()
    assert propose(visit(server, "member"), place) == 200


def test_the_limits_hold_without_it(start, redis, visit):
    server, place = start(command_limit="3 per minute", sign_in_limit_account="2 per minute")
    member = visit(server, "member")
    redis.freeze()
    assert [propose(member, place) for _ in range(4)] == [200, 200, 200, 429]
    assert [attempt(server) for _ in range(3)] == [422, 422, 429]
    assert Visitor(server.url).sign_in(address("neighbour"), PASSWORD).person
    assert "storage unreachable" in server.said
