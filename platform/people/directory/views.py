"""The people of the cohort with what each has released, and the page on which one releases it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from foundation import commands
from foundation.errors import Refusal, not_found
from foundation.policy import Role
from people import page
from people.cohorts import current
from people.cohorts.queries import cohorts_for
from people.house import house
from people.profile import frame
from people.sign_in import asking

from . import queries, vcards
from .queries import Entry

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
        contacts=f"/cohorts/{cohort.id}/contacts" if cohort else None,
        reachable=any(entry.reachable for entry in entries),
        roles=_roles(),
        **page.frame(cohort=cohort, breadcrumb=[(gettext("Übersicht"), "/"), (gettext("Personen"), None)]),
    )


@pages.get("/cohorts/<cohort>/contacts.vcf")
@asking.signed_in
def contacts(cohort: str) -> Response:
    """Everybody of the cohort who has released how to reach them."""
    return _cards(gettext("Kontakte"), [entry for entry in _of(cohort) if entry.reachable])


@pages.get("/cohorts/<cohort>/contacts/<person>.vcf")
@asking.signed_in
def contact(cohort: str, person: str) -> Response:
    found = [entry for entry in _of(cohort) if entry.id == person]
    return _cards("-".join(entry.name for entry in found), found)


def _of(cohort: str) -> list[Entry]:
    """The people of a cohort that the one who asks may open."""
    with house().database.reading() as connection:
        if cohort not in {entry.id for entry in cohorts_for(connection, asking.required())}:
            raise not_found()
        return queries.people(connection, cohort)


def _cards(name: str, entries: Sequence[Entry]) -> Response:
    """Only what stands on the page as well: empty is what is not released."""
    if not entries:
        raise not_found()
    answer = make_response(vcards.written(_card(entry) for entry in entries))
    answer.headers["Content-Type"] = "text/vcard; charset=utf-8"
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.vcf")
    return answer


def _card(entry: Entry) -> vcards.Card:
    said = (
        entry.offers and gettext("Bietet: %(what)s", what=entry.offers),
        entry.seeks and gettext("Sucht: %(what)s", what=entry.seeks),
    )
    return (
        ("FN", entry.name),
        ("ORG", ", ".join(entry.parts.get(Role.PARTICIPANT, ()))),
        ("TITLE", entry.office),
        ("EMAIL", entry.email),
        ("TEL", entry.phone),
        ("NOTE", "\n".join(filter(None, said))),
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
