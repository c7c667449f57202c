"""The page of the series, where a cohort is in its year, and the forms to announce and change a workshop."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from foundation import clock, commands, places, policy
from foundation.errors import Refusal, not_found
from people import page
from people.cohorts import current
from people.cohorts.current import CurrentCohort
from people.house import house
from people.sign_in import asking
from workshops import frame, words
from workshops.overview import queries, rules, steps
from workshops.series import queries as series_queries
from workshops.series.queries import Meeting

from .policy import SeriesPermission

pages = Blueprint("series", __name__, template_folder="templates")

FIELDS = ("title", "starts_at", "place", "minutes")


@pages.get("/workshops")
@asking.signed_in
def series() -> str:
    with house().database.reading() as connection:
        cohort = current.cohort(connection)
        workshops = queries.standings(connection, asking.required(), cohort.id) if cohort else []
        plans = cohort is not None and _plans(connection, cohort.id)
        followed = page.snapshot(connection, f"cohort/{cohort.id}") if cohort else None
    upcoming = rules.next_one(workshops, clock.now())
    drawn = [steps.step(workshop, upcoming) for workshop in workshops]
    belongs = cohort is not None and frame.belongs(cohort)
    if not belongs:
        drawn = [{**step, "href": None, "file": None} for step in drawn]
    return render_template(
        "series/series.html",
        steps=drawn,
        series=followed,
        plans=plans,
        remembers=belongs,
        command_id=commands.new_id,
        upcoming=next((step for step in drawn if step["when"] == "next"), None),
        **page.frame(
            cohort=cohort, breadcrumb=[(gettext("Übersicht"), "/"), (gettext("Werkstatt-Treffen"), None)]
        ),
    )


@pages.get("/workshops/new")
@asking.signed_in
def announce_form() -> str:
    return _form(_planned_cohort())


@pages.post("/workshops/new")
@asking.signed_in
def announce() -> Response | tuple[str, int]:
    cohort = _planned_cohort()
    try:
        _carry_out("workshop.create", f"cohort/{cohort.id}", _sent())
    except Refusal as refusal:
        return _form(cohort, given=_given(), refusal=refusal), refusal.status
    flash(gettext("Das Treffen ist angekündigt. Alle im Durchgang sehen es jetzt."), "success")
    return redirect("/workshops")


@pages.get("/workshops/<workshop>/change")
@asking.signed_in
def change_form(workshop: str) -> str:
    here = _planned(workshop)
    given = {
        "title": here.title,
        "starts_at": here.starts_at.astimezone(clock.SHOWN_IN).strftime(clock.TYPED),
        "place": here.place,
        "minutes": here.minutes,
    }
    return _form(None, here=here, given=given)


@pages.post("/workshops/<workshop>/change")
@asking.signed_in
def change(workshop: str) -> Response | tuple[str, int]:
    here = _planned(workshop)
    try:
        _carry_out("workshop.change", f"workshop/{here.id}", _sent())
    except Refusal as refusal:
        return _form(None, here=here, given=_given(), refusal=refusal), refusal.status
    flash(gettext("Das Treffen ist geändert. Alle im Durchgang sehen es jetzt."), "success")
    return redirect("/workshops")


@pages.get("/workshops/<workshop>/cancel")
@asking.signed_in
def cancel_form(workshop: str) -> str:
    return _cancelling(_planned(workshop))


@pages.post("/workshops/<workshop>/cancel")
@asking.signed_in
def cancel(workshop: str) -> Response | tuple[str, int]:
    here = _planned(workshop)
    reason = request.form.get("reason", "")
    try:
        _carry_out("workshop.cancel", f"workshop/{here.id}", {"reason": reason})
    except Refusal as refusal:
        return _cancelling(here, reason=reason, refusal=refusal), refusal.status
    flash(gettext("Das Treffen ist abgesagt. Alle im Durchgang sehen es jetzt."), "success")
    return redirect("/workshops")


@pages.post("/workshops/<workshop>/reinstate")
@asking.signed_in
def reinstate(workshop: str) -> Response:
    here = _planned(workshop)
    try:
        _carry_out("workshop.reinstate", f"workshop/{here.id}", {})
    except Refusal as refusal:
        flash(asking.said(refusal)["message"], "error")
    else:
        flash(gettext("Das Treffen findet statt. Alle im Durchgang sehen es jetzt."), "success")
    return redirect("/workshops")


@pages.get("/workshops/<workshop>")
@asking.signed_in
def workshop(workshop: str) -> Response:
    with house().database.reading() as connection:
        here = frame.visible(connection, workshop)
    return redirect(f"/workshops/{here.id}/topics")


def _plans(connection: Connection, cohort: str) -> bool:
    """Whether the one who asks may announce workshops of that cohort."""
    place = places.find(connection, [f"cohort/{cohort}"]).get(f"cohort/{cohort}")
    return place is not None and policy.may(asking.required(), SeriesPermission.CREATE, place)


def _planned_cohort() -> CurrentCohort:
    with house().database.reading() as connection:
        cohort = current.cohort(connection)
        if cohort is None or not _plans(connection, cohort.id):
            raise not_found()
    return cohort


def _planned(workshop: str) -> Meeting:
    """The workshop, for those who may change it; the office may, and still does not see what is in it."""
    with house().database.reading() as connection:
        here = series_queries.planned(connection, asking.required(), workshop)
        if here is None or not _plans(connection, here.cohort):
            raise not_found()
    return here


def _given() -> dict[str, Any]:
    return {name: request.form.get(name, "") for name in FIELDS}


def _sent() -> dict[str, Any]:
    """What was typed, with the zone that everybody here means."""
    given = _given()
    try:
        moment = clock.typed(given["starts_at"])
    except ValueError:
        return given  # the command says what is wrong with it
    return {**given, "starts_at": clock.wire(moment)}


def _carry_out(name: str, place: str, body: dict[str, Any]) -> None:
    asking.carry_out(name, place, body, id=request.form.get("command_id", ""))


def _cancelling(here: Meeting, *, reason: str = "", refusal: Refusal | None = None) -> str:
    with house().database.reading() as connection:
        cohort = current.cohort(connection)
    return render_template(
        "series/cancel.html",
        here=here,
        when=words.moment_in_words(here.starts_at),
        reason=reason,
        **page.form(refusal),
        **page.frame(
            cohort=cohort,
            breadcrumb=[
                (gettext("Übersicht"), "/"),
                (gettext("Werkstatt-Treffen"), "/workshops"),
                (gettext("Treffen absagen"), None),
            ],
        ),
    )


def _form(
    cohort: CurrentCohort | None,
    *,
    here: Meeting | None = None,
    given: dict[str, Any] | None = None,
    refusal: Refusal | None = None,
) -> str:
    title = gettext("Treffen ändern") if here else gettext("Treffen ankündigen")
    if cohort is None:
        with house().database.reading() as connection:
            cohort = current.cohort(connection)
    labels = {
        "title": gettext("Titel"),
        "starts_at": gettext("Beginn"),
        "place": gettext("Ort"),
        "minutes": gettext("Zeit für Themen"),
    }
    return render_template(
        "series/workshop.html",
        title=title,
        named=here is not None,
        submit=gettext("Änderung speichern") if here else gettext("Treffen ankündigen"),
        address=f"/workshops/{here.id}/change" if here else "/workshops/new",
        given=given or {**dict.fromkeys(FIELDS, ""), "minutes": "360"},
        labels=labels,
        **page.form(refusal),
        **page.frame(
            cohort=cohort,
            breadcrumb=[
                (gettext("Übersicht"), "/"),
                (gettext("Werkstatt-Treffen"), "/workshops"),
                (title, None),
            ],
        ),
    )
