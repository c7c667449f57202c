"""Who asks, in which language, and carrying something out for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

import structlog
from flask import Flask, flash, g, redirect, request, session
from flask_babel import gettext
from flask_login import LoginManager, current_user, login_required
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from foundation import clock, commands
from foundation.commands import Answer
from foundation.errors import Refusal, unknown_actor
from foundation.policy import Actor, Credential
from people.accounts.models import Language
from people.house import HOUSE, House, house

from . import queries
from .queries import KIND, Known
from .rules import MARK_EVERY, digest

log = structlog.get_logger()

View = TypeVar("View", bound=Callable[..., Any])
_TOKEN = "_user_id"  # noqa: S105 -- where Flask-Login keeps what `get_id` returned
LANGUAGE = "language"
"""Where the cookie keeps a language chosen for this browser; it goes before the person's own."""


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


def move_in(app: Flask, furnished: House) -> None:
    """Make the house known to its pages, and Flask-Login to the house."""
    app.extensions[HOUSE] = furnished
    manager = LoginManager()
    manager.session_protection = None
    manager.user_loader(load)
    manager.unauthorized_handler(_sign_in_first)
    # No template asks for the user, and asking would fail once more on the page that says so.
    manager.init_app(app, add_context_processor=False)


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
        raise unknown_actor()
    return found


def signed_in(view: View) -> View:
    """Send whoever is not signed in to the sign-in page, and back afterwards."""
    return cast(View, login_required(view))


def _sign_in_first() -> Response:
    if request.method == "POST":
        # The page of the refusal gives back what was typed; a redirect would drop it.
        raise unknown_actor()
    if credential():
        session.clear()
        flash(gettext("Ihre Anmeldung ist abgelaufen. Bitte melden Sie sich noch einmal an."), "info")
    if request.method != "GET" or request.full_path == "/?":
        return redirect("/sign-in")
    query = request.query_string.decode("ascii", "replace")
    return redirect(with_query("/sign-in", next=f"{request.path}?{query}" if query else request.path))


def with_query(path: str, **values: str) -> str:
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
        raise unknown_actor()
    return house().door.carry_out(who, commands.ask(name, place, body, id=id, typed=typed))


def said(refusal: Refusal) -> dict[str, Any]:
    """The refusal in the reader's language: `code`, `message` and `fields`; `present` where it has one."""
    fields = {}
    for name, sentence in refusal.fields.items():
        message, params = sentence if isinstance(sentence, tuple) else (sentence, refusal.params)
        fields[name] = gettext(message, **params)
    answer = {
        "code": str(refusal.code),
        "message": gettext(refusal.message, **refusal.params),
        "fields": fields,
    }
    return answer if refusal.present is None else {**answer, "present": refusal.present}


def refused(refusal: Refusal | None) -> dict[str, Any]:
    """What a form says that came back, and what one says that was not sent yet: nothing."""
    return said(refusal) if refusal else {"message": None, "fields": {}}


def language() -> str:
    """The reader's language: chosen for this browser, else the person's, else the browser's, else German.

    Answers without the database too, for the page that says that it is away.
    """
    chosen = session.get(LANGUAGE)
    if chosen in set(Language):
        return str(chosen)
    found = None
    if "away" not in g:  # asked once is enough: each time may take until the database's patience ends
        try:
            found = known()
        except (Refusal, SQLAlchemyError):
            g.away = True
    if found:
        return found.language
    return request.accept_languages.best_match(list(Language)) or Language.GERMAN
