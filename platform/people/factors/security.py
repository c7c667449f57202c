"""The pages on which somebody sets up, renames and removes second factors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import segno
from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext
from flask_limiter.errors import RateLimitExceeded
from werkzeug.wrappers import Response

from foundation import clock
from foundation.errors import Refusal, not_found
from foundation.places import HOUSE
from foundation.policy import Role
from people.house import house
from people.profile import frame
from people.sign_in import asking
from people.sign_in.limits import ACCOUNT, by_person, limiter, setting, too_many
from people.sign_in.rules import device

from . import answering, confirming, proving, queries, rules
from .passkeys import MOST, TOO_MANY
from .queries import Device, Factors
from .service import WRONG_CODE

pages = Blueprint("security", __name__, template_folder="templates")

SECURITY = "/profile/security"
CODES = f"{SECURITY}/codes"
PASSKEYS = f"{SECURITY}/passkeys"
Page = tuple[str, int]


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
    """The first code of the app; answers with the recovery codes if there are new ones, shown this once."""
    who, here = asking.required(), house()
    with here.database.reading() as connection:
        begun = queries.codes(connection, who.id)
    if begun is None or begun.confirmed:
        return redirect(SECURITY)
    secret = rules.unseal(begun.secret, here.factor_key)
    step = secret and rules.fitting_step(secret, request.form.get("code", ""), clock.now())
    if not step:
        return _set_up({"code": gettext(WRONG_CODE)})
    try:
        made = _gain("codes.confirm", {"secret": begun.secret, "step": step})
    except Refusal as refusal:
        if not refusal.fields:
            raise
        return _set_up(asking.said(refusal)["fields"])
    return _gained(made, gettext("Die Codes Ihrer App sind eingerichtet."))


@pages.get(f"{CODES}/remove")
@asking.signed_in
@confirming.confirmed
def before_remove() -> str | Response:
    found = _factors()
    if found.codes is None:
        return redirect(SECURITY)
    return _page("factors/remove_codes.html", gettext("Codes der App entfernen"), **_loss(found))


@pages.post(f"{CODES}/remove")
@asking.signed_in
@confirming.confirmed
def remove() -> Response:
    proving.tell_door("codes.remove", asking.required().id, {"session": _session()})
    flash(gettext("Die Codes der App sind entfernt."), "success")
    return redirect(SECURITY)


@pages.get(PASSKEYS)
@asking.signed_in
@confirming.confirmed
def new_passkey() -> Page | Response:
    return _new_passkey()


@pages.post(PASSKEYS)
@limiter.limit(setting(ACCOUNT), key_func=by_person)
@asking.signed_in
@confirming.confirmed
def add_passkey() -> Page | Response:
    try:
        made = answering.believe_new(request.form.get("answer", ""))
        name = request.form.get("name", "").strip() or _suggested()
        codes = _gain("passkey.add", {**asdict(made), "name": name})
    except Refusal as refusal:
        return _new_passkey(asking.said(refusal))
    return _gained(codes, gettext("Ihr Passkey ist eingerichtet."))


@pages.get(f"{PASSKEYS}/<passkey>")
@asking.signed_in
@confirming.confirmed
def passkey_page(passkey: str) -> Page:
    return _passkey(passkey)


@pages.post(f"{PASSKEYS}/<passkey>")
@asking.signed_in
@confirming.confirmed
def rename_passkey(passkey: str) -> Page | Response:
    name = request.form.get("name", "").strip()
    try:
        proving.tell_door("passkey.rename", asking.required().id, {"passkey": passkey, "name": name})
    except Refusal as refusal:
        if not refusal.fields:
            raise
        return _passkey(passkey, fields=asking.said(refusal)["fields"], name=name)
    flash(gettext("Der Passkey heißt jetzt anders."), "success")
    return redirect(SECURITY)


@pages.post(f"{PASSKEYS}/<passkey>/remove")
@asking.signed_in
@confirming.confirmed
def remove_passkey(passkey: str) -> Response:
    body = {"passkey": _own(passkey).id, "session": _session(), **house().ways_in}
    try:
        proving.tell_door("passkey.remove", asking.required().id, body)
    except Refusal as refusal:
        flash(asking.said(refusal)["message"], "warning")
        return redirect(f"{PASSKEYS}/{passkey}")
    flash(
        gettext("Der Passkey ist entfernt. Löschen Sie ihn auch auf dem Gerät, auf dem er liegt."), "success"
    )
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


def _gain(name: str, body: dict[str, Any]) -> list[str]:
    """Carry out what brings a factor more; the new recovery codes if it is the first one."""
    made = [] if _factors().number else rules.new_recovery_codes()
    keys = {"keys": _keys(made)} if made else {}
    proving.tell_door(name, asking.required().id, {**body, **keys, "session": _session()})
    return made


def _gained(codes: Sequence[str], message: str) -> Page | Response:
    if codes:
        return _recovery(codes)
    flash(message, "success")
    return redirect(SECURITY)


def _keys(codes: Sequence[str]) -> list[str]:
    person, key = asking.required().id, house().factor_key
    return [rules.recovery_key(code, person, key) for code in codes]


def _set_up(fields: dict[str, str] | None = None, message: str | None = None) -> Page | Response:
    who, here = asking.required(), house()
    with here.database.reading() as connection:
        begun = queries.codes(connection, who.id)
    if begun is None or begun.confirmed:
        return redirect(SECURITY)
    secret = rules.unseal(begun.secret, here.factor_key)
    if secret is None:
        return redirect(SECURITY)
    picture = segno.make(rules.address(secret, who.name), error="m").svg_data_uri(scale=5, light="white")
    shown = _page(
        "factors/codes.html",
        gettext("Codes einer App"),
        fields=fields or {},
        message=message,
        picture=picture,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    )
    return shown, 422 if fields else 200


def _recovery(codes: Sequence[str]) -> Page:
    """It comes with the answer that made the session strong, and lacks nothing any more."""
    title = gettext("Wiederherstellungscodes")
    return _page("factors/recovery.html", title, codes=codes, lacks_factor=False), 200


def _new_passkey(refused: dict[str, Any] | None = None) -> Page | Response:
    asked = answering.ask_for_new()
    if asked is None:
        return redirect(SECURITY)
    if len(_factors().passkeys) >= MOST:
        flash(gettext(TOO_MANY, most=MOST), "info")
        return redirect(SECURITY)
    fields = dict(refused["fields"]) if refused else {}
    message = fields.pop("answer", None) or (refused["message"] if refused else None)
    shown = _page(
        "factors/new_passkey.html",
        gettext("Passkey einrichten"),
        asked=asked,
        name=request.form.get("name", _suggested()),
        fields=fields,
        message=message,
    )
    return shown, 422 if refused else 200


def _suggested() -> str:
    return device(request.user_agent.string) or gettext("Mein Gerät")


def _passkey(passkey: str, *, fields: dict[str, str] | None = None, name: str | None = None) -> Page:
    own = _own(passkey)
    shown = _page(
        "factors/passkey.html",
        own.name,
        passkey=own,
        name=own.name if name is None else name,
        fields=fields or {},
        **_loss(_factors()),
    )
    return shown, 422 if fields else 200


def _own(passkey: str) -> Device:
    for one in _factors().passkeys:
        if one.id == passkey:
            return one
    raise not_found()


def _factors() -> Factors:
    with house().database.reading() as connection:
        return queries.factors(connection, asking.required().id)


def _loss(found: Factors) -> dict[str, bool]:
    """What goes with a factor of these: all of it if it is the last, and an administrator's rights."""
    known = asking.known()
    compulsory = house().limits.administrators_need_second_factor and known is not None
    administers = known is not None and (known.lacks_factor or known.actor.holds(Role.ADMINISTRATOR, HOUSE))
    return {"last": found.number == 1, "compulsory": compulsory and administers}


def _session() -> str:
    found = asking.credential()
    return found.key if found else ""


def _page(template: str, title: str, **context: Any) -> str:
    with house().database.reading() as connection:
        around = frame.around(connection, SECURITY, gettext("Sicherheit"), further=[(title, None)])
    return render_template(template, **{**around, **context})


@pages.errorhandler(RateLimitExceeded)
def wait(_error: RateLimitExceeded) -> tuple[str, int, dict[str, str]] | Response:
    message, headers = too_many()
    again = (
        _new_passkey({"fields": {}, "message": message})
        if request.path == PASSKEYS
        else _set_up(message=message)
    )
    return (again[0], 429, headers) if isinstance(again, tuple) else again
