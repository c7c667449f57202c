"""Receipts add up: what teams own, pay and have left, which wishes came true, who stood level."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from tests.workshops.results.counted import counted, result_of
from tests.workshops.voting.rules.elections import FOUR, LENGTHS, SIX, TEAMS, an_election, ten_teams

from workshops.results import rules
from workshops.results.rules import Part, Result
from workshops.voting.rules.election import Completion, Verdict
from workshops.voting.rules.methods import OWNING, Method, worth
from workshops.voting.rules.ties import by_seed


@given(counted(*OWNING))
def test_a_topic_that_is_paid_costs_its_minutes_and_no_team_pays_more_than_it_owns(result: Result) -> None:
    found = rules.parts(result)
    for topic in result.topics:
        paid = sum(part.each * len(part.teams) for part in found.get(topic.id, []))
        assert paid == (topic.minutes if topic.verdict is Verdict.PAID else 0)
    for receipt in rules.receipts(result):
        bill = receipt.bill
        assert bill is not None
        assert bill.start + bill.raised == bill.paid + bill.left
        assert bill.left >= 0
    spent = sum(receipt.bill.paid * len(receipt.teams) for receipt in rules.receipts(result) if receipt.bill)
    assert spent == sum(topic.minutes for topic in result.topics if topic.verdict is Verdict.PAID)


@given(counted())
def test_every_team_has_one_receipt_and_every_wish_came_true_or_did_not(result: Result) -> None:
    found = rules.receipts(result)
    assert sorted(team.id for receipt in found for team in receipt.teams) == sorted(TEAMS)
    for receipt in found:
        for team in receipt.teams:
            wished = {topic for topic, value in team.marks.items() if worth(result.kind, value) > 0}
            assert {topic.id for topic in (*receipt.got, *receipt.missed)} == wished
        assert receipt.minutes <= rules.total(result.chosen) <= result.minutes


def test_the_four_teams_get_150_minutes_where_most_votes_first_gives_them_30_or_60() -> None:
    for seed in map(str, range(12)):
        found = {
            len(receipt.teams): receipt
            for receipt in rules.receipts(result_of(Method.EQUAL_SHARES, ten_teams(seed=seed)))
        }
        assert (found[4].minutes, found[4].by_votes in (30, 60)) == (150, True)
        assert found[6].minutes in (180, 210)


def test_who_pays_the_last_minutes_is_told_apart_from_those_who_pay_less() -> None:
    topics = [("a", 60), ("b", 60)]
    ballots = {team: {"a": 1} for team in TEAMS[:3]} | {team: {"b": 1} for team in TEAMS[3:6]}
    ballots[TEAMS[0]] = {"a": 1, "b": 1}
    election = an_election(topics, ballots, 300, completion=Completion.NONE)
    result = result_of(Method.EQUAL_SHARES, election)
    assert rules.parts(result) == {
        "b": [Part(each=Fraction(15), teams=[TEAMS[0], *TEAMS[3:6]], rest=False)],
        "a": [
            Part(each=Fraction(45, 2), teams=TEAMS[1:3], rest=False),
            Part(each=Fraction(15), teams=[TEAMS[0]], rest=True),
        ],
    }


def test_minutes_that_a_team_has_brought_along_are_told_apart() -> None:
    result = result_of(Method.EQUAL_SHARES, ten_teams(completion=Completion.NONE))
    richer = replace(result.teams[0], owns=Fraction(40))
    bill = rules.bill(result, richer, Fraction(30))
    assert (bill.start, bill.brought, bill.raised, bill.left, bill.goes_on) == (40, True, 0, 10, 10)
    raised = replace(bill, raised=Fraction(10), paid=Fraction(45))
    assert (raised.left, raised.goes_on) == (5, 0)
    assert not rules.uneven(result)
    assert rules.uneven(replace(result, teams=[richer]))


def test_where_teams_own_minutes_equal_support_is_no_tie() -> None:
    """The price decides: whether a topic is chosen, and when, has nothing to do with its lot."""
    lot = by_seed("5eed")
    result = result_of(Method.EQUAL_SHARES, ten_teams())
    assert rules.level(result) == []
    assert [topic.id for _lot, topic in rules.lots(result)] == sorted(LENGTHS, key=lot)


def test_level_topics_stand_as_they_were_counted_where_they_take_turns() -> None:
    result = result_of(Method.APPROVAL, ten_teams(seed="7"))
    lot = by_seed("7")
    groups = [[topic.id for topic in group] for group in rules.level(result)]
    assert groups == [sorted(SIX, key=lot), sorted(FOUR, key=lot)]


def test_by_the_most_votes_itself_there_is_nothing_to_compare() -> None:
    assert result_of(Method.APPROVAL, ten_teams()).by_votes is None
    assert result_of(Method.CONSENT, ten_teams()).by_votes is None
    found = result_of(Method.SCORE, ten_teams()).by_votes
    assert found is not None
    assert len(found) == 4
