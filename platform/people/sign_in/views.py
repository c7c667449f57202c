"""The pages to sign in and to sign out."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext
from flask_limiter.errors import RateLimitExceeded
from werkzeug.wrappers import Response

from foundation.errors import Code, Refusal, not_found
from people import page
from people.accounts.queries import account
from people.factors import answering, proving
from people.factors.challenges import Purpose
from people.factors.passkeys import WRONG
from people.factors.proving import Pending
from people.house import house
from people.texts.welcome import welcome

from . import asking, passwords
from .entering import leave
from .limits import ACCOUNT, ADDRESS, by_account, by_address, limiter, setting, too_many
from .rules import Method, digest, entry, safe_next

pages = Blueprint("sign_in", __name__, template_folder="templates")


@pages.get("/sign-in")
def sign_in() -> str | Response:
    if asking.actor():
        return redirect(safe_next(request.args.get("next", "/")))
    return _form()


@pages.post("/sign-in")
@limiter.limit(setting(ADDRESS), key_func=by_address)
@limiter.limit(setting(ACCOUNT), key_func=by_account)
def let_in() -> tuple[str, int] | Response:
    if not house().settings.passwords:
        raise not_found()
    email, password = request.form.get("email", ""), request.form.get("password", "")
    missing = {}
    if not email.strip():
        missing["email"] = gettext("Bitte geben Sie Ihre E-Mail-Adresse an.")
    if not password:
        missing["password"] = gettext("Bitte geben Sie Ihr Passwort an.")
    if missing:
        return _form(fields=missing), 422
    further = _entered(email, password)
    if further is None:
        return _form(message=gettext("E-Mail-Adresse und Passwort passen nicht zusammen.")), 422
    return redirect(further)


@pages.post("/sign-in/passkey")
@limiter.limit(setting(ADDRESS), key_func=by_address)
@limiter.limit(setting(ACCOUNT), key_func=answering.by_passkey)
def let_in_by_passkey() -> tuple[str, int] | Response:
    """A passkey is two factors in one: something one has, and a finger or a PIN."""
    try:
        person = answering.believe(request.form.get("answer", ""), Purpose.SIGN_IN)
        further = safe_next(request.form.get("next", "/"))
        return redirect(proving.let_in(Pending(person, Method.PASSKEY, next=further), strong=True))
    except Refusal as refusal:
        if refusal.code is Code.NOT_FOUND:  # locked meanwhile
            return _form(message=gettext(WRONG)), 422
        if refusal.code is not Code.INVALID:
            raise
        return _form(message=asking.said(refusal)["fields"]["answer"]), 422


def _entered(email: str, password: str) -> str | None:
    """Where to go on to if the two belong together; then this browser is in, or waits for a second factor.

    As slow for an unknown address.
    """
    with house().database.reading() as connection:
        found = account(connection, email)
    stored = found.password_hash if found and not found.locked else None
    if not passwords.fits(stored, password) or found is None or stored is None:
        return None
    try:
        if passwords.needs_rehash(stored):
            stored = _renewed(found.id, stored, password)
        further = safe_next(request.form.get("next", "/"))
        return proving.let_in(Pending(found.id, Method.PASSWORD, next=further, proof=entry(stored)))
    except Refusal as refusal:
        if refusal.code in {Code.NOT_FOUND, Code.INVALID}:  # locked, or another password meanwhile
            return None
        raise


def _renewed(person: str, stored: str, password: str) -> str:
    """The hash of the same password at today's costs, in place of the one that was found to fit."""
    hashed = passwords.hash_of(password)
    proving.tell_door("password.renew", person, {"hash": hashed, "proof": digest(stored)})
    return hashed


def _form(*, fields: dict[str, str] | None = None, message: str | None = None) -> str:
    with house().database.reading() as connection:
        greeting = welcome(connection)
    return render_template(
        "sign_in/sign_in.html",
        email=request.form.get("email", ""),
        next=safe_next(request.values.get("next", "/")),
        fields=fields or {},
        message=message,
        welcome=greeting,
        passwords=house().settings.passwords,
        passkey=answering.ask(Purpose.SIGN_IN),
        oidc_label=house().settings.oidc_label if house().settings.oidc_issuer else "",
        **page.frame(),
    )


@pages.errorhandler(RateLimitExceeded)
def wait(_error: RateLimitExceeded) -> tuple[str, int, dict[str, str]]:
    message, headers = too_many()
    return _form(message=message), 429, headers


@pages.post("/sign-out")
def sign_out() -> Response:
    leave()
    return redirect("/sign-in")
