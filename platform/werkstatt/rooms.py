"""The rooms of the house: importing this module declares every command, stream, rule, job and table."""

from __future__ import annotations

from sqlalchemy import Connection

import people.accounts.service
import people.cohorts.roles
import people.cohorts.seats
import people.cohorts.service
import people.profile.queries
import people.profile.service
import people.sign_in.service
import people.texts.service  # noqa: F401 -- declares
import werkstatt.demo.mark  # noqa: F401 -- declares
import workshops.agenda.service
import workshops.series.service
import workshops.streams
import workshops.topics.service
import workshops.voting.ballots
import workshops.voting.service  # noqa: F401 -- declares
from foundation import places


def furnish(connection: Connection) -> None:
    """The one place that no command makes."""
    if not places.find(connection, [places.HOUSE]):
        places.create(connection, places.HOUSE, parent=None)
