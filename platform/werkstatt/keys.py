"""Keys for each purpose, all from the one secret of the installation; and where those lie that are not."""

from __future__ import annotations

import hashlib

from foundation.vault import Vault
from werkstatt.settings import Settings

COOKIES = "cookies"
RECEIPTS = "receipts"
HINTS = "hints"
LINKS = "links"
FACTORS = "factors"


def key(settings: Settings, purpose: str) -> bytes:
    """32 bytes that say nothing about the secret or about the key of another purpose."""
    secret = settings.secret_key.encode()
    if len(secret) > hashlib.blake2b.MAX_KEY_SIZE:  # cut off, a change at its end would change nothing
        secret = hashlib.blake2b(secret).digest()
    return hashlib.blake2b(purpose.encode(), key=secret, digest_size=32).digest()


def vault(settings: Settings) -> Vault:
    """Keys that can be destroyed: in no database and in no backup."""
    return Vault(settings.data_dir / "keys")
