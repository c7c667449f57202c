"""Whether whoever asks has shown lately who they are: the page asks for it, and the wire cannot skip it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from foundation import clock
from foundation.errors import Code, Refusal
from foundation.policy import Actor
from foundation.text import N_
from people.factors.standing import has_any

from .models import SessionRow
from .rules import CONFIRMED_FOR


def require(connection: Connection, actor: Actor) -> None:
    """Raises `closed` for a session that has not, or not with the second factor that its person has.

    The house itself need not.
    """
    if actor.credential is None:
        return
    query = select(SessionRow.confirmed_at, SessionRow.strong, SessionRow.person_id)
    found = connection.execute(query.where(SessionRow.key == actor.credential.key)).first()
    shown = found.confirmed_at if found else None
    late = shown is None or clock.now() - shown >= CONFIRMED_FOR
    if found is None or late or (not found.strong and has_any(connection, found.person_id)):
        raise Refusal(Code.CLOSED, N_("Bitte zeigen Sie zuerst noch einmal, wer Sie sind."))
