"""The door when the database breaks off: tried again, done once, told truly."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text
from tests.foundation import ground, trouble
from tests.foundation.ground import PLACE, value_of
from tests.foundation.probe import HOUSE, Code, add, ask, code_of
from tests.foundation.proxy import Proxy

from foundation import database as foundation_database
from foundation.commands import Answer
from foundation.database import Database
from foundation.door import Door

SECRET = b"only for tests, 32 bytes of salt"


@pytest.mark.usefixtures("on_postgres")
def test_a_connection_lost_in_the_middle_is_tried_again_and_done_once(door: Door) -> None:
    answer = door.carry_out(HOUSE, ask("counter.cut", {"by": 1, "note": "once"}))

    assert isinstance(answer, Answer)
    assert trouble.cuts == {"once": 1}
    assert value_of(door.database) == 1
    assert ground.numbers_of(door.database) == [1]


@pytest.mark.usefixtures("on_postgres")
def test_neighbours_of_a_lost_connection_are_done_once(door: Door) -> None:
    """All in one transaction of which the second loses the connection."""
    asked = [add(1), ask("counter.cut", {"by": 2, "note": "twice"}), add(1)]
    holder = threading.Thread(target=lambda: door.carry_out(HOUSE, ask("counter.hold")))
    holder.start()
    assert trouble.held.wait(20)
    outcomes: list[Any] = []
    threads = [
        threading.Thread(target=lambda one=one: outcomes.append(door.carry_out(HOUSE, one))) for one in asked
    ]
    for number, thread in enumerate(threads):
        thread.start()
        while len(door._lanes._lanes[PLACE].waiting) <= number:
            pass
    trouble.let_go.set()
    for thread in (holder, *threads):
        thread.join(30)

    assert len(outcomes) == 3
    assert value_of(door.database) == 3
    assert ground.numbers_of(door.database) == [1, 2, 3]


@pytest.mark.usefixtures("on_postgres")
def test_a_connection_lost_again_and_again_is_busy_and_nothing_was_changed(door: Door) -> None:
    asked = ask("counter.cut", {"by": 99, "note": "always"})

    assert code_of(lambda: door.carry_out(HOUSE, asked)) is Code.BUSY
    assert value_of(door.database) == 0
    assert door.carry_out(HOUSE, add(1))


@pytest.mark.usefixtures("on_postgres")
def test_idle_connections_that_were_lost_are_noticed(door: Door) -> None:
    door.carry_out(HOUSE, add(1))
    with door.database.engine.connect() as connection:
        others = "pid <> pg_backend_pid() AND datname = current_database()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
        connection.rollback()

    door.carry_out(HOUSE, add(1))

    assert value_of(door.database) == 2


@pytest.fixture
def proxy(database: Database) -> Iterator[Proxy]:
    opened = Proxy(database.url.host or "", database.url.port or 5432)
    yield opened
    opened.close()


@pytest.fixture
def door_behind(proxy: Proxy, database: Database) -> Iterator[Door]:
    """A door whose way to PostgreSQL leads through the proxy."""
    url = database.url.set(host="127.0.0.1", port=proxy.port)
    behind = Database(url.render_as_string(hide_password=False))
    yield Door(behind, ground.identify, secret=SECRET)
    behind.close()


@pytest.mark.usefixtures("on_postgres")
def test_a_commit_whose_answer_is_lost_is_done_once(
    door_behind: Door, proxy: Proxy, database: Database
) -> None:
    """PostgreSQL has committed, but the connection breaks before it can say so."""
    door_behind.carry_out(HOUSE, add(1))
    proxy.swallow_answer_to(b"COMMIT")

    answer = door_behind.carry_out(HOUSE, add(1))

    assert proxy.swallowed == 1
    assert isinstance(answer, Answer)
    assert value_of(database) == 2
    assert ground.numbers_of(database) == [1, 2]
    assert ground.count(database, ground.ReceiptRow) == 2


@pytest.mark.usefixtures("on_postgres")
def test_a_commit_that_never_arrived_is_tried_again(
    door_behind: Door, proxy: Proxy, database: Database
) -> None:
    door_behind.carry_out(HOUSE, add(1))
    proxy.swallow(b"COMMIT")

    door_behind.carry_out(HOUSE, add(1))

    assert proxy.swallowed == 1
    assert value_of(database) == 2
    assert ground.numbers_of(database) == [1, 2]


@pytest.mark.usefixtures("on_postgres")
def test_a_place_that_somebody_holds_too_long_is_busy_and_not_asked_for_again(
    door: Door, second_door: Door
) -> None:
    holder = threading.Thread(target=lambda: second_door.carry_out(HOUSE, ask("counter.hold")))
    holder.start()
    assert trouble.held.wait(20)

    began = time.monotonic()
    assert code_of(lambda: door.carry_out(HOUSE, add(1))) is Code.BUSY
    assert time.monotonic() - began < 6
    trouble.let_go.set()
    holder.join(30)

    door.carry_out(HOUSE, add(1))
    assert value_of(door.database) == 1


@pytest.mark.usefixtures("on_sqlite")
def test_a_database_written_by_another_process_is_waited_for(door: Door, second_door: Door) -> None:
    holder = threading.Thread(target=lambda: second_door.carry_out(HOUSE, ask("counter.hold")))
    holder.start()
    assert trouble.held.wait(20)
    waiting = threading.Thread(target=lambda: door.carry_out(HOUSE, add(1)))
    waiting.start()
    waiting.join(0.2)
    assert waiting.is_alive()

    trouble.let_go.set()
    waiting.join(20)
    holder.join(20)

    assert value_of(door.database) == 1


@pytest.mark.usefixtures("on_sqlite")
def test_a_database_written_too_long_by_another_process_is_busy(
    door: Door, second_door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foundation_database, "LOCK_WAIT", 0.2)
    holder = threading.Thread(target=lambda: second_door.carry_out(HOUSE, ask("counter.hold")))
    holder.start()
    assert trouble.held.wait(20)

    assert code_of(lambda: door.carry_out(HOUSE, add(1))) is Code.BUSY
    assert code_of(lambda: door.write(lambda _connection: None)) is Code.BUSY
    trouble.let_go.set()
    holder.join(20)

    door.carry_out(HOUSE, add(1))
    assert value_of(door.database) == 1
