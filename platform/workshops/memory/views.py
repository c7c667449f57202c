"""The page of the memory: over the whole series, how many minutes each team's wishes got."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from babel.numbers import get_decimal_symbol, get_group_symbol
from flask import Blueprint, render_template
from flask_babel import get_locale, gettext

from foundation.errors import not_found
from people import page
from people.cohorts import current
from people.house import house
from people.sign_in import asking
from workshops import frame, words

from . import queries
from .queries import Held, Memory
from .rules import Share, Team, bar

pages = Blueprint("memory", __name__, template_folder="templates")

LABELLED = 5
"""Percent of the width of the picture from which on a number has room in a part, on a phone as well."""
NONE = "–"


@pages.get("/workshops/memory")
@asking.signed_in
def memory() -> str:
    with house().database.reading() as connection:
        cohort = current.cohort(connection)
        if cohort is None or not frame.belongs(cohort):
            raise not_found()
        found = queries.memory(connection, asking.required(), cohort.id)
    title = gettext("Wer kam bisher zum Zug?")
    counted, write = [held for held in found.workshops if held.counted], _writer()
    return render_template(
        "memory/memory.html",
        title=title,
        facts=_facts(write, counted, found.teams),
        legend=_legend(counted),
        bars=_bars(write, counted, found.teams, cohort.team),
        served=_served(write, counted, found.teams),
        shares=_shares(write, [held for held in counted if held.owning], found.teams),
        ties=_ties(write, found),
        secret=[held.title for held in found.workshops if held.secret and held.settled],
        **page.frame(
            cohort=cohort,
            breadcrumb=[
                (gettext("Übersicht"), "/"),
                (gettext("Werkstatt-Treffen"), "/workshops"),
                (title, None),
            ],
        ),
    )


def _facts(write: _Writer, counted: Sequence[Held], teams: Sequence[Team]) -> list[tuple[str, str]]:
    totals = [team.total for team in teams if team.served]
    if not totals:
        return []
    least, most = min(totals), max(totals)
    between = gettext("%(least)s bis %(most)s Minuten", least=write.number(least), most=write.number(most))
    return [
        (gettext("Gezählte Treffen"), write.number(len(counted))),
        (gettext("Im Durchschnitt je Team"), write.minutes(round(sum(totals) / len(totals)))),
        (gettext("Wenigste und meiste"), between if least < most else write.minutes(most)),
    ]


def _bars(
    write: _Writer, counted: Sequence[Held], teams: Sequence[Team], own: str | None
) -> list[dict[str, Any]]:
    """As the picture draws them: one for each team that had a ballot."""
    workshops, legend = [held.id for held in counted], _legend(counted)
    longest = max((team.total for team in teams), default=0)
    return [
        {
            "team": team.name,
            "own": team.id == own,
            "total": write.minutes(team.total),
            "parts": [
                {
                    "x": f"{part.start:.2f}%",
                    "width": f"{part.width:.2f}%",
                    "middle": f"{part.start + part.width / 2:.2f}%",
                    **legend[part.at],
                    **({} if part.width >= LABELLED else {"number": None}),
                }
                for part in bar(team, workshops, longest)
            ],
        }
        for team in teams
        if team.served
    ]


def _legend(counted: Sequence[Held]) -> list[dict[str, Any]]:
    """How the parts of bars look, by workshop. A light one has a line outside its edge, a dark one none."""
    return [
        {
            "number": held.number,
            "tone": "light" if at % 2 else "dark",
            "y": 3 if at % 2 else 1,
            "title": held.title,
            "day": words.day_in_words(held.starts_at),
        }
        for at, held in enumerate(counted)
    ]


def _served(write: _Writer, counted: Sequence[Held], teams: Sequence[Team]) -> dict[str, Any]:
    """The table behind the picture."""
    titles = [(_heading(held), "numeric") for held in counted]
    return {
        "columns": [gettext("Team"), (gettext("insgesamt"), "numeric"), *titles],
        "rows": [
            [
                team.name,
                write.number(team.total),
                *(write.number(team.served[held.id]) if held.id in team.served else NONE for held in counted),
            ]
            for team in teams
            if team.served
        ],
    }


def _shares(write: _Writer, owning: Sequence[Held], teams: Sequence[Team]) -> dict[str, Any] | None:
    """What teams owned and paid where they owned minutes, and what they have left from the last time."""
    if not owning:
        return None
    titles = [(_heading(held), "numeric") for held in owning]
    pattern = gettext("%(paid)s von %(owns)s", paid="%(paid)s", owns="%(owns)s")
    return {
        "columns": [gettext("Team"), *titles, (gettext("zuletzt übrig"), "numeric")],
        "rows": [
            [
                team.name,
                *(_paid(write, pattern, team.shares.get(held.id)) for held in owning),
                NONE if (left := team.brings(owning[-1].id)) is None else write.minutes(left),
            ]
            for team in teams
            if team.served
        ],
    }


def _paid(write: _Writer, pattern: str, share: Share | None) -> str:
    if share is None:
        return NONE
    return pattern % {"paid": write.number(share.paid), "owns": write.number(share.owns)}


def _ties(write: _Writer, found: Memory) -> list[dict[str, Any]]:
    """For every vote that goes on and whose ties go by it: who would come first."""
    tables = []
    for held in found.workshops:
        ahead = found.ahead.get(held.id, {})
        voting = [team for team in found.teams if team.id in ahead]
        if voting:
            in_turn = sorted((ahead[team.id], team.name) for team in voting)
            rows = [[name, write.number(minutes)] for minutes, name in in_turn]
            tables.append({"workshop": held.title, "rows": rows})
    return tables


def _heading(held: Held) -> str:
    """Its number, as in the picture, where the title does not begin with it."""
    number = f"{held.number}."
    return held.title if held.title.startswith(number) else f"{number} {held.title}"


@dataclass(frozen=True)
class _Writer:
    """Writes numbers as the reader does, to a hundredth; a large table has thousands of them."""

    signs: Mapping[int, str]

    def number(self, value: Fraction | int) -> str:
        return f"{float(value):,.2f}".rstrip("0").rstrip(".").translate(self.signs)

    def minutes(self, value: Fraction | int) -> str:
        if value == 1:
            return str(gettext("1 Minute"))
        return str(gettext("%(minutes)s Minuten", minutes=self.number(value)))


def _writer() -> _Writer:
    locale = get_locale()
    return _Writer({ord(","): get_group_symbol(locale), ord("."): get_decimal_symbol(locale)})
