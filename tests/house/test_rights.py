"""Every command and every stream, asked by everybody: allowed or refused as the table in `rights.py` says."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from tests.refill import keep
from tests.scene import PASSWORD, PEOPLE, address, credential, open_door
from tests.serving import Server
from tests.situations import KNOWN, NOWHERE, situation
from tests.stored import fingerprint, stored_hash
from tests.visiting import Visitor

from foundation import clock, commands, places, policy, streams
from foundation.database import Database
from foundation.streams import Audience
from people.cohorts.models import Cohort
from people.cohorts.policy import CohortPermission
from workshops.series.models import Workshop
from workshops.series.policy import SeriesPermission

from .conftest import House
from .rights import MAY, MAY_READ


@pytest.fixture(scope="module")
def changeable(stage, database_kind, tmp_path_factory):
    folder = tmp_path_factory.mktemp("changeable")
    house = House(stage.copy(database_kind, folder), folder)
    house.kept = keep(house.database)
    yield house
    house.close()


@pytest.fixture
def restored(stage, changeable):
    """Puts the house back to its beginning; at once, and whenever it is called."""

    def restore():
        changeable.kept.bring_back()
        stage.restore_keys(changeable.scene)
        changeable.all_are_just_here()
        return changeable

    return restore


def raw(answer):
    """Everything of an answer that somebody could compare."""
    headers = sorted((name, value) for name, value in answer.headers if name not in ("Date", "Set-Cookie"))
    return answer.status_code, headers, answer.data


def not_there(asker):
    """The answer for what does not exist."""
    answer = asker.command("agenda.adopt", f"workshop/{NOWHERE}", {})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "not_found")
    return raw(answer)


def test_every_command_has_a_line_in_the_table_and_a_situation():
    assert set(MAY) == set(commands.declared()) == KNOWN


def test_every_stream_has_a_line_in_the_table():
    assert set(MAY_READ) == set(streams.declared())


def test_every_command_and_every_stream_has_a_rule_and_every_rule_guards_something():
    guarded = set(commands.declared()) | {str(stream.readers) for stream in streams.declared().values()}
    assert guarded == {str(permission) for permission in policy.rules()}


def test_nothing_is_open_to_everybody_or_to_nobody():
    for line in [*MAY.values(), *MAY_READ.values()]:
        assert {True, False} == set(line.values())


@pytest.mark.parametrize("name", sorted(MAY))
def test_who_may_not_gets_the_answer_for_what_is_not_there_and_changes_nothing(unchanged, name):
    place, body = situation(unchanged.scene, name)
    before = fingerprint(unchanged.database)
    refused = [who for who, may in MAY[name].items() if not may]
    missing = not_there(unchanged.asker("member"))
    for who in refused:
        if who == "system":
            there = unchanged.asked_by_the_house(name, place, body)
            nowhere = unchanged.asked_by_the_house("agenda.adopt", f"workshop/{NOWHERE}", {})
            assert there == nowhere, who
        else:
            assert raw(unchanged.asker(who).command(name, place, body)) == missing, who
    stranger = unchanged.asker().command(name, place, body)
    assert (stranger.status_code, stranger.get_json()["error"]["code"]) == (401, "unknown_actor")
    assert fingerprint(unchanged.database) == before


GONE = {("person.erase", "member")}
"""Who did this is nobody any more, and asks for nothing a second time."""


def done(house, who, asked, once):
    """What is answered to whoever may."""
    if who == "system":
        return house.asked_by_the_house(*asked, once=once)
    answer = house.asker(who).command(*asked, once=once)
    assert (answer.status_code, answer.get_json()["ok"]) == (200, True), (who, answer.text)
    return answer.get_json()


@pytest.mark.parametrize("name", sorted(MAY))
def test_who_may_is_answered_and_asked_twice_it_is_done_once(restored, name):
    for who, may in MAY[name].items():
        if not may:
            continue
        house, once = restored(), commands.new_id()
        asked = (name, *situation(house.scene, name))
        before = fingerprint(house.database)
        if who == "system" and name == "poll.close":  # the clock closes what is due, and nothing else
            clock.move(timedelta(days=2))
        if name == "poll.reset":  # there is nothing to begin anew as long as nothing is lost
            for key in house.scene.keys.iterdir():
                key.unlink()
        first = done(house, who, asked, once)
        assert (first is None) == (who == "system"), (who, first)
        after = fingerprint(house.database)
        changed = {table for table, value in after.items() if value != before[table]}
        assert ("receipt" in changed) is not commands.declared()[name].unlinkable, who
        assert changed - {"receipt"}, who
        if (name, who) not in GONE:
            assert done(house, who, asked, once) == first, who
        assert fingerprint(house.database) == after, who


def by_persons():
    """The commands that somebody gives, and the house not only for itself."""
    return sorted(name for name, line in MAY.items() if any(line[who] for who in PEOPLE if who in line))


@pytest.mark.parametrize("name", by_persons())
def test_what_is_named_and_not_there_is_not_there_for_those_who_may_either(unchanged, name):
    """Place and body may name what does not exist, or what lies in another cohort: the answer is the same."""
    scene = unchanged.scene
    who = next(who for who in PEOPLE if MAY[name].get(who))
    place, body = situation(scene, name)
    missing = not_there(unchanged.asker("member"))
    before = fingerprint(unchanged.database)
    asker = unchanged.asker(who)
    if place != "house":
        kind = place.partition("/")[0]
        assert raw(asker.command(name, f"{kind}/{NOWHERE}", body)) == missing
    if place.startswith("workshop/"):
        assert raw(asker.command(name, scene.place("foreign"), body)) == missing
    for field, value in body.items():
        if isinstance(value, str) and len(value) == 16 and value.isalnum():
            assert raw(asker.command(name, place, {**body, field: NOWHERE})) == missing, field
    if "topic" in body:
        for foreign in ("foreign", "counted"):
            assert raw(asker.command(name, place, {**body, "topic": scene.topics[foreign]})) == missing, (
                foreign
            )
    assert fingerprint(unchanged.database) == before


def test_only_the_door_opens_sessions(unchanged):
    place, body = situation(unchanged.scene, "session.open")
    before = fingerprint(unchanged.database)
    for reason in ("seed", "command-line", "sessions", "seats", "poll.close_when_due"):
        refused = unchanged.asked_by_the_house("session.open", place, body, actor=policy.system(reason))
        assert refused is not None
        assert refused[0] == "not_found"
    assert fingerprint(unchanged.database) == before


def stream_names(scene):
    """By pattern: the name of the stream in the scene, and names of what is not there or not theirs."""
    ids = {
        "cohort": scene.cohort, "workshop": scene.workshops["voting"], "team": scene.teams["ahlen"],
        "person": scene.people["member"],
    }  # fmt: skip
    foreign = {
        "cohort": scene.other_cohort,
        "workshop": scene.workshops["foreign"],
        "team": scene.teams["hille"],
    }
    for pattern in streams.declared():
        elsewhere = dict.fromkeys(ids, NOWHERE)
        others = [pattern.format(**elsewhere)]
        others += [pattern.format(**{**ids, name: NOWHERE}) for name in ids if f"{{{name}}}" in pattern]
        others += [
            pattern.format(**{**ids, name: id_}) for name, id_ in foreign.items() if f"{{{name}}}" in pattern
        ]
        yield pattern, pattern.format(**ids), sorted(set(others))


NO_STREAMS = ("", "house", "workshop", "workshop/", "workshop/../cohort", "nothing/" + "0" * 16, "person/me")


def test_a_stream_is_read_over_http_by_its_audience_and_by_nobody_else(unchanged):
    missing = not_there(unchanged.asker("member"))
    for pattern, name, others in stream_names(unchanged.scene):
        for who, may in MAY_READ[pattern].items():
            asker = unchanged.asker(who)
            for answer in (asker.read(name), asker.catch_up(name)):
                if may:
                    assert (answer.status_code, answer.get_json()["stream"]) == (200, name), (who, name)
                else:
                    assert raw(answer) == missing, (who, name)
            for other in others if who == "member" else ():
                assert raw(asker.read(other)) == missing, (who, other)
                assert raw(asker.catch_up(other)) == missing, (who, other)
        assert unchanged.asker().read(name).status_code == 401
        assert unchanged.asker().catch_up(name).status_code == 401
    for name in NO_STREAMS[1:]:
        assert raw(unchanged.asker("member").catch_up(name)) == missing, name


def test_an_answer_names_only_streams_that_the_asker_reads(restored):
    house = restored()
    place, body = situation(house.scene, "ballot.mark")
    seqs = house.asker("neighbour").command("ballot.mark", place, {**body, "value": 1}).get_json()["seqs"]
    assert set(seqs) == {place, house.scene.ballot("voting", "menden")}


@pytest.fixture(scope="module")
def served(stage, database_kind, tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    scene = stage.copy(database_kind, folder)
    with Server(scene.url, folder, mode="threading") as server:
        yield scene, server


def test_a_stream_is_followed_over_a_socket_by_its_audience_and_by_nobody_else(served):
    scene, server = served
    answers = set()
    for who in MAY_READ["cohort/{cohort}"]:
        socket = Visitor(server.url).sign_in(address(who), PASSWORD).socket()
        for pattern, name, others in stream_names(scene):
            told = socket.subscribe(name)
            assert told["ok"] is MAY_READ[pattern][who], (who, name)
            if not told["ok"]:
                answers.add(socket.last)
                socket.ask("presence", {"stream": name, "here": True})
                answers.add(socket.last)
            for other in others if who == "member" else ():
                assert socket.subscribe(other)["ok"] is False, (who, other)
                answers.add(socket.last)
        for name in NO_STREAMS if who == "member" else ():
            assert socket.subscribe(name)["ok"] is False, name
            answers.add(socket.last)
        socket.close()
    assert len(answers) == 1
    assert json.loads(answers.pop())[0]["error"]["code"] == "not_found"


def actors(door):
    """Everybody in the scene as the rules see them."""
    with door.database.reading() as connection:
        asked = {who: credential(who) for who in (*MAY_READ["cohort/{cohort}"], "newcomer")}
        found = door.identify(connection, set(asked.values()))
        return {who: found[key] for who, key in asked.items()}


def found_by_clause(connection, actor, permission):
    """The places that a list shows to the actor."""
    clause = policy.where(actor, permission)
    if permission is CohortPermission.FOLLOW:
        return {
            f"cohort/{id_}" for id_ in connection.execute(select(Cohort.public_id).where(clause)).scalars()
        }
    query = select(Workshop.public_id).join(Cohort, Cohort.id == Workshop.cohort_id).where(clause)
    return {f"workshop/{id_}" for id_ in connection.execute(query).scalars()}


AS_A_LIST = {CohortPermission.FOLLOW: "cohort", SeriesPermission.FOLLOW: "workshop"}
"""The rules that lists need, and the kind of place each is about."""


def test_a_rule_says_the_same_of_one_place_and_in_a_list(unchanged):
    assert {str(name) for name, rule in policy.rules().items() if rule.clause is not None} == set(AS_A_LIST)
    scene, door = unchanged.scene, unchanged.application.door
    named = [scene.place(key) for key in ("cohort", "other_cohort", *scene.workshops)]
    with unchanged.database.reading() as connection:
        there = places.find(connection, named)
        for permission, kind in AS_A_LIST.items():
            own = [there[name] for name in named if name.startswith(f"{kind}/")]
            for who, actor in actors(door).items():
                checked = {
                    place.name
                    for place in own
                    if policy.may(actor, permission, Audience(place, {kind: place.id}))
                }
                assert found_by_clause(connection, actor, permission) == checked, (permission, who)


def test_the_scene_is_what_the_table_speaks_of(scene):
    """A former member had a seat, a newcomer none, and everybody's password is the one of the tests."""
    database = Database(scene.url)
    held = {who: actor.grants for who, actor in actors(open_door(database)).items()}
    assert {who for who, grants in held.items() if not grants} == {"former", "newcomer"}
    assert stored_hash(database, scene.people["member"]) == scene.password_hash
    database.close()
