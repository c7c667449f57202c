"""Elections to count: small ones drawn at random, and the example of the ten teams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hypothesis import strategies as st

from workshops.voting.rules.election import Candidate, Completion, Election
from workshops.voting.rules.ties import by_seed

TOPICS = [f"topic{number:011}" for number in range(8)]
TEAMS = [f"team{number:012}" for number in range(10)]

LENGTHS = {"Anerkennung": 90, "Netzwerk": 120, "Strategie": 120, "Digital": 60, "Jung": 60}
LENGTHS |= {"Fördermittel": 90, "Geflüchtete": 60, "Ehrenamtskarte": 30}
SIX = ("Strategie", "Netzwerk", "Fördermittel", "Anerkennung")
FOUR = ("Ehrenamtskarte", "Jung", "Geflüchtete")


def an_election(
    topics: Iterable[tuple[str, int]],
    ballots: Mapping[str, Mapping[str, int]],
    minutes: int = 360,
    *,
    seed: str = "seed",
    **rest: Any,
) -> Election:
    return Election(
        topics=[Candidate(*topic) for topic in topics],
        teams=TEAMS,
        ballots=ballots,
        minutes=minutes,
        ties=by_seed(seed),
        **rest,
    )


def ten_teams(**rest: Any) -> Election:
    """Six teams and four, who want nothing in common; 360 minutes."""
    ballots = {team: dict.fromkeys(SIX if at < 6 else FOUR, 1) for at, team in enumerate(TEAMS)}
    return an_election(LENGTHS.items(), ballots, **rest)


@st.composite
def elections(draw: st.DrawFn, most: int = 1) -> Election:
    """Ballots say 0 to `most` about a topic."""
    ids = draw(st.lists(st.sampled_from(TOPICS), unique=True, max_size=8))
    lengths = st.integers(1, 96).map(lambda fives: fives * 5)
    topics = [(topic, draw(lengths)) for topic in ids]
    marks = st.dictionaries(st.sampled_from(TOPICS), st.integers(0, most))
    ballots = draw(st.dictionaries(st.sampled_from(TEAMS), marks))
    completion = draw(st.sampled_from(Completion))
    return an_election(
        topics, ballots, draw(st.integers(0, 600)), seed=draw(st.text(max_size=8)), completion=completion
    )


def minutes_of(election: Election) -> dict[str, int]:
    return {topic.id: topic.minutes for topic in election.topics}
