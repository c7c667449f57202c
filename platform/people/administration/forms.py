"""What the forms of the office share: a command with what was typed, days as moments, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from flask import flash, redirect, request
from werkzeug.wrappers import Response

from foundation import clock
from foundation.errors import Refusal
from foundation.policy import Role
from people.sign_in import asking

from .holdings import Held

STAY = ("valid_from", "valid_until")
"""From when until when somebody has a seat or a role: days, or moments for a guest."""


def given(names: Sequence[str]) -> dict[str, str]:
    """What was typed into the fields with these names."""
    return {name: request.form.get(name, "").strip() for name in names}


def carry_out(name: str, place: str, body: Mapping[str, Any]) -> dict[str, str]:
    """The command of the form; a field left empty is not sent. Raises `Refusal`."""
    sent = {key: value for key, value in body.items() if value != ""}
    return dict(asking.carry_out(name, place, sent, id=request.form.get("command_id", "")).result)


def with_moments(typed: Mapping[str, str]) -> dict[str, str]:
    """The same with first and last day as moments; what begins today or earlier begins now.

    What is neither a day nor a moment stays as it is: the command says what is wrong with it.
    """
    sent = dict(typed)
    with suppress(ValueError):
        sent["valid_from"] = _begins(typed.get("valid_from", ""))
    with suppress(ValueError):
        sent["valid_until"] = _ends(typed.get("valid_until", ""))
    return sent


def _begins(text: str) -> str:
    if "T" in text:
        return clock.wire(clock.typed(text))
    day = clock.typed_day(text)
    return clock.wire(clock.begins(day)) if day > clock.first_day(clock.now()) else ""


def _ends(text: str) -> str:
    return clock.wire(clock.typed(text) if "T" in text else clock.ends(clock.typed_day(text)))


def shown_stay(held: Held) -> dict[str, str]:
    """The days of a seat or a role, or the moments of a guest, as their fields show them."""
    if held.role is Role.EXPERT:
        moments = (held.begins, held.ends)
        texts = [one.astimezone(clock.SHOWN_IN).strftime(clock.TYPED) if one else "" for one in moments]
    else:
        texts = [day.isoformat() if day else "" for day in (held.first_day, held.last_day)]
    return dict(zip(STAY, texts, strict=True))


def done(act: Callable[[], object], sentence: str, back: str) -> Response:
    """Back to the page, with what happened in a sentence."""
    try:
        act()
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        said = asking.said(refusal)
        flash(" ".join([said["message"], *said["fields"].values()]), "error")
    else:
        flash(sentence, "success")
    return redirect(back)
