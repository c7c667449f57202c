"""The office's pages of accounts: found, looked at, with seats and roles."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from foundation import commands
from foundation.errors import not_found
from people.factors import confirming
from people.house import house
from people.invitations.words import role_names
from people.sign_in import asking

from . import account_queries
from .forms import carry_out, done
from .frame import around, for_the_office

pages = Blueprint("administration_accounts", __name__, template_folder="templates", url_prefix="/admin")

PEOPLE = "/admin/people"


@pages.get("/people")
@asking.signed_in
@for_the_office
def people() -> str:
    search = request.args.get("search", "")[:120].strip()
    page = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    with house().database.reading() as connection:
        found, count = account_queries.accounts(connection, search=search, page=page)
        frame = around(connection, PEOPLE, gettext("Konten"))
    return render_template(
        "administration/people.html",
        found=found,
        count=count,
        search=search,
        before=_turned(search, page - 1) if page > 1 else None,
        after=_turned(search, page + 1) if count > page * account_queries.A_PAGE else None,
        **frame,
    )


def _turned(search: str, page: int) -> str:
    return asking.with_query(PEOPLE, **({"search": search} if search else {}), page=str(page))


@pages.get("/people/<person>")
@asking.signed_in
@for_the_office
def person(person: str) -> str:
    with house().database.reading() as connection:
        found = account_queries.account(connection, person)
        if found is None:
            raise not_found()
        name = found.account.name
        frame = around(connection, PEOPLE, name, further=[(name, None)])
    return render_template(
        "administration/person.html",
        found=found,
        oneself=person == asking.required().id,
        roles=role_names(),
        command_id=commands.new_id,
        **frame,
    )


@pages.post("/people/<person>/lock")
@asking.signed_in
@for_the_office
def lock(person: str) -> Response:
    """Of somebody who administers only after one has shown who one is, which leads back to the button."""
    with house().database.reading() as connection:
        found = account_queries.account(connection, person)
    if found is not None and found.administrator and not confirming.is_shown():
        return confirming.ask_first(f"{PEOPLE}/{person}")
    return _kept(person, "person.lock", gettext("Das Konto ist gesperrt, und alle Sitzungen sind beendet."))


@pages.post("/people/<person>/unlock")
@asking.signed_in
@for_the_office
def unlock(person: str) -> Response:
    return _kept(person, "person.unlock", gettext("Die Person kann sich wieder anmelden."))


@pages.post("/people/<person>/sign-out")
@asking.signed_in
@for_the_office
def sign_out(person: str) -> Response:
    return _kept(person, "sessions.end", gettext("Alle Sitzungen dieser Person sind beendet."))


def _kept(person: str, command: str, sentence: str) -> Response:
    return done(lambda: carry_out(command, "house", {"person": person}), sentence, f"{PEOPLE}/{person}")
