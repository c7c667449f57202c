"""Who is refused at the wire, in which order, and what asking again does."""

import json
import uuid
from contextlib import closing

import pytest
import websocket
from tests.scene import PASSWORD, address
from tests.serving import Server
from tests.situations import TOPIC, situation
from tests.stored import fingerprint
from tests.visiting import Visitor

from .answers import Served, envelope, refused


@pytest.fixture(scope="module")
def served(stage, database_kind, tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    scene = stage.copy(database_kind, folder)
    with Server(scene.url, folder) as server, closing(Served(scene, server)) as served:
        yield served


@pytest.fixture
def untouched(served):
    before = fingerprint(served.database)
    yield served
    assert fingerprint(served.database) == before


def propose(scene, **other):
    place, body = situation(scene, "topic.propose")
    return envelope("topic.propose", place, {**body, **other})


def sent(asker, command, **headers):
    return asker.send(json.dumps(command).encode(), **headers)


def test_what_comes_from_another_site_is_not_even_looked_at(untouched):
    asker = untouched["member"]
    port = asker.url.rpartition(":")[2]
    strangers = (
        None, "", "null", "https://evil.example", asker.url + "/", asker.url + ".evil.example",
        asker.url.replace("http", "https"), "http://127.0.0.1", f"http://127.0.0.1:{int(port) + 1}",
        f"http://127.0.0.2:{port}", asker.url.upper(),
    )  # fmt: skip
    for origin in strangers:
        refused(sent(asker, propose(untouched.scene), origin=origin), 403, "csrf", why=origin)
        refused(asker.send(b"no JSON", origin=origin), 403, "csrf", why=origin)
        refused(sent(Visitor(asker.url), propose(untouched.scene), origin=origin), 403, "csrf", why=origin)


def test_without_the_token_of_the_session_nothing_is_done(untouched):
    asker, other = untouched["member"], untouched["neighbour"]
    for token in (None, "", "x", asker.csrf[:-1], asker.csrf + "x", other.csrf):
        refused(sent(asker, propose(untouched.scene), x_csrftoken=token), 403, "csrf", why=token)


def test_whoever_brings_no_session_is_told_to_sign_in(untouched):
    asker, scene = untouched["member"], untouched.scene
    signed = asker.cookie
    for cookie in ("", "session=", "session=x", signed[:-3], signed.replace(".", "_", 1), "other=1"):
        stranger = Visitor(asker.url, cookie=cookie, csrf=asker.csrf)
        refused(sent(stranger, propose(scene)), 401, "unknown_actor", why=cookie)
        for path in (
            "session",
            f"streams/{scene.place('voting')}",
            f"streams/{scene.place('voting')}/events",
        ):
            refused(
                Visitor(asker.url, cookie=cookie).get(f"/live/{path}"),
                401,
                "unknown_actor",
                why=(cookie, path),
            )


def test_a_session_that_was_ended_opens_nothing_any_more(served):
    scene = served.scene
    asker = Visitor(served.server.url).sign_in(address("member"), PASSWORD)
    left = asker.again()
    assert asker.sign_out().status == 302
    before = fingerprint(served.database)
    refused(sent(left, propose(scene)), 401, "unknown_actor")
    refused(left.get("/live/session"), 401, "unknown_actor")
    refused(left.get(f"/live/streams/{scene.place('voting')}"), 401, "unknown_actor")
    assert fingerprint(served.database) == before
    with pytest.raises(websocket.WebSocketBadStatusException, match="401"):
        left.socket()


def test_a_refusal_speaks_the_language_of_the_one_who_asks(untouched):
    stranger = Visitor(untouched.server.url)
    german = stranger.get("/live/session", {"Accept-Language": "de-DE,de;q=0.9,en;q=0.5"}).json
    english = stranger.get("/live/session", {"Accept-Language": "en-GB,en;q=0.9"}).json
    assert german["error"]["code"] == english["error"]["code"] == "unknown_actor"
    assert german["error"]["message"] == "Bitte melden Sie sich an."
    assert english["error"]["message"] == "Please sign in."


def test_a_command_sent_again_is_answered_again_and_done_once(served):
    asker, place = served["member"], served.scene.place("collecting")
    command = propose(served.scene, title="Netzwerkmanagement")
    first = sent(asker, command)
    assert first.status == 200
    before = fingerprint(served.database)
    again = [sent(asker, command), sent(asker.again(), dict(reversed(command.items())))]
    again.append(asker.send(json.dumps(command, indent=4, ensure_ascii=False).encode()))
    assert [reply.content for reply in again] == [first.content] * 3
    assert fingerprint(served.database) == before
    titles = [topic["title"] for topic in asker.snapshot(place)["state"]["topics"]]
    assert titles.count("Netzwerkmanagement") == 1


def test_the_number_of_a_command_is_good_for_one_thing_only(served):
    asker, scene = served["member"], served.scene
    command = propose(scene, title="Strategieentwicklung")
    assert sent(asker, command).status == 200
    before = fingerprint(served.database)
    for other in (
        {**command, "body": {**command["body"], "minutes": 65}},
        {**command, "place": scene.place("counted")},
        {**command, "name": "topic.withdraw", "body": {"topic": scene.topics["collecting"]}},
    ):
        refused(sent(asker, other), 409, "id_reused")
    assert fingerprint(served.database) == before
    assert sent(served["neighbour"], command).json["result"] != sent(asker, command).json["result"]


def test_a_stale_ballot_brings_what_stands_there_instead(untouched):
    topic, place = untouched.scene.topics["entered"], untouched.scene.place("entered")
    stale = envelope("ballot.fill", place, {"base": 0, "marks": {topic: 4}})
    reply = sent(untouched["neighbour"], stale)
    assert (reply.status, reply.json["error"]["code"]) == (409, "stale")
    present = reply.json["error"]["present"]
    assert (present["version"], present["marks"]) == (1, {topic: 2})
    assert present["by"] == {"id": untouched.scene.people["facilitator"], "name": "Moderation"}


def test_a_refused_command_is_not_remembered(served):
    scene, asker, facilitator = served.scene, served["neighbour"], served["facilitator"]
    place, number = scene.place("collecting"), str(uuid.uuid4())
    body = {"topic": scene.topics["collecting"], "value": 1}
    early = asker.command("ballot.mark", place, body, id=number)
    refused(early, 409, "closed")
    assert facilitator.command("poll.open", place, {}).status == 200
    assert asker.command("ballot.mark", place, body, id=number).status == 200
    assert facilitator.command("poll.close", place).status == 200
    refused(facilitator.command("poll.close", place), 409, "closed")
    assert asker.command("ballot.mark", place, body, id=number).status == 200
    refused(asker.command("ballot.mark", place, body), 409, "closed")


def test_what_two_want_at_once_only_one_gets(served):
    scene, office = served.scene, served["administrator"]
    body = {"person": scene.people["newcomer"], "role": "coach", "team": scene.teams["senden"]}
    assert office.command("role.grant", "house", body).status == 200
    before = fingerprint(served.database)
    refused(office.command("role.grant", "house", body), 409, "conflict")
    assert fingerprint(served.database) == before


def test_more_sockets_than_a_person_needs_are_refused(served):
    asker = served["coach"]
    most = asker.get("/live/session").json["limits"]["sockets"]
    sockets = [asker.socket() for _ in range(most)]
    with pytest.raises(websocket.WebSocketBadStatusException, match="429"):
        asker.socket()
    for socket in sockets:
        socket.close()


def test_a_handshake_is_refused_before_the_library_sees_it(untouched):
    asker = untouched["member"]
    for origin in ("null", "https://evil.example", asker.url + "0"):
        with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
            asker.socket(origin=origin)
    with pytest.raises(websocket.WebSocketBadStatusException, match="401"):
        Visitor(asker.url).socket()
    for query in ("EIO=4&transport=polling", "EIO=4", "", "EIO=4&transport=polling&sid=x"):
        assert asker.get(f"/socket.io/?{query}").status == 400


def test_another_host_is_not_served(untouched):
    for path in ("/", "/sign-in", "/live/session", "/healthz"):
        assert Visitor(untouched.server.url).get(path, {"Host": "evil.example"}).status == 400, path


def test_who_sends_too_much_is_told_how_long_to_wait(scene, serve):
    server = serve(
        scene.url, settings={"command_limit": "3 per minute", "sign_in_limit_account": "2 per minute"}
    ).start()
    asker = Visitor(server.url).sign_in(address("member"), PASSWORD)
    place, body = scene.place("collecting"), {**TOPIC, "title": "Fördermittel"}
    assert [asker.command("topic.propose", place, body).status for _ in range(3)] == [200] * 3
    reply = asker.command("topic.propose", place, body)
    refused(reply, 429, "too_many")
    assert 1 <= int(reply.headers["Retry-After"]) <= 60
    assert (
        Visitor(server.url)
        .sign_in(address("neighbour"), PASSWORD)
        .command("topic.propose", place, body)
        .status
        == 200
    )
    for path in (f"/live/streams/{place}", f"/live/streams/{place}/events?epoch=x&after=0"):
        assert [asker.get(path).status for _ in range(3)] == [200] * 3
        reply = asker.get(path)
        refused(reply, 429, "too_many")
        assert 1 <= int(reply.headers["Retry-After"]) <= 60
    assert [asker.get("/workshops").status for _ in range(5)] == [200] * 5
    stranger = Visitor(server.url)
    statuses = []
    for _ in range(3):
        form = {
            "email": address("coach"),
            "password": "falsch",
            "csrf_token": stranger.form_token("/sign-in"),
        }
        reply = stranger.post("/sign-in", form)
        statuses.append(reply.status)
    assert statuses == [422, 422, 429]
    assert 1 <= int(reply.headers["Retry-After"]) <= 60
