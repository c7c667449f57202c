"""Asking this browser for a passkey, and believing its answer."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from flask import request, session

from foundation import bodies, clock
from foundation.errors import Refusal
from foundation.text import N_
from people.house import house
from people.sign_in import asking
from people.sign_in.limits import by_address
from people.sign_in.rules import digest

from . import authenticators, challenges, proving, queries
from .authenticators import DoubtfulError, RelyingParty
from .challenges import Asked, Purpose
from .passkeys import WRONG
from .queries import Device

log = structlog.get_logger()

_BROWSER = "passkeys"
"""Where the cookie keeps what only this browser has."""
LATE = N_("Das hat zu lange gedauert. Bitte versuchen Sie es noch einmal.")


def party() -> RelyingParty | None:
    """This house as browsers know it, by its settings alone; none if no passkey can be made for it."""
    return authenticators.relying_party(house().settings.origins)


def ask(purpose: Purpose, person: str = "") -> dict[str, Any] | None:
    """What the page tells the browser so that it asks for a passkey; of this person, if it is known whose.

    None where there is none to ask for.
    """
    here = party()
    known: Sequence[Device] = ()
    if here is None:
        return None
    if person:
        with house().database.reading() as connection:
            known = queries.factors(connection, person).passkeys
        if not known:
            return None
    return authenticators.to_use(here, _challenge(purpose, person), known=known)


def ask_for_new() -> dict[str, Any] | None:
    """The same to make one for whoever is signed in."""
    here, who = party(), asking.required()
    if here is None:
        return None
    with house().database.reading() as connection:
        known = queries.factors(connection, who.id).passkeys
    challenge = _challenge(Purpose.ADD, who.id)
    return authenticators.to_make(here, challenge, person=who.id, name=who.name, known=known)


def believe_new(text: str) -> authenticators.New:
    """The passkey that was made for whoever is signed in; raises `Refusal`."""
    here, who = party(), asking.required()
    try:
        if here is None:
            raise DoubtfulError("no name")
        challenge = authenticators.read_new(text)
        _in_time(challenge, Purpose.ADD, who.id)
        return authenticators.verify_new(here, text, challenge)
    except DoubtfulError as error:
        raise _doubted(error) from None


def believe(text: str, purpose: Purpose, person: str = "") -> str:
    """Whose passkey has answered (public id); of this person, if it is known whose it must be.

    Notes that it was used. Raises `Refusal`, with the same words for one that is unknown, of somebody else,
    of somebody locked, or used wrongly.
    """
    here = party()
    try:
        if here is None:
            raise DoubtfulError("no name")
        answer = authenticators.read(text)
        asked_at = _in_time(answer.challenge, purpose, person)
        with house().database.reading() as connection:
            found = queries.passkey(connection, answer.credential)
        whose = person or answer.handle
        if found is None or found.person != whose or answer.handle not in ("", whose):
            raise DoubtfulError("unknown")
        count = authenticators.verify(here, answer, public_key=found.public_key, sign_count=found.sign_count)
    except DoubtfulError as error:
        raise _doubted(error) from None
    body = {"passkey": found.id, "sign_count": count, "asked_at": asked_at}
    proving.tell_door("passkey.use", found.person, body)
    return found.person


def by_passkey() -> str:
    """For limits: the passkey that is said to answer, from wherever."""
    try:
        return digest(f"passkey {authenticators.read(request.form.get('answer', '')).credential}")
    except DoubtfulError:
        return by_address()


def _doubted(error: DoubtfulError) -> Refusal:
    log.info("passkey_doubtful", reason=str(error))
    return bodies.invalid(answer=WRONG)


def _challenge(purpose: Purpose, person: str) -> bytes:
    if not isinstance(session.get(_BROWSER), str):
        session[_BROWSER] = secrets.token_urlsafe(16)
    return challenges.make(_asked(purpose, person), house().factor_key, clock.now())


def _in_time(challenge: bytes, purpose: Purpose, person: str) -> datetime:
    asked_at = challenges.made_at(challenge, _asked(purpose, person), house().factor_key, clock.now())
    if asked_at is None:
        raise bodies.invalid(answer=LATE)
    return asked_at


def _asked(purpose: Purpose, person: str) -> Asked:
    return Asked(browser=str(session.get(_BROWSER, "")), purpose=purpose, person=person)
