"""The first run sheet: nothing of a topic is lost, nobody sits for too long, and lunch is about noon."""

from itertools import count, groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshops.run_sheet.rules import Chosen, Kind, drawn_up
from workshops.run_sheet.rules.drawing import AT_A_STRETCH, WORTH_A_LUNCH
from workshops.run_sheet.rules.sheet import length

PAUSES = {Kind.BREAK, Kind.LUNCH}
HALF_PAST_NINE = 9 * 60 + 30

minutes = st.integers(1, 480)
in_steps = st.integers(1, 96).map(lambda steps: steps * 5)
days = st.integers(0, 24 * 60 - 1)


def draw(lengths, begins=HALF_PAST_NINE):
    chosen = [Chosen(topic=f"t{at}", title=f"Thema {at}", minutes=long) for at, long in enumerate(lengths)]
    numbers = count()
    return drawn_up(chosen, begins=begins, new_id=lambda: f"b{next(numbers)}")


def told(blocks):
    return [(str(block.kind), block.topic, block.minutes) for block in blocks]


def clocked(blocks, begins):
    """Each block with the minute of the day at which it begins."""
    return [(block, begins + length(blocks[:place])) for place, block in enumerate(blocks)]


def test_a_day_of_six_hours_has_two_breaks_and_lunch():
    assert told(draw([90, 120, 60, 90])) == [
        ("arrival", None, 15),
        ("topic", "t0", 90),
        ("break", None, 15),
        ("topic", "t1", 60),
        ("lunch", None, 45),
        ("topic", "t1", 60),
        ("break", None, 15),
        ("topic", "t2", 60),
        ("break", None, 15),
        ("topic", "t3", 90),
        ("closing", None, 10),
    ]


def test_an_evening_has_no_lunch():
    assert told(draw([60, 45], begins=18 * 60)) == [
        ("arrival", None, 15),
        ("topic", "t0", 60),
        ("break", None, 15),
        ("topic", "t1", 45),
        ("closing", None, 10),
    ]


def test_who_is_done_soon_after_noon_eats_afterwards():
    assert Kind.LUNCH not in {block.kind for block in draw([90, 60, 45])}
    assert Kind.LUNCH in {block.kind for block in draw([90, 60, 60])}


def test_lunch_comes_before_noon_if_what_is_next_lasts_until_after_one():
    blocks = draw([90, 30, 90], begins=9 * 60 + 25)
    assert told(blocks)[4:6] == [("lunch", None, 45), ("topic", "t2", 90)]
    assert clocked(blocks, 9 * 60 + 25)[4][1] == 11 * 60 + 40


def test_where_nothing_was_chosen_there_is_still_a_beginning_and_an_end():
    assert told(draw([])) == [("arrival", None, 15), ("closing", None, 10)]


@given(st.lists(minutes, max_size=12), days)
def test_every_topic_keeps_its_minutes_and_its_turn(lengths, begins):
    topics = [block for block in draw(lengths, begins) if block.kind is Kind.TOPIC]
    parts = [
        (topic, sum(block.minutes for block in group))
        for topic, group in groupby(topics, lambda one: one.topic)
    ]
    assert parts == [(f"t{at}", long) for at, long in enumerate(lengths)]
    assert {block.title for block in topics} == {f"Thema {at}" for at in range(len(lengths))}


@given(st.lists(minutes, max_size=12), days)
def test_arrival_is_first_the_closing_last_and_every_pause_lies_between_topics(lengths, begins):
    kinds = [block.kind for block in draw(lengths, begins)]
    assert (kinds[0], kinds[-1]) == (Kind.ARRIVAL, Kind.CLOSING)
    around = [(kinds[at - 1], kinds[at + 1]) for at, kind in enumerate(kinds) if kind in PAUSES]
    assert set(around) <= {(Kind.TOPIC, Kind.TOPIC)}


@given(st.lists(minutes, max_size=12), days)
def test_nobody_works_for_longer_than_can_be_listened(lengths, begins):
    stretch = 0
    for block in draw(lengths, begins):
        stretch = stretch + block.minutes if block.kind is Kind.TOPIC else 0
        assert stretch <= AT_A_STRETCH


@given(st.lists(minutes, max_size=12), days)
def test_lunch_is_once_about_noon_and_work_follows(lengths, begins):
    blocks = draw(lengths, begins)
    lunches = [
        (at, moment) for at, (block, moment) in enumerate(clocked(blocks, begins)) if block.kind is Kind.LUNCH
    ]
    assert len(lunches) <= 1
    for at, moment in lunches:
        assert begins < 12 * 60
        assert 11 * 60 < moment <= 13 * 60 + 30
        assert sum(block.minutes for block in blocks[at:] if block.kind is Kind.TOPIC) >= WORTH_A_LUNCH


@given(st.lists(in_steps, min_size=1, max_size=8), days)
def test_what_was_voted_in_steps_of_five_stays_in_them(lengths, begins):
    assert {block.minutes % 5 for block in draw(lengths, begins)} == {0}


@pytest.mark.parametrize(
    ("whole", "parts"), [(90, [90]), (95, [50, 45]), (120, [60, 60]), (240, [80, 80, 80])]
)
def test_long_topics_come_in_parts_about_equally_long(whole, parts):
    assert [block.minutes for block in draw([whole]) if block.kind is Kind.TOPIC] == parts


@given(st.lists(minutes, max_size=12))
def test_no_two_blocks_have_the_same_id(lengths):
    ids = [block.id for block in draw(lengths)]
    assert len(ids) == len(set(ids))
