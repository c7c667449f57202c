"""The tables of topics and of what teams say about them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Model
from foundation.personal import about


class TopicState(StrEnum):
    """Where a topic stands."""

    PROPOSED = "proposed"
    CHOSEN = "chosen"
    WITHDRAWN = "withdrawn"


class Topic(Model):
    """What a team would like a workshop to be about. Without a workshop it waits for the cohort's next one.

    `position` is the order of arrival at the workshop: one that comes over from another stands at the end.
    """

    __tablename__ = "topic"
    __about__ = about(
        plain="id public_id cohort_id workshop_id team_id position title question minutes state proposed_at"
    )
    __table_args__ = (
        UniqueConstraint("workshop_id", "position"),
        CheckConstraint("state IN ('proposed', 'chosen', 'withdrawn')", name="state_known"),
        CheckConstraint("minutes > 0", name="minutes_needed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    workshop_id: Mapped[int | None] = mapped_column(ForeignKey("workshop.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    position: Mapped[int]
    title: Mapped[str]
    question: Mapped[str]
    minutes: Mapped[int]
    state: Mapped[str] = mapped_column(default=TopicState.PROPOSED)
    proposed_at: Mapped[datetime]


class Need(Model):
    """A team says: we need this."""

    __tablename__ = "need"
    __about__ = about(plain="id topic_id team_id")
    __table_args__ = (UniqueConstraint("topic_id", "team_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)


class Offer(Model):
    """A team says: we can contribute to this."""

    __tablename__ = "offer"
    __about__ = about(plain="id topic_id team_id")
    __table_args__ = (UniqueConstraint("topic_id", "team_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
