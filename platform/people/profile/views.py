"""The pages on which a person settles name, language, theme, password and sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, session
from flask_babel import format_date, format_datetime, gettext
from flask_limiter.errors import RateLimitExceeded
from werkzeug.wrappers import Response

from foundation import bodies, commands
from foundation.errors import Refusal, not_found
from people.accounts.models import Language, Theme
from people.accounts.queries import password_hash
from people.factors import answering, confirming, proving
from people.factors.queries import factors
from people.house import house
from people.identities.queries import identities_of
from people.recovery.queries import own_address
from people.sign_in import asking, passwords
from people.sign_in.limits import ACCOUNT, by_person, limiter, setting, too_many
from people.sign_in.passwords import WRONG_PASSWORD
from people.sign_in.rules import digest, inside

from . import frame
from .queries import profile as profile_of

pages = Blueprint("profile", __name__, template_folder="templates")

SECURITY = "/profile/security"
FIRST = f"{SECURITY}/password"


@pages.get("/profile")
@asking.signed_in
def profile() -> str:
    return _page()


@pages.get(SECURITY)
@asking.signed_in
def security() -> str:
    return _security()


@pages.post("/profile")
@asking.signed_in
def change() -> tuple[str, int] | Response:
    given = {name: request.form.get(name, "") for name in ("name", "language", "theme")}
    try:
        _carry_out("profile.change", given)
    except Refusal as refusal:
        return _page(given=given, refused=asking.said(refusal)), refusal.status
    session.pop(asking.LANGUAGE, None)
    return _back(gettext("Ihr Profil ist gespeichert."))


@pages.post("/profile/password")
@limiter.limit(setting(ACCOUNT), key_func=by_person)
@asking.signed_in
def change_password() -> tuple[str, int] | Response:
    if not house().settings.passwords:
        raise not_found()
    if confirming.owes_factor():
        return redirect(asking.with_query("/confirm", next=SECURITY))
    try:
        _set_password(request.form.get("current", ""), request.form.get("password", ""))
    except Refusal as refusal:
        return _security(asking.said(refusal)), refusal.status
    return _back(gettext("Ihr Passwort ist geändert. Ihre anderen Sitzungen sind beendet."), SECURITY)


@pages.errorhandler(RateLimitExceeded)
def wait(_error: RateLimitExceeded) -> tuple[str, int, dict[str, str]]:
    message, headers = too_many()
    again = _first if request.path == FIRST else _security
    return again({"fields": {}, "message": message}), 429, headers


def _set_password(current: str, password: str) -> None:
    """The costly part is done here, before the lane; the command proves that it was done."""
    with house().database.reading() as connection:
        stored = password_hash(connection, asking.required().id)
    if not passwords.fits(stored, current):
        if passwords.fits(stored, password):
            return  # the same form once more: it has been done
        raise bodies.invalid(current=WRONG_PASSWORD)
    _carry_out("password.set", {"hash": _new_hash(), "proof": digest(stored or "")})


def _new_hash() -> str:
    """Of the new password in the form, if it will do."""
    who, password = asking.required(), request.form.get("password", "")
    with house().database.reading() as connection:
        address = own_address(connection, who.id)
    passwords.check_new(password, repeated=request.form.get("repeat", ""), about=(who.name, address))
    return passwords.hash_of(password)


@pages.get(FIRST)
@asking.signed_in
@confirming.confirmed
def first_password() -> str | Response:
    """For whoever came in another way and has none."""
    return redirect(SECURITY) if _has_password() else _first()


@pages.post(FIRST)
@limiter.limit(setting(ACCOUNT), key_func=by_person)
@asking.signed_in
@confirming.confirmed
def begin_password() -> tuple[str, int] | Response:
    who, credential = asking.required(), asking.credential()
    if _has_password() or credential is None:
        return redirect(SECURITY)
    try:
        proving.tell_door("password.begin", who.id, {"hash": _new_hash(), "session": credential.key})
    except Refusal as refusal:
        return _first(asking.said(refusal)), refusal.status
    return _back(gettext("Ihr Passwort ist eingerichtet. Ihre anderen Sitzungen sind beendet."), SECURITY)


def _has_password() -> bool:
    """Whether there is one; where nobody signs in by password there is no such page."""
    if not house().settings.passwords:
        raise not_found()
    with house().database.reading() as connection:
        return password_hash(connection, asking.required().id) is not None


def _first(refused: dict[str, Any] | None = None) -> str:
    title = gettext("Passwort einrichten")
    with house().database.reading() as connection:
        around = frame.around(connection, SECURITY, gettext("Sicherheit"), further=[(title, None)])
    shown = {**around, "title": title, "refused": refused or {"fields": {}, "message": None}}
    return render_template("profile/password.html", **shown)


@pages.post("/profile/sessions")
@asking.signed_in
def end_session() -> Response:
    """End one session, or with `others` all but this one."""
    which = request.form.get("session", "")
    try:
        _carry_out("session.close", {"session": which})
    except Refusal as refusal:
        flash(asking.said(refusal)["message"], "warning")
        return redirect(f"{SECURITY}#sessions")
    others = which == "others"
    return _back(
        gettext("Alle anderen Sitzungen sind beendet.") if others else gettext("Die Sitzung ist beendet."),
        SECURITY,
    )


@pages.get("/language/<code>")
def speak(code: str) -> Response:
    """The reader's language for this browser, from the links at the foot of every page."""
    if code not in set(Language):
        abort(404)
    session[asking.LANGUAGE] = code
    return redirect(inside(request.args.get("next", "/")))


def _carry_out(name: str, body: dict[str, Any]) -> None:
    asking.carry_out(name, f"person/{asking.required().id}", body, id=request.form.get("command_id", ""))


def _back(message: str, path: str = "/profile") -> Response:
    flash(message, "success")
    return redirect(path)


def _page(*, given: dict[str, str] | None = None, refused: dict[str, Any] | None = None) -> str:
    with house().database.reading() as connection:
        state = profile_of(connection, person=asking.required().id)
        around = frame.around(connection, "/profile", gettext("Angaben"))
    return render_template(
        "profile/profile.html",
        given=given or {**state, "language": asking.language()},
        refused=refused or {"fields": {}, "message": None},
        languages_known=[(Language.GERMAN, "Deutsch"), (Language.ENGLISH, "English")],
        themes=[
            (Theme.AUTO, gettext("wie das Gerät")),
            (Theme.LIGHT, gettext("hell")),
            (Theme.DARK, gettext("dunkel")),
        ],
        command_id=commands.new_id,
        **around,
    )


def _security(refused: dict[str, Any] | None = None) -> str:
    known, who, settings = asking.known(), asking.required(), house().settings
    with house().database.reading() as connection:
        state = profile_of(connection, person=who.id)
        has_password = password_hash(connection, who.id) is not None
        own_factors = factors(connection, who.id)
        linked = identities_of(connection, who.id)
        around = frame.around(connection, SECURITY, gettext("Sicherheit"))
    sessions = [
        {
            **entry,
            "opened": _words(entry["opened_at"]),
            "present": bool(known and entry["id"] == known.session),
        }
        for entry in reversed(state["sessions"])
    ]
    sessions.sort(key=lambda entry: not entry["present"])
    return render_template(
        "profile/security.html",
        refused=refused or {"fields": {}, "message": None},
        sessions=sessions,
        passwords=settings.passwords,
        has_password=has_password,
        linked=[
            {**entry, "linked": _words(entry["linked_at"]), "used": _words(entry["used_at"])}
            for entry in linked
        ],
        service=settings.oidc_label if settings.oidc_issuer else "",
        factors=own_factors,
        takes_passkeys=answering.party() is not None,
        day=_day,
        command_id=commands.new_id,
        **around,
    )


def _day(moment: datetime) -> str:
    return str(format_date(moment, gettext("d. MMMM y")))


def _words(moment: str) -> str:
    return str(format_datetime(datetime.fromisoformat(moment), gettext("EEEE, d. MMMM, H:mm 'Uhr'")))
