"""Public ids: what people and programs see instead of row numbers."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 16
PATTERN = r"^[0-9a-z]{16}$"


def public_id() -> str:
    """Eighty random bits in Crockford's base 32, lower case: not to be guessed, easy to read aloud."""
    bits = secrets.randbits(5 * LENGTH)
    return "".join(ALPHABET[bits >> (5 * place) & 31] for place in range(LENGTH))
