"""A PostgreSQL that falls silent is given up, unless somebody has said to wait."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError

from foundation.database import Database, for_as_long_as_it_takes, waited_too_long

pytestmark = pytest.mark.usefixtures("on_postgres")


def _impatient(connection: Connection) -> Any:
    driver: Any = connection.connection.driver_connection
    driver.silence = 0.05
    return driver


def test_an_answer_that_does_not_come_is_given_up(database: Database) -> None:
    with database.engine.connect() as connection:
        _impatient(connection)
        with pytest.raises(DBAPIError) as failed:
            connection.execute(text("SELECT pg_sleep(0.3)"))

    assert waited_too_long(failed.value)


def test_what_may_take_long_is_waited_for(database: Database) -> None:
    asked: list[tuple[str, float | None]] = []
    with database.engine.connect() as connection:
        driver = _impatient(connection)

        @event.listens_for(connection, "before_cursor_execute")
        def note(_connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
            asked.append((statement, driver.silence))

        with for_as_long_as_it_takes(connection):
            assert connection.execute(text("SELECT pg_sleep(0.3)")).all()

        assert [statement.split()[0] for statement, _silence in asked] == ["SET", "SELECT", "RESET"]
        assert {silence for _statement, silence in asked} == {None}
        assert driver.silence == 0.05
        connection.invalidate()


def test_who_says_how_long_to_wait_keeps_the_connection(database: Database) -> None:
    """Nothing having come in that time is no silence."""
    with database.engine.connect() as connection:
        driver = _impatient(connection)
        assert list(driver.notifies(timeout=0.1)) == []

        driver.silence = None
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
