"""A database of each kind with the probe room in it, and a door to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path

import pytest
import structlog
import structlog.testing
from tests.foundation import ground, stock, trouble
from tests.foundation.together import Together

from foundation.database import Database
from foundation.door import Door
from foundation.eventlog import Event

SECRET = b"only for tests, 32 bytes of salt"


@pytest.fixture(autouse=True)
def probe_room() -> Iterator[None]:
    """The probe room lives in the house for one test."""
    with stock.moved_in():
        yield
    trouble.forget()


@pytest.fixture(scope="session")
def probe_postgres(new_postgres: Callable[[str], str]) -> Iterator[Database]:
    """A PostgreSQL database with the room's tables, built once and emptied for each test."""
    made = Database(new_postgres("probe"))
    ground.build(made)
    yield made
    made.close()


@pytest.fixture(scope="session")
def probe_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the room in it, to copy."""
    path = tmp_path_factory.mktemp("probe") / "furnished.sqlite3"
    made = Database(f"sqlite:///{path}")
    ground.build(made)
    ground.furnish(made)
    made.close()
    return path


@pytest.fixture
def database(furnished: Database) -> Database:
    return furnished


@pytest.fixture
def furnished(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """The foundation's tables and the room's, furnished."""
    if database_kind == "sqlite":
        path = shutil.copy(request.getfixturevalue("probe_sqlite"), tmp_path / "probe.sqlite3")
        made = Database(f"sqlite:///{path}")
        yield made
        made.close()
    else:
        made = request.getfixturevalue("probe_postgres")
        ground.clean(made)
        ground.furnish(made)
        yield made


@pytest.fixture
def door(database: Database) -> Door:
    return Door(database, ground.identify, secret=SECRET)


@pytest.fixture
def second_door(database: Database) -> Iterator[Door]:
    """What another process of the same house would have."""
    other = Database(database.url.render_as_string(hide_password=False))
    yield Door(other, ground.identify, secret=SECRET)
    other.close()


@pytest.fixture
def log() -> Iterator[list[MutableMapping[str, object]]]:
    """What was logged."""
    with structlog.testing.capture_logs() as entries:
        yield entries


@pytest.fixture
def together(door: Door) -> Together:
    return Together(door)


@pytest.fixture
def announced(door: Door) -> list[Event]:
    """Every event that the door has told of."""
    heard: list[Event] = []
    door.listeners.append(heard.extend)
    return heard
