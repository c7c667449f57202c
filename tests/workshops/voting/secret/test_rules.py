"""The sheets in a box: as long as ever whatever is on them, and what a retry or a colleague can do to one."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Refusal
from workshops.voting.secret import rules
from workshops.voting.secret.rules import MOST_MARKS, REMEMBERED, SHEET, Sheet

ROWS = st.integers(1, 2**40)
MARKS = st.dictionaries(ROWS, st.integers(1, MOST_MARKS), max_size=MOST_MARKS)
ASKED = st.builds(
    lambda command, said: rules.asked_as(str(command), "somebody", said), st.uuids(), st.text(max_size=20)
)


def asked(said="something", command=""):
    return rules.asked_as(command or str(uuid.uuid4()), "somebody", said)


@given(
    st.dictionaries(
        ROWS, st.tuples(st.integers(0, 2**31), st.booleans(), MARKS, st.lists(ASKED, max_size=8)), max_size=8
    )
)
def test_what_is_packed_is_as_long_as_there_are_teams_and_comes_back(drawn):
    sheets = {
        team: Sheet(team=team, version=version, abstained=abstained, marks=marks, asked=known)
        for team, (version, abstained, marks, known) in drawn.items()
    }
    packed = rules.pack(sheets.values())
    assert len(packed) == SHEET * len(sheets)
    assert rules.unpack(packed) == sheets


def test_the_order_of_the_teams_is_drawn_anew_each_time():
    sheets = [Sheet(team=team) for team in range(1, 11)]
    assert len({rules.pack(sheets) for _ in range(30)}) > 20


@given(st.lists(st.tuples(st.booleans(), MARKS), max_size=12))
def test_a_paper_says_what_was_cast_last(turns):
    sheet = Sheet(team=1)
    for number, (abstained, marks) in enumerate(turns):
        sheet = rules.written(sheet, asked(), base=number, marks=marks, abstained=abstained)
    last = turns[-1] if turns else (False, {})
    assert (sheet.version, sheet.abstained, sheet.marks) == (len(turns), *last)
    assert len(sheet.asked) == min(len(turns), REMEMBERED)


def test_a_retry_changes_nothing_and_does_not_undo_what_came_after_it():
    first = asked("first")
    sheet = rules.written(Sheet(team=1), first, base=0, marks={1: 1}, abstained=False)
    assert rules.written(sheet, first, base=0, marks={1: 1}, abstained=False) == sheet
    later = rules.written(sheet, asked("second"), base=1, marks={2: 1}, abstained=False)
    assert rules.written(later, first, base=0, marks={1: 1}, abstained=False) == later


def test_a_retry_that_comes_after_all_is_forgotten_is_refused():
    first = asked("first")
    sheet = rules.written(Sheet(team=1), first, base=0, marks={1: 1}, abstained=False)
    for number in range(REMEMBERED):
        sheet = rules.written(sheet, asked(), base=number + 1, marks={2: 1}, abstained=False)
    with pytest.raises(Refusal) as refused:
        rules.written(sheet, first, base=0, marks={1: 1}, abstained=False)
    assert refused.value.code == "stale"


def test_a_number_is_used_for_one_thing_only():
    command = str(uuid.uuid4())
    sheet = rules.written(Sheet(team=1), asked("this", command), base=0, marks={}, abstained=False)
    with pytest.raises(Refusal) as refused:
        rules.written(sheet, asked("that", command), base=1, marks={}, abstained=False)
    assert refused.value.code == "id_reused"


def test_who_has_not_seen_the_newest_paper_is_told_so():
    sheet = rules.written(Sheet(team=1), asked(), base=0, marks={1: 1}, abstained=False)
    for base in (0, 2):
        with pytest.raises(Refusal) as refused:
            rules.written(sheet, asked(), base=base, marks={}, abstained=False)
        assert refused.value.code == "stale"


def test_the_count_knows_no_team_and_no_order():
    sheets = [Sheet(team=team, version=1, marks={team: 1}) for team in range(1, 8)]
    sheets += [
        Sheet(team=8),
        Sheet(team=9, version=2, abstained=True, marks={1: 1}),
        Sheet(team=10, version=1),
    ]
    orders = set()
    for _ in range(20):
        found = rules.count(sheets)
        assert found.turnout == 9
        assert sorted(sorted(paper) for paper in found.papers) == [[team] for team in range(1, 8)]
        orders.add(tuple(str(paper) for paper in found.papers))
    assert len(orders) > 10
    teams, ballots = found.ballots({f"topic {row}": row for row in range(1, 4)}, 10)
    assert teams == [str(number) for number in range(10)]
    assert len(ballots) == 7
    assert sum(len(ballot) for ballot in ballots.values()) == 3
