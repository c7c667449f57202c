"""The door at several places, and the housekeeping that goes through it."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest
from sqlalchemy import text
from tests.foundation import ground, trouble
from tests.foundation.ground import COUNTER, HALL_PLACE, OTHER, OTHER_PLACE, PLACE, value_of
from tests.foundation.probe import HOUSE, add, ask, code_of
from tests.foundation.together import Together

from foundation.commands import Answer
from foundation.database import Database
from foundation.door import Door
from foundation.errors import Code
from foundation.policy import Credential, Role


def test_a_command_that_touches_further_places_needs_its_own(door: Door) -> None:
    asked = ask("counter.move", {"to": OTHER}, place="counter/c0000000000none0")

    assert code_of(lambda: door.carry_out(HOUSE, asked)) is Code.NOT_FOUND


def test_a_command_that_touches_two_places_changes_both(door: Door) -> None:
    member = ground.person(door.database, Role.PARTICIPANT)

    answer = door.carry_out(member.credential, ask("counter.move", {"to": OTHER, "by": 2}))

    assert dict(answer.seqs) == {PLACE: 1, OTHER_PLACE: 1}
    assert (value_of(door.database), value_of(door.database, OTHER)) == (-2, 2)


def test_rights_are_needed_at_both_ends(door: Door) -> None:
    member = ground.person(door.database, Role.PARTICIPANT)

    assert code_of(lambda: door.carry_out(member.credential, ask("counter.move", {"to": ground.FAR}))) is (
        Code.NOT_FOUND
    )
    missing = ask("counter.move", {"to": "n0such0counter00"})
    assert code_of(lambda: door.carry_out(member.credential, missing)) is Code.NOT_FOUND
    assert value_of(door.database) == 0


@pytest.mark.usefixtures("on_postgres")
def test_a_stranger_is_turned_away_without_waiting_for_a_place(door: Door, second_door: Door) -> None:
    stranger = Credential("session", "no such key")
    holder = threading.Thread(target=lambda: second_door.carry_out(HOUSE, ask("counter.hold")))
    holder.start()
    assert trouble.held.wait(20)

    moved = ask("counter.move", {"to": OTHER})
    assert code_of(lambda: door.carry_out(stranger, moved)) is Code.UNKNOWN_ACTOR

    assert holder.is_alive()
    trouble.let_go.set()
    holder.join(20)


def test_a_move_to_the_same_place_is_a_move(door: Door) -> None:
    door.carry_out(HOUSE, ask("counter.move", {"to": COUNTER}))

    assert value_of(door.database) == 0
    assert ground.numbers_of(door.database) == [1, 2]


def test_a_place_made_by_a_command_can_tell_at_once(door: Door) -> None:
    member = ground.person(door.database, Role.PARTICIPANT)
    made = "newc0unter000001"

    answer = door.carry_out(member.credential, ask("counter.place", {"person": made}, place=HALL_PLACE))

    assert dict(answer.seqs) == {f"counter/{made}": 1}
    assert dict(door.carry_out(member.credential, add(place=f"counter/{made}")).seqs) == {
        f"counter/{made}": 2
    }


def test_making_a_place_twice_is_a_conflict(door: Door) -> None:
    asked = {"person": "newc0unter000001"}
    door.carry_out(HOUSE, ask("counter.place", asked, place=HALL_PLACE))

    again = ask("counter.place", asked, place=HALL_PLACE)

    assert code_of(lambda: door.carry_out(HOUSE, again)) is Code.CONFLICT


def test_an_errand_writes(door: Door, database: Database) -> None:
    door.write(lambda connection: connection.execute(text("UPDATE probe_counter SET value = 9")) and None)

    assert value_of(database) == 9


def test_an_errand_that_breaks_says_so_and_changes_nothing(door: Door, database: Database) -> None:
    def errand(connection: Any) -> None:
        connection.execute(text("UPDATE probe_counter SET value = 9"))
        raise ValueError("a mistake in the code")

    with pytest.raises(ValueError, match="a mistake"):
        door.write(errand)

    assert value_of(database) == 0
    door.carry_out(HOUSE, add(1))


def test_an_errand_that_the_database_breaks_off_is_tried_again(door: Door, database: Database) -> None:
    tries = []

    def errand(connection: Any) -> None:
        tries.append(1)
        connection.execute(text("UPDATE probe_counter SET value = value + 1"))
        if len(tries) < 2:
            connection.execute(text("INSERT INTO probe_word (word, counter) VALUES ('a', 'x'), ('a', 'x')"))

    door.write(errand)

    assert len(tries) == 2
    assert value_of(database) == 1


@pytest.mark.usefixtures("on_sqlite")
def test_an_errand_in_the_one_lane_hurts_nobody(door: Door, together: Together) -> None:
    def errand() -> None:
        door.write(lambda _connection: (_ for _ in ()).throw(ValueError("a mistake")))

    outcomes = together.carry_out((HOUSE, add(1)), (HOUSE, add(1)), ahead=[errand, errand])

    assert [type(outcome) for outcome in outcomes] == [ValueError, ValueError, Answer, Answer]
    assert value_of(door.database) == 2


def test_ids_are_compared_as_uuids(door: Door) -> None:
    given = str(uuid.uuid4())
    door.carry_out(HOUSE, add(1, id_=given.upper()))
    door.carry_out(HOUSE, add(1, id_=given.replace("-", "")))

    assert value_of(door.database) == 1
