"""What pages need of the house they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from flask import current_app

from foundation.database import Database
from foundation.door import Door
from people.sign_in.rules import SessionLimits

HOUSE = "house"
"""Under which name the application keeps it."""


@dataclass(frozen=True)
class Entry:
    """A room in the navigation."""

    label: str
    href: str
    icon: str


@dataclass(frozen=True, kw_only=True)
class House:
    """The database, the door and what the house has settled."""

    database: Database
    door: Door
    settings: Any  # the house's own model, which no room may import
    limits: SessionLimits = field(default_factory=SessionLimits)
    navigation: Sequence[Entry] = ()


def house() -> House:
    return cast(House, current_app.extensions[HOUSE])
