"""The tables of agendas and their blocks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Model
from foundation.personal import about


class Agenda(Model):
    """What the count of a poll came to. Reopening the poll removes it, until it is adopted.

    `share`: the minutes that each team owned in the end, as an exact fraction, where teams own minutes.
    `unmet`: JSON, by chosen topic the prerequisites that were not chosen with it.
    """

    __tablename__ = "agenda"
    __about__ = about(plain="id poll_id adopted_at share unmet")

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), unique=True)
    adopted_at: Mapped[datetime | None]
    share: Mapped[str | None]
    unmet: Mapped[str] = mapped_column(default="{}", server_default="{}")


class Block(Model):
    """One topic in the result, in the words and minutes that were voted on.

    `rank` orders all of them, `position` only those that were chosen. `free` is how many minutes
    were left when its turn came: with it anyone can see why a topic fitted or did not. `approvals` is its
    support as the method counts it. `payments` (JSON: by public id of a team, an exact fraction of minutes)
    and `funds` are those of its receipt, `payers` how many paid. `by_votes`: whether the most votes first
    would have chosen it.
    """

    __tablename__ = "block"
    __about__ = about(
        plain="id agenda_id topic_id rank position title minutes approvals free verdict "
        "payments payers funds by_votes"
    )
    __table_args__ = (
        UniqueConstraint("agenda_id", "rank"),
        UniqueConstraint("agenda_id", "topic_id"),
        CheckConstraint("approvals >= 0 AND free >= 0", name="counted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agenda_id: Mapped[int] = mapped_column(ForeignKey("agenda.id"))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    rank: Mapped[int]
    position: Mapped[int | None]
    title: Mapped[str]
    minutes: Mapped[int]
    approvals: Mapped[int]
    free: Mapped[int]
    verdict: Mapped[str]
    payments: Mapped[str | None]
    payers: Mapped[int | None]
    funds: Mapped[str | None]
    by_votes: Mapped[bool | None]
