"""The benchmark compares like with like: the peer and ours take, answer and tell the same."""

import uuid

import pytest
from bench import house, machine, rows, sides
from bench.fanload import Fanload
from bench.knees import is_well
from tests.visiting import Visitor


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """A small house that both sides get a copy of."""
    url = f"sqlite:///{tmp_path_factory.mktemp('house')}/house.sqlite3"
    return house.furnish(url, people=20)


@pytest.fixture(params=["product", "node"])
def side(request, here, tmp_path):
    with getattr(sides, request.param)(here, tmp_path) as running:
        yield running


def _visitor(side, number=0):
    voter = side.scene.voters[number]
    return Visitor(side.urls[0], cookie=voter.cookie, csrf=voter.csrf), voter.topic


def _shape(value):
    if isinstance(value, dict):
        return {name: _shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_shape(inner) for inner in value]
    return type(value)


@pytest.mark.slow
def test_a_vote_is_answered_and_told_in_the_same_shape(side):
    visitor, topic = _visitor(side)
    scene = side.scene
    socket = visitor.socket()
    followed = socket.subscribe(scene.stream, scene.epoch, scene.seq)
    answer = visitor.command("ballot.mark", scene.stream, {"topic": topic, "value": 1}).json
    (told,) = socket.listen(lambda heard: [body for name, body in heard if name == "events"])
    assert {name: followed[name] for name in ("ok", "head", "events", "more")} == {
        "ok": True, "head": scene.seq, "events": [], "more": False
    }  # fmt: skip
    assert (answer["ok"], answer["seqs"][scene.stream], answer["result"]) == (True, scene.seq + 1, {})
    counted = {"poll": str, "topic": str, "approvals": int, "voted": int}
    event = {"seq": int, "name": str, "at": str, "body": counted}
    assert _shape(told) == {"stream": str, "events": [event]}
    assert told["events"][0]["name"] == "poll.tally_changed"


@pytest.mark.slow
def test_both_look_at_origin_session_and_token_and_do_a_command_once(side):
    visitor, topic = _visitor(side, 1)
    place = side.scene.stream
    marked, again = {"topic": topic, "value": 1}, str(uuid.uuid4())
    first = visitor.command("ballot.mark", place, marked, id=again)
    assert (first.status, visitor.command("ballot.mark", place, marked, id=again).json) == (200, first.json)
    content = b"{}"
    assert visitor.send(content, origin="http://elsewhere.example").status == 403
    assert visitor.send(content, x_csrftoken=None).status in (400, 403)
    forged = visitor.cookie[:-2] + ("aa" if visitor.cookie[-2:] != "aa" else "bb")
    assert Visitor(side.urls[0], cookie=forged, csrf=visitor.csrf).send(content).status == 401


@pytest.mark.slow
def test_the_load_client_finds_every_change_on_every_screen(side, tmp_path):
    machine.allow_many_sockets()
    with Fanload(side.urls, side.pids, side.scene, tmp_path, screens=20) as client:
        assert client.connect()["came"] == 20
        stage = client.stage(20, 1, limit=5000)
        assert is_well(stage, within=5000), stage
        assert stage["deliveries"] >= 20 * 20
        client.cut()
        missed = client.stage(20, 0.5, warmup=0, limit=5000)["changes"]
        assert client.connect()["caught_up"] == 20 * missed


def test_a_comparison_is_the_median_of_the_ratios_of_its_pairs():
    found = rows.compared("knee", [10.0, 30.0, 40.0], [10.0, 10.0, 20.0], "1/s")
    assert (found["product"], found["node"], found["ratio"]) == (30, 10, 2)
