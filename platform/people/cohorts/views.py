"""The page of people and teams, and the choice among one's cohorts."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from foundation.errors import not_found
from people import page
from people.cohorts import current
from people.house import house
from people.sign_in import asking

from . import queries

pages = Blueprint("cohorts", __name__, template_folder="templates")


@pages.get("/people")
@asking.signed_in
def people() -> str:
    with house().database.reading() as connection:
        cohort = current.cohort(connection)
        teams = page.snapshot(connection, f"cohort/{cohort.id}") if cohort else None
    return render_template(
        "cohorts/people.html",
        teams=teams,
        **page.frame(cohort=cohort, breadcrumb=[(gettext("Übersicht"), "/"), (gettext("Personen"), None)]),
    )


@pages.get("/cohorts/<cohort>")
@asking.signed_in
def choose(cohort: str) -> Response:
    """Show this cohort from now on in this browser."""
    with house().database.reading() as connection:
        entries = queries.cohorts_for(connection, asking.required())
    if cohort not in {entry.id for entry in entries}:
        raise not_found()
    current.choose(cohort)
    return redirect("/")
