"""What an address for a calendar is made of, and how it is recognised without being kept."""

from __future__ import annotations

import hashlib
import re
import secrets

KEY = r"^[0-9a-f]{64}$"
PATH = "/calendar/feed/"
"""Where an address leads; its token comes behind."""
ENDING = ".ics"
"""Some programs take only what looks like a calendar; the address is the same without it."""
_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """256 random bits: derived from nothing, so nothing that is known leads to it."""
    return secrets.token_urlsafe(32)


def key_of(token: str) -> str | None:
    """The key under which the house knows that token; none if it cannot be one of ours."""
    bare = token.removesuffix(ENDING)
    return hashlib.sha256(bare.encode()).hexdigest() if _SHAPE.fullmatch(bare) else None


def as_subscription(address: str) -> str:
    """The address as calendar programs claim it for themselves: opened, it offers to subscribe."""
    return re.sub(r"^https?:", "webcal:", address)
