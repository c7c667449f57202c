"""The page that says what comes next and what waits for the one who looks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext
from sqlalchemy import Connection

from foundation import clock
from foundation.policy import Role
from people import page
from people.cohorts import current
from people.house import house
from people.sign_in import asking
from workshops import frame

from . import queries, rules, steps
from .rules import Standing, Task, Waiting
from .visits import visits

pages = Blueprint("overview", __name__, template_folder="templates")


@pages.get("/")
@asking.signed_in
def overview() -> str:
    now = clock.now()
    actor = asking.required()
    with house().database.reading() as connection:
        cohort = current.cohort(connection)
        invited_to = visits(connection, actor)
        series = queries.standings(connection, actor, cohort.id) if cohort else []
        upcoming = rules.next_one(series, now)
        belongs = cohort is not None and frame.belongs(cohort)
        snapshot = _snapshot(connection, upcoming) if upcoming and belongs else None
        followed = page.snapshot(connection, f"cohort/{cohort.id}") if cohort else None
    waiting = rules.longest_waiting(
        series,
        now,
        member=bool(cohort and cohort.team),
        facilitates=bool(cohort and cohort.facilitates),
    )
    return render_template(
        "overview/overview.html",
        upcoming=steps.step(upcoming, upcoming) if upcoming else None,
        cancelled=[steps.step(one, upcoming) for one in rules.cancelled(series, now)],
        has_workshops=bool(series),
        over=bool(upcoming and upcoming.ends_at <= now),
        workshop=snapshot,
        series=followed,
        belongs=belongs,
        visits=invited_to,
        administers=bool(actor.scopes(Role.ADMINISTRATOR)),
        networks=bool(actor.scopes(Role.NETWORK)),
        task=_task(waiting) if waiting else None,
        **page.frame(cohort=cohort, breadcrumb=[]),
    )


def _snapshot(connection: Connection, workshop: Standing) -> dict[str, Any]:
    return page.snapshot(connection, f"workshop/{workshop.id}")


def _task(waiting: Waiting) -> dict[str, str]:
    """The one thing to do as a button. Whether a team has voted in a secret poll, the house does not know."""
    fill_in = gettext("Stimmzettel Ihres Teams ausfüllen")
    if waiting.workshop.secret:
        fill_in = gettext("Geheime Abstimmung läuft: zum Stimmzettel")
    tab, label, icon = {
        Task.FILL_IN: ("poll", fill_in, "vote"),
        Task.ADOPT: ("agenda", gettext("Ablauf übernehmen"), "check"),
        Task.PROPOSE: ("topics/new", gettext("Thema vorschlagen"), "add"),
        Task.OPEN: ("poll", gettext("Abstimmung öffnen"), "vote"),
    }[waiting.task]
    return {
        "label": label,
        "icon": icon,
        "href": f"/workshops/{waiting.workshop.id}/{tab}",
        "title": waiting.workshop.title,
    }
