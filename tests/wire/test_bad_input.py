"""Bad input of every kind is answered in the one shape, changes nothing, and nobody else notices."""

import json
from contextlib import closing

import pytest
from tests.serving import Server
from tests.situations import NOWHERE, situation
from tests.stored import fingerprint

from foundation import commands, streams

from .answers import Served, envelope, refused
from .bad_bodies import wrong_bodies

LARGEST = 65_536


MODES = {"sqlite": "eventlet", "postgres": "threading"}
"""Which server each database is behind: what is refused before it depends on neither together."""


@pytest.fixture(scope="module")
def served(stage, database_kind, tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    scene = stage.copy(database_kind, folder)
    with (
        Server(scene.url, folder, mode=MODES[database_kind]) as server,
        closing(Served(scene, server)) as served,
    ):
        yield served


@pytest.fixture
def untouched(served):
    """Whatever happens in the test changes no row, and no reader hears of it."""
    served.noticed()
    before = fingerprint(served.database)
    yield served
    assert fingerprint(served.database) == before
    assert served.noticed() == []


@pytest.mark.parametrize("name", sorted(commands.declared()))
def test_a_wrong_body_is_refused_and_its_field_named(untouched, name):
    place, good = situation(untouched.scene, name)
    good = json.loads(json.dumps(good, default=str))
    asker = untouched.asker(name)
    for why, body, field in wrong_bodies(commands.declared()[name].body, good):
        reply = asker.send(json.dumps(envelope(name, place, body)).encode())
        refused(reply, 422, "invalid", field=field, why=why)


SIGNS = {
    "a lone surrogate": '"\\ud800"',
    "half of a pair": '"x\\udc00x"',
    "NUL": '"x\\u0000x"',
    "NUL as a name": '{"a\\u0000": 1}',
    "a surrogate as a name": '{"\\ud83d": 1}',
    "NaN": "NaN",
    "Infinity": "Infinity",
    "minus Infinity": "-Infinity",
    "a number without bounds": "1e999",
    "a number that not every program can hold": "9007199254740993",
    "more digits than anybody reads": "1" * 5000,
    "a name twice": '{"a": 1, "a": 2}',
    "nested too deeply": "[" * 13 + "]" * 13,
    "nested far too deeply": "[" * 20_000 + "]" * 20_000,
}


@pytest.mark.parametrize("name", ["topic.propose", "poll.close", "text.change"])
def test_json_that_two_programs_read_differently_is_refused_wherever_it_stands(untouched, name):
    place, good = situation(untouched.scene, name)
    asker = untouched.asker(name)
    for why, text in SIGNS.items():
        for body in ({**good, "title": "HERE"}, {"surplus": "HERE"}, {"surplus": ["HERE"]}):
            sent = json.dumps(envelope(name, place, body)).replace('"HERE"', text)
            refused(asker.send(sent.encode()), 400, "bad_request", why=f"{why} in {body}")
        for key in ("id", "name", "place", "body"):
            sent = json.dumps({**envelope(name, place, good), key: "HERE"}).replace('"HERE"', text)
            refused(asker.send(sent.encode()), 400, "bad_request", why=f"{why} as {key}")


def test_what_is_no_command_at_all_is_refused(untouched):
    scene, asker = untouched.scene, untouched["member"]
    good = json.dumps(envelope("topic.propose", *situation(scene, "topic.propose")))
    for why, content in {
        "nothing": b"",
        "a blank": b" ",
        "no JSON": b"topic.propose",
        "half of it": good[:-1].encode(),
        "one and a half": (good + "{").encode(),
        "two of them": (good + good).encode(),
        "a list of commands": f"[{good}]".encode(),
        "a number": b"5",
        "a text": b'"topic.propose"',
        "null": b"null",
        "true": b"true",
        "a comment": f"// hello\n{good}".encode(),
        "a trailing comma": (good[:-1] + ",}").encode(),
        "single quotes": good.replace('"', "'").encode(),
        "a name twice": (good[:-1] + ', "name": "topic.need"}').encode(),
        "Latin-1": good.replace("Junges", "Jünges").encode("latin-1"),
        "UTF-16": good.encode("utf-16"),
        "UTF-16 without a mark": good.encode("utf-16-le"),
        "UTF-32": good.encode("utf-32"),
        "a surrogate in UTF-8": good.replace("Junges", "J").encode().replace(b"J", b"\xed\xa0\x80"),
        "NUL bytes": good.replace("Junges", "J\0").encode(),
        "a line break in a text": good.replace("Junges", "J\n").encode(),
        "a form": b"id=1&name=topic.propose&place=house&body=",
    }.items():
        refused(asker.send(content), 400, "bad_request", why=why)
    form = asker.send(good.encode(), content_type="application/x-www-form-urlencoded")
    refused(form, 400, "bad_request")
    parts = asker.send(
        b"--x\r\n\r\n" + good.encode() + b"\r\n--x--", content_type="multipart/form-data; boundary=x"
    )
    refused(parts, 400, "bad_request")


def test_every_part_of_the_envelope_has_to_be_right(untouched):
    scene, asker = untouched.scene, untouched["member"]
    place, body = situation(scene, "topic.propose")
    good = envelope("topic.propose", place, body)
    for key in ("id", "name", "place"):
        refused(
            asker.send(json.dumps({k: v for k, v in good.items() if k != key}).encode()),
            422,
            "invalid",
            field=key,
        )
        for value in (None, 5, 1.5, True, [], {}, [good[key]], "", "x" * 121):
            refused(
                asker.send(json.dumps({**good, key: value}).encode()),
                422,
                "invalid",
                field=key,
                why=repr(value),
            )
    for value in (None, 5, "x", [], [body], True, ""):
        refused(
            asker.send(json.dumps({**good, "body": value}).encode()),
            422,
            "invalid",
            field="body",
            why=repr(value),
        )
    for surplus in ("surplus", "actor", "seq", "ID"):
        refused(asker.send(json.dumps({**good, surplus: 1}).encode()), 422, "invalid", why=surplus)
    id_ = good["id"]
    for wrong in (
        "x",
        id_[:8],
        id_[:-1],
        id_ + "0",
        id_.replace("4", "g"),
        id_.replace("-", "_"),
        "../" + id_,
    ):
        refused(asker.send(json.dumps({**good, "id": wrong}).encode()), 422, "invalid", field="id", why=wrong)
    for name in (
        "topic",
        "topic.",
        "Topic.propose",
        "topic.propose ",
        "topic.proposed",
        "session",
        "__init__",
        "ä",
    ):
        refused(
            asker.send(json.dumps({**good, "name": name}).encode()), 422, "invalid", field="name", why=name
        )


def test_a_place_that_is_not_there_or_none_at_all_is_refused(untouched):
    scene, asker = untouched.scene, untouched["member"]
    place, body = situation(scene, "topic.propose")
    elsewhere = (
        scene.place("cohort"),
        scene.place("member"),
        "house",
        "Workshop/x",
        "/" + place,
        " " + place,
        "ä",
        "..",
    )
    for wrong in elsewhere:
        reply = asker.send(json.dumps(envelope("topic.propose", wrong, body)).encode())
        refused(reply, 422, "invalid", field="place", why=wrong)
    malformed = (
        "workshop",
        "workshop/",
        "workshop/x",
        place + "/",
        place + "/team",
        place.upper().replace("W", "w", 1),
    )
    for wrong in (
        *malformed,
        "workshop/%",
        "workshop/../house",
        f"workshop/{NOWHERE}",
        scene.place("foreign"),
    ):
        reply = asker.send(json.dumps(envelope("topic.propose", wrong, body)).encode())
        refused(reply, 404 if wrong.startswith("workshop") else 422, "not_found", "invalid", why=wrong)


def test_what_is_too_large_is_refused_before_it_is_read(untouched):
    scene, asker = untouched.scene, untouched["member"]
    good = json.dumps(envelope("topic.propose", *situation(scene, "topic.propose"))).encode()
    for size in (LARGEST + 1, 200_000, 1_000_000, 1_100_000):
        refused(asker.again().send(good[:-1] + b" " * (size - len(good)) + b"}"), 413, "too_large", why=size)
        refused(asker.again().send(b"x" * size), 413, "too_large", why=size)
    just_fits = json.dumps(envelope("topic.propose", "house", {})).encode()
    reply = asker.send(just_fits[:-1] + b" " * (LARGEST - len(just_fits)) + b"}")
    refused(reply, 422, "invalid", field="place")


def test_what_says_nothing_of_its_size_is_bounded_too(untouched):
    good = json.dumps(envelope("topic.propose", *situation(untouched.scene, "topic.propose"))).encode()
    content = good[:-1] + b" " * 1_000_000 + b"}"
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in _parts(content)) + b"0\r\n\r\n"
    asker = untouched["member"].again()
    reply = asker.again().send(chunks, transfer_encoding="chunked", content_length=None)
    assert reply.status in (400, 413)
    refused(reply, reply.status, "too_large", "bad_request")


def test_an_address_that_makes_no_sense_is_refused(untouched):
    scene, asker = untouched.scene, untouched["member"]
    stream = f"/live/streams/{scene.place('voting')}/events"
    for query in (
        "after=-1",
        "after=x",
        "after=1.5",
        "after=" + "9" * 16,
        "wait=-1",
        "wait=x",
        "wait=NaN",
        "after=%00",
    ):
        refused(asker.get(f"{stream}?epoch=x&{query}"), 400, "bad_request", why=query)
    told = asker.get(f"{stream}?epoch={'x' * 5000}&after=0")
    assert (told.status, told.json) == (200, {"stream": scene.place("voting"), "reset": True})
    for name in (
        "x" * 3000,
        "%00",
        "%ff%fe",
        "workshop/%2e%2e",
        "workshop/" + "a" * 16 + "%0a",
        "%F0%9F%92%A9",
    ):
        refused(asker.get(f"/live/streams/{name}"), 404, "not_found", why=name)
        refused(asker.get(f"/live/streams/{name}/events?after=0"), 404, "not_found", why=name)
    for method in ("PUT", "DELETE", "PATCH"):
        for path in ("/live/commands", "/live/session", f"/live/streams/{scene.place('voting')}"):
            headers = {"Origin": asker.url, "X-CSRFToken": asker.csrf}
            refused(asker.ask(method, path, b"{}", headers), 404, "not_found", why=(method, path))
    refused(asker.get("/live/commands"), 404, "not_found")
    refused(asker.get("/live/nothing"), 404, "not_found")


WRONG_FRAMES = {
    "stream": (None, 5, True, [], {}, "x" * 121),
    "epoch": (None, 5, [], "x" * 65),
    "after": (None, -1, 1.5, "1", True, []),
}


def test_a_socket_is_answered_in_the_same_shape_and_stays_open(untouched):
    scene = untouched.scene
    socket = untouched["member"].socket()
    good = {"stream": scene.place("voting"), "epoch": "", "after": 0}
    for key, values in WRONG_FRAMES.items():
        for value in values:
            shaped(socket.ask("subscribe", {**good, key: value}), "invalid", key)
    shaped(socket.ask("subscribe", {}), "invalid", "stream")
    shaped(socket.ask("subscribe", {**good, "surplus": 1}), "invalid", "surplus")
    for argument in (None, 5, "x", [], [good]):
        shaped(socket.ask("subscribe", argument), "invalid")
    for event in ("unsubscribe", "presence"):
        shaped(socket.ask(event, {"stream": 5}), "invalid", "stream")
    for here in (None, 1, "yes", []):
        shaped(socket.ask("presence", {"stream": good["stream"], "here": here}), "invalid", "here")
    assert socket.subscribe(good["stream"])["ok"]
    socket.close()


def shaped(told, code, field=None):
    assert (told["ok"], told["error"]["code"]) == (False, code), told
    assert set(told["error"]) == {"code", "message", "fields"}
    assert field is None or field in told["error"]["fields"], told


LINES = {
    "no JSON": "42[",
    "NaN": '420["subscribe",NaN]',
    "a lone surrogate": '420["subscribe",{"stream":"\\ud800"}]',
    "an unknown event": '420["command",{}]',
    "a reserved event": '420["disconnect",{}]',
    "connecting twice over": '420["connect",{}]',
    "no event": "420[]",
    "a number for an event": "420[5,{}]",
    "two arguments": '420["subscribe",{},{}]',
    "another namespace": "40/admin,",
    "an event of another namespace": '42/admin,0["subscribe",{}]',
    "an answer nobody asked for": "430[]",
    "a binary event": '451-0["subscribe",{"_placeholder":true,"num":0}]',
    "no packet at all": "x",
    "an empty packet": "",
    "an unknown Engine.IO packet": "9",
    "a ping of ours": "2",
    "an upgrade": "5",
    "a probe": "3probe",
    "an unknown Socket.IO packet": "49",
    "nested too deeply": '420["subscribe",' + "[" * 20 + "]" * 20 + "]",
    "too large": '420["subscribe","' + "x" * 70_000 + '"]',
}


@pytest.mark.parametrize("why", LINES)
def test_what_no_client_of_ours_sends_ends_that_connection_only(untouched, why):
    socket = untouched["neighbour"].socket()
    socket.say(LINES[why])
    socket.wait_for_close(seconds=60)


def test_a_pong_that_nobody_waits_for_is_passed_over(untouched):
    socket = untouched["neighbour"].socket()
    socket.say("3")
    assert socket.subscribe(untouched.scene.place("voting"))["ok"]
    socket.close()


def test_a_pattern_of_the_streams_matches_nothing_longer(untouched):
    for pattern in streams.declared():
        name = pattern.format(cohort=NOWHERE, workshop=NOWHERE, team=NOWHERE, person=NOWHERE)
        assert streams.match(name)
        for wrong in (name + "\n", name + "0", " " + name, name + "/", name.upper()):
            assert streams.match(wrong) is None, wrong


def _parts(content):
    return [content[start : start + 60_000] for start in range(0, len(content), 60_000)]
