"""Coming in and going out: a session row, and a cookie that knows nothing of the one before."""

from __future__ import annotations

import secrets

from flask import request, session
from flask_babel import refresh
from flask_login import login_user, logout_user

from foundation import clock, commands
from foundation.errors import Code, Refusal
from people.house import house

from . import asking
from .policy import DOOR
from .rules import Method, device, digest


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
    }
    here.door.carry_out(DOOR, commands.ask("session.open", f"person/{person}", body, id=once))
    leave()
    login_user(asking.load(token))
    refresh()


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
