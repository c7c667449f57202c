"""The tables of run sheets and their blocks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Model
from foundation.personal import about


class RunSheet(Model):
    """What happens when at a workshop; there is one from the moment its agenda is adopted.

    `version` counts the changes: who changes it says on which one that was based.
    """

    __tablename__ = "run_sheet"
    __about__ = about(plain="id workshop_id version planned agreed ended_at")

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(ForeignKey("workshop.id"), unique=True)
    version: Mapped[int]
    planned: Mapped[int]
    agreed: Mapped[int | None]
    ended_at: Mapped[datetime | None]


class SheetBlock(Model):
    """A stretch of a meeting. `is_off`: taken off, perhaps to come back; `begun_at`: when its turn came."""

    __tablename__ = "sheet_block"
    __about__ = about(plain="id public_id sheet_id topic_id is_off position kind title minutes begun_at")
    __table_args__ = (
        UniqueConstraint("sheet_id", "is_off", "position"),
        CheckConstraint("minutes > 0", name="lasts"),
        CheckConstraint("(kind = 'topic') = (topic_id IS NOT NULL)", name="topics_are_topics"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("run_sheet.id"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    is_off: Mapped[bool]
    position: Mapped[int]
    kind: Mapped[str]
    title: Mapped[str]
    minutes: Mapped[int]
    begun_at: Mapped[datetime | None]
