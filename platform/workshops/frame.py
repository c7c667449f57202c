"""What every page of a workshop has around it: who looks, where they are, the tabs, the live state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from sqlalchemy import Connection

from foundation import policy
from foundation.errors import not_found
from foundation.policy import Actor, Role
from people import page
from people.cohorts import queries as cohorts
from people.cohorts.current import CurrentCohort
from people.cohorts.policy import MEMBERS
from people.sign_in import asking
from workshops import words
from workshops.series import queries as series
from workshops.series.queries import Meeting


def belongs(cohort: CurrentCohort) -> bool:
    """Whether the reader is one of the cohort, and not only looks after it."""
    return policy.any_of(asking.required(), MEMBERS, [f"cohort/{cohort.id}"])


def is_guest(here: Meeting) -> bool:
    """Whether the reader, who sees the workshop, is not of its cohort: their time there is limited."""
    return not policy.any_of(asking.required(), MEMBERS, [f"cohort/{here.cohort}"])


def visible(connection: Connection, workshop: str) -> Meeting:
    """The workshop of the address, or the answer for what is not there."""
    found = series.visible(connection, asking.required(), workshop)
    if found is None:
        raise not_found()
    return found


def around(connection: Connection, here: Meeting, tab: str, title: str) -> dict[str, Any]:
    """The context of a page of this workshop. `tab` is the last part of its address, `title` its name."""
    pages = (
        ("topics", gettext("Themen")),
        ("poll", gettext("Abstimmung")),
        ("result", gettext("Ergebnis")),
        ("agenda", gettext("Ablauf")),
    )
    return {
        "title": title,
        "when": words.moment_with_zone(here.starts_at),
        "guest": _stay(connection, here) if is_guest(here) else None,
        "tabs": [
            {"label": label, "href": f"/workshops/{here.id}/{name}", "current": name == tab}
            for name, label in pages
        ],
        "workshop": page.snapshot(connection, f"workshop/{here.id}"),
        **within(connection, here, [(title, None)]),
    }


def within(
    connection: Connection, here: Meeting, breadcrumb: Sequence[tuple[str, str | None]]
) -> dict[str, Any]:
    """The context of what lies inside a workshop: its cohort, and the way to it."""
    cohort = None if is_guest(here) else _cohort(connection, asking.required(), here)
    series = [(gettext("Werkstatt-Treffen"), "/workshops")] if cohort else []
    way = [
        (gettext("Übersicht"), "/"),
        *series,
        (here.title, f"/workshops/{here.id}/topics"),
        *breadcrumb,
    ]
    return {"here": here, **page.frame(cohort=cohort, breadcrumb=way)}


def _stay(connection: Connection, here: Meeting) -> dict[str, str]:
    """Until when the reader is a guest of the workshop, in words; empty: nobody has said."""
    stays = cohorts.stays(connection, asking.required())
    ends = next((stay.ends for stay in stays if stay.place == f"workshop/{here.id}"), None)
    return {"until": words.moment_in_words(ends) if ends else ""}


def _cohort(connection: Connection, actor: Actor, here: Meeting) -> CurrentCohort:
    """The cohort of the workshop, which may be another one than the browser has chosen."""
    entries = cohorts.cohorts_for(connection, actor)
    return CurrentCohort(
        id=here.cohort,
        name=next(entry.name for entry in entries if entry.id == here.cohort),
        team=here.team,
        facilitates=actor.holds(Role.FACILITATOR, f"cohort/{here.cohort}"),
        others=[entry for entry in entries if entry.id != here.cohort],
    )
