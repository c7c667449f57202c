"""The office's pages of cohorts: made, changed, and who sits where."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from foundation import bodies, commands
from foundation.errors import Refusal, not_found
from foundation.policy import Role
from foundation.text import N_
from people.accounts.queries import account as account_of
from people.accounts.service import NO_ADDRESS
from people.house import house
from people.invitations.queries import open_everywhere
from people.invitations.words import role_names
from people.sign_in import asking

from . import cohort_queries, overview_queries
from .forms import STAY, carry_out, given, with_moments
from .frame import around, for_the_office

pages = Blueprint("administration_cohorts", __name__, template_folder="templates", url_prefix="/admin")

COHORTS = "/admin/cohorts"
FIELDS = (
    "name", "starts_on", "ends_on", "programme", "seats_per_team", "places_teams", "places_people",
)  # fmt: skip
TEAM = ("organisation", "name")
PERSON = ("email", "as", *STAY)


@pages.get("/cohorts")
@asking.signed_in
@for_the_office
def cohorts() -> str:
    with house().database.reading() as connection:
        found = overview_queries.cohorts(connection, open_everywhere(connection))
        frame = around(connection, COHORTS, gettext("Durchgänge"))
    return render_template("administration/cohorts.html", found=found, **frame)


@pages.get("/cohorts/new")
@asking.signed_in
@for_the_office
def new() -> str:
    return _form({**dict.fromkeys(FIELDS, ""), "seats_per_team": "2"})


@pages.post("/cohorts/new")
@asking.signed_in
@for_the_office
def create() -> Response | tuple[str, int]:
    typed = given(FIELDS)
    try:
        made = carry_out("cohort.create", "house", typed)
    except Refusal as refusal:
        return _form(typed, refusal=refusal), refusal.status
    flash(gettext("Der Durchgang ist angelegt. Als Nächstes kommen die Teams."), "success")
    return redirect(f"{COHORTS}/{made['cohort']}")


@pages.get("/cohorts/<cohort>/change")
@asking.signed_in
@for_the_office
def change_form(cohort: str) -> str:
    found = _settled(cohort)
    shown = {name: getattr(found, name) for name in FIELDS}
    return _form({name: "" if value is None else str(value) for name, value in shown.items()}, cohort)


@pages.post("/cohorts/<cohort>/change")
@asking.signed_in
@for_the_office
def change(cohort: str) -> Response | tuple[str, int]:
    _settled(cohort)
    typed = given(FIELDS)
    try:
        carry_out("cohort.change", f"cohort/{cohort}", typed)
    except Refusal as refusal:
        return _form(typed, cohort, refusal), refusal.status
    flash(gettext("Der Durchgang ist geändert."), "success")
    return redirect(f"{COHORTS}/{cohort}")


def _settled(cohort: str) -> cohort_queries.Settled:
    with house().database.reading() as connection:
        found = cohort_queries.settled(connection, cohort)
    if found is None:
        raise not_found()
    return found


def _form(typed: dict[str, str], cohort: str | None = None, refusal: Refusal | None = None) -> str:
    title = gettext("Durchgang ändern") if cohort else gettext("Durchgang anlegen")
    way: list[tuple[str, str | None]] = [(title, None)]
    if cohort:
        way.insert(0, (_settled(cohort).name, f"{COHORTS}/{cohort}"))
    with house().database.reading() as connection:
        programmes = cohort_queries.programmes(connection)
        frame = around(connection, COHORTS, title, further=way)
    return render_template(
        "administration/cohort_form.html",
        address=f"{COHORTS}/{cohort}/change" if cohort else f"{COHORTS}/new",
        back=f"{COHORTS}/{cohort}" if cohort else COHORTS,
        changing=cohort is not None,
        given=typed,
        programmes=programmes,
        refused=asking.refused(refusal),
        command_id=commands.new_id,
        **frame,
    )


@pages.get("/cohorts/<cohort>")
@asking.signed_in
@for_the_office
def cohort(cohort: str) -> str:
    return _cohort(cohort)


@pages.post("/cohorts/<cohort>/teams")
@asking.signed_in
@for_the_office
def add_team(cohort: str) -> Response | tuple[str, int]:
    typed = given(TEAM)
    try:
        carry_out("team.create", f"cohort/{cohort}", typed)
    except Refusal as refusal:
        return _cohort(cohort, typed, refusal), refusal.status
    flash(gettext("Das Team ist angelegt."), "success")
    return redirect(f"{COHORTS}/{cohort}#teams")


@pages.post("/cohorts/<cohort>/people")
@asking.signed_in
@for_the_office
def add_person(cohort: str) -> Response | tuple[str, int]:
    """A seat or a role of this cohort for somebody who has an account; `as` is `seat:<team>` and the like."""
    typed = given(PERSON)
    try:
        with house().database.reading() as connection:
            account = account_of(connection, typed["email"])
        if not typed["email"]:
            raise bodies.invalid(email=NO_ADDRESS)
        if account is None:
            raise bodies.invalid(email=N_("Zu dieser Adresse gibt es kein Konto."))
        _give(cohort, account.id, typed)
    except Refusal as refusal:
        return _cohort(cohort, typed, refusal), refusal.status
    said = gettext("%(name)s ist jetzt dabei.", name=typed["email"])
    if with_moments(typed).get("valid_from"):
        said = gettext("%(name)s ist ab dem gewählten Tag dabei.", name=typed["email"])
    flash(said, "success")
    return redirect(f"{COHORTS}/{cohort}#teams")


def _give(cohort: str, person: str, typed: dict[str, str]) -> None:
    stay = {name: value for name, value in with_moments(typed).items() if name in STAY}
    what, _, team = typed["as"].partition(":")
    if what == "seat":
        carry_out("seat.give", f"cohort/{cohort}", {"team": team, "person": person, **stay})
    elif what in (Role.COACH, Role.FACILITATOR):
        scope = {"team": team} if what == Role.COACH else {"cohort": cohort}
        carry_out("role.grant", "house", {"person": person, "role": what, **scope, **stay})
    else:
        raise bodies.invalid(**{"as": N_("Bitte wählen Sie aus, was die Person bekommt.")})


def _cohort(cohort: str, typed: dict[str, str] | None = None, refusal: Refusal | None = None) -> str:
    with house().database.reading() as connection:
        found = cohort_queries.cohort(connection, cohort)
        if found is None:
            raise not_found()
        organisations = cohort_queries.organisations(connection)
        places = dict(house().guest_places(connection, cohort))
        frame = around(connection, COHORTS, found.card.name, further=[(found.card.name, None)])
    return render_template(
        "administration/cohort.html",
        found=found,
        here=f"{COHORTS}/{cohort}",
        organisations=organisations,
        places=places,
        roles=role_names(),
        given={**dict.fromkeys((*TEAM, *PERSON), ""), **(typed or {})},
        team_refused=_about(TEAM, typed, refusal),
        person_refused=_about(PERSON, typed, refusal),
        refused=asking.refused(refusal),
        command_id=commands.new_id,
        **frame,
    )


def _about(fields: tuple[str, ...], typed: dict[str, str] | None, refusal: Refusal | None) -> dict[str, Any]:
    """What is wrong in the one of the page's forms that was sent."""
    sent = refusal is not None and typed is not None and set(fields) == set(typed)
    return dict(asking.refused(refusal)["fields"]) if sent else {}
