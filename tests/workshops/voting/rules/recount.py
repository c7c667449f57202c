"""The method of equal shares once more, as slowly as it is written down."""

from __future__ import annotations

from fractions import Fraction

from workshops.voting.rules.election import Completion, Election, approvals

Payments = dict[str, dict[str, Fraction]]


def recount(election: Election) -> tuple[list[str], Payments, Fraction]:
    """What is chosen in which order, who pays what, and what an equal share is in the end."""
    minutes = {topic.id: topic.minutes for topic in election.topics}
    wanted = approvals(election)
    everything = {topic for topic, teams in wanted.items() if teams}
    share = Fraction(election.minutes, max(1, len(election.teams)))
    owned = dict.fromkeys(election.teams, share) if election.owned is None else dict(election.owned)
    paid = _buy(election, owned)
    if election.completion is not Completion.NONE:
        while set(paid) != everything:
            raised = {team: minutes + election.unit for team, minutes in owned.items()}
            more = _buy(election, raised)
            if sum(minutes[topic] for topic in more) > election.minutes:
                break
            paid, owned, share = more, raised, share + election.unit
    chosen = list(paid)
    if election.completion is Completion.RAISE_SHARES_AND_APPROVALS:
        free = election.minutes - sum(minutes[topic] for topic in chosen)
        for topic in sorted(everything - set(paid), key=lambda topic: (-wanted[topic], election.ties(topic))):
            if minutes[topic] <= free:
                chosen.append(topic)
                free -= minutes[topic]
    return chosen, paid, share


def _buy(election: Election, owned: dict[str, Fraction]) -> Payments:
    left = dict(owned)
    rest = {topic.id: topic.minutes for topic in election.topics}
    paid: Payments = {}
    while True:
        offers = []
        for topic, cost in rest.items():
            said = {team: election.ballots.get(team, {}).get(topic, 0) for team in election.teams}
            points = {team: value for team, value in said.items() if value > 0}
            rate = _rate(cost, points, left)
            if rate is not None:
                offers.append((rate / cost, election.ties(topic), topic, rate, points))
        if not offers:
            return paid
        _price, _tie, topic, rate, points = min(offers, key=lambda offer: offer[:2])
        paid[topic] = {team: min(left[team], rate * value) for team, value in points.items()}
        for team, part in paid[topic].items():
            left[team] -= part
        del rest[topic]


def _rate(cost: int, points: dict[str, int], left: dict[str, Fraction]) -> Fraction | None:
    """The smallest rate for a point at which the cost comes together: one of those who pay all they have."""
    if not points or sum(left[team] for team in points) < cost:
        return None
    for limit in sorted({left[team] / value for team, value in points.items()}):
        poor = {team for team, value in points.items() if left[team] / value < limit}
        rest = cost - sum(left[team] for team in poor)
        rate = rest / Fraction(sum(value for team, value in points.items() if team not in poor))
        if rate <= limit:
            return rate
    raise AssertionError("together they have enough")
