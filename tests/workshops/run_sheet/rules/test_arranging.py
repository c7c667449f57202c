"""Arranging a run sheet: nothing is lost by it, and every act has one that takes it back."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Refusal
from workshops.run_sheet import rules
from workshops.run_sheet.rules import MOST, Block, Kind, Sheet

NOW = datetime(2016, 4, 28, 9, tzinfo=UTC)


def block(name, kind=Kind.TOPIC, minutes=60):
    topic = name[:1] if kind is Kind.TOPIC else None
    return Block(id=name, kind=kind, minutes=minutes, title=f"Thema {topic}" if topic else "", topic=topic)


COFFEE, END = block("arrival", Kind.ARRIVAL, 15), block("end", Kind.CLOSING, 10)
SHEET = Sheet(blocks=(COFFEE, block("a"), block("pause", Kind.BREAK, 15), block("b"), END), planned=145)

AFTER = st.sampled_from([None, "arrival", "a", "pause", "b", "end"])
MOVABLE = st.sampled_from(["a", "pause", "b", "end"])
ACTS = st.one_of(
    st.tuples(st.just(rules.moved), MOVABLE, AFTER),
    st.tuples(st.just(rules.split), MOVABLE, st.integers(1, 70), st.integers(0, 10**9).map(str)),
    st.tuples(st.just(rules.removed), MOVABLE),
    st.tuples(st.just(rules.restored), MOVABLE, AFTER),
)


def order(sheet):
    return [one.id for one in sheet.blocks]


def code(act, *args):
    with pytest.raises(Refusal) as refused:
        act(*args)
    return str(refused.value.code)


@pytest.mark.parametrize(
    ("what", "after", "then"),
    [
        ("b", "arrival", ["arrival", "b", "a", "pause", "end"]),
        ("b", None, ["arrival", "b", "a", "pause", "end"]),
        ("a", "b", ["arrival", "pause", "b", "a", "end"]),
        ("a", "end", ["arrival", "pause", "b", "end", "a"]),
        ("a", "a", ["arrival", "a", "pause", "b", "end"]),
    ],
)
def test_a_block_goes_where_it_is_told(what, after, then):
    assert order(rules.moved(SHEET, what, after)) == then


@given(MOVABLE, AFTER)
def test_a_move_is_taken_back_by_a_move(what, after):
    before = order(SHEET)[order(SHEET).index(what) - 1]
    assert rules.moved(rules.moved(SHEET, what, after), what, before) == SHEET


@given(st.integers(1, 59))
def test_a_split_keeps_the_minutes_and_is_taken_back_by_joining(minutes):
    divided = rules.split(SHEET, "a", minutes, "a2")
    assert [(one.id, one.topic, one.minutes) for one in divided.blocks[1:3]] == [
        ("a", "a", minutes),
        ("a2", "a", 60 - minutes),
    ]
    assert rules.joined(divided, "a", "a2") == SHEET


@given(MOVABLE)
def test_what_is_taken_off_is_kept_and_comes_back(what):
    before = order(SHEET)[order(SHEET).index(what) - 1]
    less = rules.removed(SHEET, what)
    assert what not in order(less)
    assert [one.id for one in less.off] == [what]
    assert rules.restored(less, what, before) == SHEET


@given(st.lists(ACTS, max_size=12))
def test_whatever_is_done_every_topic_keeps_all_its_minutes(acts):
    sheet = SHEET
    for act, *args in acts:
        try:
            sheet = act(sheet, *args)
        except Refusal:
            continue
    for topic in "ab":
        parts = [one for one in (*sheet.blocks, *sheet.off) if one.topic == topic]
        assert sum(one.minutes for one in parts) == 60
    assert sheet.blocks[0] == COFFEE


def test_lengths_and_names_are_set():
    longer = rules.resized(SHEET, "a", 95)
    assert [one.minutes for one in longer.blocks] == [15, 95, 15, 60, 10]
    named = rules.renamed(SHEET, "pause", "Spaziergang")
    assert [one.title for one in named.blocks][2] == "Spaziergang"
    assert rules.renamed(named, "pause", "") == SHEET


def test_something_new_goes_where_it_is_told():
    walk = block("walk", Kind.OTHER, 20)
    assert order(rules.added(SHEET, walk, "a")) == ["arrival", "a", "walk", "pause", "b", "end"]


def test_a_topic_keeps_the_words_that_were_voted_on():
    assert code(rules.renamed, SHEET, "a", "Etwas anderes") == "closed"


def test_people_arrive_before_everything_else():
    assert code(rules.moved, SHEET, "arrival", "b") == "closed"
    assert code(rules.split, SHEET, "arrival", 5, "x") == "closed"
    back = rules.restored(rules.removed(SHEET, "arrival"), "arrival", "b")
    assert back == SHEET


def test_a_split_leaves_something_on_both_sides():
    assert [code(rules.split, SHEET, "a", minutes, "x") for minutes in (60, 61)] == ["invalid"] * 2


def test_only_parts_of_the_same_are_joined():
    assert code(rules.joined, SHEET, "a", "b") == "conflict"
    assert code(rules.joined, SHEET, "a", "a") == "conflict"
    long = replace(SHEET, blocks=(block("a", minutes=300), block("a2", minutes=300)))
    assert code(rules.joined, long, "a", "a2") == "conflict"


def test_what_is_not_there_is_not_found():
    assert code(rules.moved, SHEET, "gone", None) == "not_found"
    assert code(rules.moved, SHEET, "a", "gone") == "not_found"
    assert code(rules.restored, SHEET, "a", None) == "not_found"


def test_a_sheet_does_not_grow_for_ever():
    full = replace(SHEET, blocks=tuple(block(f"a{at}") for at in range(MOST - 1)), off=(block("b"),))
    assert code(rules.added, full, block("walk", Kind.OTHER), None) == "conflict"
    assert code(rules.split, full, "a1", 30, "x") == "conflict"
    assert len(rules.removed(full, "a1").off) == 2


def test_a_sheet_that_was_drawn_up_with_more_can_still_be_arranged():
    """Many short topics fill a long day."""
    long = replace(SHEET, blocks=tuple(block(f"a{at}") for at in range(MOST + 5)))
    assert order(rules.moved(long, "a3", None))[:2] == ["a3", "a0"]
    assert rules.resized(long, "a3", 5).blocks[3].minutes == 5
    assert len(rules.joined(long, "a3", "a4").blocks) == MOST + 4
    assert rules.restored(rules.removed(long, "a3"), "a3", "a2") == long
    assert rules.started(long, NOW).running
    assert code(rules.added, long, block("walk", Kind.OTHER), None) == "conflict"
    assert code(rules.split, long, "a3", 30, "x") == "conflict"


def test_while_it_runs_only_what_is_ahead_can_be_arranged():
    running = rules.next_one(rules.started(SHEET, NOW), NOW)
    for what in ("arrival", "a", "pause"):
        assert code(rules.moved, running, what, "b") == "closed"
        assert code(rules.removed, running, what) == "closed"
    assert code(rules.moved, running, "b", "arrival") == "closed"
    assert code(rules.resized, running, "a", 30) == "closed"
    assert order(rules.moved(running, "end", None)) == ["arrival", "a", "pause", "end", "b"]
    assert [one.minutes for one in rules.resized(running, "pause", 20).blocks] == [15, 60, 20, 60, 10]
