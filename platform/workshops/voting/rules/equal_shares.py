"""The method of equal shares: every team owns a share of the minutes, and topics are paid from the shares.

Exact throughout. What the teams have left is kept in whole numbers over one denominator, which grows where a
payment does not come out even.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import compress, zip_longest
from math import ceil, gcd, lcm
from operator import mul
from typing import NamedTuple

from .election import Completion, Election, Outcome, Receipt, Verdict, approvals
from .filling import by_support, fill


def equal_shares(election: Election) -> Outcome:
    """Give each team an equal share of the minutes, and let those who want a topic pay for it.

    A team gains from a topic its minutes (*cost utility*), with points as many times as it gives points. A
    topic is paid by all who want it, each at the same price for a minute gained, or with all it has left if
    that is less. Next comes always the topic whose price is lowest, until none can be paid. Ties go by the
    announced order.

    Then the completion: every share is raised by one unit (`Election.unit`) and counted anew, until what is
    chosen would exceed the minutes or everything wanted is chosen; the last count that fits stands. Minutes
    that are still free then go to the topics with the most approvals that fit.

    Teams may begin with different amounts (`Election.owned`), of which each is raised by the same. What a
    group of teams can buy is then what its members own together.

    Source: Peters and Skowron, Proportionality and the Limits of Welfarism, EC 2020; with costs and points
    Peters, Pierczynski and Skowron, Proportional Participatory Budgeting with Additive Utilities, NeurIPS
    2021; the completions as on equalshares.net and in Boehmer et al., Evaluation of Project Performance in
    Participatory Budgeting, IJCAI 2024. A group of teams that agrees gets what its shares can buy, up to
    one topic.
    """
    purses = _Purses(election)
    raises = 0
    if election.completion is not Completion.NONE:
        raises = _raise_shares(purses, list(purses.spend(0)), election.minutes)
    return _outcome(election, purses, raises)


_Offer = tuple[float, Fraction, int]
"""The price of a topic (by number) as a sort key; where they differ enough, floats tell at once."""


@dataclass(frozen=True)
class _Purchase:
    """A topic (by number) that was bought, and the price: what it costs one team for each minute and point.

    `next`: no other topic had a lower price then, nor, at the same price, a smaller number.
    """

    topic: int
    price: Fraction
    next: _Offer | None

    @property
    def offer(self) -> _Offer:
        return float(self.price), self.price, self.topic


class _Backers(NamedTuple):
    """Those who want a topic, in lists side by side.

    Their purse; the points that a team with it gives; how many such points fit into `even`, into which
    those of everybody fit; the points of all teams with that purse. `weight`: all points together.
    """

    purses: list[int]
    values: list[int]
    stretches: list[int]
    points: list[int]
    weight: int


class _Purses:
    """What the teams have. Those who begin with the same and have the same ballot have the same all the
    time, and share a purse.

    Topics that somebody wants are here, numbered in the order that breaks ties.
    """

    def __init__(self, election: Election) -> None:
        stands = {topic.id for topic in election.topics}
        said = {
            team: frozenset(
                (topic, value)
                for topic, value in election.ballots.get(team, {}).items()
                if value > 0 and topic in stands
            )
            for team in election.teams
        }
        self._share = Fraction(election.minutes, max(1, len(election.teams)))
        owned = election.owned
        kept = {team: (ballot, None if owned is None else owned[team]) for team, ballot in said.items()}
        purses = Counter(kept.values())
        numbers = {purse: number for number, purse in enumerate(purses)}
        self.of = {team: numbers[purse] for team, purse in kept.items()}
        """The purse of each team."""
        wanted = {topic for ballot, _own in purses for topic, _value in ballot}
        self.topics = sorted(
            (topic for topic in election.topics if topic.id in wanted),
            key=lambda topic: election.ties(topic.id),
        )
        backers: dict[str, list[tuple[int, int, int]]] = {topic.id: [] for topic in self.topics}
        for number, ((ballot, _own), size) in enumerate(purses.items()):
            for topic, value in ballot:
                backers[topic].append((number, value, size))
        self._even = lcm(*{value for each in backers.values() for _purse, value, _size in each})
        self._backers = [self._side_by_side(backers[topic.id]) for topic in self.topics]
        self._unit = election.unit
        shares = [self._share if own is None else own for _ballot, own in purses]
        self._one = lcm(*{share.denominator for share in shares})
        """Over this denominator every share is a whole number, raised or not."""
        self._owned = [int(share * self._one) for share in shares]
        self._left = [0] * len(purses)
        self._scale = 1

    def _side_by_side(self, backers: Sequence[tuple[int, int, int]]) -> _Backers:
        return _Backers(
            purses=[purse for purse, _value, _size in backers],
            values=[value for _purse, value, _size in backers],
            stretches=[self._even // value for _purse, value, _size in backers],
            points=[value * size for _purse, value, size in backers],
            weight=sum(value * size for _purse, value, size in backers),
        )

    def share(self, raises: int) -> Fraction:
        """What an equal share is after so many raises."""
        return self._share + raises * self._unit

    def spend(self, raises: int, like: Sequence[_Purchase] = ()) -> Iterator[_Purchase]:
        """Buy what can be bought after so many raises, one topic after the other.

        `like`: what was bought after fewer; `next` is then found as far as it takes to compare.
        """
        self._scale = self._one
        raised = raises * self._unit * self._scale
        self._left = [owned + raised for owned in self._owned]
        # Prices only rise, as purses only become emptier: one that was found earlier is a bound.
        bounds = [offer for topic in range(len(self.topics)) if (offer := self._offer(topic))]
        heapq.heapify(bounds)
        for turn in range(len(self.topics)):
            self._make_sure(bounds)
            if not bounds:
                return
            _rough, price, topic = heapq.heappop(bounds)
            if turn < len(like):
                self._make_sure(bounds, like[turn].offer)
            yield _Purchase(topic, price, bounds[0] if bounds else None)
            self._buy(topic, price)

    def payments(self, bought: _Purchase) -> dict[int, Fraction]:
        """By purse: what each of its teams pays for what is being bought."""
        point = bought.price * self.topics[bought.topic].minutes
        purses, values, *_rest = self._backers[bought.topic]
        part = {value: point * value for value in set(values)}
        # In whole numbers: nobody can pay who has less left.
        least = {value: ceil(each * self._scale) for value, each in part.items()}
        left, scale = self._left, self._scale
        return {
            purse: part[value] if left[purse] >= least[value] else Fraction(left[purse], scale)
            for purse, value in zip(purses, values, strict=True)
        }

    def funds(self, topic: int) -> Fraction:
        """What those who want it have left together."""
        purses, values, _stretches, points, _weight = self._backers[topic]
        sizes = (all_points // value for value, all_points in zip(values, points, strict=True))
        left = sum(self._left[purse] * size for purse, size in zip(purses, sizes, strict=True))
        return Fraction(left, self._scale)

    def _make_sure(self, bounds: list[_Offer], enough: _Offer | None = None) -> None:
        """Find prices anew until the lowest is the price of now, or the lowest is `enough`."""
        while bounds and (enough is None or bounds[0] < enough):
            offer = self._offer(bounds[0][2])
            if offer is None:
                heapq.heappop(bounds)
            elif offer > bounds[0]:
                heapq.heapreplace(bounds, offer)
            else:
                return

    def _offer(self, topic: int) -> _Offer | None:
        """Its price now; none if those who want it cannot pay for it together.

        Whoever cannot pay as much as that would be for all gives everything that is left; so it becomes more
        for the others, and it is looked again who can pay that.
        """
        left, even, minutes = self._left, self._even, self.topics[topic].minutes
        purses, _values, stretches, points, weight = self._backers[topic]
        levels: Sequence[int] = [left[purse] for purse in purses]
        if even > 1:
            levels = list(map(mul, levels, stretches))
        need, money = minutes * self._scale * even, _product(levels, points, weight)
        if money < need:
            return None
        while True:
            least = -(-need // weight)
            if min(levels) >= least:
                units = weight * even * self._scale * minutes
                return need / units, Fraction(need, units), topic
            can = [level >= least for level in levels]
            levels, points = list(compress(levels, can)), list(compress(points, can))
            weight = sum(points)
            rest = _product(levels, points, weight)
            need, money = need - (money - rest), rest

    def _buy(self, topic: int, price: Fraction) -> None:
        point = price.numerator * self.topics[topic].minutes * self._scale
        common = gcd(point, price.denominator)
        stretch, whole = price.denominator // common, point // common
        if stretch > 1:
            self._left = [left * stretch for left in self._left]
            self._scale *= stretch
        left = self._left
        purses, values, *_rest = self._backers[topic]
        for purse, value in zip(purses, values, strict=True):
            rest = left[purse] - whole * value
            left[purse] = rest if rest > 0 else 0


def _product(levels: Sequence[int], points: Sequence[int], weight: int) -> int:
    """What those with so many points have together; where each has one, multiplying is most of the work."""
    return sum(levels) if weight == len(points) else sum(map(mul, levels, points))


def _raise_shares(purses: _Purses, purchases: Sequence[_Purchase], minutes: int) -> int:
    """How often the shares can be raised until the next time would exceed the minutes, or all is bought.

    Where it is certain that nothing changes in between, many raises are taken at once: twice as many as the
    last time, and fewer where it is not.
    """
    raises, stride = 0, 1
    while len(purchases) < len(purses.topics):
        if stride > 1:
            ahead = _Ahead(purchases, purses.spend(raises + stride, purchases))
            if ahead.is_the_same:
                purchases, raises, stride = ahead.purchases, raises + stride, stride * 2
            else:
                stride = max(1, min(stride - 1, int(stride * ahead.part)))
            continue
        further = list(purses.spend(raises + 1))
        if sum(purses.topics[bought.topic].minutes for bought in further) > minutes:
            break
        stride = 2 if [bought.topic for bought in further] == [bought.topic for bought in purchases] else 1
        purchases, raises = further, raises + 1
    return raises


class _Ahead:
    """What is bought with larger shares, and whether it is certainly the same with all shares in between.

    With larger shares and the same purchases so far nobody has less left, whatever each began with, so every
    price is as low or lower. If what was bought was not dearer before than anything else is ahead, it is
    the cheapest in between as well. `part`: how far ahead one might be certain, of the way, where one is
    not all the way.
    """

    def __init__(self, before: Sequence[_Purchase], ahead: Iterator[_Purchase]) -> None:
        self.purchases: list[_Purchase] = []
        self.is_the_same, self.part = False, 0.5
        for was, bought in zip_longest(before, ahead):
            if was is None or bought is None:
                return
            rival = bought.offer if bought.topic != was.topic else bought.next
            if rival is not None and rival < was.offer:
                self.part = self._part(was, rival[1])
                return
            self.purchases.append(bought)
        self.is_the_same = True

    def _part(self, was: _Purchase, rival: Fraction) -> float:
        """As if the rival had become cheaper evenly on the way; a tenth less, as it is a guess."""
        if was.next is None or was.next[1] <= was.price:
            return 0.1
        return 0.9 * float((was.next[1] - was.price) / (was.next[1] - rival))


def _outcome(election: Election, purses: _Purses, raises: int) -> Outcome:
    wanted, free = approvals(election), election.minutes
    receipts: dict[str, Receipt] = {}
    for bought in purses.spend(raises):
        topic = purses.topics[bought.topic]
        paid = purses.payments(bought)
        receipts[topic.id] = Receipt(
            topic=topic.id,
            verdict=Verdict.PAID,
            support=wanted[topic.id],
            minutes=topic.minutes,
            free=free,
            payments={team: paid[own] for team, own in purses.of.items() if own in paid},
        )
        free -= topic.minutes
    paid_for = list(receipts)
    rest = by_support(election, [topic for topic in election.topics if topic.id not in receipts], wanted)
    filled = fill(rest, wanted, free)
    funds = {topic.id: purses.funds(number) for number, topic in enumerate(purses.topics)}
    fills = election.completion is Completion.RAISE_SHARES_AND_APPROVALS
    for topic_id, receipt in filled.receipts.items():
        dear = (
            receipt
            if fills or receipt.verdict is Verdict.NOBODY
            else replace(receipt, verdict=Verdict.TOO_DEAR, free=free)
        )
        receipts[topic_id] = replace(dear, funds=funds.get(topic_id, Fraction(0)))
    chosen = [*paid_for, *(filled.chosen if fills else ())]
    left_over = [topic.id for topic in rest if topic.id not in chosen]
    return Outcome(chosen=chosen, left_over=left_over, receipts=receipts, share=purses.share(raises))
