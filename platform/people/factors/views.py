"""The pages of second factors: shown at sign-in, asked for once more, set up and removed."""

from __future__ import annotations

import segno
from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext
from flask_limiter.errors import RateLimitExceeded
from werkzeug.wrappers import Response

from foundation import bodies, clock
from foundation.errors import Refusal
from people import page
from people.accounts.queries import password_hash
from people.house import house
from people.identities.queries import is_linked
from people.profile import frame
from people.sign_in import asking, passwords
from people.sign_in.limits import ACCOUNT, ADDRESS, by_address, by_person, limiter, setting, too_many
from people.sign_in.passwords import WRONG_PASSWORD
from people.sign_in.rules import safe_next

from . import confirming, proving, queries, rules
from .service import WRONG_CODE

pages = Blueprint("factors", __name__, template_folder="templates")

SECURITY = "/profile/security"
CODES = f"{SECURITY}/codes"
TRIES = "30 per hour"
"""Wrong codes of one person, from wherever: guessing one of a million takes years."""
Page = tuple[str, int]


@pages.get("/sign-in/second")
def second() -> Page | Response:
    return _second() if proving.waiting() else redirect("/sign-in")


@pages.post("/sign-in/second")
@limiter.limit(setting(ADDRESS), key_func=by_address)
@limiter.limit(setting(ACCOUNT), key_func=proving.by_waiting)
@limiter.limit(TRIES, key_func=proving.by_waiting)
def show_second() -> Page | Response:
    pending = proving.waiting()
    if pending is None:
        return _from_the_beginning()
    try:
        proving.use(pending.person, request.form.get("code", ""))
    except Refusal as refusal:
        return _second(asking.said(refusal)["fields"])
    return redirect(safe_next(pending.next)) if proving.come_in(pending) else _from_the_beginning()


def _from_the_beginning() -> Response:
    flash(gettext("Der erste Schritt gilt nicht mehr. Bitte melden Sie sich noch einmal an."), "info")
    return redirect("/sign-in")


def _second(fields: dict[str, str] | None = None, message: str | None = None, status: int = 200) -> Page:
    shown = render_template("factors/second.html", fields=fields or {}, message=message, **page.frame())
    return shown, 422 if fields else status


@pages.get("/confirm")
@asking.signed_in
def confirm() -> Page:
    return _confirm()


@pages.post("/confirm")
@limiter.limit(setting(ACCOUNT), key_func=by_person)
@limiter.limit(TRIES, key_func=by_person)
@asking.signed_in
def show_again() -> Page | Response:
    """With the password or, for whoever has set them up, a code of the app. By a service: `identities`."""
    who, code = asking.required(), request.form.get("code", "").strip()
    try:
        if code:
            proving.use(who.id, code)
        else:
            with house().database.reading() as connection:
                stored = password_hash(connection, who.id) if house().settings.passwords else None
            if not passwords.fits(stored, request.form.get("password", "")):
                raise bodies.invalid(password=WRONG_PASSWORD)
        proving.shown(strong=bool(code))
    except Refusal as refusal:
        return _confirm(asking.said(refusal)["fields"])
    return redirect(safe_next(request.form.get("next", "/")))


def _confirm(fields: dict[str, str] | None = None, message: str | None = None, status: int = 200) -> Page:
    who, settings = asking.required(), house().settings
    with house().database.reading() as connection:
        has_password = settings.passwords and password_hash(connection, who.id) is not None
        has_codes = queries.has_factor(connection, who.id)
        has_service = is_linked(connection, who.id, settings.oidc_issuer)
    shown = render_template(
        "factors/confirm.html",
        fields=fields or {},
        message=message,
        next=safe_next(request.values.get("next", "/")),
        has_password=has_password,
        has_codes=has_codes,
        service=settings.oidc_label if has_service else "",
        **page.frame(),
    )
    return shown, 422 if fields else status


@pages.get(CODES)
@asking.signed_in
@confirming.confirmed
def set_up() -> Page | Response:
    return _set_up()


@pages.post(f"{CODES}/begin")
@asking.signed_in
@confirming.confirmed
def begin() -> Response:
    sealed = rules.seal(rules.new_secret(), house().factor_key)
    try:
        proving.tell_door("codes.begin", asking.required().id, {"secret": sealed})
    except Refusal as refusal:
        flash(asking.said(refusal)["message"], "info")
        return redirect(SECURITY)
    return redirect(CODES)


@pages.post(CODES)
@limiter.limit(setting(ACCOUNT), key_func=by_person)
@asking.signed_in
@confirming.confirmed
def show_first() -> Page | Response:
    """The first code of the app; answers with the recovery codes, which are shown this once."""
    who, here, credential = asking.required(), house(), asking.credential()
    with here.database.reading() as connection:
        begun = queries.codes(connection, who.id)
    if begun is None or begun.confirmed or credential is None:
        return redirect(SECURITY)
    secret = rules.unseal(begun.secret, here.factor_key)
    step = secret and rules.fitting_step(secret, request.form.get("code", ""), clock.now())
    if not step:
        return _set_up({"code": gettext(WRONG_CODE)})
    made = rules.new_recovery_codes()
    body = {"secret": begun.secret, "step": step, "keys": _keys(made), "session": credential.key}
    try:
        proving.tell_door("codes.confirm", who.id, body)
    except Refusal as refusal:
        return _set_up(asking.said(refusal)["fields"])
    return _recovery(made)


@pages.post(f"{CODES}/remove")
@asking.signed_in
@confirming.confirmed
def remove() -> Response:
    proving.tell_door("codes.remove", asking.required().id)
    flash(gettext("Die Codes sind entfernt. Zum Anmelden genügt wieder der erste Schritt."), "success")
    return redirect(SECURITY)


@pages.post(f"{SECURITY}/recovery")
@asking.signed_in
@confirming.confirmed
def renew() -> Page | Response:
    made = rules.new_recovery_codes()
    try:
        proving.tell_door("recovery.renew", asking.required().id, {"keys": _keys(made)})
    except Refusal:
        return redirect(SECURITY)
    return _recovery(made)


def _keys(codes: list[str]) -> list[str]:
    person, key = asking.required().id, house().factor_key
    return [rules.recovery_key(code, person, key) for code in codes]


def _set_up(
    fields: dict[str, str] | None = None, message: str | None = None, status: int = 200
) -> Page | Response:
    who, here = asking.required(), house()
    title = gettext("Codes einer App")
    with here.database.reading() as connection:
        begun = queries.codes(connection, who.id)
        around = frame.around(connection, SECURITY, gettext("Sicherheit"), further=[(title, None)])
    if begun is None or begun.confirmed:
        return redirect(SECURITY)
    secret = rules.unseal(begun.secret, here.factor_key)
    if secret is None:
        return redirect(SECURITY)
    picture = segno.make(rules.address(secret, who.name), error="m").svg_data_uri(scale=5, light="white")
    shown = render_template(
        "factors/codes.html",
        fields=fields or {},
        message=message,
        picture=picture,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        **around,
    )
    return shown, 422 if fields else status


def _recovery(codes: list[str]) -> Page:
    further = [(gettext("Wiederherstellungscodes"), None)]
    with house().database.reading() as connection:
        around = frame.around(connection, SECURITY, gettext("Sicherheit"), further=further)
    return render_template("factors/recovery.html", codes=codes, **around), 200


@pages.errorhandler(RateLimitExceeded)
def wait(_error: RateLimitExceeded) -> tuple[str, int, dict[str, str]] | Response:
    message, headers = too_many()
    again = {"/sign-in/second": _second, "/confirm": _confirm}.get(request.path, _set_up)
    answer = again(message=message, status=429)
    return (*answer, headers) if isinstance(answer, tuple) else answer
