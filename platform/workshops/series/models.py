"""The table of workshops."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation import clock
from foundation.database import Model
from foundation.personal import about


class Workshop(Model):
    """One meeting of a cohort's series. Numbers follow the order of announcement, not of dates.

    `sequence` counts what calendars have to hear of: another title, date, place or length (of the run sheet
    too), a cancellation;
    `changed_at`: when that was last. `cancelled_reason` may be empty, and is when the workshop takes place.
    """

    __tablename__ = "workshop"
    __about__ = about(
        plain="id public_id cohort_id number title starts_at place minutes sequence changed_at cancelled_at "
        "cancelled_reason"
    )
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
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    cancelled_at: Mapped[datetime | None]
    cancelled_reason: Mapped[str] = mapped_column(default="")
