"""The page behind the link of an invitation: who invites to what, and the ways to accept it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, session
from flask_babel import gettext
from flask_limiter.errors import RateLimitExceeded
from werkzeug.wrappers import Response as AnyResponse

from foundation import bodies, clock, commands
from foundation.errors import Code, Refusal
from foundation.text import N_
from people import page
from people.accounts.queries import account
from people.accounts.rules import address
from people.factors import proving
from people.factors.proving import Pending
from people.house import house
from people.identities.views import ADDRESS as VOUCHED
from people.links.queries import Link, link
from people.links.rules import Purpose
from people.sign_in import asking, passwords
from people.sign_in.entering import leave
from people.sign_in.limits import ADDRESS, by_address, limiter, setting, too_many
from people.sign_in.policy import DOOR
from people.sign_in.rules import Method

from . import queries, words
from .queries import Offer
from .rules import VOUCHED_FOR

pages = Blueprint("invitations", __name__, template_folder="templates")

WELCOME = "/welcome"


class Way(StrEnum):
    """How whoever holds the link can accept, as this browser stands."""

    HERE = "here"
    """Signed in, and the invitation is to that address."""
    OTHER = "other"
    """Signed in as somebody else."""
    SIGN_IN = "sign_in"
    """There is an account with the address."""
    SERVICE = "service"
    """Nobody signs in by password here."""
    VOUCHED = "vouched"
    """The sign-in service has just shown the address to be theirs."""
    NEW = "new"
    """An account begins, with a password."""


@pages.after_request
def keep_to_oneself(response: Response) -> Response:
    """The token stands in the address of these pages: no other page and no server is told where one was.

    Not `no-referrer`: with it browsers send forms with the origin `null`, which is refused as forged.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get("/join/<token>")
def look(token: str) -> str | tuple[str, int]:
    """Shows and changes nothing: what scans mails for harm follows links too."""
    found = _found(token)
    return _page(*found) if found else _worthless()


@pages.post("/join/<token>")
@limiter.limit(setting(ADDRESS), key_func=by_address)
def join(token: str) -> tuple[str, int] | AnyResponse:
    found = _found(token)
    if found is None:
        return _worthless()
    if "leave" in request.form:
        leave()
        return redirect(request.path)
    try:
        return _accepted(*found) or (_page(*found), 422)
    except Refusal as refusal:
        if refusal.code is Code.CLOSED:  # somebody was faster, perhaps the second click
            return _worthless()
        return _page(*found, refused=asking.said(refusal)), refusal.status


@pages.errorhandler(RateLimitExceeded)
def wait(_error: RateLimitExceeded) -> tuple[str, int, dict[str, str]]:
    message, headers = too_many()
    found = _found((request.view_args or {}).get("token", ""))
    if found is None:
        return _worthless()[0], 429, headers
    return _page(*found, refused={"fields": {}, "message": message}), 429, headers


def _found(token: str) -> tuple[Link, Offer] | None:
    here = house()
    with here.database.reading() as connection:
        opened = link(connection, token, key=here.link_key)
        if opened is None or opened.purpose is not Purpose.INVITATION:
            return None
        offer = queries.offer(connection, opened.subject)
    return (opened, offer) if offer else None


def _way(offer: Offer) -> Way:
    who = asking.actor()
    with house().database.reading() as connection:
        holder = account(connection, offer.email)
    if who is not None:
        return Way.HERE if holder is not None and holder.id == who.id else Way.OTHER
    if holder is None and _vouched(offer):
        return Way.VOUCHED
    if not house().settings.passwords:
        return Way.SERVICE
    return Way.SIGN_IN if holder is not None else Way.NEW


def _vouched(offer: Offer) -> Mapping[str, Any] | None:
    """What the sign-in service has said of this browser, if that was lately and about the invited address."""
    said = session.get(VOUCHED)
    if not isinstance(said, dict) or address(said["address"]) != offer.email:
        return None
    return said if clock.now() - datetime.fromisoformat(said["at"]) < VOUCHED_FOR else None


def _accepted(opened: Link, offer: Offer) -> AnyResponse | None:
    """On to the first steps; none where this browser has to do something else first."""
    way, name = _way(offer), request.form.get("name", "").strip()
    given = {"name": name, "language": asking.language()}
    vouched = _vouched(offer) if way is Way.VOUCHED else None
    if way is Way.HERE:
        _accept(opened, {"person": asking.required().id})
        flash(gettext("Schön, dass Sie dabei sind."), "success")
        return redirect(WELCOME)
    if vouched is not None:
        subject = {"issuer": vouched["issuer"], "subject": vouched["subject"]}
        pending = Pending(_accept(opened, {**given, **subject}), Method.OIDC, next=WELCOME)
        further = proving.let_in(pending, strong=vouched["strong"])
    elif way is Way.NEW:
        # The costly part is done here, before the lane.
        _check(name, about=(name, offer.name, offer.email))
        hashed = passwords.hash_of(request.form.get("password", ""))
        further = proving.let_in(
            Pending(_accept(opened, {**given, "hash": hashed}), Method.LINK, next=WELCOME)
        )
    else:
        return None
    flash(gettext("Ihr Konto ist eingerichtet, und Sie sind angemeldet."), "success")
    return redirect(further)


def _check(name: str, *, about: tuple[str, ...]) -> None:
    """All that is wrong with the form at once."""
    wrong: dict[str, Any] = {}
    if not name:
        wrong["name"] = N_("Bitte geben Sie Ihren Namen an.")
    try:
        passwords.check_new(
            request.form.get("password", ""), repeated=request.form.get("repeat", ""), about=about
        )
    except Refusal as refusal:
        wrong |= refusal.fields
    if wrong:
        raise bodies.invalid(**wrong)


def _accept(opened: Link, body: Mapping[str, str]) -> str:
    asked = commands.ask("invitation.accept", "house", {"link": opened.id, **body})
    return house().door.carry_out(DOOR, asked).result["person"]


def _page(opened: Link, offer: Offer, *, refused: dict[str, Any] | None = None) -> str:
    way, here, who = _way(offer), f"/join/{request.view_args and request.view_args['token']}", asking.actor()
    vouched = _vouched(offer) if way is Way.VOUCHED else None
    settings = house().settings
    return render_template(
        "invitations/join.html",
        offer=offer,
        call=words.call(offer, _guest_of(offer)),
        role=words.role_names()[offer.role],
        begins=offer.valid_from and words.moment(offer.valid_from),
        until=offer.valid_until and words.moment(offer.valid_until),
        ends=words.day(opened.ends_at),
        way=way,
        name=request.form.get("name", (vouched or {}).get("name") or offer.name),
        myself=who.name if who else "",
        sign_in=asking.with_query("/sign-in", next=here),
        service={
            "label": settings.oidc_label,
            "href": asking.with_query("/sign-in/oidc", next=here),
        }
        if settings.oidc_issuer
        else None,
        refused=_about_what_is_shown(way, refused),
        **page.frame(),
    )


def _about_what_is_shown(way: Way, refused: dict[str, Any] | None) -> dict[str, Any]:
    """A refusal can lead to a page without the fields it is about: an account was made meanwhile."""
    refused = refused or {"fields": {}, "message": None}
    return refused if way in (Way.NEW, Way.VOUCHED) else {**refused, "fields": {}}


def _guest_of(offer: Offer) -> str | None:
    if offer.place is None or offer.cohort_id is None:
        return None
    here = house()
    with here.database.reading() as connection:
        return dict(here.guest_places(connection, offer.cohort_id)).get(offer.place)


def _worthless() -> tuple[str, int]:
    """One and the same page for what is forged, used, withdrawn, replaced or too old."""
    return render_template("invitations/worthless.html", **page.frame()), 404
