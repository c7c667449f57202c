"""Where a workshop stands at a moment, and what waits for whom: values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Phase(StrEnum):
    """How far a workshop has come. `CLOSING`: the time is up and the count is due any moment.

    `CANCELLED` goes before all others: whatever has been prepared, nobody meets.
    """

    COLLECTING = "collecting"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    SETTLED = "settled"
    RUNNING = "running"
    PAST = "past"
    CANCELLED = "cancelled"


class Task(StrEnum):
    """What can wait for somebody."""

    FILL_IN = "fill_in"
    ADOPT = "adopt"
    PROPOSE = "propose"
    OPEN = "open"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What decides where a workshop stands; `own_*` concern the team of the one who looks.

    `own_blank`: it has a ballot in the last poll, and has not voted. `lasts`: how many minutes it takes with
    its breaks, once there is a run sheet; `ended_at`: when it was ended. `secret` polls tell nobody who has
    voted. `counted`: the last poll has a result of which something can be made.
    """

    id: str
    number: int
    title: str
    starts_at: datetime
    place: str
    minutes: int
    cancelled_at: datetime | None = None
    cancelled_reason: str = ""
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    closed_at: datetime | None = None
    adopted_at: datetime | None = None
    topics: int = 0
    blocks: int = 0
    filled: int = 0
    own_topics: int = 0
    own_blank: bool = False
    lasts: int | None = None
    ended_at: datetime | None = None
    secret: bool = False
    counted: bool = True

    @property
    def ends_at(self) -> datetime:
        return self.ended_at or self.starts_at + timedelta(minutes=self.lasts or self.minutes)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Something that waits at a workshop. `since` is nothing for what has no beginning."""

    task: Task
    workshop: Standing
    since: datetime | None = None


def phase(workshop: Standing, now: datetime) -> Phase:
    if workshop.cancelled_at is not None:
        return Phase.CANCELLED
    if workshop.opens_at is None:
        return Phase.COLLECTING
    if workshop.closed_at is not None:
        recalled = workshop.closed_at < workshop.opens_at and workshop.adopted_at is None
        if recalled or not workshop.counted:
            return Phase.COLLECTING
        return _after_the_vote(workshop, now)
    if now < workshop.opens_at:
        return Phase.ANNOUNCED
    over = workshop.closes_at is not None and workshop.closes_at <= now
    return Phase.CLOSING if over else Phase.OPEN


def next_one(series: Sequence[Standing], now: datetime) -> Standing | None:
    """The first workshop by date that is not over; when all are, the last. Cancelled ones do not count."""
    held = [workshop for workshop in series if workshop.cancelled_at is None]
    ahead = (workshop for workshop in held if now < workshop.ends_at)
    return next(ahead, held[-1] if held else None)


def cancelled(series: Iterable[Standing], now: datetime) -> list[Standing]:
    """Those ahead that do not take place; whoever was coming has to know."""
    return [workshop for workshop in series if workshop.cancelled_at is not None and now < workshop.starts_at]


def longest_waiting(
    series: Iterable[Standing], now: datetime, *, member: bool, facilitates: bool
) -> Waiting | None:
    """The one thing that waits longest for a member of a team, a facilitator, or who is both.

    What has a beginning goes before what has none: a ballot before a topic that could be proposed.
    """
    found = list(_all_waiting(series, now, member=member, facilitates=facilitates))
    dated = [waiting for waiting in found if waiting.since is not None]
    return min(dated, key=lambda waiting: waiting.since or now, default=found[0] if found else None)


def _after_the_vote(workshop: Standing, now: datetime) -> Phase:
    if workshop.adopted_at is None:
        return Phase.CLOSED
    if now < workshop.starts_at:
        return Phase.SETTLED
    return Phase.RUNNING if now < workshop.ends_at else Phase.PAST


def _all_waiting(
    series: Iterable[Standing], now: datetime, *, member: bool, facilitates: bool
) -> Iterator[Waiting]:
    for workshop in series:
        stands = phase(workshop, now)
        if member and stands is Phase.OPEN and workshop.own_blank:
            yield Waiting(task=Task.FILL_IN, workshop=workshop, since=workshop.opens_at)
        if facilitates and stands is Phase.CLOSED:
            yield Waiting(task=Task.ADOPT, workshop=workshop, since=workshop.closed_at)
        if stands is Phase.COLLECTING and now < workshop.ends_at:
            if member and not workshop.own_topics:
                yield Waiting(task=Task.PROPOSE, workshop=workshop)
            if facilitates and workshop.topics:
                yield Waiting(task=Task.OPEN, workshop=workshop)
