"""Going through a run sheet: each block has its turn once, and a step too many can be taken back."""

from datetime import UTC, datetime, timedelta

import pytest

from foundation.errors import Refusal
from workshops.run_sheet import rules
from workshops.run_sheet.rules import Block, Kind, Sheet

NOW = datetime(2016, 4, 28, 9, tzinfo=UTC)
SHEET = Sheet(
    blocks=tuple(
        Block(id=name, kind=kind, minutes=minutes, topic=name if kind is Kind.TOPIC else None)
        for name, kind, minutes in (
            ("arrival", Kind.ARRIVAL, 15),
            ("a", Kind.TOPIC, 60),
            ("b", Kind.TOPIC, 45),
            ("end", Kind.CLOSING, 10),
        )
    ),
    planned=100,
)


def at(minutes):
    return NOW + timedelta(minutes=minutes)


def on(sheet):
    return sheet.running.id if sheet.running else None


def code(act, *args):
    with pytest.raises(Refusal) as refused:
        act(*args)
    return str(refused.value.code)


def test_it_begins_after_the_arrival_and_goes_on_to_the_end():
    steps = [rules.started(SHEET, NOW)]
    for turn in (1, 2, 3):
        steps.append(rules.next_one(steps[-1], at(turn)))
    assert [on(step) for step in steps] == ["a", "b", "end", None]
    assert [one.begun_at for one in steps[-1].blocks] == [None, NOW, at(1), at(2)]
    assert steps[-1].ended_at == at(3)


def test_when_it_begins_its_length_is_what_was_agreed():
    assert rules.started(SHEET, NOW).agreed == 115
    longer = rules.extended(rules.started(SHEET, NOW), 90)
    assert (longer.agreed, longer.blocks[1].minutes) == (115, 90)


def test_every_step_is_taken_back_by_one_back():
    steps = [SHEET, rules.started(SHEET, NOW)]
    for turn in (1, 2, 3):
        steps.append(rules.next_one(steps[-1], at(turn)))
    assert [rules.back(step) for step in steps[1:]] == steps[:-1]


def test_it_begins_once_and_ends_once():
    running = rules.started(SHEET, NOW)
    over = rules.next_one(rules.next_one(rules.next_one(running, NOW), NOW), NOW)
    assert code(rules.started, running, NOW) == "closed"
    assert code(rules.started, over, NOW) == "closed"
    for act, *args in ((rules.next_one, NOW), (rules.extended, 20)):
        assert code(act, SHEET, *args) == "closed"
        assert code(act, over, *args) == "closed"
    assert code(rules.back, SHEET) == "closed"


def test_what_is_over_stays_as_it_was():
    over = rules.started(SHEET, NOW)
    for _ in range(3):
        over = rules.next_one(over, NOW)
    assert code(rules.resized, over, "end", 20) == "closed"
    assert code(rules.removed, over, "end") == "closed"
    assert code(rules.added, over, Block(id="x", kind=Kind.BREAK, minutes=5), None) == "closed"


def test_an_empty_sheet_does_not_begin():
    empty = SHEET
    for name in ("a", "b", "end"):
        empty = rules.removed(empty, name)
    assert code(rules.started, empty, NOW) == "closed"
