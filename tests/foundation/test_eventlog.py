"""The event log: numbers without gaps, and what a reader gets who comes from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from tests.foundation import ground, probe
from tests.foundation.counted import counted
from tests.foundation.ground import OTHER_PLACE, PLACE
from tests.foundation.probe import HOUSE, add, ask

from foundation import clock, eventlog, places
from foundation.database import Database
from foundation.door import Door
from foundation.eventlog import Event, EventRow, Head, Stated, StreamRow
from foundation.places import Place

AT = datetime(2016, 4, 28, 9, 0, 0, 120000, tzinfo=UTC)


def catch_up(database: Database, seq: int, *, epoch: str = "", name: str = PLACE) -> eventlog.CaughtUp:
    with database.reading() as connection:
        head = eventlog.head(connection, name, PLACE)
        return eventlog.catch_up(connection, name, head, epoch=epoch or head.epoch, seq=seq)


def fill(database: Database, count: int, *, name: str = PLACE, at: datetime = AT, body: str = "{}") -> None:
    """That many more events in a stream, as the door would have written them."""
    with database.transaction() as connection:
        place = places.lock(connection, [PLACE])[PLACE]
        eventlog.write(connection, [Stated(name, place, "counter.changed", at, body)] * count)


def numbers(events: Sequence[Event] | None) -> list[int]:
    assert events is not None
    return [event.seq for event in events]


def test_a_stream_that_has_not_begun_stands_at_zero_in_the_epoch_of_its_place(database: Database) -> None:
    with database.reading() as connection:
        head = eventlog.head(connection, PLACE, PLACE)
        assert head == Head(places.find(connection, [PLACE])[PLACE].epoch, 0, 0)
        assert eventlog.heads(connection, [PLACE]) == {}

    assert catch_up(database, 0) == eventlog.CaughtUp(head, [])


@pytest.mark.parametrize(
    ("length", "portions"),
    [
        (eventlog.PORTION // 3, [4, 1]),
        (eventlog.PORTION // 3 + 1, [3, 2]),
        (eventlog.PORTION // 2 - 1, [3, 2]),
        (eventlog.PORTION // 2, [2, 2, 1]),
        (eventlog.PORTION - 1, [2, 2, 1]),
        (eventlog.PORTION, [1] * 5),
        (eventlog.PORTION * 3, [1] * 5),
    ],
)
def test_long_events_come_in_portions_of_one_at_least(
    database: Database, length: int, portions: list[int]
) -> None:
    fill(database, 5, body=f'"{"x" * (length - 2)}"')

    seq, found = 0, []
    while seq < 5:
        caught_up = catch_up(database, seq)
        found.append(len(numbers(caught_up.events)))
        seq += found[-1]
        assert numbers(caught_up.events)[-1] == seq
        assert caught_up.more is (seq < 5)

    assert found == portions


def test_each_place_has_an_epoch_of_its_own(database: Database) -> None:
    with database.reading() as connection:
        epochs = {name: eventlog.head(connection, name, name).epoch for name in (PLACE, OTHER_PLACE)}
        found = places.find(connection, epochs)

    assert epochs == {name: place.epoch for name, place in found.items()}


def test_beginning_a_stream_does_not_change_its_epoch(database: Database, door: Door) -> None:
    """Who took a snapshot before the first event needs no new one."""
    before = ground.head_of(database)

    door.carry_out(HOUSE, add(1))

    assert ground.head_of(database) == Head(before.epoch, 1, 0)
    assert numbers(catch_up(database, 0, epoch=before.epoch).events) == [1]


def test_streams_of_one_place_are_numbered_apart(database: Database, door: Door) -> None:
    door.carry_out(HOUSE, add(1))
    door.carry_out(HOUSE, ask("counter.secret"))

    with database.reading() as connection:
        heads = eventlog.heads(connection, [PLACE, f"{PLACE}/keepers", OTHER_PLACE])

    assert {name: head.seq for name, head in heads.items()} == {PLACE: 1, f"{PLACE}/keepers": 2}


@pytest.mark.parametrize(
    ("after", "wanted"),
    [(0, [1, 2, 3, 4, 5]), (1, [2, 3, 4, 5]), (4, [5]), (5, [])],
)
def test_what_came_after_a_number(database: Database, after: int, wanted: list[int]) -> None:
    fill(database, 5)

    found = catch_up(database, after)

    assert numbers(found.events) == wanted
    assert (found.head.seq, found.more) == (5, False)


def test_a_number_that_was_never_reached_is_not_our_past(database: Database) -> None:
    fill(database, 5)

    assert catch_up(database, 6).events is None
    assert catch_up(database, -1).events is None


def test_another_epoch_is_not_our_past(database: Database) -> None:
    fill(database, 5)

    assert catch_up(database, 3, epoch="another epoch").events is None
    assert catch_up(database, 3, epoch=" ").events is None


def test_a_new_epoch_is_for_one_stream_and_keeps_counting(database: Database, door: Door) -> None:
    door.carry_out(HOUSE, ask("counter.secret"))
    door.carry_out(HOUSE, add(1))
    old, keepers = ground.head_of(database), ground.head_of(database, f"{PLACE}/keepers")

    with database.transaction() as connection:
        epoch = eventlog.begin_epoch(connection, PLACE)
    door.carry_out(HOUSE, add(1))

    assert ground.head_of(database) == Head(epoch, 2, 0)
    assert epoch != old.epoch
    assert ground.head_of(database, f"{PLACE}/keepers").epoch == keepers.epoch
    assert catch_up(database, 1, epoch=old.epoch).events is None
    assert numbers(catch_up(database, 1, epoch=epoch).events) == [2]


def test_a_new_epoch_touches_no_stream_before_it_in_the_alphabet(database: Database, door: Door) -> None:
    door.carry_out(HOUSE, add(1))
    before = ground.head_of(database)

    with database.transaction() as connection:
        epoch = eventlog.begin_epoch(connection, f"{PLACE}/keepers")

    assert ground.head_of(database) == before
    assert ground.head_of(database, f"{PLACE}/keepers").epoch == epoch


def test_whoever_is_up_to_date_costs_no_question(database: Database) -> None:
    """Most who come back have missed nothing."""
    now = Head("an epoch", 1000, 0)

    with database.reading() as connection, counted(connection) as statements:
        found = eventlog.catch_up(connection, PLACE, now, epoch="an epoch", seq=int("1000"))

    assert (found, statements) == (eventlog.CaughtUp(now, []), [])


@pytest.mark.parametrize(
    ("count", "more"), [(eventlog.MOST - 1, False), (eventlog.MOST, False), (eventlog.MOST + 1, True)]
)
def test_five_hundred_events_come_at_once_and_the_rest_is_asked_for(
    database: Database, count: int, more: bool
) -> None:
    fill(database, count)

    found = catch_up(database, 0)

    assert len(found.events or ()) == min(count, 500)
    assert (found.more, found.head.seq) == (more, count)
    if more:
        rest = catch_up(database, 500)
        assert (numbers(rest.events), rest.more) == ([501], False)


def test_what_is_older_is_forgotten_and_who_is_behind_it_takes_a_snapshot(database: Database) -> None:
    fill(database, 3, at=AT)
    fill(database, 3, at=AT + timedelta(days=1))
    fill(database, 2, name=f"{PLACE}/keepers", at=AT + timedelta(days=1))

    with database.transaction() as connection:
        assert eventlog.trim(connection, AT + timedelta(hours=1)) == 3
        assert eventlog.trim(connection, AT + timedelta(hours=1)) == 0

    assert ground.numbers_of(database) == [4, 5, 6]
    assert ground.head_of(database).trimmed == 3
    assert catch_up(database, 2).events is None
    assert numbers(catch_up(database, 3).events) == [4, 5, 6]
    assert ground.head_of(database, f"{PLACE}/keepers").trimmed == 0


def test_what_is_forgotten_bit_by_bit_leaves_no_gap_in_between(database: Database) -> None:
    keepers = f"{PLACE}/keepers"
    fill(database, 3, at=AT)
    fill(database, 3, name=keepers, at=AT)
    before = AT + timedelta(hours=1)

    with database.transaction() as connection:
        assert eventlog.older(connection, before) == 6
        assert eventlog.trim(connection, before, most=4) == 4
    kept = ground.numbers_of(database), ground.numbers_of(database, keepers)
    assert sorted(kept) == [[], [2, 3]]
    assert {ground.head_of(database).trimmed, ground.head_of(database, keepers).trimmed} == {1, 3}

    with database.transaction() as connection:
        assert eventlog.older(connection, before) == 2
        assert eventlog.trim(connection, before, most=4) == 2


def test_what_is_forgotten_one_by_one_is_all_forgotten_in_the_end(database: Database) -> None:
    fill(database, 7, at=AT)
    kept = []

    for _ in range(7):
        with database.transaction() as connection:
            assert eventlog.trim(connection, AT + timedelta(hours=1), most=1) == 1
        kept.append(ground.numbers_of(database))

    assert kept == [list(range(first, 8)) for first in range(2, 9)]
    assert ground.head_of(database) == Head(ground.head_of(database).epoch, 7, 7)


def test_what_is_forgotten_after_a_pause_is_counted_from_there(database: Database) -> None:
    for days in range(3):
        fill(database, 1, at=AT + timedelta(days=days))

    def forget(days: int) -> tuple[int, int]:
        with database.transaction() as connection:
            before = AT + timedelta(days=days, hours=1)
            return eventlog.older(connection, before), eventlog.trim(connection, before)

    assert [forget(0), forget(1), forget(1), forget(2)] == [(1, 1), (1, 1), (0, 0), (1, 1)]


@pytest.mark.parametrize(("old", "young"), [(PLACE, f"{PLACE}/keepers"), (f"{PLACE}/keepers", PLACE)])
def test_what_is_older_in_one_stream_takes_nothing_from_another(
    database: Database, old: str, young: str
) -> None:
    fill(database, 3, name=old, at=AT)
    fill(database, 2, name=young, at=AT + timedelta(days=1))
    before = AT + timedelta(hours=1)

    with database.transaction() as connection:
        assert eventlog.older(connection, before) == 3
        assert eventlog.trim(connection, before) == 3

    assert (ground.numbers_of(database, old), ground.numbers_of(database, young)) == ([], [1, 2])
    assert (ground.head_of(database, old).trimmed, ground.head_of(database, young).trimmed) == (3, 0)


def test_an_event_of_that_very_moment_is_kept(database: Database) -> None:
    fill(database, 1, at=AT)

    with database.transaction() as connection:
        assert (eventlog.older(connection, AT), eventlog.trim(connection, AT)) == (0, 0)

    assert ground.numbers_of(database) == [1]


def test_forgetting_leaves_no_gap_where_times_and_numbers_disagree(database: Database) -> None:
    """A clock that was set back must not leave 1, 3 in the log."""
    for day in (0, 5, 1, 6):
        fill(database, 1, at=AT + timedelta(days=day))

    with database.transaction() as connection:
        eventlog.trim(connection, AT + timedelta(days=2))

    assert ground.numbers_of(database) == [4]
    assert ground.head_of(database).trimmed == 3


def test_everything_may_be_forgotten_and_numbers_go_on(database: Database, door: Door) -> None:
    fill(database, 3)
    with database.transaction() as connection:
        eventlog.trim(connection, clock.now())

    door.carry_out(HOUSE, add(1))

    assert ground.numbers_of(database) == [4]
    assert numbers(catch_up(database, 3).events) == [4]
    assert catch_up(database, 2).events is None


def test_catching_up_is_one_consistent_read(database: Database, door: Door) -> None:
    door.carry_out(HOUSE, add(1))
    with database.reading() as connection:
        head = eventlog.head(connection, PLACE, PLACE)
        door.carry_out(HOUSE, add(1))
        found = eventlog.catch_up(connection, PLACE, head, epoch=head.epoch, seq=0)

    assert (found.head.seq, numbers(found.events)) == (1, [1])


def test_an_event_knows_the_persons_it_tells_about(database: Database, door: Door) -> None:
    door.carry_out(HOUSE, ask("counter.secret"))

    with database.reading() as connection:
        assert connection.execute(select(EventRow.subjects)).scalars().all() == ["a,b"]


def test_many_streams_are_written_with_as_few_statements_as_one(database: Database) -> None:
    names = [PLACE, f"{PLACE}/keepers"]

    def state(streams: Sequence[str]) -> int:
        with database.transaction() as connection, counted(connection) as statements:
            place = Place(PLACE, epoch="an epoch")
            eventlog.write(connection, [Stated(name, place, "counter.changed", AT, "{}") for name in streams])
        return len(statements)

    assert state(names) == state(names[:1]) == state(names) == 2
    assert (ground.numbers_of(database), ground.numbers_of(database, names[1])) == ([1, 2, 3], [1, 2])


def test_a_stream_remembers_its_place(database: Database, door: Door) -> None:
    door.carry_out(HOUSE, add(1))

    with database.reading() as connection:
        rows = connection.execute(select(StreamRow.name, StreamRow.place).order_by(StreamRow.name)).all()

    assert [tuple(row) for row in rows] == [(PLACE, PLACE), (f"{PLACE}/keepers", PLACE)]


def test_a_fact_in_a_place_that_is_not_locked_is_a_mistake(database: Database) -> None:
    with database.transaction() as connection:
        transaction = probe.Transaction(connection)
        transaction.places = places.lock(connection, [PLACE])
        with pytest.raises(RuntimeError, match="no place that this command has locked"):
            transaction.append(OTHER_PLACE, probe.Changed(value=1))
        with pytest.raises(RuntimeError, match="no place that this command has locked"):
            transaction.append("no/such/stream", probe.Changed(value=1))
