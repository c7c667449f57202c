"""The application, put together from top to bottom: extensions, rooms, error pages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, request
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import people.accounts.queries
import people.accounts.words
import people.administration.accounts
import people.administration.cohorts
import people.administration.roles
import people.administration.seats
import people.administration.views
import people.auditing.views
import people.cohorts.views
import people.directory.views
import people.factors.security
import people.factors.views
import people.identities.views
import people.imports.views
import people.invitations.office
import people.invitations.views
import people.mail.views
import people.organisations.views
import people.privacy.office
import people.privacy.retention.views
import people.privacy.views
import people.profile.views
import people.recovery.views
import people.sign_in.views
import people.texts.views
import people.tour.views
import workshops.agenda.views
import workshops.calendar.views
import workshops.memory.views
import workshops.overview.views
import workshops.projector.views
import workshops.results.views
import workshops.series.views
import workshops.topics.views
import workshops.voting.secret.views
import workshops.voting.views
from foundation.database import Database
from foundation.door import Door
from foundation.errors import forged, not_found
from foundation.policy import Role
from foundation.text import N_
from live import wire
from live.pace import Pace
from live.wire import Ports, Wire
from people.cohorts.policy import MEMBERS
from people.house import Entry, House
from people.sign_in import asking, limits
from people.sign_in.queries import identify_within, touch
from werkstatt import (
    errors,
    guests,
    health,
    keys,
    rooms,  # noqa: F401 -- declares every command, stream and rule
)
from werkstatt.demo import door as demo_door
from werkstatt.demo import letters as demo_letters
from werkstatt.paths import DIST, STATIC, TEMPLATES, TRANSLATIONS
from werkstatt.settings import Settings
from werkstatt.turns import Asking, Turns

IN_A_COHORT = (*MEMBERS, Role.ADMINISTRATOR)
"""Who may open a cohort: for guests and the network there is nothing in these rooms."""
NAVIGATION = (
    Entry(N_("Übersicht"), "/", "overview"),
    Entry(N_("Werkstatt-Treffen"), "/workshops", "workshops", only_for=IN_A_COHORT),
    Entry(N_("Personen"), "/people", "people", only_for=IN_A_COHORT),
    Entry(N_("Verwaltung"), "/admin", "administration", only_for=(Role.ADMINISTRATOR,)),
)

PAGES = (
    people.sign_in.views.pages,
    people.profile.views.pages,
    people.cohorts.views.pages,
    people.texts.views.pages,
    people.invitations.views.pages,
    people.invitations.office.pages,
    people.recovery.views.pages,
    people.factors.views.pages,
    people.factors.security.pages,
    people.identities.views.pages,
    people.mail.views.pages,
    people.directory.views.pages,
    people.privacy.views.pages,
    people.privacy.office.pages,
    people.privacy.retention.views.pages,
    people.tour.views.pages,
    people.administration.accounts.pages,
    people.administration.cohorts.pages,
    people.administration.roles.pages,
    people.administration.seats.pages,
    people.administration.views.pages,
    people.imports.views.pages,
    people.organisations.views.pages,
    people.auditing.views.pages,
    workshops.overview.views.pages,
    workshops.series.views.pages,
    workshops.memory.views.pages,
    workshops.topics.views.pages,
    workshops.voting.views.pages,
    workshops.results.views.pages,
    workshops.voting.secret.views.pages,
    workshops.agenda.views.pages,
    workshops.projector.views.pages,
    workshops.calendar.views.pages,
)

CONTENT_SECURITY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


HARDENED = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""What every answer carries."""
PATIENCE = 0.5
"""Seconds that signing in waits for Redis before it counts in memory."""
HASHED = re.compile(r"^/static/dist/.+-[A-Z0-9]{8}\.\w+$")
"""Built files whose names change with their content; the others are asked for anew."""


@dataclass(frozen=True)
class Application:
    """What `create_app` has put together; nothing of it runs yet."""

    app: Flask
    wire: Wire
    door: Door
    database: Database
    settings: Settings


def create_app(settings: Settings, *, demonstrating: bool = False) -> Application:
    """The house with these settings. `demonstrating` opens the demo's door; only `werkstatt demo` does."""
    database = Database(settings.database, connections=settings.database_connections)
    secret = keys.key(settings, keys.RECEIPTS)
    door = Door(
        database,
        identify_within(settings.session_limits),
        secret=secret,
        together=settings.commands_per_transaction,
        vault=keys.vault(settings),
    )
    app = Flask("werkstatt", static_folder=str(STATIC), template_folder=str(TEMPLATES))
    app.config.update(
        SECRET_KEY=keys.key(settings, keys.COOKIES).hex(),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_secure,
        TRUSTED_HOSTS=settings.hosts,
        MAX_CONTENT_LENGTH=settings.request_bytes,
        MAX_FORM_MEMORY_SIZE=500_000,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        BABEL_DEFAULT_LOCALE="de",
        BABEL_DEFAULT_TIMEZONE="Europe/Berlin",
        BABEL_TRANSLATION_DIRECTORIES=str(TRANSLATIONS),
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        RATELIMIT_STORAGE_OPTIONS={"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
        if settings.redis_url
        else {},
    )
    app.config[limits.ACCOUNT] = settings.sign_in_limit_account
    app.config[limits.ADDRESS] = settings.sign_in_limit_address
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]  # as documented

    house = House(
        database=database,
        door=door,
        settings=settings,
        limits=settings.session_limits,
        navigation=NAVIGATION,
        guest_places=guests.places,
        link_key=keys.key(settings, keys.LINKS),
        factor_key=keys.key(settings, keys.FACTORS),
    )
    asking.move_in(app, house)
    csrf = CSRFProtect(app)
    limits.limiter.init_app(app)
    Babel(app, locale_selector=asking.language)

    for pages in PAGES:
        app.register_blueprint(pages)
    if demonstrating:
        app.register_blueprint(demo_door.pages)
        app.register_blueprint(demo_letters.pages)
    ports = Ports(
        credential=asking.credential,
        credential_in=asking.credential_in,
        is_own_origin=settings.origins.__contains__,
        say=asking.said,
        used=touch,
        names=lambda ids: _names(database, list(ids)),
        headers=HARDENED,
    )
    pace = Pace(settings.command_limit)
    told = wire.attach(
        app,
        door,
        mode=settings.async_,
        redis_url=settings.redis_url or None,
        secret=keys.key(settings, keys.HINTS),
        ports=ports,
        pace=pace,
        limits=settings.limits,
    )
    _guard(app, csrf, pace, settings)
    health.register(app, door, told)
    errors.register(app)
    asker = Asking(
        app,
        asking.credential_in,
        at_once=settings.requests_at_once,
        waiting_for_news=settings.waiting_per_person,
        proxies=settings.trusted_proxies,
    )
    app.wsgi_app = Turns(  # type: ignore[method-assign]  # as documented
        app.wsgi_app, asker, language=asker.language, waiting=settings.requests_waiting
    )

    app.jinja_env.globals.update(asset=_assets(), demo=demonstrating)
    app.jinja_env.filters["called"] = people.accounts.words.called
    app.after_request(_harden)
    return Application(app, told, door, database, settings)


def _guard(app: Flask, csrf: CSRFProtect, pace: Pace, settings: Settings) -> None:
    """Own origin, and what no request may hold. Commands have been looked at by the wire's intake."""
    csrf.exempt(app.blueprints["live"])
    # Mail programs unsubscribe somebody by a request without session or page; its address is sealed.
    csrf.exempt(people.mail.views.unsubscribe)

    @app.before_request
    def check() -> None:
        reads = request.method in ("GET", "HEAD", "OPTIONS")
        if request.blueprint == "live":
            if reads:
                who = asking.credential()
                # Without a session it is the line one comes from: strangers take nothing from others.
                pace.keep(str(request.endpoint), who.key if who else limits.by_address())
            return
        if request.endpoint == workshops.calendar.views.FEED:
            pace.keep(workshops.calendar.views.FEED, limits.by_address())
        # PostgreSQL calls this sign an error, and no page is named with one. The wire looks itself.
        if "\0" in request.path or b"%00" in request.query_string:
            raise not_found()
        origin = request.headers.get("Origin")
        if not reads and origin and origin not in settings.origins:
            raise forged()


def _names(database: Database, ids: list[str]) -> dict[str, str]:
    with database.reading() as connection:
        return people.accounts.queries.names(connection, ids)


def _assets() -> Callable[[str], str]:
    """The address of a built file by its source's name."""
    built: dict[str, str] = json.loads((DIST / "manifest.json").read_text())
    return lambda name: f"/static/dist/{built[name]}"


def _harden(response: Response) -> Response:
    for name, value in HARDENED.items():
        response.headers.setdefault(name, value)
    if HASHED.search(request.path):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
