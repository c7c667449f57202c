"""The page on which the office sees how long what is kept, what goes next, and what went."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, render_template
from flask_babel import format_datetime, format_decimal, gettext, ngettext

from foundation import clock, jobs
from people.administration.frame import around, for_the_office
from people.house import house
from people.sign_in import asking

from . import queries
from .rules import Kind, next_night
from .service import JOB
from .words import CALLED, SINCE, STAYING

pages = Blueprint("retention", __name__, template_folder="templates", url_prefix="/admin")

HERE = "/admin/retention"
SHOWN = 14
"""Rounds that the report shows: two weeks of nights."""


@pages.get("/retention")
@asking.signed_in
@for_the_office
def report() -> str:
    periods, now = house().settings.periods, clock.now()
    with house().database.reading() as connection:
        next_at = jobs.next_due(connection, JOB) or next_night(now)
        going = queries.would_go(connection, periods, next_at)
        warned = queries.to_warn(connection, periods, next_at)
        rounds = queries.rounds(connection, most=SHOWN)
        frame = around(connection, HERE, gettext("Aufbewahrung"))
    moment = gettext("d. MMMM y, H:mm 'Uhr'")
    return render_template(
        "retention/report.html",
        kept=[
            (
                gettext(CALLED[kind]),
                gettext("%(days)s %(since)s", days=_days(kept.days), since=gettext(SINCE[kind])),
                going[kind],
            )
            for kind, kept in periods.items()
        ],
        warned=warned,
        next_at=format_datetime(next_at, moment),
        rounds=[(format_datetime(one.at, moment), _removed(one.removed)) for one in rounds],
        staying=[(gettext(one.what), gettext(one.why)) for one in STAYING],
        **frame,
    )


def _days(count: int) -> str:
    return str(ngettext("%(days)s Tag", "%(days)s Tage", count, days=format_decimal(count)))


def _removed(removed: Mapping[Kind, int]) -> str:
    said = [
        gettext("%(kind)s: %(count)s", kind=gettext(CALLED[kind]), count=count)
        for kind, count in removed.items()
    ]
    return ", ".join(said) or str(gettext("nichts"))
