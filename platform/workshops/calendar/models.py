"""The table of the addresses under which people's calendars ask for their workshops."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Model
from foundation.personal import Fate, about


class CalendarFeed(Model):
    """The one address of a person; revoked ones are deleted. `key` is the SHA-256 of the token in it."""

    __tablename__ = "calendar_feed"
    __about__ = about(persons={"person_id": Fate.DELETED}, personal="made_at", plain="key")

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
