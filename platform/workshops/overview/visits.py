"""Where somebody is a guest, in words: the workshops they are invited to, now or later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from foundation import clock
from foundation.policy import Actor
from people.cohorts.queries import stays
from workshops import words
from workshops.series import queries as series

PLACE = "workshop/"


def visits(connection: Connection, actor: Actor) -> list[dict[str, Any]]:
    """The workshops as cards, by the beginning of the stay; those still ahead have no `href`. Two queries."""
    held = [stay for stay in stays(connection, actor) if stay.place.startswith(PLACE)]
    if not held:
        return []
    there = series.titled(connection, (stay.place.removeprefix(PLACE) for stay in held))
    now = clock.now()
    return [
        {
            "title": workshop["title"],
            "when": words.moment_in_words(datetime.fromisoformat(workshop["starts_at"])),
            "place": workshop["place"],
            "cancelled": workshop["cancelled_at"] is not None,
            "href": f"/workshops/{workshop['id']}/topics" if stay.begins <= now else None,
            "begins": words.moment_in_words(stay.begins),
            "ends": words.moment_in_words(stay.ends) if stay.ends else None,
        }
        for stay in held
        if (workshop := there.get(stay.place.removeprefix(PLACE)))
    ]
