"""Sessions open and close, passwords change, and who may do it."""

import json

import pytest
from sqlalchemy import delete, select, update

from foundation import clock as house_clock
from foundation import commands, policy
from foundation.errors import Code, Refusal
from people.accounts.models import Person
from people.accounts.queries import password_hash
from people.mail.models import MailRow
from people.sign_in import devices, passwords
from people.sign_in.models import Device, SessionRow
from people.sign_in.policy import DOOR
from people.sign_in.rules import SessionLimits, digest, entry
from people.sign_in.service import close_ended

SYSTEM = policy.system("command-line")
ROLES = ["administrator", "menden", "coach", "facilitator", "stranger"]


@pytest.fixture(scope="module")
def new_hash():
    return passwords.hash_of("ein anderes langes Passwort")


def stored(world, who="ahlen"):
    with world.door.database.reading() as connection:
        return password_hash(connection, world.people[who])


def sessions(world, who="ahlen"):
    return [entry["id"] for entry in world.state(world.place(who))[1]["sessions"]]


def mails(world):
    with world.door.database.reading() as connection:
        query = select(MailRow.kind, Person.public_id).join(Person, Person.id == MailRow.person_id)
        return [tuple(row) for row in connection.execute(query.order_by(MailRow.id))]


def opening(**more):
    return {"key": "ab" * 32, "ends_at": house_clock.now() + SessionLimits().absolute, **more}


def test_a_person_follows_their_sessions(world):
    drawn, state = world.followed(
        world.place("ahlen"), lambda: world.open_session("ahlen", device="Firefox, Linux")
    )
    assert drawn == state
    assert [entry["device"] for entry in state["sessions"]] == ["", "Firefox, Linux"]


def test_only_the_door_opens_sessions(world):
    asked = "session.open", world.place("ahlen"), opening()
    refused = [world.refused(who, *asked) for who in ["ahlen", *ROLES, policy.system("seed")]]
    assert refused == ["not_found"] * 7


def test_nobody_gets_in_with_a_password_that_was_changed_meanwhile(world):
    with pytest.raises(Refusal) as refused:
        world.ask(DOOR, "session.open", world.place("ahlen"), opening(proof=entry("another hash")))
    assert (refused.value.code, len(sessions(world))) == (Code.INVALID, 1)


def test_nobody_gets_in_who_is_locked_out(world):
    with world.door.database.transaction() as connection:
        connection.execute(update(Person).values(locked_at=house_clock.now()))
    with pytest.raises(Refusal) as refused:
        world.ask(DOOR, "session.open", world.place("ahlen"), opening())
    assert refused.value.code is Code.NOT_FOUND


def test_what_opens_a_session_does_not_set_a_password(world, new_hash):
    proof = entry(stored(world))
    world.ask(DOOR, "session.open", world.place("ahlen"), opening(proof=proof))
    body = {"hash": new_hash, "proof": proof}
    assert world.refused("ahlen", "password.set", world.place("ahlen"), body) == "invalid"


def test_the_same_password_at_todays_costs_ends_no_session(world, new_hash):
    once = {"command_id": commands.new_id()}
    body = {"hash": new_hash, "proof": digest(stored(world))}
    for _ in range(2):
        world.ask(DOOR, "password.renew", world.place("ahlen"), body, **once)
    assert (stored(world), len(sessions(world))) == (new_hash, 1)
    assert world.refused(DOOR, "password.renew", world.place("ahlen"), body) == "invalid"


def test_the_token_is_nowhere_in_the_database(world):
    world.open_session("ahlen", token="the token of a browser")
    with world.door.database.reading() as connection:
        keys = connection.execute(select(SessionRow.key)).scalars().all()
    assert digest("the token of a browser") in keys
    assert all(len(key) == 64 for key in keys)


@pytest.mark.parametrize("which", ["present", "others", "id"])
def test_a_person_ends_their_own_sessions(world, which):
    _, other = world.open_session("ahlen")
    present = sessions(world)[0]
    body = {"session": other if which == "id" else which}
    drawn, state = world.followed(
        world.place("ahlen"), lambda: world.ask("ahlen", "session.close", world.place("ahlen"), body)
    )
    assert drawn == state
    assert sessions(world) == ([other] if which == "present" else [present])


def test_an_ended_session_asks_for_nothing_more(world):
    close = "ahlen", "session.close", world.place("ahlen")
    world.ask(*close, {"session": "present"})
    assert world.refused(*close, {"session": "others"}) == "unknown_actor"


def test_a_session_of_somebody_else_is_as_one_that_does_not_exist(world):
    other = sessions(world, "menden")[0]
    refused = [
        world.refused("ahlen", "session.close", world.place("ahlen"), {"session": which})
        for which in (other, "0" * 16)
    ]
    assert refused == ["not_found", "not_found"]
    assert sessions(world, "menden") == [other]


@pytest.mark.parametrize("who", ROLES)
def test_nobody_ends_the_sessions_of_others(world, who):
    assert [
        world.refused(who, "session.close", world.place("ahlen"), {"session": which})
        for which in ("others", "present", sessions(world)[0])
    ] == ["not_found"] * 3


def test_who_follows_a_person_is_looked_at_again_when_a_session_ends(world):
    version = world.acl(world.place("ahlen"))
    world.ask("ahlen", "session.close", world.place("ahlen"), {"session": "others"})
    assert world.acl(world.place("ahlen")) == version + 1


def test_a_new_password_ends_all_other_sessions(world, new_hash):
    world.open_session("ahlen")
    present = sessions(world)[0]
    body = {"hash": new_hash, "proof": digest(stored(world))}
    drawn, state = world.followed(
        world.place("ahlen"), lambda: world.ask("ahlen", "password.set", world.place("ahlen"), body)
    )
    assert drawn == state
    assert (stored(world), sessions(world)) == (new_hash, [present])


def test_of_another_password_the_person_is_told_once(world, new_hash):
    body = {"hash": new_hash, "proof": digest(stored(world))}
    once = commands.new_id()
    for _ in range(2):
        world.ask("ahlen", "password.set", world.place("ahlen"), body, command_id=once)
    assert mails(world) == [("password_changed", world.people["ahlen"])]


def test_a_first_password_keeps_the_session_it_was_typed_in(world, new_hash):
    world.open_session("ahlen")
    body, present = {"hash": new_hash, "session": world.sessions["ahlen"]}, sessions(world)[0]
    assert world.refused(DOOR, "password.begin", world.place("ahlen"), body) == "conflict"
    with world.door.database.transaction() as connection:
        connection.execute(update(Person).values(password_hash=None))
    assert world.refused("ahlen", "password.begin", world.place("ahlen"), body) == "not_found"
    once = commands.new_id()
    for _ in range(2):
        world.ask(DOOR, "password.begin", world.place("ahlen"), body, command_id=once)
    assert (stored(world), sessions(world)) == (new_hash, [present])
    assert mails(world) == [("password_changed", world.people["ahlen"])]


def test_a_first_password_handed_out_by_the_operator_is_no_news(world, new_hash):
    with world.door.database.transaction() as connection:
        connection.execute(update(Person).values(password_hash=None))
    for _ in range(2):
        world.ask(SYSTEM, "password.set", world.place("ahlen"), {"hash": new_hash})
    assert len(mails(world)) == 1


def test_of_a_new_device_the_person_is_told_but_not_of_the_first(world):
    def come_in(device, name="Firefox, Linux"):
        key = digest(f"session {len(sessions(world))}")
        body = opening(key=key, device=name, browser=digest(device))
        world.ask(DOOR, "session.open", world.place("ahlen"), body)
        return len(mails(world))

    assert [come_in(device) for device in ("desk", "desk", "phone", "desk", "phone")] == [0, 0, 1, 1, 1]
    assert mails(world) == [("device_new", world.people["ahlen"])]
    with world.door.database.reading() as connection:
        told = json.loads(connection.execute(select(MailRow.params)).scalar_one())
    assert (set(told), told["device"]) == ({"at", "device"}, "Firefox, Linux")


def test_of_a_device_the_person_is_told_also_when_all_others_are_forgotten(world):
    for number, device in enumerate(("desk", "phone")):
        with world.door.database.transaction() as connection:
            connection.execute(delete(Device))
        body = opening(key=digest(str(number)), browser=digest(device))
        world.ask(DOOR, "session.open", world.place("ahlen"), body)
    assert mails(world) == [("device_new", world.people["ahlen"])]


def test_of_devices_a_person_keeps_the_latest(world, monkeypatch, clock):
    monkeypatch.setattr(devices, "MOST", 2)
    for number, device in enumerate(("desk", "phone", "desk", "tablet")):
        clock.move(minutes=1)
        body = opening(key=digest(str(number)), device=device, browser=digest(device))
        world.ask(DOOR, "session.open", world.place("ahlen"), body)
    with world.door.database.reading() as connection:
        kept = connection.execute(select(Device.name).order_by(Device.id)).scalars().all()
    assert kept == ["desk", "tablet"]


def test_a_password_set_by_the_house_ends_every_session(world, new_hash):
    world.ask(policy.system("create-admin"), "password.set", world.place("ahlen"), {"hash": new_hash})
    assert (stored(world), sessions(world)) == (new_hash, [])


@pytest.mark.parametrize("proof", [None, "0" * 64])
def test_nobody_sets_a_password_without_knowing_the_present_one(world, new_hash, proof):
    before = stored(world)
    with pytest.raises(Refusal) as refused:
        world.ask("ahlen", "password.set", world.place("ahlen"), {"hash": new_hash, "proof": proof})
    assert (refused.value.code, set(refused.value.fields)) == (Code.INVALID, {"current"})
    assert stored(world) == before


@pytest.mark.parametrize("who", ROLES)
def test_nobody_sets_the_password_of_others(world, new_hash, who):
    body = {"hash": new_hash, "proof": digest(stored(world))}
    assert world.refused(who, "password.set", world.place("ahlen"), body) == "not_found"


@pytest.mark.parametrize(
    "wrong",
    [
        "a password",
        "$argon2id$v=19$m=4194304,t=9,p=1$" + "a" * 22 + "$" + "a" * 43,
        "$argon2i$v=19$m=19456,t=2,p=1$" + "a" * 22 + "$" + "a" * 43,
    ],
)
def test_only_a_hash_that_the_house_made_is_stored(world, wrong):
    body = {"hash": wrong, "proof": digest(stored(world))}
    with pytest.raises(Refusal) as refused:
        world.ask("ahlen", "password.set", world.place("ahlen"), body)
    assert set(refused.value.fields) == {"hash"}


def test_asked_twice_one_session_is_opened(world):
    once, body = commands.new_id(), opening()
    first = world.ask(DOOR, "session.open", world.place("ahlen"), body, command_id=once)
    assert world.ask(DOOR, "session.open", world.place("ahlen"), body, command_id=once) == first
    assert len(sessions(world)) == 2


def test_asked_twice_others_are_ended_once(world):
    once = {"command_id": commands.new_id()}
    asked = "ahlen", "session.close", world.place("ahlen"), {"session": "others"}
    first = world.ask(*asked, **once)
    world.open_session("ahlen")
    assert world.ask(*asked, **once) == first
    assert len(sessions(world)) == 2


def test_asked_twice_a_password_is_set_once(world, new_hash):
    once = {"command_id": commands.new_id()}
    asked = "ahlen", "password.set", world.place("ahlen"), {"hash": new_hash, "proof": digest(stored(world))}
    assert world.ask(*asked, **once) == world.ask(*asked, **once)


def test_what_ended_by_itself_is_cleared_away_and_told(world, clock, door):
    clock.move(minutes=31)
    seq, _ = world.state(world.place("administrator"))
    assert close_ended(door, limits=SessionLimits()) == 1
    told = [(name, json.loads(body)) for name, body in world.events(world.place("administrator"), seq)]
    assert told == [("sessions.changed", {"sessions": []})]
    assert (close_ended(door, limits=SessionLimits()), len(sessions(world))) == (0, 1)


def test_in_the_log_nobody_reads_keys_or_hashes(world, database):
    key, _ = world.open_session("ahlen")
    events = "".join(body for _, body in world.events(world.place("ahlen")))
    assert key not in events
    assert "argon2" not in events
