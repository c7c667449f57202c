"""A result as files: `.pb`, so that anybody can count it again with other software, and plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from flask_babel import gettext

from foundation import clock
from workshops.voting import pabulib
from workshops.voting.pabulib import Vote
from workshops.voting.rules.methods import Kind, Method

from . import rules
from .rules import Result
from .telling import Told, ToldTeams, ToldTopic

RULE = {
    Method.EQUAL_SHARES: "equal-shares",
    Method.EQUAL_SHARES_POINTS: "equal-shares",
    Method.APPROVAL: "approvals",
    Method.DOTS: "points",
    Method.SCORE: "score",
    Method.BORDA: "borda",
    Method.SCHULZE: "schulze",
    Method.CONSENT: "consent",
}
"""What `werkstatt vote count --rule` calls them."""
VOTES = {
    Kind.TICKS: pabulib.Kind.APPROVAL,
    Kind.DOTS: pabulib.Kind.CUMULATIVE,
    Kind.GRADES: pabulib.Kind.SCORING,
    Kind.ORDER: pabulib.Kind.ORDINAL,
    Kind.VOICES: pabulib.Kind.SCORING,
}


def pb(result: Result, title: str) -> str:
    """The vote and its result. Teams stand in it by their ids, a silent one with an empty vote.

    Of a secret poll there are the totals and no votes.
    """
    stands = {topic.id for topic in result.topics}
    totals = result.secret or result.method is Method.CONSENT  # its marks tell no agreement from an objection
    return pabulib.write(
        Vote(
            kind=VOTES[result.kind],
            budget=Decimal(result.minutes),
            costs={topic.id: Decimal(topic.minutes) for topic in result.topics},
            ballots={
                team.id: {topic: Decimal(value) for topic, value in team.marks.items() if topic in stands}
                for team in result.teams
            },
            meta=_meta(result, title),
            names={topic.id: topic.title for topic in result.topics},
            selected=frozenset(topic.id for topic in result.chosen),
            totals={topic.id: topic.support for topic in result.topics} if totals else None,
            totals_are="score" if totals and _adds_points(result) else "votes",
        )
    )


def _adds_points(result: Result) -> bool:
    """Whether the support of a topic is a sum of points; otherwise it is a number of teams."""
    return result.method in (Method.DOTS, Method.SCORE, Method.BORDA)


def text(title: str, when: str, told: Told) -> str:
    """What the page says, to read, to send and to keep."""
    return "\n".join([*_lines(title, when, told), ""])


def _meta(result: Result, title: str) -> dict[str, str]:
    closed = result.closed_at.astimezone(clock.SHOWN_IN).strftime("%d.%m.%Y")
    meta = {
        "description": title,
        "country": "Deutschland",
        "currency": "minutes",
        "date_end": closed,
        "language": "de",
        "rule": RULE[result.method],
    }
    if result.owning:
        meta |= {"completion": result.completion.value, "share": str(result.share)}
    meta |= {"ties": "seed" if result.by_lot else "least-served, then seed", "seed": result.seed}
    return meta | {"comment": " ".join(_comments(result))}


def _comments(result: Result) -> Iterator[str]:
    if result.secret:
        yield f"Secret poll: totals only, the votes of the {result.entitled} teams are not stored anywhere."
        return
    if result.method is Method.CONSENT:
        yield "Points of this consent check: 1 agrees, 2 agrees with a concern, 3 has a grave objection."
    else:
        options = [f"--rule {RULE[result.method]}"]
        if result.owning:
            options.append(f"--completion {result.completion.value}")
        yield f"Count again: werkstatt vote count FILE {' '.join([*options, f'--ties seed:{result.seed}'])}"
    if not result.by_lot:
        yield "Ties went to the least served team first, which another count does not know."
    if rules.uneven(result):
        yield "Teams brought along minutes that they had not spent before, which another count does not know."


def _lines(title: str, when: str, told: Told) -> Iterator[str]:
    yield from (title, when, "", *told.summary)
    yield from _section(gettext("Gewählt"), map(_topic, told.chosen))
    yield from _section(
        gettext("Was nicht gewählt ist"),
        (f"{_topic(topic)} {topic.whereabouts}" for topic in told.left_over),
    )
    yield from _section(gettext("Warum dieses Ergebnis?"), [*told.how, *told.ties])
    yield str(gettext("- Startwert des Loses: %(seed)s", seed=told.seed))
    yield from _section(gettext("Nach den meisten Stimmen"), told.instead)
    if told.secret:
        return
    yield from _section(gettext("Beleg für jedes Team"), [told.compared] if told.compared else [])
    for team in told.teams:
        yield from _team(team)


def _section(title: str, items: Iterable[str]) -> Iterator[str]:
    lines = [f"- {item}" for item in items]
    if lines:
        yield from ("", title, "=" * len(title), *lines)


def _topic(topic: ToldTopic) -> str:
    carried_by = gettext("Getragen von: %(teams)s.", teams=topic.carried_by) if topic.carried_by else ""
    return " ".join(filter(None, [topic.head, topic.why, carried_by]))


def _team(team: ToldTeams) -> Iterator[str]:
    yield from ("", ", ".join(team.names))
    if team.voice:
        yield f"  {team.voice}"
    yield from (f"  {label}: {value}" for label, value in team.facts)
    yield from (f"  + {line}" for line in team.got)
    yield from (f"  - {line}" for line in team.missed)
