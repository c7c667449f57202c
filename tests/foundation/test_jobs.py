"""Jobs: due work is done once, by one process, sooner or later."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, select, update
from tests.foundation import ground, trouble
from tests.foundation.ground import COUNTER, PLACE, value_of
from tests.foundation.probe import HOUSE, ask, code_of

from foundation import clock, jobs
from foundation.database import Database
from foundation.door import Door
from foundation.errors import Code, Refusal, busy, not_found
from foundation.jobs import JobRow


def schedule(
    database: Database, *, kind: str = "counter.add_later", due_in: float = -1, counter: str = COUNTER
) -> str:
    due = clock.now() + timedelta(seconds=due_in)
    with database.transaction() as connection:
        return jobs.schedule(connection, kind, due, {"counter": counter, "by": 3})


def row(database: Database) -> Any:
    with database.reading() as connection:
        return connection.execute(select(JobRow)).one()


def pass_by(seconds: float) -> None:
    clock.move(timedelta(seconds=seconds))


def test_what_is_due_is_done_and_gone(door: Door) -> None:
    schedule(door.database)

    assert jobs.carry_out_due(door) == 1
    assert value_of(door.database) == 3
    assert ground.count(door.database, JobRow) == 0
    assert jobs.carry_out_due(door) == 0


def test_kinds_of_the_house_and_those_brought_along_are_done_at_one_look(door: Door) -> None:
    schedule(door.database)
    done: list[str] = []
    does = {**jobs.handlers(), "brought": lambda _door, job: done.append(job.kind)}
    jobs.brought_along("brought")
    schedule(door.database, kind="brought", due_in=-2)

    assert jobs.carry_out_due(door, does) == 2
    assert done == ["brought"]


def test_what_is_not_due_waits(door: Door) -> None:
    schedule(door.database, due_in=60)

    assert jobs.carry_out_due(door) == 0
    pass_by(59)
    assert jobs.carry_out_due(door) == 0
    pass_by(61)
    assert jobs.carry_out_due(door) == 1
    assert value_of(door.database) == 3


def test_everything_due_is_done_the_oldest_first(door: Door) -> None:
    for due in (-1, -3, -2):
        schedule(door.database, due_in=due, counter=ground.COUNTERS[-due])

    order: list[str] = []
    door.listeners.append(lambda events: order.append(events[0].stream))

    assert jobs.carry_out_due(door) == 3
    assert order == [f"counter/{ground.COUNTERS[number]}" for number in (3, 2, 1)]


def test_a_job_is_scheduled_with_the_change_that_causes_it(door: Door) -> None:
    door.carry_out(HOUSE, ask("counter.schedule", {"by": 7}))

    assert jobs.carry_out_due(door) == 1
    assert value_of(door.database) == 7


def test_a_change_that_is_taken_back_takes_its_job_along(door: Door) -> None:
    def errand(connection: Connection) -> None:
        jobs.schedule(connection, "counter.add_later", clock.now(), {})
        raise RuntimeError("back")

    with pytest.raises(RuntimeError, match="back"):
        door.write(errand)

    assert ground.count(door.database, JobRow) == 0


def test_a_cancelled_job_is_not_done(door: Door) -> None:
    job = schedule(door.database)

    door.write(partial(jobs.cancel, job_id=job))
    door.write(partial(jobs.cancel, job_id=job))

    assert jobs.carry_out_due(door) == 0
    assert value_of(door.database) == 0


def test_work_that_nobody_does_is_not_scheduled(database: Database) -> None:
    with database.transaction() as connection, pytest.raises(RuntimeError, match="nobody does the job"):
        jobs.schedule(connection, "nobody.does", clock.now(), {})


def test_work_of_another_version_is_left_to_it(door: Door) -> None:
    """While two versions of the house run side by side, each does what it knows."""
    with door.database.transaction() as connection:
        known_elsewhere = {"id": "j", "kind": "new.kind", "due_at": clock.now(), "payload": "{}", "error": ""}
        connection.execute(insert(JobRow).values(attempts=0, **known_elsewhere))

    assert jobs.carry_out_due(door) == 0
    assert row(door.database).claimed_until is None


def test_one_kind_of_work_is_declared_once() -> None:
    with pytest.raises(RuntimeError, match="declared twice"):
        jobs.job("counter.add_later")(lambda _door, _due: None)
    with pytest.raises(RuntimeError, match="declared twice"):
        jobs.brought_along("counter.add_later")


def test_two_processes_share_the_work_and_do_nothing_twice(door: Door, second_door: Door) -> None:
    for _ in range(20):
        schedule(door.database)
    done: list[int] = []

    threads = [
        threading.Thread(target=lambda through=through: done.append(jobs.carry_out_due(through)))
        for through in (door, second_door)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sum(done) == 20
    assert value_of(door.database) == 60
    assert ground.numbers_of(door.database) == list(range(1, 21))
    assert ground.count(door.database, JobRow) == 0


def test_what_one_has_claimed_another_does_not_touch(door: Door, second_door: Door) -> None:
    schedule(door.database)

    claimed = jobs._claim(door, jobs._handlers)

    assert claimed is not None
    assert jobs._claim(second_door, jobs._handlers) is None
    assert jobs.carry_out_due(second_door) == 0


def test_a_crash_between_doing_and_deleting_does_it_once(door: Door, second_door: Door) -> None:
    """Whoever claimed it is gone; after the claim has run out another does it again, with the same id."""
    schedule(door.database)
    claimed = jobs._claim(door, jobs._handlers)
    assert claimed is not None
    jobs._handlers[claimed.kind](door, claimed)

    pass_by(jobs.CLAIM.total_seconds() - 1)
    assert jobs.carry_out_due(second_door) == 0
    pass_by(jobs.CLAIM.total_seconds() + 1)
    assert jobs.carry_out_due(second_door) == 1

    assert value_of(door.database) == 3
    assert ground.count(door.database, JobRow) == 0


def test_a_crash_before_doing_loses_nothing(door: Door, second_door: Door) -> None:
    schedule(door.database)
    jobs._claim(door, jobs._handlers)

    pass_by(jobs.CLAIM.total_seconds() + 1)

    assert jobs.carry_out_due(second_door) == 1
    assert value_of(door.database) == 3


@pytest.mark.parametrize("failure", [ValueError("a mistake in the code"), busy()], ids=["mistake", "busy"])
def test_what_fails_is_put_off_longer_each_time(
    door: Door, log: list[dict[str, Any]], failure: Exception
) -> None:
    schedule(door.database, kind="counter.unreliable")
    began = clock.now()
    trouble.failures[:] = [failure] * 3

    for pause in (5, 10, 20):
        before = clock.now()
        assert jobs.carry_out_due(door) == 1
        after = clock.now()
        due_at = row(door.database).due_at
        assert before <= due_at - timedelta(seconds=pause) <= after
        assert jobs.carry_out_due(door) == 0
        pass_by((due_at - began).total_seconds() + 1)

    assert (row(door.database).attempts, row(door.database).claimed_until) == (3, None)
    assert row(door.database).error == ("ValueError" if isinstance(failure, ValueError) else "busy")
    assert jobs.carry_out_due(door) == 1
    assert value_of(door.database) == 3
    logged = [entry["event"] for entry in log]
    assert logged.count("job_failed") == (3 if isinstance(failure, ValueError) else 0)


@pytest.mark.parametrize("attempts", [12, 60, 5000])
def test_what_fails_for_days_is_tried_every_hour(door: Door, attempts: int) -> None:
    schedule(door.database, kind="counter.unreliable")
    with door.database.transaction() as connection:
        connection.execute(update(JobRow).values(attempts=attempts))
    trouble.failures.append(ValueError("still"))

    before = clock.now()
    jobs.carry_out_due(door)
    after = clock.now()

    assert before <= row(door.database).due_at - timedelta(hours=1) <= after


def test_what_is_refused_is_settled(door: Door, log: list[dict[str, Any]]) -> None:
    """A poll that somebody closed by hand need not be closed by time."""
    schedule(door.database, kind="counter.unreliable")
    trouble.failures.append(not_found())

    assert jobs.carry_out_due(door) == 1
    assert ground.count(door.database, JobRow) == 0
    assert [(entry["event"], entry["code"]) for entry in log] == [("job_refused", "not_found")]


def test_one_that_fails_keeps_nobody_waiting(door: Door) -> None:
    schedule(door.database, kind="counter.unreliable", due_in=-5)
    schedule(door.database, due_in=-1)
    trouble.failures.append(ValueError("a mistake in the code"))

    assert jobs.carry_out_due(door) == 2
    assert value_of(door.database) == 3
    assert ground.count(door.database, JobRow) == 1


def test_looking_for_work_in_vain_takes_no_turn_in_the_lane(door: Door) -> None:
    schedule(door.database, due_in=60)
    jobs_claimed_elsewhere = schedule(door.database)
    with door.database.transaction() as connection:
        until = clock.now() + timedelta(minutes=1)
        connection.execute(
            update(JobRow).where(JobRow.id == jobs_claimed_elsewhere).values(claimed_until=until)
        )
    written: list[Callable[..., object]] = []
    door.write = written.append  # type: ignore[method-assign,assignment]  # notes who would have written

    assert jobs.carry_out_due(door) == 0
    assert written == []


def test_a_job_for_a_place_that_is_gone_is_refused_by_the_door(door: Door) -> None:
    schedule(door.database, counter="n0such0counter00")

    assert jobs.carry_out_due(door) == 1
    assert ground.count(door.database, JobRow) == 0


def test_a_refusal_is_no_more_than_a_refusal(door: Door) -> None:
    assert code_of(lambda: door.carry_out(HOUSE, ask("counter.refuse"))) is Code.CLOSED
    assert isinstance(busy(), Refusal)
    assert ground.numbers_of(door.database, PLACE) == []


def test_what_another_takes_between_the_look_and_the_turn_is_theirs(door: Door, second_door: Door) -> None:
    wanted = schedule(door.database)
    theirs: list[jobs.Job | None] = []

    def take(*_: object) -> None:
        """Once: when the one who has looked gives the connection back."""
        if looking:
            looking.clear()
            theirs.append(jobs._claim(second_door, jobs._handlers))

    looking = [True]
    event.listen(door.database.engine, "checkin", take)
    try:
        assert jobs._claim(door, jobs._handlers) is None
    finally:
        event.remove(door.database.engine, "checkin", take)

    assert [job.id for job in theirs if job] == [wanted]


def test_when_work_of_a_kind_is_due_next(door: Door) -> None:
    with door.database.transaction() as connection:
        assert jobs.next_due(connection, "counter.add_later") is None
        soon, late = (clock.now() + timedelta(seconds=seconds) for seconds in (10, 20))
        jobs.schedule_all(connection, "counter.add_later", [(late, {}), (soon, {})])

        assert jobs.next_due(connection, "counter.add_later") == soon
        assert jobs.next_due(connection, "counter.other") is None


def test_no_work_is_scheduled_as_well(database: Database) -> None:
    with database.transaction() as connection:
        assert jobs.schedule_all(connection, "counter.add_later", []) == []

    assert ground.count(database, JobRow) == 0
