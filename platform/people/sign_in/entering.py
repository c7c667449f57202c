"""Coming in and going out: a session row, and a cookie that knows nothing of the one before."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import timedelta

from flask import Response, after_this_request, current_app, request, session
from flask_babel import refresh
from flask_login import login_user, logout_user

from foundation import clock, commands
from foundation.errors import Code, Refusal
from people.house import house

from . import asking
from .policy import DOOR
from .rules import Method, device, digest

DEVICE = "device"
"""The cookie by which a browser is known again; it stays when somebody signs out, and lets nobody in."""
REMEMBERED = timedelta(days=400)
"""No browser keeps a cookie for longer."""
_TOKEN = re.compile(r"[\w-]{43}", re.ASCII)


def enter(
    person: str,
    *,
    method: Method = Method.PASSWORD,
    strong: bool = False,
    proof: str | None = None,
    once: str = "",
) -> None:
    """Sign this browser in as the person (public id), who has been made sure of; raises `Refusal`.

    Only for who needs no second factor, or has shown it: all others go by `factors.proving.let_in`. `once`:
    the id of what this may happen for one time only (`id_reused` at the next).
    The session before, if there was one, is ended; nothing of its cookie is kept but the language.
    """
    here, token, now = house(), secrets.token_urlsafe(32), clock.now()
    body = {
        "key": digest(token),
        "device": device(request.user_agent.string),
        "ends_at": now + here.limits.absolute,
        "proof": proof,
        "method": method,
        "strong": strong,
        "browser": None if method is Method.DEMO else _browser(person),
    }
    here.door.carry_out(DOOR, commands.ask("session.open", f"person/{person}", body, id=once))
    leave()
    login_user(asking.load(token))
    refresh()


def _browser(person: str) -> str:
    """What this browser is to the person: of two persons at the same one nobody can tell that it is."""
    given = request.cookies.get(DEVICE, "")
    token = given if _TOKEN.fullmatch(given) else secrets.token_urlsafe(32)

    @after_this_request
    def remember(response: Response) -> Response:
        response.set_cookie(
            DEVICE,
            token,
            max_age=REMEMBERED,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response

    said = f"device\n{person}\n{token}".encode()
    return hmac.new(str(current_app.secret_key).encode(), said, hashlib.sha256).hexdigest()


def leave() -> None:
    """Sign this browser out and end its session; whoever is out already does not mind."""
    who = asking.actor()
    if who is not None:
        try:
            asking.carry_out("session.close", f"person/{who.id}", {"session": "present"})
        except Refusal as refusal:
            if refusal.code not in {Code.UNKNOWN_ACTOR, Code.NOT_FOUND}:
                raise
    chosen = session.get(asking.LANGUAGE)
    logout_user()
    session.clear()
    if chosen:
        session[asking.LANGUAGE] = chosen
    refresh()
