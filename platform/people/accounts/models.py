"""The table of persons."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Model
from foundation.personal import Fate, about
from foundation.text import N_

NAMELESS = ""
"""The name of who was erased; nobody else's is empty. `words.called` says what is shown for it."""


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
    """Somebody who may sign in. Without a password hash, not by password; locked, no longer.

    `toured_at`: when the short tour was seen or skipped. `bounced_at`: since when mail to the address comes
    back. `warned_at`: when a mail said that the account goes unless it is used. Who is erased keeps the row,
    without name and address.
    """

    __tablename__ = "person"
    __about__ = about(
        persons={"id": Fate.KEPT},
        personal="name email password_hash language theme organisation_id created_at locked_at signed_in_at "
        "toured_at bounced_at warned_at",
        plain="public_id erased_at",
        why=N_("Darauf verweist, was zur Geschichte der Gruppe gehört. Namen und Adresse hat es nicht mehr."),
    )
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
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    signed_in_at: Mapped[datetime | None]
    toured_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
