"""SIGTERM: what is being done is done and answered, then the server ends; never later than ten seconds."""

import http.client
import time

import pytest
from tests.faults.oracle import Log, Writer, acknowledged, faults, writing
from tests.faults.screens import Screen, catch_up, differences, watching
from tests.visiting import wait_until

from .conftest import held_up, logged

pytestmark = pytest.mark.slow

END_WITHIN = 10.0
"""Seconds."""
CROWDED = 3
"""How often its start may go into it where the machine itself is slower than that."""


def end_within(server):
    return max(END_WITHIN, CROWDED * server.started_in)


@pytest.fixture(params=["eventlet", "threading"])
def server(request, scene, serve):
    return serve(scene.url, mode=request.param).start()


def test_running_commands_are_finished_answered_and_told(scene, server, visit):
    place = scene.place("collecting")
    members = [visit(server, who) for who in ("member", "neighbour")]
    before = len(logged(scene.url, place))
    screen, snapshot = members[0].socket(), members[0].snapshot(place)
    assert screen.subscribe(place, snapshot["epoch"], snapshot["seq"])["ok"]
    with held_up(scene.url, place):
        answers = [
            member.begin("topic.propose", place, {"title": f"Thema {number}", "minutes": 60})
            for number in range(4)
            for member in members
        ]
        # Whoever asks later is answered, so the commands have come in by now and wait.
        assert members[0].again().get("/readyz").status == 200
        asked = time.monotonic()
        server.terminate()
        time.sleep(0.5)
        assert len(logged(scene.url, place)) == before
    replies = [answer() for answer in answers]
    assert server.wait() == 0
    assert time.monotonic() - asked < end_within(server)
    assert [reply.status for reply in replies] == [200] * len(answers)
    numbers = list(range(before + 1, before + len(answers) + 1))
    assert sorted(reply.json["seqs"][place] for reply in replies) == numbers
    screen.wait_for_close()
    assert [event["seq"] for event in screen.events(place)] == numbers


def test_nobody_who_only_listens_or_waits_holds_up_the_end(scene, server, visit):
    member, place = visit(server, "member"), scene.place("voting")
    socket = member.socket()
    snapshot = member.snapshot(place)
    assert socket.subscribe(place, snapshot["epoch"], snapshot["seq"])["ok"]
    waiting = member.again()
    query = f"/live/streams/{place}/events?epoch={snapshot['epoch']}&after={snapshot['seq']}&wait=25"
    connection = waiting._connect()
    connection.request("GET", query, headers={"Cookie": member.cookie})
    idle = member.again()
    assert idle.get("/healthz").status == 200
    asked = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - asked < end_within(server)
    socket.wait_for_close()
    connection.close()


def test_what_would_take_too_long_is_not_waited_for(scene, server, visit, database_kind):
    """Nothing was changed then, and the client sends it again: PostgreSQL gives up in time to say so."""
    member, place = visit(server, "member"), scene.place("collecting")
    before = len(logged(scene.url, place))
    with held_up(scene.url, place):
        answer = member.begin("topic.propose", place, {"title": "Fördermittel", "minutes": 60})
        assert member.get("/readyz").status == 200
        asked = time.monotonic()
        server.terminate()
        assert server.wait() == 0
        assert time.monotonic() - asked < end_within(server)
        assert len(logged(scene.url, place)) == before
    if database_kind == "postgres":
        reply = answer()
        assert (reply.status, reply.json["error"]["code"]) == (503, "busy")
    else:
        with pytest.raises((OSError, http.client.HTTPException)):
            answer()


def test_a_stopped_server_starts_again_at_once(scene, server, visit):
    assert server.stop() == 0
    server.start()
    assert visit(server, "member").snapshot(scene.place("voting"))["seq"] > 0
    wait_until(lambda: "stopped" in server.said, "the end was logged")


def test_under_load_each_command_is_answered_or_comes_again(scene, server, visit):
    people = {who: visit(server, who) for who in ("member", "neighbour")}
    places = [scene.place("collecting"), scene.place("voting")]
    writers = [
        Writer(visitor, place, f"{who} {place}", votes=place == scene.place("voting"))
        for who, visitor in people.items()
        for place in places
    ]
    screens = [Screen(visitor, places) for visitor in people.values()]
    with watching(screens):
        with writing(writers):
            for _ in range(2):
                enough = acknowledged(writers) + 40
                wait_until(lambda enough=enough: acknowledged(writers) >= enough, "commands are answered")
                asked, before = time.monotonic(), [screen.cuts for screen in screens]
                assert server.stop() == 0
                assert time.monotonic() - asked < end_within(server)
                wait_until(
                    lambda before=before: all(s.cuts > n for s, n in zip(screens, before, strict=True)),
                    "every socket was closed",
                )
                server.start()
                catch_up(scene.url, screens)
        catch_up(scene.url, screens)
        assert differences(screens) == []
    assert faults(Log.read(scene.url), writers) == []
