"""Making the storage forget what was deleted: rows that are gone leave their bytes behind for a while."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import OperationalError

from foundation import clock, jobs
from foundation.database import Database, Model, for_as_long_as_it_takes
from foundation.door import Door
from foundation.errors import busy
from foundation.jobs import JobRow
from foundation.receipts import ReceiptRow

log = structlog.get_logger()

SWEEP = "privacy.sweep"
QUIET = timedelta(seconds=20)
"""So long nobody has written when it begins: on SQLite nobody can write meanwhile."""
PATIENT = 8
"""After so many attempts, some twenty minutes, it is done even so."""


def plan(connection: Connection, now: datetime) -> None:
    """Have it done soon; once for everybody who is erased until then."""
    waiting = select(JobRow.id).where(JobRow.kind == SWEEP, JobRow.claimed_until.is_(None))
    if connection.execute(waiting).first() is None:
        jobs.schedule(connection, SWEEP, now, {})


@jobs.job(SWEEP)
def sweep_when_due(door: Door, job: jobs.Job) -> None:
    """Raises `busy` to be asked again."""
    with door.database.reading() as connection:
        last = connection.execute(select(func.max(ReceiptRow.at))).scalar()
    if last is not None and clock.now() - last < QUIET and job.attempts < PATIENT:
        raise busy()
    sweep(door.database)


def sweep(database: Database) -> None:
    """Write anew what is left, and nothing of what was deleted. Raises `busy` while somebody is in the way.

    SQLite zeroes what it deletes (`secure_delete`), but pages keep copies of what was moved within them, and
    the log beside the file keeps pages as they were: `VACUUM` writes the file anew, and the log is emptied.
    PostgreSQL takes dead rows out of its tables; its own log keeps them until it is recycled.
    """
    begun = time.monotonic()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if database.is_sqlite:
            _sqlite(connection)
        else:
            _postgres(connection)
    log.info("swept", seconds=round(time.monotonic() - begun, 2))


def _sqlite(connection: Connection) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    try:
        driver.execute("VACUUM")
        (in_the_way, _pages, _done) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except Exception as error:
        if "locked" in str(error) or "busy" in str(error):
            raise busy() from error
        raise
    if in_the_way:
        raise busy()


def _postgres(connection: Connection) -> None:
    """Only tables of ours that tell about people; the owner of the tables may, others get a warning."""
    about = [mapper.class_ for mapper in Model.registry.mappers]
    named = sorted(one.__tablename__ for one in about if one.__about__.persons or one.__about__.personal)
    try:
        with for_as_long_as_it_takes(connection):
            for name in named:
                connection.exec_driver_sql(f'VACUUM "{name}"')
    except OperationalError as error:
        raise busy() from error
