"""What pages need of the house they stand in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from flask import current_app
from sqlalchemy import Connection

from foundation.database import Database
from foundation.door import Door
from foundation.policy import Role
from people.sign_in.rules import SessionLimits

HOUSE = "house"
"""Under which name the application keeps it."""


@dataclass(frozen=True)
class Entry:
    """A room in the navigation."""

    label: str
    href: str
    icon: str
    only_for: Sequence[Role] = ()
    """Who sees it: holders of one of these roles, anywhere; none: everybody."""


GuestPlaces = Callable[[Connection, str], Sequence[tuple[str, str]]]


def _no_places(_connection: Connection, _cohort: str) -> Sequence[tuple[str, str]]:
    return ()


@dataclass(frozen=True, kw_only=True)
class House:
    """The database, the door and what the house has settled."""

    database: Database
    door: Door
    settings: Any  # the house's own model, which no room may import
    limits: SessionLimits = field(default_factory=SessionLimits)
    navigation: Sequence[Entry] = ()
    guest_places: GuestPlaces = _no_places
    """Where a cohort (public id) takes guests: the names of the places, and what people call them."""
    link_key: bytes = b""
    """Seals the links in mails (`people/links/rules.py`)."""
    factor_key: bytes = b""
    """Seals the secrets of one-time codes."""

    @property
    def ways_in(self) -> Mapping[str, Any]:
        """What lets people in beside passkeys, as `people/sign_in/ways_in.py` asks for it."""
        return {"passwords": self.settings.passwords, "service": self.settings.oidc_issuer or None}


def house() -> House:
    return cast(House, current_app.extensions[HOUSE])
