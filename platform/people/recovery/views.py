"""The pages of a forgotten password and of a change of address."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext
from flask_limiter.errors import RateLimitExceeded
from werkzeug.wrappers import Response

from foundation import commands
from foundation.errors import Code, Refusal, not_found
from people import page
from people.factors import confirming
from people.house import house
from people.links.queries import Link, link
from people.links.rules import Purpose
from people.profile import frame
from people.sign_in import asking, passwords
from people.sign_in.limits import ADDRESS, by_address, by_typed_address, limiter, setting, too_many
from people.sign_in.policy import DOOR

from . import moving, queries

View = TypeVar("View", bound=Callable[[str], Any])

pages = Blueprint("recovery", __name__, template_folder="templates")


@pages.get("/forgot")
def forgot() -> str:
    _only_with_passwords()
    return _forgot()


@pages.post("/forgot")
@limiter.limit(setting(ADDRESS), key_func=by_address)
def request_reset() -> str | tuple[str, int] | Response:
    """The same answer and the same work, whoever's address it is and however often it was typed."""
    _only_with_passwords()
    typed = request.form.get("email", "").strip()
    if not typed:
        return _forgot({"email": gettext("Bitte geben Sie Ihre E-Mail-Adresse an.")}), 422
    try:
        with limiter.limit(lambda: str(house().settings.mail_limit), key_func=by_typed_address):
            _carry_out("reset.request", "house", {"address": typed})
    except RateLimitExceeded:
        pass  # whoever asks learns nothing of it, and the mailbox is spared
    except Refusal as refusal:
        if refusal.code is not Code.INVALID:
            raise
    return redirect("/forgot/sent")


@pages.get("/forgot/sent")
def sent() -> str:
    _only_with_passwords()
    return render_template("recovery/sent.html", **page.frame())


def opened(view: View) -> View:
    """A link that opens nothing (any more) leads to a page that says what to do; the same for all of them."""

    @wraps(view)
    def guarded(token: str) -> Any:
        try:
            return view(token)
        except Refusal as refusal:
            if refusal.code is not Code.NOT_FOUND:
                raise
        shown = render_template(
            "recovery/worthless.html",
            again="/forgot" if request.path.startswith("/reset/") and house().settings.passwords else None,
            **page.frame(),
        )
        return _discreet(shown, 404)

    return cast(View, guarded)


@pages.get("/reset/<token>")
@opened
def reset_form(token: str) -> Response:
    _only_with_passwords()
    _found(token, Purpose.RESET)
    return _discreet(_reset(token))


@pages.post("/reset/<token>")
@limiter.limit(setting(ADDRESS), key_func=by_address)
@opened
def reset(token: str) -> Response:
    _only_with_passwords()
    found = _found(token, Purpose.RESET)
    with house().database.reading() as connection:
        whose = queries.by_id(connection, found.person)
    if whose is None:
        raise not_found()
    password = request.form.get("password", "")
    try:
        passwords.check_new(
            password, repeated=request.form.get("repeat", ""), about=(whose.name, whose.email)
        )
        body = {"link": found.id, "hash": passwords.hash_of(password)}
        _carry_out("reset.use", f"person/{whose.id}", body)
    except Refusal as refusal:
        if refusal.code is Code.CLOSED:
            raise not_found() from None
        return _discreet(_reset(token, asking.said(refusal)), refusal.status)
    flash(gettext("Ihr neues Passwort gilt. Bitte melden Sie sich damit an."), "success")
    return redirect("/sign-in")


@pages.get("/profile/address")
@asking.signed_in
@confirming.confirmed
def address_form() -> str:
    return _address()


@pages.post("/profile/address")
@limiter.limit(setting(ADDRESS), key_func=by_address)
@asking.signed_in
@confirming.confirmed
def ask_for_address() -> str | tuple[str, int] | Response:
    typed = request.form.get("address", "")
    try:
        with limiter.limit(lambda: str(house().settings.mail_limit), key_func=by_typed_address):
            here = f"person/{asking.required().id}"
            _carry_out("address.ask", here, {"address": typed}, id=request.form.get("command_id", ""))
    except Refusal as refusal:
        return _address(typed, asking.said(refusal)), refusal.status
    flash(gettext("Wir haben an beide Adressen geschrieben. Bitte bestätigen Sie beide."), "success")
    return redirect("/profile/address")


@pages.post("/profile/address/drop")
@asking.signed_in
def drop_address() -> Response:
    here = f"person/{asking.required().id}"
    asking.carry_out("address.drop", here, id=request.form.get("command_id", ""))
    flash(gettext("Ihre Adresse bleibt, wie sie ist. Die Links in den E-Mails gelten nicht mehr."), "success")
    return redirect("/profile/address")


@pages.get("/address/<token>")
@opened
def address_link(token: str) -> Response:
    return _discreet(_confirming(token, _found(token, Purpose.ADDRESS_OLD, Purpose.ADDRESS_NEW)))


@pages.post("/address/<token>")
@limiter.limit(setting(ADDRESS), key_func=by_address)
@opened
def confirm_address(token: str) -> Response:
    found = _found(token, Purpose.ADDRESS_OLD, Purpose.ADDRESS_NEW)
    try:
        done = _carry_out("address.confirm", f"person/{found.person}", {"link": found.id})
    except Refusal as refusal:
        if refusal.message != moving.TAKEN:
            raise not_found() from None
        return _discreet(_confirming(token, found, asking.said(refusal)["message"]), refusal.status)
    changed = "person" in done.result
    return _discreet(render_template("recovery/confirmed.html", changed=changed, **page.frame()))


@pages.errorhandler(RateLimitExceeded)
def wait(_error: RateLimitExceeded) -> tuple[str, int, dict[str, str]]:
    """The form with what was typed, where that is no password."""
    message, headers = too_many()
    if request.path == "/forgot":
        return _forgot(message=message), 429, headers
    if request.path == "/profile/address" and asking.actor():
        typed = request.form.get("address", "")
        return _address(typed, {"fields": {}, "message": message}), 429, headers
    return render_template("recovery/wait.html", message=message, **page.frame()), 429, headers


def _only_with_passwords() -> None:
    if not house().settings.passwords:
        raise not_found()


def _found(token: str, *purposes: Purpose) -> Link:
    """The link, if it still works for one of the purposes; looking at it does not use it up."""
    here = house()
    with here.database.reading() as connection:
        found = link(connection, token, key=here.link_key)
    if found is None or found.purpose not in purposes or found.person is None:
        raise not_found()
    return found


def _carry_out(
    name: str,
    place: str,
    body: dict[str, Any],
    *,
    id: str = "",  # noqa: A002 -- the wire calls it id
) -> commands.Answer:
    return house().door.carry_out(DOOR, commands.ask(name, place, body, id=id))


def _discreet(text: str, status: int = 200) -> Response:
    """A page whose address is a secret: no Referer bears it.

    Not `no-referrer`: with that, browsers send their forms with `Origin: null`, which the house refuses.
    """
    response = Response(text, status, mimetype="text/html")
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


def _forgot(fields: dict[str, str] | None = None, message: str | None = None) -> str:
    return render_template(
        "recovery/forgot.html",
        email=request.form.get("email", ""),
        fields=fields or {},
        message=message,
        **page.frame(),
    )


def _reset(token: str, refused: dict[str, Any] | None = None) -> str:
    refused = refused or {"fields": {}, "message": None}
    return render_template("recovery/reset.html", token=token, refused=refused, **page.frame())


def _confirming(token: str, found: Link, message: str | None = None) -> str:
    return render_template(
        "recovery/confirm.html", token=token, address=found.subject, message=message, **page.frame()
    )


def _address(typed: str = "", refused: dict[str, Any] | None = None) -> str:
    person = asking.required().id
    with house().database.reading() as connection:
        title = gettext("Adresse ändern")
        around = frame.around(connection, "/profile", gettext("Angaben"), further=[(title, None)])
        return render_template(
            "recovery/address.html",
            **{**around, "title": title},
            present=queries.own_address(connection, person),
            change=queries.change_of(connection, person),
            typed=typed,
            refused=refused or {"fields": {}, "message": None},
            command_id=commands.new_id,
        )
