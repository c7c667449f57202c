"""What a ballot may say: dots up to what the team has, ranks without a gap, values up to the highest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Refusal
from workshops.voting import checks
from workshops.voting.rules.methods import Kind, highest

TOPICS = [letter * 16 for letter in "abcdefgh"]
NUMBERS = st.dictionaries(st.sampled_from(TOPICS), st.integers(0, 12))


def _passes(check, *said, **named):
    try:
        check(*said, **named)
    except Refusal:
        return False
    return True


@given(NUMBERS, st.integers(1, 100))
def test_dots_are_given_up_to_what_the_team_has(marks, dots):
    assert _passes(checks.whole, Kind.DOTS, marks, dots=dots) == (sum(marks.values()) <= dots)


@given(st.permutations(TOPICS), st.integers(0, len(TOPICS)))
def test_an_order_of_any_length_is_one(order, length):
    marks = {topic: rank for rank, topic in enumerate(order[:length], start=1)}
    assert _passes(checks.whole, Kind.ORDER, marks, dots=None)
    blank = dict.fromkeys(order[length:], 0)
    assert _passes(checks.whole, Kind.ORDER, marks | blank, dots=None)


@given(NUMBERS)
def test_an_order_gives_each_rank_once_and_leaves_none_out(marks):
    given_ranks = {rank for rank in marks.values() if rank}
    ranked = sum(rank > 0 for rank in marks.values())
    is_order = len(given_ranks) == ranked and max(given_ranks, default=0) == ranked
    assert _passes(checks.whole, Kind.ORDER, marks, dots=None) == is_order


@pytest.mark.parametrize("kind", [Kind.TICKS, Kind.GRADES, Kind.VOICES])
@given(marks=NUMBERS)
def test_no_value_is_higher_than_the_highest(kind, marks):
    fits = all(value <= highest(kind, None, 0) for value in marks.values())
    assert _passes(checks.whole, kind, marks, dots=None) == fits
    for value in marks.values():
        assert _passes(checks.mark, kind, value) == (value <= highest(kind, None, 0))


@pytest.mark.parametrize("kind", [Kind.DOTS, Kind.ORDER])
def test_what_is_written_whole_takes_no_single_mark(kind):
    assert not _passes(checks.mark, kind, 1)


@pytest.mark.parametrize("kind", [Kind.TICKS, Kind.GRADES, Kind.VOICES])
@pytest.mark.parametrize("value", [0, 1, 2, 3])
def test_only_concerns_and_objections_have_a_reason(kind, value):
    if value <= highest(kind, None, 0):
        assert _passes(checks.mark, kind, value, "Zu lang.") == (kind is Kind.VOICES and value >= 2)
