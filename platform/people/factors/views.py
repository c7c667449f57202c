"""The pages on which a second factor is shown: at sign-in, and once more before what cannot be undone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext
from flask_limiter.errors import RateLimitExceeded
from werkzeug.wrappers import Response

from foundation import bodies
from foundation.errors import Refusal
from people import page
from people.accounts.queries import password_hash
from people.house import house
from people.identities.queries import is_linked
from people.sign_in import asking, passwords
from people.sign_in.limits import ACCOUNT, ADDRESS, by_address, by_person, limiter, setting, too_many
from people.sign_in.passwords import WRONG_PASSWORD
from people.sign_in.rules import safe_next

from . import answering, confirming, proving, queries
from .challenges import Purpose

pages = Blueprint("factors", __name__, template_folder="templates")

TRIES = "30 per hour"
"""Wrong codes of one person, from wherever: guessing one of a million takes years."""
Page = tuple[str, int]


@pages.get("/sign-in/second")
def second() -> Page | Response:
    return _second()


@pages.post("/sign-in/second")
@limiter.limit(setting(ADDRESS), key_func=by_address)
@limiter.limit(setting(ACCOUNT), key_func=proving.by_waiting)
@limiter.limit(TRIES, key_func=proving.by_waiting)
def show_second() -> Page | Response:
    pending = proving.waiting()
    if pending is None:
        return _from_the_beginning()
    try:
        _use(pending.person, Purpose.SECOND)
    except Refusal as refusal:
        return _second(_wrong(refusal))
    return redirect(safe_next(pending.next)) if proving.come_in(pending) else _from_the_beginning()


def _use(person: str, purpose: Purpose) -> None:
    """The person's passkey if it has answered, else the code that was typed; raises `Refusal`."""
    answer = request.form.get("answer", "")
    if answer:
        answering.believe(answer, purpose, person)
    else:
        proving.use(person, request.form.get("code", ""))


def _wrong(refusal: Refusal) -> dict[str, str]:
    """What is wrong with the fields; what is wrong with anything else is said on the page of the refusal."""
    if not refusal.fields:
        raise refusal
    return dict(asking.said(refusal)["fields"])


def _from_the_beginning() -> Response:
    flash(gettext("Der erste Schritt gilt nicht mehr. Bitte melden Sie sich noch einmal an."), "info")
    return redirect("/sign-in")


def _second(
    fields: dict[str, str] | None = None, message: str | None = None, status: int = 200
) -> Page | Response:
    pending = proving.waiting()
    if pending is None:
        return redirect("/sign-in")
    shown = render_template(
        "factors/second.html",
        **_offered(pending.person, Purpose.SECOND),
        **_refused(fields, message),
        **page.frame(),
    )
    return shown, 422 if fields else status


def _offered(person: str, purpose: Purpose) -> dict[str, Any]:
    """What the person can show: a passkey, codes of an app, recovery codes."""
    with house().database.reading() as connection:
        found = queries.factors(connection, person)
    return {
        "passkey": answering.ask(purpose, person),
        "has_codes": found.codes is not None,
        "has_recovery": bool(found.number and found.recovery_left),
    }


def _refused(fields: dict[str, str] | None, message: str | None) -> dict[str, Any]:
    """What was wrong with a passkey concerns the whole page: there is no field to point to."""
    rest = dict(fields or {})
    doubted = rest.pop("answer", None)
    return {"fields": rest, "message": message or doubted}


@pages.get("/confirm")
@asking.signed_in
def confirm() -> Page:
    return _confirm()


@pages.post("/confirm")
@limiter.limit(setting(ACCOUNT), key_func=by_person)
@limiter.limit(TRIES, key_func=by_person)
@asking.signed_in
def show_again() -> Page | Response:
    """With the password or, for whoever has one, a second factor; with that one if it has not been shown.

    By a service: `identities`.
    """
    who = asking.required()
    factor = any(request.form.get(name, "").strip() for name in ("code", "answer"))
    try:
        if factor:
            _use(who.id, Purpose.CONFIRM)
        else:
            with house().database.reading() as connection:
                stored = password_hash(connection, who.id) if house().settings.passwords else None
            fits = passwords.fits(stored, request.form.get("password", ""))
            if not fits or confirming.owes_factor():
                raise bodies.invalid(password=WRONG_PASSWORD)
        proving.shown(strong=factor)
    except Refusal as refusal:
        return _confirm(_wrong(refusal))
    return redirect(safe_next(request.form.get("next", "/")))


def _confirm(fields: dict[str, str] | None = None, message: str | None = None, status: int = 200) -> Page:
    who, settings, owes = asking.required(), house().settings, confirming.owes_factor()
    with house().database.reading() as connection:
        has_password = settings.passwords and password_hash(connection, who.id) is not None
        has_service = is_linked(connection, who.id, settings.oidc_issuer)
    shown = render_template(
        "factors/confirm.html",
        next=safe_next(request.values.get("next", "/")),
        has_password=has_password and not owes,
        service=settings.oidc_label if has_service and not owes else "",
        **_offered(who.id, Purpose.CONFIRM),
        **_refused(fields, message),
        **page.frame(),
    )
    return shown, 422 if fields else status


@pages.errorhandler(RateLimitExceeded)
def wait(_error: RateLimitExceeded) -> tuple[str, int, dict[str, str]] | Response:
    message, headers = too_many()
    again = _confirm if request.path == "/confirm" else _second
    answer = again(message=message, status=429)
    return (*answer, headers) if isinstance(answer, tuple) else answer
