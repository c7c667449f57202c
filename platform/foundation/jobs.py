"""Due work as rows: written with the change that causes it, done later by one loop, never lost.

A job acts through a command of its own whose id is the job's, so that doing it twice does it once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from foundation import clock, commands, eventlog
from foundation.database import Model, Moment
from foundation.door import Door
from foundation.errors import Code, Refusal
from foundation.personal import about
from foundation.prepared import Prepared

log = structlog.get_logger()

CLAIM = timedelta(minutes=2)
"""How long a claimed job belongs to the process that claimed it."""
LONGEST_PAUSE = timedelta(hours=1)


class JobRow(Model):
    """One piece of due work. Gone when done."""

    __tablename__ = "job"
    # What a job is about stands in its payload; `people/privacy` looks for the person's id there.
    __about__ = about(personal="payload", plain="id kind due_at attempts claimed_until error")

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(index=True)
    payload: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")


@dataclass(frozen=True)
class Job:
    """A claimed job."""

    id: str
    kind: str
    payload: Mapping[str, Any]
    attempts: int


Handler = Callable[[Door, Job], None]
_handlers: dict[str, Handler] = {}
_brought: set[str] = set()

_NOW = bindparam("now", type_=Moment())
_FIRST = (
    select(JobRow.id, JobRow.kind, JobRow.payload, JobRow.attempts)
    .where(JobRow.due_at <= _NOW, or_(JobRow.claimed_until.is_(None), JobRow.claimed_until < _NOW))
    .where(JobRow.kind.in_(bindparam("kinds", expanding=True)))
    .order_by(JobRow.due_at)
    .limit(1)
)
_DUE = Prepared(_FIRST, lists=["kinds"])
_CLAIM = Prepared(_FIRST.with_for_update(skip_locked=True), lists=["kinds"])


def job(kind: str) -> Callable[[Handler], Handler]:
    """Declare who does the work of that kind."""

    def register(handler: Handler) -> Handler:
        if kind in _handlers:
            raise RuntimeError(f"the job {kind} is declared twice")
        _handlers[kind] = handler
        return handler

    return register


def brought_along(kind: str) -> str:
    """Declare a kind of work that needs more than the door: the one who runs the loop brings who does it."""
    if kind in _handlers:
        raise RuntimeError(f"the job {kind} is declared twice")
    _brought.add(kind)
    return kind


def schedule(
    connection: Connection,
    kind: str,
    due_at: datetime,
    payload: Mapping[str, Any],
    *,
    id: str = "",  # noqa: A002 -- the id of the job
) -> str:
    """Note work for later in the caller's transaction; returns the job's id, a UUID.

    An `id` of the caller's own says which work it is: whoever knows it can cancel it without having kept it.
    """
    return schedule_all(connection, kind, [(due_at, payload)], ids=[id] if id else None)[0]


def schedule_all(
    connection: Connection,
    kind: str,
    works: Sequence[tuple[datetime, Mapping[str, Any]]],
    *,
    ids: Sequence[str] | None = None,
) -> list[str]:
    """The same for many pieces of work at once, in one statement."""
    if kind not in _handlers and kind not in _brought:
        raise RuntimeError(f"nobody does the job {kind}")
    made = list(ids) if ids else [commands.new_id() for _ in works]
    rows = [
        {"id": own, "kind": kind, "due_at": due_at, "payload": eventlog.encode(dict(payload)),
         "attempts": 0, "error": ""}
        for own, (due_at, payload) in zip(made, works, strict=True)
    ]  # fmt: skip
    if rows:
        connection.execute(insert(JobRow), rows)
    return made


def next_due(connection: Connection, kind: str) -> datetime | None:
    """When work of that kind is due next; none if none is planned."""
    return connection.execute(select(func.min(JobRow.due_at)).where(JobRow.kind == kind)).scalar()


def cancel(connection: Connection, job_id: str) -> None:
    """Forget a job in the caller's transaction; one that is done already does not mind."""
    connection.execute(delete(JobRow).where(JobRow.id == job_id))


def handlers() -> Mapping[str, Handler]:
    """Who does what needs no more than the door, by kind."""
    return _handlers


def carry_out_due(door: Door, does: Mapping[str, Handler] = _handlers) -> int:
    """Claim and do everything of these kinds that is due; returns how many jobs were tried.

    What waits for other machines has a loop of its own.
    """
    tried = 0
    while claimed := _claim(door, does):
        tried += 1
        try:
            does[claimed.kind](door, claimed)
        except Refusal as refusal:
            if refusal.code in (Code.BUSY, Code.CONFLICT):
                # Neither says that the work is done or void.
                _put_off(door, claimed, str(refusal.code))
                continue
            log.info("job_refused", kind=claimed.kind, code=str(refusal.code))
        except Exception as error:
            log.exception("job_failed", kind=claimed.kind)
            _put_off(door, claimed, type(error).__name__)
            continue
        door.write(partial(cancel, job_id=claimed.id))
    return tried


def _claim(door: Door, kinds: Collection[str]) -> Job | None:
    found: list[Job] = []

    def work(connection: Connection) -> None:
        found.clear()
        for row in _CLAIM.rows(connection, asked()):
            until = clock.now() + CLAIM
            connection.execute(update(JobRow).where(JobRow.id == row.id).values(claimed_until=until))
            found.append(Job(row.id, row.kind, json.loads(row.payload), row.attempts))

    def asked() -> Mapping[str, Any]:
        return {"kinds": list(kinds), "now": clock.now()}

    # Most looks find nothing: they should cost a read, not a turn in the lane.
    with door.database.reading() as connection:
        if not _DUE.rows(connection, asked()):
            return None
    door.write(work)
    return found[0] if found else None


def _put_off(door: Door, claimed: Job, error: str) -> None:
    pause = min(timedelta(seconds=5 * 2 ** min(claimed.attempts, 20)), LONGEST_PAUSE)
    values = {
        "due_at": clock.now() + pause,
        "claimed_until": None,
        "attempts": claimed.attempts + 1,
        "error": error,
    }

    def work(connection: Connection) -> None:
        connection.execute(update(JobRow).where(JobRow.id == claimed.id).values(**values))

    door.write(work)
