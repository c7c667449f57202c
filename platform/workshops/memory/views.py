"""The page of the memory: over the whole series, how many minutes each team's wishes got."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flask import Blueprint, render_template
from flask_babel import format_decimal, gettext

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
    counted = [held for held in found.workshops if held.counted]
    return render_template(
        "memory/memory.html",
        title=title,
        facts=_facts(counted, found.teams),
        legend=[_part_of(at, held) for at, held in enumerate(counted)],
        bars=_bars(counted, found.teams, cohort.team),
        served=_served(counted, found.teams),
        shares=_shares([held for held in counted if held.owning], found.teams),
        ties=_ties(found),
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


def _facts(counted: Sequence[Held], teams: Sequence[Team]) -> list[tuple[str, str]]:
    totals = [team.total for team in teams if team.served]
    if not totals:
        return []
    least, most = min(totals), max(totals)
    between = gettext("%(least)s bis %(most)s Minuten", least=_number(least), most=_number(most))
    return [
        (gettext("Gezählte Treffen"), _number(len(counted))),
        (gettext("Im Durchschnitt je Team"), _minutes(Fraction(round(sum(totals) / len(totals))))),
        (gettext("Wenigste und meiste"), between if least < most else _minutes(Fraction(most))),
    ]


def _bars(counted: Sequence[Held], teams: Sequence[Team], own: str | None) -> list[dict[str, Any]]:
    """As the picture draws them: one for each team that had a ballot."""
    workshops = [held.id for held in counted]
    longest = max((team.total for team in teams), default=0)
    return [
        {
            "team": team.name,
            "own": team.id == own,
            "total": _minutes(Fraction(team.total)),
            "parts": [
                {
                    "x": f"{part.start:.2f}%",
                    "width": f"{part.width:.2f}%",
                    "middle": f"{part.start + part.width / 2:.2f}%",
                    **_part_of(part.at, counted[part.at], labelled=part.width >= LABELLED),
                }
                for part in bar(team, workshops, longest)
            ],
        }
        for team in teams
        if team.served
    ]


def _part_of(at: int, held: Held, *, labelled: bool = True) -> dict[str, Any]:
    return {
        "number": held.number if labelled else None,
        "tone": "dark" if at % 2 == 0 else "light",
        "title": held.title,
        "day": words.day_in_words(held.starts_at),
    }


def _served(counted: Sequence[Held], teams: Sequence[Team]) -> dict[str, Any]:
    """The table behind the picture."""
    titles = [(_heading(held), "numeric") for held in counted]
    return {
        "columns": [gettext("Team"), (gettext("insgesamt"), "numeric"), *titles],
        "rows": [
            [
                team.name,
                _number(team.total),
                *(_number(team.served[held.id]) if held.id in team.served else NONE for held in counted),
            ]
            for team in teams
            if team.served
        ],
    }


def _shares(owning: Sequence[Held], teams: Sequence[Team]) -> dict[str, Any] | None:
    """What teams owned and paid where they owned minutes, and what they have left from the last time."""
    if not owning:
        return None
    titles = [(_heading(held), "numeric") for held in owning]
    return {
        "columns": [gettext("Team"), *titles, (gettext("jetzt übrig"), "numeric")],
        "rows": [
            [
                team.name,
                *(_paid(team.shares.get(held.id)) for held in owning),
                NONE if (left := team.brings(owning[-1].id)) is None else _minutes(left),
            ]
            for team in teams
            if team.served
        ],
    }


def _paid(share: Share | None) -> str:
    if share is None:
        return NONE
    return str(gettext("%(paid)s von %(owns)s", paid=_number(share.paid), owns=_number(share.owns)))


def _ties(found: Memory) -> list[dict[str, Any]]:
    """For every vote that goes on and whose ties go by it: who would come first."""
    tables = []
    for held in found.workshops:
        ahead = found.ahead.get(held.id, {})
        voting = [team for team in found.teams if team.id in ahead]
        if voting:
            in_turn = sorted((ahead[team.id], team.name) for team in voting)
            rows = [[name, _number(minutes)] for minutes, name in in_turn]
            tables.append({"workshop": held.title, "rows": rows})
    return tables


def _heading(held: Held) -> str:
    """Its number, as in the picture, where the title does not begin with it."""
    number = f"{held.number}."
    return held.title if held.title.startswith(number) else f"{number} {held.title}"


def _minutes(minutes: Fraction) -> str:
    if minutes == 1:
        return str(gettext("1 Minute"))
    return str(gettext("%(minutes)s Minuten", minutes=_number(minutes)))


def _number(value: Fraction | int) -> str:
    return str(format_decimal(round(float(value), 2)))
