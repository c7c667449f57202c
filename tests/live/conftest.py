"""The wire around the probe room: on a real server of each kind, and in parts."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from tests.foundation import ground
from tests.foundation.conftest import (
    door,
    furnished,
    log,
    probe_postgres,
    probe_room,
    probe_sqlite,
    second_door,
)
from tests.foundation.ground import Person
from tests.live.client import Client, wait_until
from tests.live.house import Green, Threads
from tests.live.telling import Broken, Wire, wire_of
from tests.redis_server import RedisServer

from foundation.database import Database
from foundation.door import Door
from foundation.policy import Role
from live import publisher
from live.limits import USUAL, Limits

__all__ = [
    "door",
    "furnished",
    "log",
    "probe_postgres",
    "probe_room",
    "probe_sqlite",
    "second_door",
]

Server = Threads | Green


def url_of(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """Its address; it runs again if a test has stopped it."""
    redis_server.start()
    return redis_server.url


@pytest.fixture(scope="session")
def green_houses(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], tuple[Database, Green]]]:
    """A server with green threads on a database of each kind: started once, emptied for each test."""
    made: dict[str, tuple[Database, Green]] = {}

    def find(kind: str) -> tuple[Database, Green]:
        if kind not in made:
            if kind == "sqlite":
                path = tmp_path_factory.mktemp("green") / "probe.sqlite3"
                shutil.copy(request.getfixturevalue("probe_sqlite"), path)
                kept = Database(f"sqlite:///{path}")
            else:
                kept = request.getfixturevalue("probe_postgres")
            made[kind] = kept, Green(url_of(kept))
        return made[kind]

    yield find
    for kept, served in made.values():
        served.close()
        kept.close()


def _is_green(request: pytest.FixtureRequest) -> bool:
    called = getattr(request.node, "callspec", None)
    return "green" in request.fixturenames or (
        called is not None and called.params.get("server") == "eventlet"
    )


@pytest.fixture
def database(database_kind: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """The foundation's tables and the room's, furnished; with green threads that of the running server."""
    if _is_green(request):
        kept, served = request.getfixturevalue("green_houses")(database_kind)
        wait_until(served.is_idle, "the server is idle")
        ground.clean(kept)
        ground.furnish(kept)
        yield kept
    else:
        yield request.getfixturevalue("furnished")


@pytest.fixture(params=["threading", "eventlet"])
def server(request: pytest.FixtureRequest, database: Database) -> Iterator[Server]:
    """The house on a server of each kind."""
    if request.param == "eventlet":
        yield request.getfixturevalue("green")
    else:
        yield request.getfixturevalue("threads")


@pytest.fixture
def limits() -> Limits:
    """The usual ones; a test may name others."""
    return USUAL


@pytest.fixture
def threads(database: Database, limits: Limits, monkeypatch: pytest.MonkeyPatch) -> Iterator[Threads]:
    monkeypatch.setattr(publisher, "LOOK_EVERY", 0.2)  # as with green threads
    served = Threads(url_of(database), limits=limits)
    yield served
    served.close()


@pytest.fixture
def green(
    database: Database, database_kind: str, green_houses: Callable[[str], tuple[Database, Green]]
) -> Green:
    return green_houses(database_kind)[1]


@pytest.fixture
def client() -> Iterator[Callable[[Server, Person | None], Client]]:
    """Makes clients whose connections end with the test."""
    made: list[Client] = []

    def make(served: Server, person: Person | None = None) -> Client:
        made.append(Client(served.port, person))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def wire(door: Door) -> Wire:
    return wire_of(door)


@pytest.fixture
def member(database: Database) -> Person:
    return ground.person(database, Role.PARTICIPANT)


@pytest.fixture
def broken(database: Database, monkeypatch: pytest.MonkeyPatch) -> Broken:
    return Broken(database, monkeypatch)


@pytest.fixture
def other(database: Database) -> Person:
    return ground.person(database, Role.PARTICIPANT)


@pytest.fixture
def keeper(database: Database) -> Person:
    return ground.person(database, Role.PARTICIPANT, Role.FACILITATOR)
