"""The page of the series: where a cohort is in its year."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from foundation import clock
from people import page
from people.cohorts import current
from people.house import house
from people.sign_in import asking
from workshops import frame
from workshops.overview import queries, rules, steps

pages = Blueprint("series", __name__, template_folder="templates")


@pages.get("/workshops")
@asking.signed_in
def series() -> str:
    with house().database.reading() as connection:
        cohort = current.cohort(connection)
        workshops = queries.standings(connection, asking.required(), cohort.id) if cohort else []
    upcoming = rules.next_one(workshops, clock.now())
    drawn = [steps.step(workshop, upcoming) for workshop in workshops]
    if not (cohort and frame.belongs(cohort)):
        drawn = [{**step, "href": None} for step in drawn]
    return render_template(
        "series/series.html",
        steps=drawn,
        upcoming=next((step for step in drawn if step["when"] == "next"), None),
        **page.frame(
            cohort=cohort, breadcrumb=[(gettext("Übersicht"), "/"), (gettext("Werkstatt-Treffen"), None)]
        ),
    )


@pages.get("/workshops/<workshop>")
@asking.signed_in
def workshop(workshop: str) -> Response:
    with house().database.reading() as connection:
        here = frame.visible(connection, workshop)
    return redirect(f"/workshops/{here.id}/topics")
