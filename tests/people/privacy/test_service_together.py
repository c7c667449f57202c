"""Erasing while the house is at work: whoever is erased is cut off, and writes nothing after it."""

import threading

import pytest
from sqlalchemy import Text, cast, func, or_, select
from tests.scene import PASSWORD, PEOPLE, SEED, address, credential, open_door
from tests.serving import Server
from tests.visiting import Visitor, wait_until

from foundation import commands
from foundation.database import Database, Model
from foundation.errors import Code, Refusal
from people.privacy import erasures
from people.sign_in import passwords
from people.sign_in.policy import DOOR


def test_the_erased_are_cut_off_and_the_others_told_within_seconds(scene, tmp_path, on_sqlite):
    with Server(scene.url, tmp_path, mode="threading") as server:
        member = Visitor(server.url).sign_in(address("member"), PASSWORD)
        neighbour = Visitor(server.url).sign_in(address("neighbour"), PASSWORD)
        cohort = f"cohort/{scene.cohort}"
        own, other = member.socket(), neighbour.socket()
        own.subscribe(cohort)
        other.subscribe(cohort)
        body = {"sure": True}
        assert member.command("person.erase", scene.place("member"), body).json["ok"] is True
        assert own.wait_for_close() < 2
        (anew,) = other.listen(lambda heard: [told for name, told in heard if name == "reset"])
        assert anew["stream"] == cohort
        left = neighbour.get(f"/live/streams/{cohort}")
        assert PEOPLE["neighbour"] in left.text
        assert PEOPLE["member"] not in left.text
        listed = tmp_path / erasures.FILE
        wait_until(lambda: listed.exists() and erasures.read(listed), "the list names somebody")
        assert list(erasures.read(listed)) == [scene.people["member"]]


@pytest.fixture
def house(scene):
    database = Database(scene.url)
    yield open_door(database)
    database.close()


def test_what_the_erased_write_meanwhile_is_written_before_or_not_at_all(house, scene):
    voting = scene.place("voting")
    refused, busy = [], threading.Event()

    def vote():
        for value in range(2000):
            asked = commands.ask("ballot.mark", voting, {"topic": scene.topics["voting"], "value": value % 2})
            try:
                house.carry_out(credential("member"), asked)
            except Refusal as refusal:
                refused.append(refusal.code)
                if refusal.code is Code.UNKNOWN_ACTOR:
                    return
            if value == 20:
                busy.set()

    voter = threading.Thread(target=vote)
    voter.start()
    assert busy.wait(20)
    asked = commands.ask("person.erase", scene.place("member"), {"sure": True})
    house.carry_out(SEED, asked)
    voter.join(20)
    assert refused[-1] is Code.UNKNOWN_ACTOR
    with house.database.reading() as connection:
        for table in Model.metadata.sorted_tables:
            texts = [cast(column, Text) for column in table.columns]
            bears = or_(*(text.contains(PEOPLE["member"]) for text in texts))
            assert connection.execute(select(func.count()).select_from(table).where(bears)).scalar() == 0


KEYS = [f"{number:064x}" for number in range(10)]
PASSKEY = {"credential": "an-id", "public_key": "a-key", "sign_count": 0, "name": "Mein Telefon"}
WAITED = {
    "passkey.add": {**PASSKEY, "keys": KEYS, "session": KEYS[0]},
    "codes.begin": {"secret": "sealed"},
    "recovery.renew": {"keys": KEYS},
    "password.begin": {"hash": passwords.hash_of(PASSWORD), "session": KEYS[0]},
    "password.set": {"hash": passwords.hash_of(PASSWORD)},
    "address.ask": {"address": "privat@example.org"},
}
"""What the house does for somebody whose page has just sent it."""


def test_what_the_house_was_about_to_do_for_the_erased_is_left_undone(house, scene):
    newcomer = scene.place("newcomer")
    house.carry_out(SEED, commands.ask("person.erase", newcomer, {"sure": True}))
    said = {}
    for name, body in WAITED.items():
        with pytest.raises(Refusal) as refused:
            house.carry_out(DOOR, commands.ask(name, newcomer, body))
        said[name] = refused.value.code
    assert said == dict.fromkeys(WAITED, Code.NOT_FOUND)
