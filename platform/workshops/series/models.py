"""The table of workshops."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Model
from foundation.personal import about


class Workshop(Model):
    """One meeting of a cohort's series. Numbers follow the order of announcement, not of dates."""

    __tablename__ = "workshop"
    __about__ = about(plain="id public_id cohort_id number title starts_at place minutes")
    __table_args__ = (
        UniqueConstraint("cohort_id", "number"),
        CheckConstraint("minutes > 0", name="minutes_to_fill"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    number: Mapped[int]
    title: Mapped[str]
    starts_at: Mapped[datetime]
    place: Mapped[str]
    minutes: Mapped[int]
