"""What the result of a vote means for each topic and each team: values in, values out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from workshops.voting.rules.consent import Consent
from workshops.voting.rules.election import Completion, Verdict
from workshops.voting.rules.methods import OWNING, Kind, Method, kind_of, worth
from workshops.voting.rules.ties import by_seed

ZERO = Fraction(0)


class Voice(StrEnum):
    """What came of a team's ballot."""

    VOTED = "voted"
    ABSTAINED = "abstained"
    SILENT = "silent"
    UNCONFIRMED = "unconfirmed"
    """A facilitator filled it in, and the team has not confirmed it: it does not count."""


class Since(StrEnum):
    """What has become of a topic that was not chosen."""

    WAITS = "waits"
    MOVED = "moved"
    CHOSEN = "chosen"
    """At another workshop."""
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A topic in the result, in the words and minutes that were voted on; see `agenda.models.Block`.

    `since` says what became of it, `where` is the workshop it has moved to.
    """

    id: str
    title: str
    minutes: int
    support: int
    free: int
    verdict: Verdict
    position: int | None = None
    by_votes: bool | None = None
    payments: Mapping[str, Fraction] = field(default_factory=dict)
    payers: int | None = None
    funds: Fraction | None = None
    since: Since = Since.WAITS
    where: str = ""


@dataclass(frozen=True, kw_only=True)
class Team:
    """A team with a ballot: `marks` by topic, those that count; `owns`: its minutes at the opening."""

    id: str
    name: str
    voice: Voice
    owns: Fraction | None = None
    marks: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Result:
    """A counted poll. `topics` in the order of their turn; of a secret poll `teams` is empty.

    `entitled`: how many teams had a ballot; `share`: the minutes of each of them in the end, what it brought
    along left out.
    """

    method: Method
    completion: Completion
    minutes: int
    entitled: int
    voted: int
    secret: bool
    by_lot: bool
    seed: str
    closed_at: datetime
    adopted: bool
    topics: Sequence[Topic]
    teams: Sequence[Team] = ()
    share: Fraction | None = None

    @property
    def kind(self) -> Kind:
        return kind_of(self.method)

    @property
    def owning(self) -> bool:
        """Whether every team owns minutes."""
        return self.method in OWNING and self.share is not None

    @property
    def first_share(self) -> Fraction:
        """What each team owned before shares were raised."""
        return Fraction(self.minutes, max(1, self.entitled))

    @property
    def chosen(self) -> list[Topic]:
        taken = [topic for topic in self.topics if topic.position is not None]
        return sorted(taken, key=lambda topic: topic.position or 0)

    @property
    def left_over(self) -> list[Topic]:
        return [topic for topic in self.topics if topic.position is None]

    @property
    def by_votes(self) -> list[Topic] | None:
        """What the most votes first would have chosen; nothing where there is nothing to compare with."""
        if self.method is Method.APPROVAL or any(topic.by_votes is None for topic in self.topics):
            return None
        return [topic for topic in self.topics if topic.by_votes]


@dataclass(frozen=True, kw_only=True)
class Part:
    """These teams, by id, pay so many minutes each. `rest`: all they had left, and less than others pay."""

    each: Fraction
    teams: Sequence[str]
    rest: bool


@dataclass(frozen=True, kw_only=True)
class Bill:
    """The minutes of one team, exactly: `start + raised == paid + left`.

    `brought`: whether what it owned at the start is another share than an equal one.
    """

    start: Fraction
    brought: bool
    raised: Fraction
    paid: Fraction

    @property
    def owned(self) -> Fraction:
        return self.start + self.raised

    @property
    def left(self) -> Fraction:
        return self.owned - self.paid

    @property
    def goes_on(self) -> Fraction:
        """What is left without the raise: that much can go on to another vote."""
        return max(ZERO, self.start - self.paid)


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What a vote brought to teams whose ballots say the same: which wishes came true, and which did not.

    `minutes`: how long the topics they wanted last that were chosen; `by_votes`: those that the most votes
    first would have chosen.
    """

    teams: Sequence[Team]
    bill: Bill | None
    got: Sequence[Topic]
    missed: Sequence[Topic]
    by_votes: int | None

    @property
    def minutes(self) -> int:
        return total(self.got)


def total(topics: Iterable[Topic]) -> int:
    return sum(topic.minutes for topic in topics)


def owned(result: Result, team: Team) -> Fraction:
    """The minutes that a team could spend in the end."""
    return bill(result, team, ZERO).owned


def bill(result: Result, team: Team, paid: Fraction) -> Bill:
    share = result.first_share
    start = share if team.owns is None else team.owns
    raised = (share if result.share is None else result.share) - share
    return Bill(start=start, brought=start != share, raised=raised, paid=paid)


def uneven(result: Result) -> bool:
    """Whether teams brought along what they had not spent before, and so owned different amounts."""
    return any(team.owns not in (None, result.first_share) for team in result.teams)


def spent(topics: Iterable[Topic]) -> Fraction:
    """What the teams pay for these topics together."""
    return sum((minutes for topic in topics for minutes in topic.payments.values()), ZERO)


def paid_by_team(result: Result) -> dict[str, Fraction]:
    paid: dict[str, Fraction] = defaultdict(Fraction)
    for topic in result.topics:
        for team, minutes in topic.payments.items():
            paid[team] += minutes
    return paid


def parts(result: Result) -> dict[str, list[Part]]:
    """By topic that is paid for: who pays how much, those who pay most first."""
    left = {team.id: owned(result, team) for team in result.teams}
    found: dict[str, list[Part]] = {}
    for topic in result.topics:
        # By whole numbers: to look a fraction up takes longer than to reckon with it.
        groups: dict[tuple[int, int], list[str]] = defaultdict(list)
        for team, minutes in topic.payments.items():
            if minutes > 0:
                groups[minutes.as_integer_ratio()].append(team)
                left[team] = left.get(team, minutes) - minutes
        amounts = sorted(((Fraction(*each), teams) for each, teams in groups.items()), reverse=True)
        if amounts:
            most = amounts[0][0]
            found[topic.id] = [
                Part(
                    each=each,
                    teams=sorted(teams),
                    rest=each < most and all(left[team] == 0 for team in teams),
                )
                for each, teams in amounts
            ]
    return found


def receipts(result: Result) -> list[Receipt]:
    """For every team, those with the same ballot together; by the name of the first of them."""
    alike: dict[object, list[Team]] = defaultdict(list)
    for team in result.teams:
        alike[team.voice, team.owns, frozenset(team.marks.items())].append(team)
    paid, kind, compares = paid_by_team(result), result.kind, result.by_votes is not None

    def receipt(teams: Sequence[Team]) -> Receipt:
        marks = teams[0].marks
        wanted = [topic for topic in result.topics if topic.id in marks and worth(kind, marks[topic.id]) > 0]
        return _receipt(result, teams, wanted, paid.get(teams[0].id, ZERO), compares=compares)

    return [receipt(teams) for teams in alike.values()]


def _receipt(
    result: Result, teams: Sequence[Team], wanted: Sequence[Topic], paid: Fraction, *, compares: bool
) -> Receipt:
    return Receipt(
        teams=teams,
        bill=bill(result, teams[0], paid) if result.owning else None,
        got=[topic for topic in wanted if topic.position is not None],
        missed=[topic for topic in wanted if topic.position is None],
        by_votes=total(topic for topic in wanted if topic.by_votes) if compares else None,
    )


def spread(found: Iterable[Receipt], minutes: Callable[[Receipt], int]) -> tuple[int, int] | None:
    """The fewest and the most minutes that the wishes of a team get, of those that wished for something."""
    counts = [minutes(receipt) for receipt in found if receipt.got or receipt.missed]
    return (min(counts), max(counts)) if counts else None


def said(result: Result, topic: Topic, value: int) -> int:
    """How many teams said just that about a topic."""
    return sum(team.marks.get(topic.id) == value for team in result.teams)


def level(result: Result) -> list[list[Topic]]:
    """The topics that stood equal, in the order that the rule for ties gave them.

    Where teams own minutes the price decides, and in the comparison of each two who stands before whom: equal
    support is no tie there.
    """
    if result.owning or result.method is Method.SCHULZE:
        return []
    if result.secret and result.kind is Kind.VOICES:
        return []
    groups: dict[tuple[int, int], list[Topic]] = defaultdict(list)
    for topic in result.topics:
        if topic.verdict not in (Verdict.NOBODY, Verdict.OPPOSED):
            concerns = said(result, topic, Consent.HAS_A_CONCERN) if result.kind is Kind.VOICES else 0
            groups[concerns, topic.support].append(topic)
    return [group for group in groups.values() if len(group) > 1]


def lots(result: Result) -> list[tuple[str, Topic]]:
    """The lot of every topic, smallest first: where topics are level, the smaller one goes first."""
    lot = by_seed(result.seed)
    return sorted(((str(lot(topic.id)), topic) for topic in result.topics), key=lambda drawn: drawn[0])
