"""Whether whoever asks has shown lately who they are: the page asks for it, and the wire cannot skip it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from foundation import clock
from foundation.errors import Code, Refusal
from foundation.policy import Actor
from foundation.text import N_

from .models import SessionRow
from .rules import CONFIRMED_FOR


def require(connection: Connection, actor: Actor) -> None:
    """Raises `closed` for a session that has not; the house itself need not."""
    if actor.credential is None:
        return
    query = select(SessionRow.confirmed_at).where(SessionRow.key == actor.credential.key)
    shown = connection.execute(query).scalar_one_or_none()
    if shown is None or clock.now() - shown >= CONFIRMED_FOR:
        raise Refusal(Code.CLOSED, N_("Bitte zeigen Sie zuerst noch einmal, wer Sie sind."))
