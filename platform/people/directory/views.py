"""The people of the cohort with what each has released, and the page on which one releases it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from foundation import commands
from foundation.errors import Refusal
from foundation.policy import Role
from people import page
from people.cohorts import current
from people.house import house
from people.profile import frame
from people.sign_in import asking

from . import queries

pages = Blueprint("directory", __name__, template_folder="templates")

LONGEST_SEARCH = 100
_TEXTS = ("office", "phone", "offers", "seeks")
_TICKS = ("shows_email", "shows_phone")


@pages.get("/people")
@asking.signed_in
def people() -> str:
    """The teams as they are now, and below them who they are."""
    search = request.args.get("search", "")[:LONGEST_SEARCH]
    with house().database.reading() as connection:
        cohort = current.cohort(connection)
        teams = page.snapshot(connection, f"cohort/{cohort.id}") if cohort else None
        entries = queries.people(connection, cohort.id, search=search) if cohort else []
    return render_template(
        "directory/people.html",
        teams=teams,
        entries=entries,
        search=search,
        roles=_roles(),
        **page.frame(cohort=cohort, breadcrumb=[(gettext("Übersicht"), "/"), (gettext("Personen"), None)]),
    )


@pages.get("/profile/directory")
@asking.signed_in
def form() -> str:
    with house().database.reading() as connection:
        settled = queries.own(connection, asking.required().id)
    return _form(asdict(settled))


@pages.post("/profile/directory")
@asking.signed_in
def change() -> tuple[str, int] | Response:
    given: dict[str, Any] = {name: request.form.get(name, "") for name in _TEXTS}
    given |= {name: name in request.form for name in _TICKS}
    try:
        place = f"person/{asking.required().id}"
        asking.carry_out("directory.change", place, given, id=request.form.get("command_id", ""))
    except Refusal as refusal:
        return _form(given, refused=asking.said(refusal)), refusal.status
    flash(gettext("Gespeichert. Das sehen die anderen Ihres Durchgangs jetzt von Ihnen."), "success")
    return redirect("/profile/directory")


def _form(given: dict[str, Any], *, refused: dict[str, Any] | None = None) -> str:
    with house().database.reading() as connection:
        cohort = current.cohort(connection)
        everybody = queries.people(connection, cohort.id) if cohort else []
        around = frame.around(connection, "/profile/directory", gettext("Was andere sehen"))
    return render_template(
        "directory/own.html",
        given=given,
        refused=refused or {"fields": {}, "message": None},
        seen=next((entry for entry in everybody if entry.id == asking.required().id), None),
        roles=_roles(),
        command_id=commands.new_id(),
        **around,
    )


def _roles() -> dict[str, str]:
    return {
        Role.PARTICIPANT: gettext("Team"),
        Role.COACH: gettext("Coach"),
        Role.FACILITATOR: gettext("Moderation"),
    }
