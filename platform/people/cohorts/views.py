"""The choice among one's cohorts."""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from foundation.errors import not_found
from people.cohorts import current
from people.house import house
from people.sign_in import asking

from . import queries

pages = Blueprint("cohorts", __name__)


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
