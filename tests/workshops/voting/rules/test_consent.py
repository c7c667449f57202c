"""Consent: what nobody has a grave objection to."""

from __future__ import annotations

import pytest
from hypothesis import given
from tests.workshops.voting.rules.elections import an_election, elections

from workshops.voting.rules.consent import Consent, nobody_objects
from workshops.voting.rules.election import Election, Verdict

YES, CONCERN, NO = Consent.AGREES, Consent.HAS_A_CONCERN, Consent.OBJECTS


def test_one_grave_objection_is_enough() -> None:
    said = {"a": {"x": YES, "y": YES}, "b": {"x": YES, "y": NO}, "c": {"x": CONCERN}}
    outcome = nobody_objects(an_election([("x", 60), ("y", 60)], said))
    assert (outcome.chosen, outcome.left_over) == (["x"], ["y"])
    assert outcome.receipts["y"].verdict is Verdict.OPPOSED
    assert outcome.receipts["x"].support == 3


def test_fewer_concerns_come_first_and_then_more_agreement() -> None:
    said = {"a": {"x": CONCERN, "y": YES, "z": YES}, "b": {"x": YES, "z": YES}, "c": {"x": YES}}
    assert nobody_objects(an_election([("x", 60), ("y", 60), ("z", 60)], said)).chosen == ["z", "y", "x"]


def test_what_does_not_fit_is_passed_over() -> None:
    said = {"a": {"x": YES, "y": YES}, "b": {"x": YES}}
    outcome = nobody_objects(an_election([("x", 400), ("y", 60)], said))
    assert outcome.chosen == ["y"]
    assert outcome.receipts["x"].verdict is Verdict.TOO_LONG


def test_a_word_that_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="7"):
        nobody_objects(an_election([("x", 60)], {"a": {"x": 7}}))


@given(elections(most=3))
def test_nothing_is_chosen_against_a_grave_objection(election: Election) -> None:
    opposed = {topic for marks in election.ballots.values() for topic, value in marks.items() if value == NO}
    assert not opposed & set(nobody_objects(election).chosen)
