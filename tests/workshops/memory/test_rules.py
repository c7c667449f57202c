"""What teams take along, how the minutes are shared out then, and the bars of the picture."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshops.memory.rules import Segment, Share, Team, bar, left_over, served, share_out, wishes
from workshops.voting.rules.consent import Consent
from workshops.voting.rules.methods import Kind

MINUTES = st.fractions(min_value=0, max_value=1440, max_denominator=10_000)
BROUGHT = st.dictionaries(st.text(max_size=3), MINUTES, min_size=1, max_size=12)
ROOM = st.integers(15, 1440)


@given(ROOM, BROUGHT)
def test_the_shares_are_together_exactly_the_minutes(minutes: int, brought: dict[str, Fraction]) -> None:
    shares = share_out(minutes, brought)
    assert sum(shares.values()) == minutes
    assert all(share > 0 for share in shares.values())


@given(ROOM, BROUGHT)
def test_who_brings_more_owns_more_and_who_brings_the_same_the_same(
    minutes: int, brought: dict[str, Fraction]
) -> None:
    shares = share_out(minutes, brought)
    by_share = sorted(brought, key=lambda team: shares[team])
    assert [brought[team] for team in by_share] == sorted(brought.values())
    assert len(set(shares.values())) == len(set(brought.values()))


@given(ROOM, st.integers(1, 40), MINUTES)
def test_where_all_bring_the_same_all_own_the_same(minutes: int, teams: int, each: Fraction) -> None:
    brought = {str(team): each for team in range(teams)}
    assert share_out(minutes, brought) == dict.fromkeys(brought, Fraction(minutes, teams))


def test_without_teams_there_is_nothing_to_share_out() -> None:
    assert share_out(360, {}) == {}


@given(MINUTES, MINUTES)
def test_what_is_taken_along_is_never_less_than_nothing_nor_more_than_was_left(
    owns: Fraction, paid: Fraction
) -> None:
    left = left_over(owns, paid)
    assert left >= 0
    assert left == 0 or owns - paid - Fraction(1, 100) < left <= owns - paid


@given(st.lists(st.tuples(ROOM, st.lists(st.fractions(0, 1, max_denominator=97), min_size=5, max_size=5))))
def test_however_long_the_series_shares_stay_short_numbers(
    series: list[tuple[int, list[Fraction]]],
) -> None:
    """Of a share so much is paid at each workshop; what is left goes on, and its digits do not."""
    brought = {str(team): Fraction(0) for team in range(5)}
    for minutes, spends in series:
        shares = share_out(minutes, brought)
        assert max(len(str(share)) for share in shares.values()) <= 24
        brought = {
            team: left_over(share, share * part)
            for (team, share), part in zip(shares.items(), spends, strict=True)
        }


def test_six_minutes_brought_along_make_the_others_part_smaller() -> None:
    shares = share_out(360, {"Ahlen": Fraction(40), "Menden": Fraction(0), "Senden": Fraction(0)})
    assert shares == {"Ahlen": Fraction(144), "Menden": Fraction(108), "Senden": Fraction(108)}


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        (Kind.TICKS, 1, True),
        (Kind.TICKS, 0, False),
        (Kind.DOTS, 3, True),
        (Kind.GRADES, 1, True),
        (Kind.ORDER, 7, True),
        (Kind.VOICES, Consent.AGREES, True),
        (Kind.VOICES, Consent.HAS_A_CONCERN, True),
        (Kind.VOICES, Consent.OBJECTS, False),
        (Kind.VOICES, Consent.STANDS_ASIDE, False),
    ],
)
def test_what_counts_as_a_wish(kind: Kind, value: int, wanted: bool) -> None:
    assert wishes(kind, {"Ahlen": {"x": value}}) == {"Ahlen": {"x": value} if wanted else {}}


def test_a_team_gets_the_minutes_of_what_was_chosen_and_it_wanted() -> None:
    assert served({"x": 90, "y": 60}, ["x", "z"]) == 90


TEAM = Team(
    id="a",
    name="Ahlen",
    served={"first": 90, "third": 30},
    shares={"first": Share(owns=Fraction(36), paid=Fraction(30))},
)


def test_a_bar_has_a_part_for_each_workshop_that_brought_minutes() -> None:
    assert bar(TEAM, ["first", "second", "third"], longest=240) == [
        Segment(at=0, start=0, width=37.5),
        Segment(at=2, start=37.5, width=12.5),
    ]


def test_a_team_brings_what_it_has_left_from_the_last_time_alone() -> None:
    assert (TEAM.brings("first"), TEAM.brings("third"), TEAM.brings(None)) == (Fraction(6), None, None)
