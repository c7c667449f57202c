"""What is put together once gives the same as what SQLAlchemy carries out itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import pytest
from psycopg.adapt import Dumper
from sqlalchemy import Connection, bindparam, delete, func, insert, null, select, union_all, update
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from tests.foundation.counted import counted

from foundation import prepared
from foundation.database import Database, Moment, adding, elements
from foundation.eventlog import EventRow, StreamRow
from foundation.jobs import JobRow
from foundation.places import PlaceRow
from foundation.prepared import Prepared

AT = datetime(2026, 11, 28, 9, 30, 15, 250_000, tzinfo=UTC)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """Five jobs, the second of them claimed."""
    with database.transaction() as connection:
        connection.execute(
            insert(JobRow),
            [
                {
                    "id": f"job-{n}",
                    "kind": f"kind {n % 2}",
                    "due_at": AT + timedelta(hours=n),
                    "payload": "ä%s",
                }
                for n in range(5)
            ],
        )
        connection.execute(update(JobRow).where(JobRow.id == "job-1").values(claimed_until=AT))
        yield connection
        connection.rollback()


JOBS = select(JobRow.id, JobRow.due_at, JobRow.claimed_until).order_by(JobRow.id)
NAMED = JOBS.where(JobRow.id.in_(bindparam("ids", expanding=True)))


def test_rows_have_the_types_and_names_of_their_columns(connection: Connection) -> None:
    rows = Prepared(JOBS).rows(connection, {})
    assert [tuple(row) for row in rows] == [tuple(row) for row in connection.execute(JOBS)]
    assert (rows[1].id, rows[1].due_at, rows[1].claimed_until) == ("job-1", AT + timedelta(hours=1), AT)
    assert rows[0].claimed_until is None


def test_values_are_brought_as_their_types_are_kept(connection: Connection) -> None:
    due = Prepared(JOBS.where(JobRow.due_at <= bindparam("now", type_=Moment())))
    assert [row.id for row in due.rows(connection, {"now": AT + timedelta(hours=1)})] == ["job-0", "job-1"]
    elsewhere = AT.astimezone(tz=datetime.fromisoformat("2026-01-01T00:00:00+05:00").tzinfo)
    assert [row.id for row in due.rows(connection, {"now": elsewhere})] == ["job-0"]


def test_a_value_may_stand_in_several_places_and_beside_constants(connection: Connection) -> None:
    one = select(JobRow.id, JobRow.kind).where(JobRow.id == bindparam("id"), JobRow.payload == "ä%s")
    both = Prepared(union_all(one, one.where(JobRow.kind != bindparam("id"))))
    assert both.rows(connection, {"id": "job-3"}) == [("job-3", "kind 1")] * 2


@pytest.mark.parametrize("ids", [["job-4"], ["job-4", "job-2"], ["job-4", "x", "job-2"], ["job-4"] * 65])
def test_a_list_is_as_long_as_it_is(connection: Connection, ids: list[str]) -> None:
    found = Prepared(NAMED, lists=["ids"]).rows(connection, {"ids": ids})
    assert {row.id for row in found} == set(ids) - {"x"}
    assert len(found) == len(set(ids) - {"x"})


def test_of_an_empty_list_there_are_no_rows_and_no_question(connection: Connection) -> None:
    with counted(connection) as asked:
        assert Prepared(NAMED, lists=["ids"]).rows(connection, {"ids": []}) == []
    assert asked == []


def test_lists_of_similar_length_share_a_form(connection: Connection) -> None:
    """So that there are few, however many come together."""
    named = Prepared(NAMED, lists=["ids"])
    with counted(connection) as asked:
        for length in (5, 6, 7, 8, 65, 100, 128):
            assert named.rows(connection, {"ids": ["job-0"] * length})
    assert len(set(asked[:4])) == 1
    assert len(set(asked[4:])) == 1
    assert len(set(asked)) == 2


def test_only_so_many_forms_are_kept(connection: Connection) -> None:
    named = Prepared(NAMED, lists=["ids"])
    for length in range(1, prepared.FORMS + 6):
        named.rows(connection, {"ids": ["job-0"] * (length * prepared.ROUND + 1)})
    assert named._form.cache_info().currsize == prepared.FORMS


def test_a_column_without_a_name_goes_by_its_position(connection: Connection) -> None:
    counts = (
        select(JobRow.kind, func.count(), null(), JobRow.kind).group_by(JobRow.kind).order_by(JobRow.kind)
    )
    assert Prepared(counts).rows(connection, {}) == [
        ("kind 0", 3, None, "kind 0"),
        ("kind 1", 2, None, "kind 1"),
    ]


def test_one_row_or_several_are_written(connection: Connection) -> None:
    place = Prepared(insert(PlaceRow), columns=["name", "parent", "epoch", "acl_version"])
    rest = {"parent": None, "epoch": "e", "acl_version": 3}
    place.write(connection, {"name": "a", **rest})
    place.write(connection, [{"name": "b", **rest}, {"name": "c", **rest}])
    place.write(connection, [{"name": "d", **rest}])
    added = select(PlaceRow.name, PlaceRow.acl_version).where(PlaceRow.epoch == "e").order_by(PlaceRow.name)
    assert connection.execute(added).all() == [(name, 3) for name in "abcd"]


def test_an_update_and_what_it_returns(connection: Connection) -> None:
    one = update(JobRow).where(JobRow.id == bindparam("own"))
    change = Prepared(one.values(attempts=JobRow.attempts + 2))
    change.write(connection, [{"own": "job-1"}, {"own": "job-2"}])
    again = Prepared(one.values(attempts=4).returning(JobRow.id, JobRow.attempts, JobRow.due_at))
    assert again.rows(connection, {"own": "job-2"}) == [("job-2", 4, AT + timedelta(hours=2))]
    assert connection.execute(select(func.sum(JobRow.attempts))).scalar_one() == 6


def test_an_insert_from_json_that_moves_what_is_there(connection: Connection) -> None:
    """The shape in which the log moves its heads."""
    connection.execute(insert(PlaceRow).values(name="p", epoch="e", acl_version=0))
    value = elements("moved").c.value
    moved = select(value[0].as_string(), value[1].as_string(), value[2].as_string(), value[3].as_integer(), 0)
    begin = adding(connection.dialect.name, StreamRow).from_select(
        ["name", "place", "epoch", "head", "trimmed"], moved.where(bindparam("yes") == 1)
    )
    move = Prepared(
        begin.on_conflict_do_update(
            index_elements=[StreamRow.name], set_={"head": StreamRow.head + begin.excluded.head}
        ).returning(StreamRow.name, StreamRow.head)
    )
    said: dict[str, Any] = {"moved": [("s", "p", "e", 2)], "yes": 1}
    assert move.rows(connection, said) == [("s", 2)]
    assert move.rows(connection, said) == [("s", 4)]


def test_errors_are_those_of_the_library_and_name_no_values(connection: Connection) -> None:
    store = Prepared(
        insert(EventRow), columns=["stream", "seq", "name", "at", "body", "acl_version", "subjects"]
    )
    orphan = {"stream": "nowhere", "seq": 1, "name": "x", "at": AT, "body": "secret", "acl_version": 0}
    with pytest.raises(IntegrityError) as caught, connection.begin_nested():
        store.write(connection, {**orphan, "subjects": ""})
    assert "secret" not in str(caught.value)
    wrong = Prepared(select(JobRow.id).where(JobRow.id == func.no_such_function()))
    with pytest.raises((OperationalError, ProgrammingError)), connection.begin_nested():
        wrong.rows(connection, {})


def test_a_value_that_is_missing_is_a_mistake(connection: Connection) -> None:
    drop = Prepared(delete(JobRow).where(JobRow.id == bindparam("own")))
    with pytest.raises(KeyError):
        drop.write(connection, {})
    assert connection.execute(select(func.count()).select_from(JobRow)).scalar_one() == 5


@pytest.mark.usefixtures("on_postgres")
def test_a_connection_that_is_lost_is_given_up(database: Database) -> None:
    """As by the library itself: who asks next gets another one."""
    everything = Prepared(select(JobRow.id))

    def lose() -> None:
        with database.reading() as connection:
            backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            with database.transaction() as other:
                other.exec_driver_sql(f"SELECT pg_terminate_backend({backend})")
            everything.rows(connection, {})

    with pytest.raises(OperationalError) as lost:
        lose()
    assert lost.value.connection_invalidated
    with database.reading() as connection:
        assert everything.rows(connection, {}) == []


class Ends:
    """A value that the driver cannot bring over to its end."""

    def __conform__(self, _protocol: object) -> None:
        raise KeyboardInterrupt


class EndsOnPostgres(Dumper):
    def dump(self, _value: object) -> NoReturn:
        raise KeyboardInterrupt


def test_what_is_broken_off_gives_its_connection_up(database: Database) -> None:
    """A thread may be ended in the middle of an answer; the next one would read the rest of it."""
    one = Prepared(select(JobRow.id).where(JobRow.id == bindparam("own")))
    given: list[Any] = []

    def break_off() -> None:
        with database.reading() as connection:
            given.append(connection.connection.driver_connection)
            if not database.is_sqlite:
                given[0].adapters.register_dumper(Ends, EndsOnPostgres)
            one.rows(connection, {"own": Ends()})

    with pytest.raises(KeyboardInterrupt):
        break_off()
    with database.reading() as connection:
        assert connection.connection.driver_connection is not given[0]
        assert one.rows(connection, {"own": "job-0"}) == []


class Odd:
    """A value that the driver refuses to bring over, in words of its own."""

    def __conform__(self, _protocol: object) -> None:
        raise LookupError("odd")


class OddOnPostgres(Dumper):
    def dump(self, _value: object) -> NoReturn:
        raise LookupError("odd")


def test_what_is_no_error_of_the_driver_stays_what_it_is(connection: Connection) -> None:
    """Nobody takes a mistake in the program for a database that is away."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        driver.adapters.register_dumper(Odd, OddOnPostgres)
    with pytest.raises(LookupError):
        Prepared(select(JobRow.id).where(JobRow.id == bindparam("own"))).rows(connection, {"own": Odd()})
    assert not connection.invalidated


@pytest.mark.usefixtures("on_postgres")
def test_a_connection_that_was_closed_before_is_told_of_in_the_same_way(database: Database) -> None:
    everything = Prepared(select(JobRow.id))

    def ask() -> None:
        with database.reading() as connection:
            driver: Any = connection.connection.driver_connection
            driver.close()
            everything.rows(connection, {})

    with pytest.raises(OperationalError) as lost:
        ask()
    assert lost.value.connection_invalidated
