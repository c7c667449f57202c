"""The order for ties: announced, checkable, and never by row."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st
from tests.workshops.voting.rules.elections import TOPICS

from workshops.voting.rules.ties import by_id, by_seed, least_served_first


@given(st.text(max_size=20), st.permutations(TOPICS))
def test_a_seed_can_be_checked_by_hand(seed: str, topics: list[str]) -> None:
    drawn = sorted(TOPICS, key=lambda topic: hashlib.sha256(f"{seed}/{topic}".encode()).hexdigest())
    assert sorted(topics, key=by_seed(seed)) == drawn


def test_by_id_goes_by_code_points() -> None:
    assert sorted(["ä", "b", "10", "9", "Z"], key=by_id) == ["10", "9", "Z", "b", "ä"]


def test_who_has_got_least_so_far_goes_first() -> None:
    served = {"Ahlen": 120, "Senden": 30}
    ballots = {"Ahlen": {"x": 1, "y": 1}, "Senden": {"y": 1}, "Menden": {"z": 1, "x": 0}}
    order = sorted("wzyx", key=least_served_first(served, ballots, by_id))
    assert order == ["z", "y", "x", "w"]


def test_as_badly_served_the_second_order_decides() -> None:
    ballots = {"Ahlen": {"x": 1, "y": 1}}
    assert sorted("xy", key=least_served_first({}, ballots, lambda topic: -ord(topic))) == ["y", "x"]
