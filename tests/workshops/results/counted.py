"""Elections that have been counted, as a result tells of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st
from tests.workshops.voting.rules.elections import TEAMS, an_election

from workshops.results.rules import Result, Team, Topic, Voice
from workshops.voting.rules.consent import Consent
from workshops.voting.rules.election import Completion, Election
from workshops.voting.rules.filling import most_approvals_that_fit
from workshops.voting.rules.methods import METHODS, Kind, Method

NAMES = {team: f"Stadt {number}" for number, team in enumerate(TEAMS)}
CLOSED = datetime(2016, 4, 1, 16, tzinfo=UTC)


def result_of(method: Method, election: Election, **rest: Any) -> Result:
    """What the close of a poll would have written down."""
    outcome = METHODS[method].rule(election)
    by_votes = None if method is Method.CONSENT else most_approvals_that_fit(election).chosen
    topics = [
        Topic(
            id=receipt.topic,
            title=f"Thema {receipt.topic}",
            minutes=receipt.minutes,
            support=receipt.support,
            free=receipt.free,
            verdict=receipt.verdict,
            position=outcome.chosen.index(receipt.topic) + 1 if receipt.topic in outcome.chosen else None,
            by_votes=None if by_votes is None else receipt.topic in by_votes,
            payments=receipt.payments,
            payers=len(receipt.payments),
            funds=receipt.funds,
        )
        for receipt in outcome.receipts.values()
    ]
    stands = {topic.id for topic in election.topics}
    teams = [
        Team(
            id=team,
            name=NAMES[team],
            voice=Voice.VOTED if team in election.ballots else Voice.SILENT,
            marks={
                topic: value
                for topic, value in election.ballots.get(team, {}).items()
                if topic in stands and value > 0
            },
        )
        for team in election.teams
    ]
    told: dict[str, Any] = {
        "method": method,
        "completion": election.completion,
        "minutes": election.minutes,
        "entitled": len(teams),
        "voted": len(election.ballots),
        "secret": False,
        "by_lot": True,
        "seed": "5eed",
        "closed_at": CLOSED,
        "adopted": True,
        "topics": topics,
        "teams": teams,
        "share": outcome.share,
    }
    return Result(**{**told, **rest})


@st.composite
def counted(draw: st.DrawFn, *methods: Method) -> Result:
    """A small vote by one of the methods; each says about its topics what can stand on its ballots."""
    method = draw(st.sampled_from(methods or list(Method)))
    ids = draw(st.lists(st.sampled_from([f"topic{n:011}" for n in range(7)]), unique=True, max_size=7))
    topics = [(topic, draw(st.integers(1, 30)) * 5) for topic in ids]
    most = {Kind.TICKS: 1, Kind.VOICES: max(Consent)}.get(METHODS[method].kind, 5)
    ballots: dict[str, dict[str, int]] = {}
    for team in draw(st.lists(st.sampled_from(TEAMS), unique=True)):
        if METHODS[method].kind is Kind.ORDER:
            ranked = draw(st.permutations(ids))[: draw(st.integers(0, len(ids)))]
            ballots[team] = {topic: rank for rank, topic in enumerate(ranked, start=1)}
        else:
            ballots[team] = {topic: draw(st.integers(0, most)) for topic in ids}
    minutes = draw(st.integers(3, 96)) * 5
    return result_of(
        method,
        an_election(topics, ballots, minutes, seed="5eed", completion=draw(st.sampled_from(Completion))),
    )
