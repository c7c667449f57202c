"""What every test stands on: a clean database of each kind, the door, a clock that can be moved."""

from __future__ import annotations

import gc
import os
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from tests.redis_server import RedisServer
from tests.scene import Scene
from tests.serving import Server
from tests.stage import Stage

from foundation import clock
from foundation.database import Database, Model
from foundation.door import Door
from people.sign_in.queries import identify_within
from people.sign_in.rules import SessionLimits
from werkstatt import rooms

POSTGRES = os.environ.get("WERKSTATT_TEST_DATABASE_URL")
REDIS = os.environ.get("WERKSTATT_TEST_REDIS_URL")
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
"""The one without windows takes half the time of the others."""
BEGUN = time.monotonic()
SECRET = b"only for tests, 32 bytes of salt"

# Other work on the machine says nothing about what is tested.
settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--time-box", type=float, help="seconds after which no further test begins")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What the time is not enough for is skipped and named. The order is drawn anew in each run."""
    box = item.config.getoption("--time-box")
    if box is not None and time.monotonic() - BEGUN > box:
        pytest.skip(f"the {box:.0f} s of this run are used up")


def pytest_collection_finish() -> None:
    """What has been imported and collected stays: nothing is looked for in it again."""
    gc.collect()
    gc.freeze()


def pytest_report_header() -> list[str]:
    more = " and PostgreSQL" if POSTGRES else " (WERKSTATT_TEST_DATABASE_URL adds PostgreSQL)"
    lines = [f"databases: SQLite{more}"]
    if not CHROMIUM:
        lines.append("browser: no Chromium is installed, the tests in a browser are skipped")
    return lines


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What only makes sense on one kind of database is not collected for the other."""
    elsewhere = [item for item in items if _is_elsewhere(item)]
    if elsewhere:
        items[:] = [item for item in items if item not in elsewhere]
        config.hook.pytest_deselected(items=elsewhere)
    if not CHROMIUM:
        _leave_out_the_browser(items)


def _is_elsewhere(item: pytest.Item) -> bool:
    kind = item.callspec.params.get("database_kind") if hasattr(item, "callspec") else None
    only = {"on_postgres": "postgres", "on_sqlite": "sqlite"}
    return any(kind not in (None, only[name]) for name in only.keys() & set(item.fixturenames))


def _leave_out_the_browser(items: list[pytest.Item]) -> None:
    if os.environ.get("WERKSTATT_TEST_REQUIRE_BROWSER"):
        raise pytest.UsageError("no Chromium is installed, and here the browser tests must run")
    for item in items:
        if item.get_closest_marker("e2e"):
            item.add_marker(pytest.mark.skip(reason="no Chromium is installed"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        kinds = ["sqlite", "postgres"] if POSTGRES else ["sqlite"]
        metafunc.parametrize("database_kind", kinds, scope="session")


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def on_postgres(database_kind: str) -> None:
    """This test is about PostgreSQL only."""


@pytest.fixture
def on_sqlite(database_kind: str) -> None:
    """This test is about SQLite only, or about what knows nothing of databases."""


@pytest.fixture(scope="session")
def new_postgres() -> Iterator[Callable[[str], str]]:
    """Makes databases of this run's own on the given server, each by its name, gone afterwards."""
    given = make_url(POSTGRES or "").set(drivername="postgresql+psycopg")
    made: set[str] = set()

    def run(*statements: str) -> None:
        server = create_engine(given, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        server.dispose()

    def make(name: str) -> str:
        whole = f"werkstatt_{name}_{os.getpid()}"
        made.add(whole)
        run(
            f'DROP DATABASE IF EXISTS "{whole}" WITH (FORCE)',
            f'CREATE DATABASE "{whole}"',
        )
        return given.set(drivername="postgresql", database=whole).render_as_string(hide_password=False)

    yield make
    run(*(f'DROP DATABASE IF EXISTS "{whole}" WITH (FORCE)' for whole in sorted(made)))


@pytest.fixture(scope="session")
def postgres_url(new_postgres: Callable[[str], str]) -> str:
    """One that is emptied for each test."""
    return new_postgres("test")


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of an empty database."""
    if database_kind == "sqlite":
        return f"sqlite:///{tmp_path}/werkstatt.sqlite3"
    url = str(request.getfixturevalue("postgres_url"))
    server = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with server.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    server.dispose()
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """All tables and the root place, nothing else."""
    made = Database(database_url)
    Model.metadata.create_all(made.engine)
    with made.transaction() as connection:
        rooms.furnish(connection)
    yield made
    made.close()


@pytest.fixture
def door(database: Database) -> Door:
    return Door(database, identify_within(SessionLimits()), secret=SECRET)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis of the tests' own, which they may stop and freeze; no choice where the suite is told of one."""
    if not (RedisServer.PROGRAM or REDIS):
        pytest.skip("there is no redis-server to start")
    started = RedisServer()
    yield started
    started.close()


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    """Whatever a test does to the clock is over when it ends."""
    yield
    clock.move(timedelta())


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Where scenes are copied from: `stage.copy(database_kind, folder)`."""
    made = Stage(tmp_path_factory.mktemp("stage"), POSTGRES)
    yield made
    made.close()


@pytest.fixture
def scene(stage: Stage, database_kind: str, tmp_path: Path) -> Scene:
    """A house with somebody in every role, in a database of its own."""
    return stage.copy(database_kind, tmp_path)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Makes real servers that end with the test: `serve(url, mode="threading").start()`."""
    made: list[Server] = []

    def make(database_url: str, **how: object) -> Server:
        server = Server(database_url, tmp_path, name=f"server_{len(made)}", **how)  # type: ignore[arg-type]  # passed on
        made.append(server)
        return server

    yield make
    for server in made:
        server.kill()
