"""The pages of the programme office: cohorts with their seats, and accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from foundation import bodies, commands
from foundation.errors import Refusal, not_found
from foundation.policy import Role
from foundation.text import N_
from people.accounts.queries import account as account_of
from people.house import house
from people.invitations.queries import open_elsewhere
from people.sign_in import asking

from . import queries
from .frame import around, for_the_office

pages = Blueprint("administration", __name__, template_folder="templates", url_prefix="/admin")

COHORTS = "/admin/cohorts"
PEOPLE = "/admin/people"
NEW = ("name", "starts_on", "ends_on", "seats_per_team")
UNREFUSED: dict[str, Any] = {"message": None, "fields": {}}


@pages.get("")
@asking.signed_in
@for_the_office
def overview() -> str:
    with house().database.reading() as connection:
        found = queries.cohorts(connection, over=False)
        elsewhere = open_elsewhere(connection)
        frame = around(connection, "/admin", gettext("Verwaltung"))
    return render_template(
        "administration/overview.html",
        found=found,
        elsewhere=elsewhere,
        roles=role_names(),
        without_mail=not house().settings.smtp_url and "demo" not in current_app.blueprints,
        **frame,
    )


@pages.get("/cohorts")
@asking.signed_in
@for_the_office
def cohorts() -> str:
    with house().database.reading() as connection:
        found = queries.cohorts(connection)
        frame = around(connection, COHORTS, gettext("Durchgänge"))
    return render_template("administration/cohorts.html", found=found, **frame)


@pages.get("/cohorts/new")
@asking.signed_in
@for_the_office
def new_cohort() -> str:
    return _new({**dict.fromkeys(NEW, ""), "seats_per_team": "2"})


@pages.post("/cohorts/new")
@asking.signed_in
@for_the_office
def create_cohort() -> Response | tuple[str, int]:
    given = {name: request.form.get(name, "").strip() for name in NEW}
    try:
        made = _carry_out("cohort.create", "house", given)
    except Refusal as refusal:
        return _new(given, refusal), refusal.status
    flash(gettext("Der Durchgang ist angelegt. Als Nächstes kommen die Teams."), "success")
    return redirect(f"{COHORTS}/{made['cohort']}")


def _new(given: dict[str, str], refusal: Refusal | None = None) -> str:
    title = gettext("Durchgang anlegen")
    with house().database.reading() as connection:
        frame = around(connection, COHORTS, title, further=[(title, None)])
    return render_template(
        "administration/new_cohort.html",
        given=given,
        refused=asking.said(refusal) if refusal else UNREFUSED,
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
    given = {name: request.form.get(name, "").strip() for name in ("organisation", "name")}
    try:
        _carry_out("team.create", f"cohort/{cohort}", given)
    except Refusal as refusal:
        return _cohort(cohort, given, refusal), refusal.status
    flash(gettext("Das Team ist angelegt."), "success")
    return redirect(f"{COHORTS}/{cohort}#teams")


@pages.post("/cohorts/<cohort>/seats/<seat>/end")
@asking.signed_in
@for_the_office
def end_seat(cohort: str, seat: str) -> Response:
    return _done(
        lambda: _carry_out("seat.end", f"cohort/{cohort}", {"seat": seat}),
        gettext("Der Platz ist beendet. Was das Team geschrieben und gewählt hat, bleibt."),
        f"{COHORTS}/{cohort}#teams",
    )


@pages.post("/cohorts/<cohort>/people")
@asking.signed_in
@for_the_office
def add_person(cohort: str) -> Response | tuple[str, int]:
    """A seat or a role of this cohort for somebody who has an account; `as` is `seat:<team>` and the like."""
    given = {name: request.form.get(name, "").strip() for name in ("email", "as")}
    try:
        with house().database.reading() as connection:
            account = account_of(connection, given["email"])
        if account is None:
            raise bodies.invalid(email=N_("Zu dieser Adresse gibt es kein Konto."))
        what, _, team = given["as"].partition(":")
        if what == "seat":
            _carry_out("seat.give", f"cohort/{cohort}", {"team": team, "person": account.id})
        elif what in (Role.COACH, Role.FACILITATOR):
            scope = {"team": team} if what == Role.COACH else {"cohort": cohort}
            _carry_out("role.grant", "house", {"person": account.id, "role": what, **scope})
        else:
            raise bodies.invalid(**{"as": N_("Bitte wählen Sie aus, was die Person bekommt.")})
    except Refusal as refusal:
        return _cohort(cohort, given, refusal), refusal.status
    flash(gettext("%(name)s ist jetzt dabei.", name=given["email"]), "success")
    return redirect(f"{COHORTS}/{cohort}#teams")


def _cohort(cohort: str, given: dict[str, str] | None = None, refusal: Refusal | None = None) -> str:
    with house().database.reading() as connection:
        found = queries.cohort(connection, cohort)
        if found is None:
            raise not_found()
        organisations = queries.organisations(connection)
        places = dict(house().guest_places(connection, cohort))
        frame = around(connection, COHORTS, found.card.name, further=[(found.card.name, None)])
    return render_template(
        "administration/cohort.html",
        found=found,
        here=f"{COHORTS}/{cohort}",
        organisations=organisations,
        places=places,
        roles=role_names(),
        given={**dict.fromkeys(("organisation", "name", "email", "as"), ""), **(given or {})},
        refused=asking.said(refusal) if refusal else UNREFUSED,
        command_id=commands.new_id,
        **frame,
    )


@pages.get("/people")
@asking.signed_in
@for_the_office
def people() -> str:
    search = request.args.get("search", "")[:120].strip()
    page = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    with house().database.reading() as connection:
        found, count = queries.accounts(connection, search=search, page=page)
        frame = around(connection, PEOPLE, gettext("Konten"))
    return render_template(
        "administration/people.html",
        found=found,
        count=count,
        search=search,
        before=_turned(search, page - 1) if page > 1 else None,
        after=_turned(search, page + 1) if count > page * queries.A_PAGE else None,
        **frame,
    )


def _turned(search: str, page: int) -> str:
    return asking.with_query(PEOPLE, **({"search": search} if search else {}), page=str(page))


@pages.get("/people/<person>")
@asking.signed_in
@for_the_office
def person(person: str) -> str:
    with house().database.reading() as connection:
        found = queries.account(connection, person)
        if found is None:
            raise not_found()
        name = found.account.name
        frame = around(connection, PEOPLE, name, further=[(name, None)])
    return render_template(
        "administration/person.html",
        found=found,
        roles=role_names(),
        command_id=commands.new_id,
        **frame,
    )


@pages.post("/people/<person>/roles/<role>/end")
@asking.signed_in
@for_the_office
def end_role(person: str, role: str) -> Response:
    return _done(
        lambda: _carry_out("role.end", "house", {"role": role}),
        gettext("Die Rolle ist beendet."),
        f"{PEOPLE}/{person}",
    )


def role_names() -> dict[Role, str]:
    """What the roles are called."""
    return {
        Role.PARTICIPANT: gettext("Teilnahme"),
        Role.COACH: gettext("Coach"),
        Role.FACILITATOR: gettext("Moderation"),
        Role.EXPERT: gettext("Gast"),
        Role.NETWORK: gettext("Netzwerk"),
        Role.ADMINISTRATOR: gettext("Programmverwaltung"),
    }


def _carry_out(name: str, place: str, body: dict[str, Any]) -> dict[str, str]:
    given = {key: value for key, value in body.items() if value != ""}
    answer = asking.carry_out(name, place, given, id=request.form.get("command_id", ""))
    return dict(answer.result)


def _done(act: Callable[[], object], sentence: str, back: str) -> Response:
    """Back to the page, with what happened in a sentence."""
    try:
        act()
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        said = asking.said(refusal)
        flash(" ".join([said["message"], *said["fields"].values()]), "error")
    else:
        flash(sentence, "success")
    return redirect(back)
