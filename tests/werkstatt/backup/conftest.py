"""A backup of the scene, and empty databases to put it into."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.scene import Scene
from tests.serving import SECRET_KEY

from foundation.database import Database
from werkstatt.backup import making
from werkstatt.cli import main

Open = Callable[[str], Database]
Run = Callable[..., Result]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens a database by its address; it is closed when the test ends."""
    made: list[Database] = []

    def open_(url: str) -> Database:
        made.append(Database(url))
        return made[-1]

    yield open_
    for database in made:
        database.close()


@pytest.fixture
def saved(scene: Scene, opened: Open, tmp_path: Path) -> Path:
    """The backup of the scene, not sealed."""
    return making.make(opened(scene.url), tmp_path / "saved.tar", recipient="").file


@pytest.fixture
def empty(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """`empty("sqlite")`: the address of a database without any table."""

    def make(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path}/restored.sqlite3"
        if not os.environ.get("WERKSTATT_TEST_DATABASE_URL"):
            pytest.skip("there is no PostgreSQL to restore into")
        return str(request.getfixturevalue("new_postgres")("restored"))

    return make


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run(url, "backup", "--to", ...)`; the environment is an operator's."""

    def run(url: str, *arguments: object, **settings: str) -> Result:
        told = {"database_url": url, "secret_key": SECRET_KEY, "data_dir": str(tmp_path / "var"), **settings}
        for name, value in told.items():
            monkeypatch.setenv(f"WERKSTATT_{name.upper()}", value)
        return CliRunner().invoke(main, [str(one) for one in arguments], catch_exceptions=False)

    return run
