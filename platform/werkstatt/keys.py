"""Keys for each purpose, all from the one secret of the installation."""

from __future__ import annotations

import hashlib

from werkstatt.settings import Settings

COOKIES = "cookies"
RECEIPTS = "receipts"
HINTS = "hints"


def key(settings: Settings, purpose: str) -> bytes:
    """32 bytes that say nothing about the secret or about the key of another purpose."""
    return hashlib.blake2b(purpose.encode(), key=settings.secret_key.encode()[:64], digest_size=32).digest()
