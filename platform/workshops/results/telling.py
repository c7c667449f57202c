"""A result in words, put together once: what its page and its text file say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext, ngettext

from workshops.voting.rules.consent import Consent
from workshops.voting.rules.election import Verdict
from workshops.voting.rules.methods import Kind

from . import explaining, rules, words
from .numbers import amount, listed, span
from .rules import Receipt, Result, Team, Topic, Voice

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

    @property
    def longest(self) -> int:
        """The longest bar of the comparison."""
        return max((max(told.minutes, told.by_votes or 0) for told in self.teams), default=0)


def tell(result: Result, own: str | None = None) -> Told:
    """In the reader's language. `own`: their team, whose receipt comes first."""
    found = rules.receipts(result)
    topics = _Topics(result)
    receipts = [_teams(result, receipt, own, topics.missed) for receipt in found]
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
    """Each topic in words."""

    def __init__(self, result: Result) -> None:
        self._result = result
        self._parts = rules.parts(result)
        self._names = {team.id: team.name for team in result.teams}
        self._owned = {team.id: rules.owned(result, team) for team in result.teams}
        self.missed = {topic.id: words.missed(result, topic) for topic in result.left_over}

    def told(self, topic: Topic, *, begins: int = 0, whereabouts: str = "") -> ToldTopic:
        parts = self._parts.get(topic.id, [])
        owned = {self._owned[team] for part in parts for team in part.teams}
        return ToldTopic(
            title=topic.title,
            minutes=topic.minutes,
            support=topic.support,
            head=words.head(topic),
            why=words.why(self._result, topic, parts, self._names, owned.pop() if len(owned) == 1 else None),
            carried_by=words.carried_by(parts, self._names) if parts else "",
            begins=begins,
            whereabouts=whereabouts,
        )


def _teams(result: Result, receipt: Receipt, own: str | None, missed: Mapping[str, str]) -> ToldTeams:
    first = receipt.teams[0]
    names = [team.name for team in receipt.teams]
    return ToldTeams(
        names=names,
        label=_label(names),
        own=any(team.id == own for team in receipt.teams),
        voice=_voice(first, receipt),
        facts=_facts(receipt, together=len(names) > 1),
        got=[_got(result, topic, first) for topic in receipt.got],
        missed=[f"{_wish(result, topic, first)}: {missed[topic.id]}" for topic in receipt.missed],
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


def _facts(receipt: Receipt, *, together: bool) -> list[tuple[str, str]]:
    facts = []
    if receipt.bill is not None:
        bill = receipt.bill
        facts = [
            (gettext("Eigene Minuten je Team") if together else gettext("Eigene Minuten"), _owned(receipt)),
            (gettext("Bezahlt"), amount(bill.paid)),
            (gettext("Übrig"), amount(bill.left)),
        ]
    return [*facts, (gettext("Für die eigenen Wünsche"), span(receipt.minutes))]


def _owned(receipt: Receipt) -> str:
    bill = receipt.bill
    if bill is None or not (bill.raised or bill.brought):
        return amount(bill.owned) if bill else ""
    pieces = [gettext("%(minutes)s am Anfang", minutes=amount(bill.share))]
    if bill.brought:
        pieces.append(gettext("%(minutes)s mitgebracht", minutes=amount(bill.brought)))
    if bill.raised:
        pieces.append(gettext("%(minutes)s durch das Anheben", minutes=amount(bill.raised)))
    return f"{amount(bill.owned)} ({', '.join(map(str, pieces))})"


def _wish(result: Result, topic: Topic, team: Team) -> str:
    """A wish, with what stood on the ballot if that was more than a tick."""
    value = team.marks[topic.id]
    match result.kind:
        case Kind.DOTS | Kind.GRADES:
            said = ngettext("%(num)s Punkt", "%(num)s Punkte", value)
        case Kind.ORDER:
            said = gettext("Platz %(place)s", place=value)
        case Kind.VOICES if value == Consent.HAS_A_CONCERN:
            said = gettext("mit Bedenken")
        case _:
            return topic.title
    return f"{topic.title} ({said})"


def _got(result: Result, topic: Topic, team: Team) -> str:
    told = {"wish": _wish(result, topic, team), "span": span(topic.minutes)}
    if not result.owning:
        return f"{told['wish']}: {told['span']}"
    paid = topic.payments.get(team.id, Fraction(0))
    if paid:
        return str(gettext("%(wish)s: bezahlt %(paid)s von %(span)s", **told, paid=amount(paid)))
    if topic.verdict is Verdict.FITS:
        return str(gettext("%(wish)s: %(span)s, passte am Ende noch hinein, ohne bezahlt zu sein", **told))
    return str(gettext("%(wish)s: %(span)s, andere haben sie bezahlt", **told))
