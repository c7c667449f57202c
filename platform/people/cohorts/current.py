"""The cohort that pages show, when somebody belongs to several: the one chosen in this browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import session
from sqlalchemy import Connection

from foundation.policy import Role
from people.sign_in import asking

from . import queries
from .queries import CohortEntry

_COHORT = "cohort"  # where the cookie keeps it


@dataclass(frozen=True, kw_only=True)
class CurrentCohort:
    """The cohort that pages show to the one who asks, and what they are in it."""

    id: str
    name: str
    team: str | None
    facilitates: bool
    others: Sequence[CohortEntry]


def cohort(connection: Connection) -> CurrentCohort | None:
    """The cohort chosen in this browser, else the newest that the one who asks belongs to; two queries."""
    who = asking.required()
    entries = queries.cohorts_for(connection, who)
    if not entries:
        return None
    chosen = next((entry for entry in entries if entry.id == session.get(_COHORT)), entries[0])
    return CurrentCohort(
        id=chosen.id,
        name=chosen.name,
        team=queries.own_team(connection, who, chosen.id),
        facilitates=who.holds(Role.FACILITATOR, f"cohort/{chosen.id}"),
        others=[entry for entry in entries if entry is not chosen],
    )


def choose(cohort: str) -> None:
    """Show this one from now on in this browser."""
    session[_COHORT] = cohort
