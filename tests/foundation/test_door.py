"""The door: a command is done exactly once, for whoever the credential stands for when it is written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import select
from tests.foundation import ground
from tests.foundation.ground import HALL_PLACE, OTHER, OTHER_PLACE, PLACE, value_of
from tests.foundation.probe import HOUSE, add, ask, code_of
from tests.foundation.together import Together

from foundation import clock, commands
from foundation.commands import Answer, Command
from foundation.door import Door
from foundation.errors import Code, Refusal
from foundation.eventlog import Event
from foundation.policy import Credential, Role
from foundation.receipts import ReceiptRow


def test_a_command_changes_its_place_and_says_what_it_wrote(door: Door, announced: list[Event]) -> None:
    member = ground.person(door.database, Role.PARTICIPANT)

    answer = door.carry_out(member.credential, add(5))

    assert value_of(door.database) == 5
    assert dict(answer.seqs) == {PLACE: 1}
    assert set(answer.result) == {"entry"}
    assert [(event.stream, event.seq, event.name) for event in announced] == [
        (PLACE, 1, "counter.changed"),
        (f"{PLACE}/keepers", 1, "counter.noted"),
    ]
    assert announced == [
        *ground.events_of(door.database),
        *ground.events_of(door.database, f"{PLACE}/keepers"),
    ]


def test_the_answer_names_only_streams_that_the_asker_reads(door: Door) -> None:
    member = ground.person(door.database, Role.PARTICIPANT)
    facilitator = ground.person(door.database, Role.PARTICIPANT, Role.FACILITATOR)

    assert dict(door.carry_out(member.credential, ask("counter.secret")).seqs) == {}
    assert dict(door.carry_out(facilitator.credential, ask("counter.secret")).seqs) == {f"{PLACE}/keepers": 2}


def test_asked_twice_is_done_once_and_answered_alike(door: Door, announced: list[Event]) -> None:
    asked = add(3)

    first = door.carry_out(HOUSE, asked)
    again = door.carry_out(HOUSE, commands.ask("counter.add", PLACE, {"by": 3}, id=asked.id))

    assert first == again
    assert value_of(door.database) == 3
    assert len(announced) == 2


def test_asked_twice_in_one_transaction_is_done_once(together: Together, door: Door) -> None:
    asked = add(3)

    first, again = together.carry_out((HOUSE, asked), (HOUSE, asked))

    assert first == again
    assert isinstance(first, Answer)
    assert value_of(door.database) == 3


def test_asked_twice_by_two_processes_is_done_once(door: Door, second_door: Door) -> None:
    asked = [add(1) for _ in range(20)]
    answers: dict[tuple[int, int], Answer] = {}

    def send(number: int, through: Door) -> None:
        for at, command in enumerate(asked):
            answers[number, at] = through.carry_out(HOUSE, command)

    threads = [threading.Thread(target=send, args=args) for args in enumerate((door, second_door))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert value_of(door.database) == 20
    assert [answers[0, at] for at in range(20)] == [answers[1, at] for at in range(20)]


@pytest.mark.parametrize(
    "other",
    [
        lambda used: add(4, id_=used),
        lambda used: add(3, place=OTHER_PLACE, id_=used),
        lambda used: ask("counter.secret", {"by": 3}, id_=used),
    ],
    ids=["body", "place", "name"],
)
def test_an_id_is_good_for_one_command_only(door: Door, other: Callable[[str], Command]) -> None:
    asked = add(3)
    door.carry_out(HOUSE, asked)

    assert code_of(lambda: door.carry_out(HOUSE, other(asked.id))) is Code.ID_REUSED
    assert value_of(door.database) == 3
    assert value_of(door.database, OTHER) == 0


def test_with_another_secret_nothing_is_done_twice(door: Door) -> None:
    """What was asked can no longer be compared: it is refused, although it is the same."""
    asked = add(3)
    door.carry_out(HOUSE, asked)

    changed = Door(door.database, ground.identify, secret=b"another secret of the installation")

    assert code_of(lambda: changed.carry_out(HOUSE, asked)) is Code.ID_REUSED
    assert value_of(door.database) == 3


def test_an_id_is_reused_within_one_transaction_too(together: Together, door: Door) -> None:
    asked = add(3)

    first, reused = together.carry_out((HOUSE, asked), (HOUSE, add(4, id_=asked.id)))

    assert isinstance(first, Answer)
    assert reused.code is Code.ID_REUSED
    assert value_of(door.database) == 3


def test_two_people_may_use_the_same_id(door: Door) -> None:
    one, two = (ground.person(door.database, Role.PARTICIPANT) for _ in range(2))
    asked = add(1)

    door.carry_out(one.credential, asked)
    door.carry_out(two.credential, asked)

    assert value_of(door.database) == 2


def test_a_receipt_does_not_tell_what_was_asked(door: Door) -> None:
    door.carry_out(HOUSE, add(7, note="vertraulich"))

    with door.database.reading() as connection:
        kept = repr(connection.execute(select(ReceiptRow)).all())

    assert "vertraulich" not in kept


def test_an_unknown_session_is_refused_before_anything_else(door: Door) -> None:
    asked = add(1)
    door.carry_out(HOUSE, asked)

    unknown = Credential("session", "no such key")

    assert code_of(lambda: door.carry_out(unknown, asked)) is Code.UNKNOWN_ACTOR
    assert code_of(lambda: door.carry_out(unknown, ask("counter.refuse"))) is Code.UNKNOWN_ACTOR
    assert value_of(door.database) == 1


def test_a_session_that_has_ended_gets_not_even_its_old_answer(door: Door) -> None:
    member = ground.person(door.database, Role.PARTICIPANT)
    asked = add(1)
    door.carry_out(member.credential, asked)
    door.carry_out(HOUSE, ask("session.close", {"key": member.key}, place=member.stream))

    assert code_of(lambda: door.carry_out(member.credential, asked)) is Code.UNKNOWN_ACTOR


def test_rights_are_those_at_the_time_of_writing(door: Door) -> None:
    someone = ground.person(door.database)

    assert code_of(lambda: door.carry_out(someone.credential, add())) is Code.NOT_FOUND
    door.carry_out(HOUSE, ask("hall.admit", {"person": someone.id}, place=HALL_PLACE))
    assert dict(door.carry_out(someone.credential, add()).seqs) == {PLACE: 1}
    door.carry_out(HOUSE, ask("hall.dismiss", {"person": someone.id}, place=HALL_PLACE))
    assert code_of(lambda: door.carry_out(someone.credential, add())) is Code.NOT_FOUND
    assert value_of(door.database) == 1


def test_forbidden_and_missing_get_the_same_answer(door: Door) -> None:
    someone = ground.person(door.database)
    refusals = []
    for place in (PLACE, "counter/n0such0counter00", "counter/", "counter/../hall"):
        with pytest.raises(Refusal) as refused:
            door.carry_out(someone.credential, add(place=place))
        refusals.append((refused.value.code, refused.value.message, refused.value.fields))

    assert len(set(map(repr, refusals))) == 1
    assert refusals[0][0] is Code.NOT_FOUND


def test_a_listener_that_breaks_takes_nothing_back_and_keeps_nobody_from_hearing(
    door: Door, announced: list[Event], log: list[dict[str, Any]]
) -> None:
    def breaks(_events: Sequence[Event]) -> None:
        raise RuntimeError("a mistake in the code")

    door.listeners.insert(0, breaks)

    assert isinstance(door.carry_out(HOUSE, add(1)), Answer)
    assert len(announced) == 2
    assert [entry["event"] for entry in log] == ["listener_broke"]


def test_nothing_is_told_before_it_is_committed(door: Door) -> None:
    seen: list[int] = []
    door.listeners.append(lambda _events: seen.append(value_of(door.database)))

    door.carry_out(HOUSE, add(1))

    assert seen == [1]


def test_the_time_of_a_command_is_that_of_its_writing(door: Door) -> None:
    before = clock.now()
    door.carry_out(HOUSE, add(1))

    [event] = ground.events_of(door.database)

    assert before <= event.at <= clock.now()
