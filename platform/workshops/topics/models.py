"""The tables of topics and of what teams say about them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Model
from foundation.personal import Fate, about
from foundation.text import N_


class TopicState(StrEnum):
    """Where a topic is in its life. Parked and held are no states: the agendas and the clock tell."""

    QUESTION = "question"
    PROPOSED = "proposed"
    CHOSEN = "chosen"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


STANDING = (TopicState.PROPOSED, TopicState.CHOSEN)
"""In these a topic stands for election, or has been elected."""


class Topic(Model):
    """What a team would like a workshop to be about. Without a workshop it waits for the cohort's next one.

    `position` is the order of arrival at the workshop: one that comes over from another stands at the end.
    A question from practice is one that has no `minutes` yet; `asked_at` stays when it becomes a topic.
    `minutes` is what is voted on, `minutes_most` how long it may last where there is time left.
    `merged_into_id`: the topic that it is part of as long as the two are merged.
    `answered`: what the proposing team says after the workshop. `carrier`: who is to carry it.
    """

    __tablename__ = "topic"
    __about__ = about(
        plain="id public_id cohort_id workshop_id team_id position title question minutes state proposed_at "
        "minutes_most merged_into_id asked_at answered answer_note carrier carrier_note"
    )
    __table_args__ = (
        UniqueConstraint("workshop_id", "position"),
        CheckConstraint(
            "state IN ('question', 'proposed', 'chosen', 'withdrawn', 'merged')", name="state_known"
        ),
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
    minutes: Mapped[int | None]
    state: Mapped[str] = mapped_column(default=TopicState.PROPOSED)
    proposed_at: Mapped[datetime]
    minutes_most: Mapped[int | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    asked_at: Mapped[datetime | None]
    answered: Mapped[str | None]
    answer_note: Mapped[str] = mapped_column(default="", server_default="")
    carrier: Mapped[str] = mapped_column(default="", server_default="")
    carrier_note: Mapped[str] = mapped_column(default="", server_default="")


class Prerequisite(Model):
    """A topic that has to come before another one of the same workshop."""

    __tablename__ = "topic_prerequisite"
    __about__ = about(plain="topic_id after_id")

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    after_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True, index=True)


class CarriedMark(Model):
    """A ballot wants a merged topic: its mark counts at the topic that goes on, and here is what stood there.

    `topic_id` is the merged one. Without a `value` there was no mark. A mark that the team has made itself
    since then stays; what stands here is of no more use by then.
    """

    __tablename__ = "carried_mark"
    __about__ = about(
        persons={"by_id": Fate.CLEARED},
        personal="at",
        plain="topic_id ballot_id value",
        why=N_("Der Stimmzettel gehört dem Team: Die Stimme bleibt, der Name daran geht."),
    )

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id"), primary_key=True, index=True)
    value: Mapped[int | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime | None]


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
