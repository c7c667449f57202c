"""The loop of due work: what is due is done, what is old goes, and it ends when it is told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from tests.scene import Scene, open_door
from tests.serving import SECRET_KEY
from tests.visiting import wait_until

from foundation import clock, jobs
from foundation.database import Database
from foundation.door import Door
from foundation.eventlog import EventRow
from foundation.jobs import JobRow
from foundation.receipts import ReceiptRow
from people.mail.service import SEND
from people.privacy.retention.rules import Kind
from people.privacy.retention.service import JOB
from people.sign_in.models import SessionRow
from people.sign_in.rules import SessionLimits
from werkstatt.settings import load
from werkstatt.worker import Worker

PERIODS = load(secret_key=SECRET_KEY).periods


@pytest.fixture
def house(scene: Scene) -> Iterator[Door]:
    database = Database(scene.url)
    yield open_door(database, keys=scene.keys)
    database.close()


@pytest.fixture
def worker(house: Door) -> Iterator[threading.Event]:
    """A worker at work; the event tells it to stop."""
    stopping = threading.Event()
    thread = threading.Thread(target=Worker(house, SessionLimits(), PERIODS).run, args=(stopping,))
    thread.start()
    yield stopping
    stopping.set()
    thread.join(timeout=10)
    assert not thread.is_alive()


def count(door: Door, table: type) -> int:
    with door.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def due(door: Door) -> int:
    """What is due at its time and left; mail has a loop of its own, and a night is always planned."""
    with door.database.reading() as connection:
        left = select(func.count()).select_from(JobRow).where(JobRow.kind.not_in([SEND, JOB]))
        return connection.execute(left).scalar_one()


def planned(door: Door) -> datetime | None:
    with door.database.reading() as connection:
        return jobs.next_due(connection, JOB)


def oldest(door: Door, table: type[EventRow | ReceiptRow]) -> datetime | None:
    with door.database.reading() as connection:
        return connection.execute(select(func.min(table.at))).scalar_one()


def facts(door: Door, stream: str) -> list[str]:
    with door.database.reading() as connection:
        return list(connection.execute(select(EventRow.name).where(EventRow.stream == stream)).scalars())


@pytest.mark.usefixtures("worker")
def test_what_falls_due_while_it_runs_is_done_once(house: Door, scene: Scene) -> None:
    voting = scene.place("voting")
    assert "poll.closed" not in facts(house, voting)
    clock.move(timedelta(days=2))
    wait_until(lambda: due(house) == 0, "nothing is due any more")
    assert facts(house, voting).count("poll.closed") == 1


@pytest.mark.usefixtures("worker")
def test_sessions_that_have_ended_are_closed_and_old_answers_forgotten(house: Door, scene: Scene) -> None:
    before = len(facts(house, scene.place("collecting")))
    wait_until(lambda: planned(house) is not None, "the night is planned")
    clock.move(PERIODS[Kind.RECEIPTS] + timedelta(days=1))
    wait_until(lambda: count(house, SessionRow) == 0, "every session is closed")
    bound = clock.now() - PERIODS[Kind.RECEIPTS]
    wait_until(lambda: (oldest(house, ReceiptRow) or clock.now()) >= bound, "old answers are gone")
    assert len(facts(house, scene.place("collecting"))) == before


@pytest.mark.usefixtures("worker")
def test_events_are_kept_for_a_year_and_then_go(house: Door) -> None:
    wait_until(lambda: planned(house) is not None, "the night is planned")
    clock.move(PERIODS[Kind.EVENTS] + timedelta(days=1))
    bound = clock.now() - PERIODS[Kind.EVENTS]
    wait_until(lambda: (oldest(house, EventRow) or clock.now()) >= bound, "old events are gone")
    wait_until(lambda: (planned(house) or bound) > clock.now(), "the next night is planned")


def test_it_ends_when_it_is_told_to(house: Door) -> None:
    stopping = threading.Event()
    stopping.set()
    Worker(house, SessionLimits(), PERIODS).run(stopping)
    assert count(house, SessionRow) > 0
