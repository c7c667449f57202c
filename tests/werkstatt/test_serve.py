"""What keeps a server from starting, and what a running one writes into its log."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.scene import PASSWORD, Scene, address
from tests.serving import ROOT, SECRET_KEY, Server
from tests.visiting import Visitor

from foundation.database import Database
from werkstatt.demo import mark

Serve = Callable[..., Server]
TITLE, QUESTION = "Vertraulicher Titel", "Vertrauliche Frage dahinter"
WRONG = "ein falsches Passwort"


def refused(server: Server, sentence: str) -> None:
    """It ends at once, with status 1 and the sentence, and without a traceback."""
    server.launch()
    assert server.wait() == 1
    assert sentence in server.said
    assert "Traceback" not in server.said


def test_an_unmigrated_database_is_not_served(serve: Serve, database_url: str) -> None:
    refused(serve(database_url), "»werkstatt migrate« hilft")


def test_a_database_that_is_away_is_said_in_a_sentence(serve: Serve, tmp_path: Path) -> None:
    refused(serve(f"postgresql:///werkstatt?host={tmp_path}"), "Die Datenbank antwortet nicht:")


def test_a_demos_database_is_not_served(serve: Serve, scene: Scene) -> None:
    database = Database(scene.url)
    with database.transaction() as connection:
        mark.mark_as_demo(connection)
    database.close()
    refused(serve(scene.url), "»werkstatt serve« öffnet sie nicht")


@pytest.mark.usefixtures("on_sqlite")
def test_a_database_with_somebodys_data_is_not_demonstrated(serve: Serve, scene: Scene) -> None:
    refused(serve(scene.url, options=("--demo", "--fresh")), "WERKSTATT_DATA_DIR")


@pytest.mark.usefixtures("on_sqlite")
def test_a_demo_is_for_this_machine_only(serve: Serve, database_url: str) -> None:
    asked = serve(database_url, options=("--demo",), settings={"host": "0.0.0.0"})
    refused(asked, "Die Vorführung läuft nur auf diesem Rechner.")


@pytest.mark.usefixtures("on_sqlite")
def test_where_nobody_can_listen_is_said_in_a_sentence(serve: Serve, scene: Scene) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused(
            serve(scene.url, settings={"port": port}), f"127.0.0.1:{port} (WERKSTATT_HOST, WERKSTATT_PORT)"
        )
    refused(serve(scene.url, settings={"host": "nirgends.invalid"}), "Unter nirgends.invalid:")


MODES = {"sqlite": "eventlet", "postgres": "threading"}


def test_a_log_says_what_happened_and_nothing_of_anybody(
    serve: Serve, scene: Scene, database_kind: str
) -> None:
    server = serve(
        scene.url,
        mode=MODES[database_kind],
        settings={"log_level": "debug", "sign_in_limit_account": "3 per minute"},
    )
    server.start()
    secrets = {PASSWORD, WRONG, TITLE, QUESTION, SECRET_KEY, "vertraulich", "@example.org"}
    stranger = Visitor(server.url)
    form = {"email": address("member"), "password": WRONG, "csrf_token": stranger.form_token("/sign-in")}
    assert [stranger.post("/sign-in", form).status for _ in range(4)] == [422, 422, 422, 429]
    assert stranger.get("/nowhere?vertraulich=ja").status == 404
    assert stranger.ask("POST", "/sign-in", b"x=vertraulich").status == 403
    stranger.cookie = "session=vertraulich"
    assert stranger.get("/live/session").status == 401

    member = Visitor(server.url).sign_in(address("neighbour"), PASSWORD)
    office = Visitor(server.url).sign_in(address("administrator"), PASSWORD)
    secrets |= {member.cookie.partition("=")[2], office.cookie.partition("=")[2], member.csrf}
    proposed = {"title": TITLE, "question": QUESTION, "minutes": 60}
    assert member.command("topic.propose", scene.place("collecting"), proposed).status == 200
    assert (
        member.command("topic.propose", scene.place("collecting"), {**proposed, "minutes": TITLE}).status
        == 422
    )
    topic = {"topic": scene.topics["voting"], "value": 1}
    assert member.command("ballot.mark", scene.place("voting"), topic).status == 200
    twice = {"name": TITLE, "email": address("member")}
    assert office.command("person.create", "house", twice).status in (409, 422)
    socket = member.socket()
    socket.subscribe(scene.place("collecting"))
    socket.say("vertraulich")
    socket.wait_for_close()
    assert member.sign_out().status == 302
    assert server.stop() == 0

    lines = [json.loads(line) for line in server.said.splitlines()]
    assert {"serving", "stopped"} <= {line["event"] for line in lines}
    assert [secret for secret in secrets if secret.lower() in server.said.lower()] == []
    assert not re.search(r"Traceback|session=", server.said)


NO_LISTENER = """
import _socket, os, signal

def end(*_):
    for name in os.listdir("/proc/self/fd"):
        try:
            one = _socket.socket(fileno=os.dup(int(name)))
        except OSError:
            continue
        if one.getsockopt(_socket.SOL_SOCKET, _socket.SO_ACCEPTCONN):
            one.shutdown(_socket.SHUT_RDWR)

signal.signal(signal.SIGUSR1, end)
"""
"""Loaded beside a server: at a signal its listener is gone, as if the system had taken it."""


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize("somebody_is_there", [True, False])
def test_a_server_that_lets_nobody_in_any_more_ends_and_says_why(
    serve: Serve, scene: Scene, tmp_path: Path, *, somebody_is_there: bool
) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_LISTENER)
    paths = os.pathsep.join([str(tmp_path), str(ROOT / "platform")])
    server = serve(scene.url, environment={"PYTHONPATH": paths}).start()
    member = Visitor(server.url).sign_in(address("member"), PASSWORD)
    follower = member.socket() if somebody_is_there else None
    os.kill(server.pid, signal.SIGUSR1)

    assert server.wait(seconds=20) == 1
    [said] = [line for line in map(json.loads, server.said.splitlines()) if line["event"] == "serving_ended"]
    assert said["level"] == "error"
    assert said["exception"][0] == "builtins.OSError"
    if follower is not None:
        follower.wait_for_close(seconds=5)


@pytest.mark.slow
@pytest.mark.parametrize("wanted", [True, False])
def test_the_loop_that_sends_is_compiled_at_the_start_if_that_is_wanted(
    serve: Serve, scene: Scene, tmp_path: Path, *, wanted: bool
) -> None:
    server = serve(scene.url, settings={"compile_sending": wanted}).start()
    mapped = Path(f"/proc/{server.pid}/maps").read_text()

    assert (str(tmp_path / "compiled" / "fanout-") in mapped) is wanted
    assert "sending_without_c" not in server.said
