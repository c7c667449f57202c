"""The tables of passkeys, one-time codes and recovery codes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Model
from foundation.personal import Fate, about


class Passkey(Model):
    """A passkey (WebAuthn): signs in by itself. Ids and keys are base64url text."""

    __tablename__ = "passkey"
    __about__ = about(
        persons={"person_id": Fate.DELETED},
        personal="name made_at used_at",
        plain="id public_id credential public_key sign_count transports",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    credential: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[str]
    sign_count: Mapped[int]
    transports: Mapped[str]
    name: Mapped[str]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class OneTimeCode(Model):
    """The secret behind the codes of an app (TOTP, RFC 6238), sealed with the house's key.

    It counts once `confirmed_at` is set. `last_step` is the step of the last code used: none works twice.
    """

    __tablename__ = "one_time_code"
    __about__ = about(
        persons={"person_id": Fate.DELETED}, personal="made_at confirmed_at", plain="secret last_step"
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    secret: Mapped[str]
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Model):
    """One of the codes for the day on which the device is lost; `key` is its keyed hash."""

    __tablename__ = "recovery_code"
    __about__ = about(persons={"person_id": Fate.DELETED}, personal="used_at", plain="id key")

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    used_at: Mapped[datetime | None]
