"""What codes of an app and recovery codes are, and how they are kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime

import pyotp
from cryptography.fernet import Fernet, InvalidToken

STEP = 30
"""Seconds for which a code is shown."""
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is taken for another when it is read from paper."""


def new_secret() -> str:
    return pyotp.random_base32()


def seal(secret: str, key: bytes) -> str:
    """The secret as it is stored."""
    return _box(key).encrypt(secret.encode()).decode()


def unseal(sealed: str, key: bytes) -> str | None:
    """The secret; none if another key sealed it, as after a change of the house's key."""
    try:
        return _box(key).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _box(key: bytes) -> Fernet:
    derived = hmac.new(key, b"one-time codes", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(derived))


def fitting_step(secret: str, typed: str, now: datetime, *, after: int = 0) -> int | None:
    """The step whose code was typed, one early or late included; none that is not later than `after`."""
    code = re.sub(r"\s", "", typed)
    if not re.fullmatch(r"[0-9]{6}", code):
        return None
    present, shown = int(now.timestamp()) // STEP, pyotp.TOTP(secret)
    for step in (present, present - 1, present + 1):
        if step > after and hmac.compare_digest(shown.generate_otp(step), code):
            return step
    return None


def address(secret: str, name: str) -> str:
    """What the picture says to an app."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Werkstatt")


def new_recovery_codes() -> list[str]:
    """Codes to print, some 49 bits each."""
    made = ("".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES))
    return [f"{code[:5]}-{code[5:]}" for code in made]


def recovery_key(code: str, person: str, key: bytes) -> str:
    """The keyed hash under which a recovery code of the person is kept, however it was typed."""
    settled = re.sub(r"[\s-]", "", code).lower()
    said = f"recovery\n{person}\n{settled}".encode("utf-8", "replace")
    return hmac.new(key, said, hashlib.sha256).hexdigest()
