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
