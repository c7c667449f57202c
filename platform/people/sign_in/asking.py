"""What a page asks: who is there, in which language, and to carry something out for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

import structlog
from flask import Flask, current_app, flash, redirect, request, session
from flask_babel import gettext
from flask_login import LoginManager, current_user, login_required
from flask_wtf.csrf import generate_csrf
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from foundation import clock, commands, snapshots
from foundation.commands import Answer
from foundation.database import Database
from foundation.door import Door
from foundation.errors import Code, Refusal
from foundation.policy import Actor, Credential, Role
from foundation.text import N_
from people.accounts.models import Language, Theme
from people.cohorts import queries as cohorts
from people.cohorts.queries import CohortEntry

from . import queries
from .queries import KIND, Known
from .rules import MARK_EVERY, SessionLimits, digest

log = structlog.get_logger()

View = TypeVar("View", bound=Callable[..., Any])
_TOKEN = "_user_id"  # noqa: S105 -- where Flask-Login keeps what `get_id` returned
LANGUAGE = "language"
"""Where the cookie keeps a language chosen for this browser; it goes before the person's own."""
COHORT = "cohort"
"""Where the cookie keeps the cohort chosen in this browser."""


@dataclass(frozen=True)
class Entry:
    """A room in the navigation."""

    label: str
    href: str
    icon: str


@dataclass(frozen=True, kw_only=True)
class House:
    """What pages need of the house they stand in."""

    database: Database
    door: Door
    settings: Any  # the house's own model, which no room may import
    limits: SessionLimits = field(default_factory=SessionLimits)
    navigation: Sequence[Entry] = ()


@dataclass(frozen=True)
class SignedIn:
    """A valid session as Flask-Login wants to see it."""

    token: str
    known: Known
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return self.token


def move_in(app: Flask, house: House) -> None:
    """Make the house known to its pages, and Flask-Login to the house."""
    app.extensions["house"] = house
    manager = LoginManager()
    manager.session_protection = None
    manager.user_loader(load)
    manager.unauthorized_handler(_sign_in_first)
    manager.init_app(app)


def house() -> House:
    return cast(House, current_app.extensions["house"])


def load(token: str) -> SignedIn | None:
    """The session behind a token, noted as in use."""
    credential, here = Credential(KIND, digest(token)), house()
    with here.database.reading() as connection:
        known = queries.known(connection, [credential], limits=here.limits).get(credential)
    if known is None:
        return None
    if clock.now() - known.seen_at >= MARK_EVERY:
        try:
            here.door.write(partial(queries.touch, credentials=[credential]))
        except Refusal as refusal:
            log.info("session_not_marked", code=str(refusal.code))
    return SignedIn(token, known)


def credential_in(cookie: Mapping[str, Any]) -> Credential | None:
    """What the cookie brings to say who is asking; nobody has looked yet whether it is still good."""
    token = cookie.get(_TOKEN)
    return Credential(KIND, digest(token)) if isinstance(token, str) else None


def credential() -> Credential | None:
    """The same for this request."""
    return credential_in(session)


def known() -> Known | None:
    """The valid session of this request, looked up once."""
    return current_user.known if current_user.is_authenticated else None


def actor() -> Actor | None:
    """Who asks, with what they may do now."""
    found = known()
    return found.actor if found else None


def required() -> Actor:
    """Who asks, on a page that only signed-in people reach."""
    found = actor()
    if found is None:
        raise _unknown()
    return found


def signed_in(view: View) -> View:
    """Send whoever is not signed in to the sign-in page, and back afterwards."""
    return cast(View, login_required(view))


def _sign_in_first() -> Response:
    if credential():
        session.clear()
        flash(gettext("Ihre Anmeldung ist abgelaufen. Bitte melden Sie sich noch einmal an."), "info")
    if request.method != "GET" or request.full_path == "/?":
        return redirect("/sign-in")
    query = request.query_string.decode("ascii", "replace")
    return redirect(_with_query("/sign-in", next=f"{request.path}?{query}" if query else request.path))


def _with_query(path: str, **values: str) -> str:
    return f"{path}?{urlencode(values)}"


def carry_out(
    name: str,
    place: str,
    body: Mapping[str, Any] | None = None,
    *,
    id: str = "",  # noqa: A002 -- the wire calls it id
    typed: bool = False,
) -> Answer:
    """Carry a command out for whoever asks; `typed=False` for the texts of a form. Raises `Refusal`."""
    who = credential()
    if who is None:
        raise _unknown()
    return house().door.carry_out(who, commands.ask(name, place, body, id=id, typed=typed))


def _unknown() -> Refusal:
    return Refusal(Code.UNKNOWN_ACTOR, N_("Bitte melden Sie sich an."))


def said(refusal: Refusal) -> dict[str, Any]:
    """The refusal in the reader's language: `code`, `message` and `fields`."""
    fields = {}
    for name, sentence in refusal.fields.items():
        message, params = sentence if isinstance(sentence, tuple) else (sentence, refusal.params)
        fields[name] = gettext(message, **params)
    return {
        "code": str(refusal.code),
        "message": gettext(refusal.message, **refusal.params),
        "fields": fields,
    }


def language() -> str:
    """The reader's language: chosen for this browser, else the person's, else the browser's, else German.

    Answers without the database too, for the page that says that it is away.
    """
    chosen = session.get(LANGUAGE)
    if chosen in set(Language):
        return str(chosen)
    try:
        found = known()
    except (Refusal, SQLAlchemyError):
        found = None
    if found:
        return found.language
    return request.accept_languages.best_match(list(Language)) or Language.GERMAN


def snapshot(connection: Connection, name: str) -> dict[str, Any]:
    """A stream's snapshot to embed in the page, in the read that the page has begun; rights first."""
    return snapshots.snapshot(connection, required(), name)


@dataclass(frozen=True, kw_only=True)
class CurrentCohort:
    """The cohort that pages show to the one who asks, and what they are in it."""

    id: str
    name: str
    team: str | None
    facilitates: bool
    others: Sequence[CohortEntry]


def cohort(connection: Connection) -> CurrentCohort | None:
    """The cohort chosen in this browser, else the newest that the one who asks belongs to; two queries."""
    who = required()
    entries = cohorts.cohorts_for(connection, who)
    if not entries:
        return None
    chosen = next((entry for entry in entries if entry.id == session.get(COHORT)), entries[0])
    return CurrentCohort(
        id=chosen.id,
        name=chosen.name,
        team=cohorts.own_team(connection, who, chosen.id),
        facilitates=who.holds(Role.FACILITATOR, f"cohort/{chosen.id}"),
        others=[entry for entry in entries if entry is not chosen],
    )


def page(
    *, cohort: CurrentCohort | None = None, breadcrumb: Sequence[tuple[str, str | None]] = ()
) -> dict[str, Any]:
    """What the frame of a page needs, to hand to its template; signed out it is only the words."""
    found, spoken = known(), language()
    frame: dict[str, Any] = {
        "page": {
            "actor": {"kind": "person", "id": found.actor.id, "name": found.actor.name} if found else None,
            "csrf": generate_csrf(),
            "language": spoken,
            "now": clock.wire(clock.now()),
            "strings": "/static/dist/strings.en.json" if spoken == Language.ENGLISH else None,
            "team": cohort.team if cohort else None,
            "facilitates": bool(cohort and cohort.facilitates),
        },
        "theme": found.theme if found else Theme.AUTO,
        "breadcrumb": breadcrumb,
        "languages": _languages(spoken),
    }
    if found:
        frame["navigation"] = [_entry(entry) for entry in house().navigation]
        frame["account"] = {
            "name": found.actor.name,
            "profile_href": "/profile",
            "sign_out_href": "/sign-out",
            "current": request.path.startswith("/profile"),
        }
    if cohort:
        others = [{"name": other.name, "href": f"/cohorts/{other.id}"} for other in cohort.others]
        frame["cohort"] = {"name": cohort.name, "others": others}
    return frame


def _entry(entry: Entry) -> dict[str, Any]:
    here = request.path == entry.href or (entry.href != "/" and request.path.startswith(f"{entry.href}/"))
    current = ("page" if request.path == entry.href else True) if here else False
    return {"label": gettext(entry.label), "href": entry.href, "icon": entry.icon, "current": current}


def _languages(spoken: str) -> list[dict[str, Any]]:
    names = {Language.GERMAN: "Deutsch", Language.ENGLISH: "English"}
    here = request.full_path.removesuffix("?") if request.method == "GET" else "/"
    return [
        {
            "code": code,
            "label": label,
            "href": _with_query(f"/language/{code}", next=here),
            "current": code == spoken,
        }
        for code, label in names.items()
    ]
