"""A result in words, put together once: what its page and its text file say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from flask_babel import gettext, ngettext

from workshops.voting.rules.consent import Consent
from workshops.voting.rules.election import Verdict
from workshops.voting.rules.methods import Kind

from . import explaining, rules, words
from .numbers import amount, listed, span
from .rules import Bill, Receipt, Result, Team, Topic, Voice

NOTHING = Fraction(0)
MOST_NAMES = 3
"""So many teams are named beside a bar."""


@dataclass(frozen=True, kw_only=True)
class ToldTopic:
    """`begins`: after how many minutes of chosen topics it comes; only of one that was chosen."""

    title: str
    minutes: int
    support: int
    head: str
    why: str
    carried_by: str
    begins: int = 0
    whereabouts: str = ""


@dataclass(frozen=True, kw_only=True)
class ToldTeams:
    """The receipt of teams whose ballots say the same. `own`: that of the reader is among them."""

    names: Sequence[str]
    label: str
    own: bool
    voice: str
    facts: Sequence[tuple[str, str]]
    got: Sequence[str]
    missed: Sequence[str]
    minutes: int
    by_votes: int | None
    wished: bool


@dataclass(frozen=True, kw_only=True)
class Told:
    """The whole result."""

    summary: Sequence[str]
    chosen: Sequence[ToldTopic]
    left_over: Sequence[ToldTopic]
    room: int
    how: Sequence[str]
    ties: Sequence[str]
    instead: Sequence[str]
    compared: str
    teams: Sequence[ToldTeams]
    compares: bool
    secret: bool
    seed: str
    lots: Sequence[tuple[str, str, str]]

    @cached_property
    def longest(self) -> int:
        """The longest bar of the comparison."""
        return max((max(told.minutes, told.by_votes or 0) for told in self.teams), default=0)


def tell(result: Result, own: str | None = None) -> Told:
    """In the reader's language. `own`: their team, whose receipt comes first."""
    found = rules.receipts(result)
    topics = _Topics(result)
    receipts = [_teams(receipt, own, topics) for receipt in found]
    begins = 0
    chosen = []
    for topic in result.chosen:
        chosen.append(topics.told(topic, begins=begins))
        begins += topic.minutes
    return Told(
        summary=[explaining.turnout(result), explaining.outcome(result)],
        chosen=chosen,
        left_over=[topics.told(topic, whereabouts=words.whereabouts(topic)) for topic in result.left_over],
        room=max(result.minutes, begins),
        how=explaining.how(result),
        ties=explaining.ties(result),
        instead=explaining.instead(result),
        compared=explaining.compared(result, found),
        teams=sorted(receipts, key=lambda told: not told.own),
        compares=result.by_votes is not None,
        secret=result.secret,
        seed=result.seed,
        lots=[(topic.title, topic.id, lot) for lot, topic in rules.lots(result)],
    )


class _Topics:
    """Each topic and each wish in words; what is said of many teams is put into words once."""

    def __init__(self, result: Result) -> None:
        self._result = result
        self._parts = rules.parts(result)
        self._names = {team.id: team.name for team in result.teams}
        self._owned = {team.id: rules.owned(result, team) for team in result.teams}
        owned = set(self._owned.values())
        self._all_own = owned.pop() if len(owned) == 1 else None
        self._missed = {topic.id: words.missed(result, topic) for topic in result.left_over}
        self._ways: dict[tuple[str, int, int], str] = {}
        self._marks: dict[int, str] = {}
        self._owns: dict[Fraction, str] = {}
        self._labels = (
            gettext("Eigene Minuten"),
            gettext("Eigene Minuten je Team"),
            gettext("Bezahlt"),
            gettext("Übrig"),
            gettext("Für die eigenen Wünsche"),
        )

    def told(self, topic: Topic, *, begins: int = 0, whereabouts: str = "") -> ToldTopic:
        parts = self._parts.get(topic.id, [])
        owned = (
            {self._owned[team] for part in parts for team in part.teams} if self._all_own is None else set()
        )
        return ToldTopic(
            title=topic.title,
            minutes=topic.minutes,
            support=topic.support,
            head=words.head(topic),
            why=words.why(
                self._result, topic, parts, self._names, owned.pop() if len(owned) == 1 else self._all_own
            ),
            carried_by=words.carried_by(parts, self._names) if parts else "",
            begins=begins,
            whereabouts=whereabouts,
        )

    def got(self, topic: Topic, team: Team) -> str:
        """A wish that came true."""
        paid = topic.payments.get(team.id, NOTHING)
        way = (topic.id, *paid.as_integer_ratio())
        if way not in self._ways:
            self._ways[way] = self._way(topic, paid)
        return f"{self._wish(topic, team)}: {self._ways[way]}"

    def missed(self, topic: Topic, team: Team) -> str:
        """A wish that did not come true."""
        return f"{self._wish(topic, team)}: {self._missed[topic.id]}"

    def facts(self, receipt: Receipt) -> list[tuple[str, str]]:
        """The minutes of these teams."""
        mine, ours, paid, left, wishes = self._labels
        facts = [(wishes, span(receipt.minutes))]
        if receipt.bill is None:
            return facts
        bill = receipt.bill
        label = ours if len(receipt.teams) > 1 else mine
        return [(label, self._owned_by(bill)), (paid, amount(bill.paid)), (left, _left(bill)), *facts]

    def _owned_by(self, bill: Bill) -> str:
        if bill.start not in self._owns:
            self._owns[bill.start] = _owned(bill)
        return self._owns[bill.start]

    def _way(self, topic: Topic, paid: Fraction) -> str:
        minutes = span(topic.minutes)
        if not self._result.owning:
            return minutes
        if paid:
            return str(gettext("bezahlt %(paid)s von %(span)s", paid=amount(paid), span=minutes))
        if topic.verdict is Verdict.FITS:
            return str(gettext("%(span)s, passte am Ende noch hinein, ohne bezahlt zu sein", span=minutes))
        return str(gettext("%(span)s, andere haben sie bezahlt", span=minutes))

    def _wish(self, topic: Topic, team: Team) -> str:
        """With what stood on the ballot if that was more than a tick."""
        value = team.marks[topic.id]
        if value not in self._marks:
            self._marks[value] = self._mark(value)
        return f"{topic.title}{self._marks[value]}"

    def _mark(self, value: int) -> str:
        match self._result.kind:
            case Kind.GRADES:
                said = gettext("Note %(grade)s", grade=value)
            case Kind.DOTS:
                said = ngettext("%(num)s Punkt", "%(num)s Punkte", value)
            case Kind.ORDER:
                said = gettext("Platz %(place)s", place=value)
            case Kind.VOICES if value == Consent.HAS_A_CONCERN:
                said = gettext("mit Bedenken")
            case _:
                return ""
        return f" ({said})"


def _teams(receipt: Receipt, own: str | None, topics: _Topics) -> ToldTeams:
    first = receipt.teams[0]
    names = [team.name for team in receipt.teams]
    return ToldTeams(
        names=names,
        label=_label(names),
        own=any(team.id == own for team in receipt.teams),
        voice=_voice(first, receipt),
        facts=topics.facts(receipt),
        got=[topics.got(topic, first) for topic in receipt.got],
        missed=[topics.missed(topic, first) for topic in receipt.missed],
        minutes=receipt.minutes,
        by_votes=receipt.by_votes,
        wished=bool(receipt.got or receipt.missed),
    )


def _label(names: Sequence[str]) -> str:
    if len(names) <= MOST_NAMES:
        return listed(names)
    more = len(names) - MOST_NAMES + 1
    named = ", ".join(names[: MOST_NAMES - 1])
    return str(ngettext("%(named)s und %(num)s weiteres", "%(named)s und %(num)s weitere", more, named=named))


def _voice(team: Team, receipt: Receipt) -> str:
    match team.voice:
        case Voice.ABSTAINED:
            return str(gettext("Hat sich enthalten."))
        case Voice.SILENT:
            return str(gettext("Hat nicht abgestimmt."))
        case Voice.UNCONFIRMED:
            return str(
                gettext(
                    "Die Moderation hat den Stimmzettel ausgefüllt. Das Team hat ihn nicht bestätigt, "
                    "er zählt nicht."
                )
            )
        case Voice.VOTED:
            return "" if receipt.got or receipt.missed else str(gettext("Wollte keines der Themen."))


def _left(bill: Bill) -> str:
    """What a team has left in the end; what it owned from the start of that may go on to the next vote."""
    if not (bill.raised and bill.left):
        return amount(bill.left)
    told = {"left": amount(bill.left), "own": amount(bill.goes_on)}
    return str(gettext("%(left)s, ohne das Anheben %(own)s", **told))


def _owned(bill: Bill) -> str:
    """What a team owned in the end, and where it came from."""
    if not (bill.raised or bill.brought):
        return amount(bill.owned)
    start = {"minutes": amount(bill.start)}
    first = (
        gettext("%(minutes)s am Anfang mit dem Mitgebrachten", **start)
        if bill.brought
        else gettext("%(minutes)s am Anfang", **start)
    )
    if not bill.raised:
        return str(first)
    more = gettext("%(minutes)s durch das Anheben", minutes=amount(bill.raised))
    return f"{amount(bill.owned)} ({first}, {more})"
