"""Where a cohort takes guests: its workshops, for the invitations of `people`, which knows of none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from foundation import clock
from workshops import words
from workshops.series import queries


def places(connection: Connection, cohort: str) -> Sequence[tuple[str, str]]:
    """The workshops that are not over: the name of the place, and title with day and town."""
    return [
        (f"workshop/{state['id']}", f"{state['title']}, {words.day_in_words(begins)}, {state['place']}")
        for state in queries.series(connection, cohort)
        if (begins := datetime.fromisoformat(state["starts_at"])) + timedelta(minutes=state["minutes"])
        > clock.now()
    ]
