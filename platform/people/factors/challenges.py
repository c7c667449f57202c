"""The questions that a passkey answers: made by this house, for one browser and one purpose, for ten minutes.

Nothing is kept of them. Each carries its moment and a seal, and a passkey takes no question that is older
than its last answer (`passkey.use`): so every answer counts once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

LASTS = timedelta(minutes=10)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NONCE, _MOMENT, _SEAL = 16, 8, 32  # bytes


class Purpose(StrEnum):
    """What the answer is for; it is good for nothing else."""

    ADD = "add"
    SIGN_IN = "sign-in"
    SECOND = "second"
    CONFIRM = "confirm"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who is asked: a browser by what only its cookie says, for what, and whom if that is known before."""

    browser: str
    purpose: Purpose
    person: str = ""


def make(asked: Asked, key: bytes, now: datetime) -> bytes:
    """A new question."""
    moment = (now - _EPOCH) // timedelta(microseconds=1)
    said = secrets.token_bytes(_NONCE) + moment.to_bytes(_MOMENT, "big")
    return said + _seal(said, asked, key)


def made_at(challenge: bytes, asked: Asked, key: bytes, now: datetime) -> datetime | None:
    """When the house asked just this; none if it did not, or too long ago."""
    said, seal = challenge[:-_SEAL], challenge[-_SEAL:]
    if len(challenge) != _NONCE + _MOMENT + _SEAL or not hmac.compare_digest(seal, _seal(said, asked, key)):
        return None
    moment = _EPOCH + timedelta(microseconds=int.from_bytes(said[_NONCE:], "big"))
    return moment if now - LASTS < moment <= now else None


def _seal(said: bytes, asked: Asked, key: bytes) -> bytes:
    whom = f"passkey\n{asked.purpose}\n{asked.person}\n{asked.browser}\n".encode()
    return hmac.new(key, whom + said, hashlib.sha256).digest()
