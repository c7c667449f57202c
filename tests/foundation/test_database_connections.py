"""So many connections to the database at most: who needs one more waits until one is given back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import text
from tests.foundation import ground
from tests.foundation.conftest import SECRET
from tests.foundation.ground import COUNTERS, value_of
from tests.foundation.probe import HOUSE, add
from tests.foundation.test_door_under_load import in_threads

from foundation.database import Database
from foundation.door import Door


@pytest.fixture(params=[1, 2, 5])
def most(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def narrow(database: Database, most: int) -> Iterator[Database]:
    made = Database(database.url.render_as_string(hide_password=False), connections=most)
    yield made
    made.close()


def test_so_many_read_at_once_and_one_more_waits_for_one_of_them(narrow: Database, most: int) -> None:
    got = threading.Event()

    def read() -> None:
        with narrow.reading() as connection:
            connection.execute(text("SELECT 1"))
            got.set()

    with ExitStack() as held:
        first, *_others = [held.enter_context(narrow.reading()) for _ in range(most)]
        first.execute(text("SELECT 1"))
        one_more = threading.Thread(target=read)
        one_more.start()
        assert not got.wait(0.5)
        assert narrow.engine.pool.checkedout() == most  # type: ignore[attr-defined]  # a pool that counts
    one_more.join(10)
    assert got.is_set()


@pytest.mark.usefixtures("on_postgres")
def test_postgresql_never_sees_more_than_so_many(database: Database, most: int) -> None:
    named = database.url.update_query_dict({"application_name": f"narrow_{most}"})
    narrow = Database(named.render_as_string(hide_password=False), connections=most)
    query = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = :name")
    seen: list[int] = []

    def work(_number: int) -> None:
        for _ in range(5):
            with narrow.reading() as connection:
                connection.execute(text("SELECT pg_sleep(0.02)"))
                seen.append(int(connection.execute(query, {"name": f"narrow_{most}"}).scalar_one()))

    in_threads(10, work)
    narrow.close()

    assert max(seen) == most


def test_nothing_that_writes_needs_more_than_one(narrow: Database) -> None:
    """Not even where there is only one, and many places wait for it: nobody holds one and wants another."""
    door = Door(narrow, ground.identify, secret=SECRET)

    def work(number: int) -> None:
        for _ in range(5):
            door.carry_out(HOUSE, add(1, place=f"counter/{COUNTERS[number % 4]}"))
            value_of(narrow)

    in_threads(8, work)

    assert [value_of(narrow, counter) for counter in COUNTERS[:4]] == [10] * 4
