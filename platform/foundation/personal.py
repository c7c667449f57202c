"""Which columns tell something about a person, and what becomes of it when that person is erased.

Every table says it of itself (`Model.__about__`); a column that is in no list fails the suite.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from foundation.text import N_


class Fate(StrEnum):
    """What becomes of a row when the person it names is erased."""

    DELETED = "deleted"
    CLEARED = "cleared"
    """The row stays, without the name: the column is emptied."""
    KEPT = "kept"
    """The row stays and points at somebody without name and address."""


NO_PERSON: Mapping[str, Fate] = {}
GROUP_HISTORY = N_("Das gehört zur gemeinsamen Geschichte der Gruppe und bleibt, ohne Namen.")


@dataclass(frozen=True, kw_only=True)
class About:
    """The columns of a table by what they tell.

    `persons`: those that name a person, as row number (an integer) or public id (text), with the fate of the
    row. `personal`: what is said about that person. `plain`: about nobody. `why`: the reason for what is
    kept, for people.
    """

    persons: Mapping[str, Fate] = field(default_factory=dict)
    personal: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()
    why: str = ""


def about(
    *, persons: Mapping[str, Fate] = NO_PERSON, personal: str = "", plain: str = "", why: str = ""
) -> About:
    """The same, with the columns' names in one line each."""
    return About(
        persons=persons, personal=frozenset(personal.split()), plain=frozenset(plain.split()), why=why
    )
