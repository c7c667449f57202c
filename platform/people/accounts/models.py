"""The table of persons."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Model


class Language(StrEnum):
    """The languages the house speaks."""

    GERMAN = "de"
    ENGLISH = "en"


class Theme(StrEnum):
    """How bright the pages are; `auto` follows the device."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class Person(Model):
    """Somebody who may sign in. Without a password hash, not yet; locked, no longer."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower_case"),
        CheckConstraint("language IN ('de', 'en')", name="language_known"),
        CheckConstraint("theme IN ('auto', 'light', 'dark')", name="theme_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    language: Mapped[str] = mapped_column(default=Language.GERMAN)
    theme: Mapped[str] = mapped_column(default=Theme.AUTO)
    created_at: Mapped[datetime]
    locked_at: Mapped[datetime | None]
