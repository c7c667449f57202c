"""The pages of organisations and programmes, for the office."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from foundation import commands
from foundation.errors import Refusal, not_found
from people.administration.frame import around, for_the_office
from people.house import house
from people.sign_in import asking

from . import queries
from .rules import KINDS

pages = Blueprint("organisations", __name__, template_folder="templates", url_prefix="/admin")

HERE = "/admin/organisations"
PROGRAMMES = "/admin/programmes"
FIELDS = ("name", "kind", "region", "claim")
A_PAGE = 50


@pages.get("/organisations")
@asking.signed_in
@for_the_office
def organisations() -> str:
    search = request.args.get("search", "")[:120].strip()
    page = max(1, request.args.get("page", 1, type=int))
    with house().database.reading() as connection:
        found = queries.organisations(connection, search=search)
        frame = around(connection, HERE, gettext("Kommunen"))
    shown = found[(page - 1) * A_PAGE : page * A_PAGE]
    return render_template(
        "organisations/organisations.html",
        found=shown,
        count=len(found),
        search=search,
        kinds=_kinds(),
        before=_turned(search, page - 1) if page > 1 else None,
        after=_turned(search, page + 1) if len(found) > page * A_PAGE else None,
        **frame,
    )


def _turned(search: str, page: int) -> str:
    return asking.with_query(HERE, **({"search": search} if search else {}), page=str(page))


@pages.get("/organisations/new")
@asking.signed_in
@for_the_office
def new_form() -> str:
    return _form(None, given=dict.fromkeys(FIELDS, ""))


@pages.post("/organisations/new")
@asking.signed_in
@for_the_office
def create() -> Response | tuple[str, int]:
    given = _given()
    return _answered(
        lambda: _carry_out("organisation.create", given),
        lambda refusal: _form(None, given=given, refusal=refusal),
        done=gettext("Die Kommune ist angelegt."),
    )


@pages.get("/organisations/<organisation>")
@asking.signed_in
@for_the_office
def change_form(organisation: str) -> str:
    here = _known(organisation)
    return _form(here, given={name: getattr(here, name) for name in FIELDS})


@pages.post("/organisations/<organisation>")
@asking.signed_in
@for_the_office
def change(organisation: str) -> Response | tuple[str, int]:
    here, given = _known(organisation), _given()
    return _answered(
        lambda: _carry_out("organisation.change", {**given, "organisation": here.id}),
        lambda refusal: _form(here, given=given, refusal=refusal),
        done=gettext("Die Kommune ist geändert."),
    )


@pages.post("/organisations/<organisation>/remove")
@asking.signed_in
@for_the_office
def remove(organisation: str) -> Response | tuple[str, int]:
    return _answered(
        lambda: _carry_out("organisation.remove", {"organisation": organisation}),
        lambda refusal: _refused_removal(organisation, refusal),
        done=gettext("Die Kommune ist entfernt."),
    )


def _refused_removal(organisation: str, refusal: Refusal) -> str:
    here = _known(organisation)
    return _form(here, given={name: getattr(here, name) for name in FIELDS}, refusal=refusal)


def _known(organisation: str) -> queries.OrganisationEntry:
    with house().database.reading() as connection:
        found = queries.organisations(connection, only=organisation)
    if not found:
        raise not_found()
    return found[0]


def _given() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in FIELDS}


def _carry_out(name: str, body: dict[str, Any]) -> None:
    asking.carry_out(name, "house", body, id=request.form.get("command_id", ""))


def _answered(
    act: Callable[[], None], again: Callable[[Refusal], str], *, done: str, to: str = HERE
) -> Response | tuple[str, int]:
    """Done and on to the list, or the form once more with what is wrong."""
    try:
        act()
    except Refusal as refusal:
        return again(refusal), refusal.status
    flash(done, "success")
    return redirect(to)


def _form(
    here: queries.OrganisationEntry | None, *, given: dict[str, str], refusal: Refusal | None = None
) -> str:
    title = gettext("Kommune ändern") if here else gettext("Kommune anlegen")
    with house().database.reading() as connection:
        frame = around(connection, HERE, title, further=[(here.name if here else title, None)])
    return render_template(
        "organisations/organisation.html",
        here=here,
        address=f"{HERE}/{here.id}" if here else f"{HERE}/new",
        given=given,
        kinds=list(_kinds().items()),
        refused=asking.refused(refusal),
        command_id=commands.new_id,
        **frame,
    )


def _kinds() -> dict[str, str]:
    return {kind: gettext(label) for kind, label in KINDS.items()}


@pages.get("/programmes")
@asking.signed_in
@for_the_office
def programmes() -> str:
    return _programmes(request.args.get("programme"))


@pages.post("/programmes")
@asking.signed_in
@for_the_office
def save_programme() -> Response | tuple[str, int]:
    """A new programme, or another name for the one that the form names."""
    programme, name = request.form.get("programme") or None, request.form.get("name", "")
    verb = ("programme.change", {"name": name, "programme": programme})
    if programme is None:
        verb = ("programme.create", {"name": name})
    return _answered(
        lambda: _carry_out(*verb),
        lambda refusal: _programmes(programme, given=name, refusal=refusal),
        done=gettext("Das Programm ist gespeichert."),
        to=PROGRAMMES,
    )


def _programmes(programme: str | None, *, given: str | None = None, refusal: Refusal | None = None) -> str:
    with house().database.reading() as connection:
        found = queries.programmes(connection)
        frame = around(connection, HERE, gettext("Programme"), further=[(gettext("Programme"), None)])
    here = next((one for one in found if one.id == programme), None)
    if programme is not None and here is None:
        raise not_found()
    return render_template(
        "organisations/programmes.html",
        found=found,
        here=here,
        given=given if given is not None else here.name if here else "",
        refused=asking.refused(refusal),
        command_id=commands.new_id(),
        **frame,
    )
