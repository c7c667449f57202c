"""The running process is what serve.py says it is: patched where it must be, never held up by one query."""

import json
import os
import signal
import time

import pytest
from tests.serving import ROOT
from tests.visiting import Visitor, wait_until

from .conftest import held_up, logged

pytestmark = pytest.mark.slow

PROBE = """
import json, os, signal, sys

def tell(*_):
    eventlet = sys.modules.get("eventlet")
    psycopg = sys.modules.get("psycopg.waiting")
    told = {
        "wait": psycopg.wait.__name__ if psycopg else "",
        "asked_for": os.environ.get("PSYCOPG_WAIT_FUNC", ""),
        "patched": sorted(m for m in ("os", "select", "socket", "thread", "time", "queue")
                          if eventlet and eventlet.patcher.is_monkey_patched(m)),
    }
    with open(os.environ["PROBE"] + ".part", "w") as file:
        json.dump(told, file)
    os.rename(os.environ["PROBE"] + ".part", os.environ["PROBE"])

signal.signal(signal.SIGUSR1, tell)
"""
"""What Python imports before anything of ours: on a signal it tells what the process has become."""


def told_by(serve, scene, folder, mode):
    (folder / "sitecustomize.py").write_text(PROBE)
    told = folder / "told.json"
    paths = os.pathsep.join([str(folder), str(ROOT / "platform")])
    server = serve(scene.url, mode=mode, environment={"PYTHONPATH": paths, "PROBE": str(told)}).start()
    os.kill(server.pid, signal.SIGUSR1)
    wait_until(told.exists, "the process has told of itself")
    return json.loads(told.read_text())


def test_the_green_server_is_patched_and_lets_psycopg_wait_in_python(scene, serve, tmp_path, database_kind):
    told = told_by(serve, scene, tmp_path, "eventlet")
    assert told["asked_for"] == "wait_selector"
    assert told["patched"] == ["os", "select", "socket", "thread", "time"]
    if database_kind == "postgres":
        assert told["wait"] == "wait_selector"


def test_the_server_with_threads_is_left_as_it_is(scene, serve, tmp_path):
    told = told_by(serve, scene, tmp_path, "threading")
    assert told["asked_for"] == ""
    assert told["patched"] == []
    assert told["wait"] != "wait_selector"


@pytest.fixture(params=["eventlet", "threading"])
def server(request, scene, serve):
    return serve(scene.url, mode=request.param).start()


def test_a_command_that_waits_for_the_database_holds_up_nobody_else(scene, server, visit):
    place = scene.place("collecting")
    member, neighbour = visit(server, "member"), visit(server, "neighbour")
    snapshot = neighbour.snapshot(place)
    with held_up(scene.url, place):
        answer = member.begin("topic.propose", place, {"title": "Netzwerkmanagement", "minutes": 60})
        took = []
        for _ in range(5):
            begun = time.monotonic()
            assert neighbour.get("/healthz").status == 200
            assert neighbour.get("/readyz").status == 200
            assert neighbour.snapshot(place)["seq"] == snapshot["seq"]
            took.append(time.monotonic() - begun)
        assert len(logged(scene.url, place)) == snapshot["seq"]
        assert min(took) < 1.0
    assert answer().status == 200
    assert neighbour.snapshot(place)["seq"] == snapshot["seq"] + 1


def test_who_waits_too_long_is_told_so_and_may_ask_again(scene, serve, visit):
    server = serve(scene.url).start()
    member, place = visit(server, "member"), scene.place("collecting")
    number, body = "0d3c6a52-6d56-4f1a-9f0e-6a2c6c1f7c11", {"title": "Digitales Ehrenamt", "minutes": 60}
    before = len(logged(scene.url, place))
    with held_up(scene.url, place):
        reply = member.command("topic.propose", place, body, id=number)
    assert (reply.status, reply.code) == (503, "busy")
    assert int(reply.headers["Retry-After"]) >= 1
    assert len(logged(scene.url, place)) == before
    again = member.command("topic.propose", place, body, id=number)
    assert again.status == 200
    assert member.command("topic.propose", place, body, id=number).content == again.content
    assert len(logged(scene.url, place)) == before + 1


def test_a_second_server_on_the_same_sqlite_refuses_to_start(scene, serve, database_kind):
    first = serve(scene.url).start()
    second = serve(scene.url)
    second.launch()
    if database_kind == "postgres":
        wait_until(
            lambda: Visitor(second.url).get("/readyz").status == 200 if _answers(second) else False, "ready"
        )
        return
    assert second.wait() != 0
    assert "wird schon von einem anderen Server benutzt" in second.said
    assert "Traceback" not in second.said
    assert Visitor(first.url).get("/readyz").status == 200


def _answers(server):
    try:
        return Visitor(server.url).get("/healthz").status == 200
    except OSError:
        return False


def test_what_keeps_a_server_from_starting_is_said_in_a_sentence(scene, serve):
    for settings, sentence in (
        ({"secret_key": "short"}, "WERKSTATT_SECRET_KEY"),
        ({"base_url": "http://example.org"}, "WERKSTATT_BASE_URL"),
        ({"async": "gevent"}, "WERKSTATT_ASYNC"),
        ({"database_url": "mysql://localhost/werkstatt"}, "WERKSTATT_DATABASE_URL"),
    ):
        server = serve(scene.url, settings=settings)
        server.launch()
        assert server.wait() != 0
        assert sentence in server.said
        assert "Traceback" not in server.said
