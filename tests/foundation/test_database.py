"""The database: one consistent read, one way to write, and the safeties that nobody may switch off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError, StatementError
from tests.foundation import ground
from tests.foundation.ground import COUNTER, CounterRow, GrantRow, SessionRow, value_of

from foundation.database import Database, once, upsert, waited_too_long
from foundation.errors import Code, Refusal

ZONE = timezone(timedelta(hours=2))


def test_a_read_sees_one_state_whatever_is_written_meanwhile(database: Database) -> None:
    with database.reading() as connection:
        query = select(CounterRow.value).where(CounterRow.id == COUNTER)
        before = connection.execute(query).scalar_one()
        with database.transaction() as writing:
            writing.execute(text("UPDATE probe_counter SET value = 5"))
        after = connection.execute(query).scalar_one()

    assert (before, after) == (0, 0)
    assert value_of(database) == 5


def test_a_transaction_is_all_or_nothing(database: Database) -> None:
    def break_off() -> None:
        with database.transaction() as connection:
            connection.execute(text("UPDATE probe_counter SET value = 5"))
            raise RuntimeError("back")

    with pytest.raises(RuntimeError, match="back"):
        break_off()

    assert value_of(database) == 0


@pytest.mark.usefixtures("on_postgres")
def test_a_read_cannot_write(database: Database) -> None:
    with database.reading() as connection, pytest.raises(DBAPIError, match="read-only"):
        connection.execute(text("UPDATE probe_counter SET value = 5"))


def test_a_writer_after_a_reader_on_the_same_connection_may_write(database: Database) -> None:
    """What a read set on a pooled connection does not stick to it."""
    for _ in range(3):
        with database.reading() as connection:
            connection.execute(select(CounterRow.value)).all()
        with database.transaction() as connection:
            connection.execute(text("UPDATE probe_counter SET value = value + 1"))

    assert value_of(database) == 3


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("busy_timeout", 0),
        ("secure_delete", 1),
    ],
)
def test_every_connection_to_sqlite_is_safe(database: Database, pragma: str, value: object) -> None:
    with database.reading() as one, database.reading() as two:
        assert one.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
        assert two.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


@pytest.mark.usefixtures("on_postgres")
def test_every_connection_to_postgresql_waits_only_so_long(database: Database) -> None:
    with database.transaction() as connection:
        found = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("lock_timeout", "statement_timeout", "timezone", "transaction_isolation")
        }

    assert found == {
        "lock_timeout": "3s",
        "statement_timeout": "30s",
        "timezone": "UTC",
        "transaction_isolation": "read committed",
    }


@pytest.mark.usefixtures("on_postgres")
def test_only_postgresqls_own_impatience_counts_as_waiting_too_long(database: Database) -> None:
    with pytest.raises(DBAPIError) as slow, database.transaction() as connection:
        connection.execute(text("SET LOCAL statement_timeout = '20ms'; SELECT pg_sleep(5)"))
    with pytest.raises(DBAPIError) as wrong, database.transaction() as connection:
        connection.execute(text("SELECT 1 / 0"))

    assert waited_too_long(slow.value)
    assert not waited_too_long(wrong.value)


def test_foreign_keys_are_kept(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as connection:
        connection.execute(insert(ground.DebtRow).values(id="d", creditor="nobody"))


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2016, 4, 28, 11, 0, 0, 123456, tzinfo=ZONE),
        datetime(1900, 1, 1, tzinfo=UTC),
        datetime(2999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
def test_a_moment_comes_back_as_it_went(database: Database, moment: datetime) -> None:
    with database.transaction() as connection:
        connection.execute(insert(SessionRow).values(key="k", person="p", ends_at=moment))
    with database.reading() as connection:
        found = connection.execute(select(SessionRow.ends_at)).scalar_one()

    assert found == moment
    assert found.tzinfo is UTC


def test_moments_are_compared_as_moments(database: Database) -> None:
    noon = datetime(2016, 4, 28, 12, tzinfo=UTC)
    with database.transaction() as connection:
        connection.execute(insert(SessionRow).values(key="k", person="p", ends_at=noon))
    with database.reading() as connection:
        query = select(SessionRow.key).where(SessionRow.ends_at <= noon.astimezone(ZONE))
        assert connection.execute(query).scalars().all() == ["k"]
        query = select(SessionRow.key).where(SessionRow.ends_at < noon.astimezone(ZONE))
        assert connection.execute(query).scalars().all() == []


def test_a_moment_without_its_zone_is_a_mistake(database: Database) -> None:
    naive = datetime(2016, 4, 28)  # noqa: DTZ001 -- the mistake that is to be noticed
    with pytest.raises(StatementError, match="needs its zone"), database.transaction() as connection:
        connection.execute(insert(SessionRow).values(key="k", person="p", ends_at=naive))


def test_no_moment_is_none(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(insert(SessionRow).values(key="k", person="p", ends_at=None))
    with database.reading() as connection:
        assert connection.execute(select(SessionRow.ends_at)).scalar_one() is None


def test_a_row_is_inserted_or_renewed(database: Database) -> None:
    with database.transaction() as connection:
        upsert(connection, CounterRow, ("id",), {"id": COUNTER, "value": 5})
        upsert(connection, CounterRow, ("id",), {"id": "new", "value": 1})
        upsert(connection, CounterRow, ("id",), {"id": "new", "value": 2})

    assert (value_of(database), value_of(database, "new")) == (5, 2)


def test_a_row_that_is_all_key_is_inserted_or_left(database: Database) -> None:
    row = {"person": "p", "role": "coach", "scope": "house"}
    with database.transaction() as connection:
        upsert(connection, GrantRow, ("person", "role", "scope"), row)
        upsert(connection, GrantRow, ("person", "role", "scope"), row)

    assert ground.count(database, GrantRow) == 1


def test_a_name_that_is_taken_is_refused_each_time_in_the_same_words(database: Database) -> None:
    """The refusal may stand in a module and be raised for everybody; nothing is kept of who asked."""
    taken = Refusal(Code.CONFLICT, "Den gibt es schon.")

    def add_again(connection: Connection) -> None:
        with once(connection, taken):
            connection.execute(insert(CounterRow).values(id=COUNTER, value=1))

    with database.transaction() as connection:
        for _ in range(2):
            with pytest.raises(Refusal, match="Den gibt es schon"):
                add_again(connection)

    assert value_of(database) == 0


def test_what_is_no_database_is_not_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "letter.sqlite3"
    file.write_text("Sehr geehrte Damen und Herren, " * 10)
    made = Database(f"sqlite:///{file}")

    with pytest.raises(DatabaseError, match="not a database"), made.reading():
        pass
    made.close()
