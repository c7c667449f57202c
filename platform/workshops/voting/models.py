"""The tables of polls, of the teams' ballots and of who handled a poll."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, exists, text
from sqlalchemy.orm import Mapped, aliased, mapped_column

from foundation.database import Model
from foundation.personal import GROUP_HISTORY, Fate, about
from foundation.text import N_

BALLOT_OF_THE_TEAM = N_("Der Stimmzettel gehört dem Team: Die Stimme bleibt, der Name daran geht.")


class Poll(Model):
    """One round of voting. It takes marks while `opens_at <= now < closes_at` and it is not closed.

    `minutes` and the teams with a ballot are those of the opening: what is counted must not change
    under the voters. What else is settled then stands in `settings.py`.
    `job` is the due work that closes it. Of a secret one: `turnout` is how many ballots were in the box, once
    it has a result; `reset_at`: when it was last begun again, as its box was lost (`secret/`).
    `carries_from_id`: the poll whose minutes that were left were shared out here.
    """

    __tablename__ = "poll"
    __about__ = about(
        plain="id public_id workshop_id round method completion dots show secret quorum ties carries "
        "opens_at closes_at closed_at seed minutes job turnout reset_at carries_from_id"
    )
    __table_args__ = (
        UniqueConstraint("workshop_id", "round"),
        Index(
            "uq_poll_workshop_unclosed",
            "workshop_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        CheckConstraint("closes_at IS NULL OR closes_at > opens_at", name="closes_after_opening"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    workshop_id: Mapped[int] = mapped_column(ForeignKey("workshop.id"))
    round: Mapped[int]
    method: Mapped[str]
    completion: Mapped[str]
    dots: Mapped[int | None]
    show: Mapped[str]
    secret: Mapped[bool]
    quorum: Mapped[int | None]
    ties: Mapped[str]
    carries: Mapped[bool]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    seed: Mapped[str]
    minutes: Mapped[int]
    job: Mapped[str | None]
    turnout: Mapped[int | None]
    reset_at: Mapped[datetime | None]
    carries_from_id: Mapped[int | None] = mapped_column(ForeignKey("poll.id"), index=True)


_Later = aliased(Poll)
IS_LAST = ~exists().where(_Later.workshop_id == Poll.workshop_id, _Later.round > Poll.round).correlate(Poll)
"""The condition, in a query over polls, that it is the last round of its workshop."""


class Ballot(Model):
    """The ballot of a team, issued when the poll is opened. `marked`: there has been a mark.

    `version` rises with each order, each distribution of dots and each entry of a facilitator. `awaits`: a
    facilitator (`entered_by_id`) filled it in for the team, which has not confirmed it yet; until then it
    does not count. Minutes of the team, as exact fractions: `owns` from the opening, `paid` from the count;
    `served`: how many minutes of what it wanted were chosen; `served_before`: what that came to over the
    workshops before, as it was at the opening, where ties go by it.
    """

    __tablename__ = "ballot"
    __about__ = about(
        persons={"entered_by_id": Fate.CLEARED},
        plain="id poll_id team_id marked abstained version awaits owns paid served served_before",
        why=BALLOT_OF_THE_TEAM,
    )
    __table_args__ = (UniqueConstraint("poll_id", "team_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    marked: Mapped[bool] = mapped_column(default=False)
    abstained: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=0)
    awaits: Mapped[bool] = mapped_column(default=False)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    owns: Mapped[str | None]
    paid: Mapped[str | None]
    served: Mapped[int | None]
    served_before: Mapped[int | None]


class Mark(Model):
    """What a ballot says about one topic, and which member of the team said so last.

    `reason`: a sentence to a concern or an objection. `taken_from_id`: the merged topic whose mark this is;
    a mark that the team makes is its own again.
    """

    __tablename__ = "mark"
    __about__ = about(
        persons={"by_id": Fate.CLEARED},
        personal="at",
        plain="ballot_id topic_id value reason taken_from_id",
        why=BALLOT_OF_THE_TEAM,
    )

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True, index=True)
    value: Mapped[int]
    reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    taken_from_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)


class What(StrEnum):
    """What was done to a poll."""

    OPENED = "opened"
    CHANGED = "changed"
    CLOSED = "closed"
    CLOSED_BY_TIME = "closed_by_time"
    REOPENED = "reopened"
    RESET = "reset"
    ADOPTED = "adopted"


class Handling(Model):
    """Who did what to the polls of a workshop; nobody: the clock."""

    __tablename__ = "poll_handling"
    __about__ = about(
        persons={"by_id": Fate.CLEARED}, personal="what at", plain="id workshop_id", why=GROUP_HISTORY
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(ForeignKey("workshop.id"), index=True)
    what: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
