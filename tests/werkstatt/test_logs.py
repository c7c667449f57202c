"""A line says what happened and where, and nothing that somebody wrote."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
import structlog
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from foundation import clock, ids
from foundation.database import Database
from people.accounts.models import Person
from werkstatt import logs

ADDRESS = "vertraulich@example.org"
Read = Callable[[], list[dict[str, object]]]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Read]:
    """Logs as the server sets them up; `written()` are the lines so far."""
    root, hook, stream = logging.getLogger(), threading.excepthook, io.StringIO()
    before = [*root.handlers], root.level
    monkeypatch.setattr(sys, "stderr", stream)
    logs.set_up("info")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    structlog.reset_defaults()
    threading.excepthook = hook
    root.handlers[:], root.level = before


def the_same_address_twice(database: Database) -> None:
    person = {"name": "Jemand", "email": ADDRESS, "created_at": clock.now()}
    with database.transaction() as connection:
        for _ in range(2):
            connection.execute(insert(Person).values(public_id=ids.public_id(), **person))


def test_a_line_is_one_object_with_what_when_and_how_grave(written: Read) -> None:
    structlog.get_logger().info("serving", port=8001)
    structlog.get_logger().debug("left out")
    [line] = written()
    assert (line["event"], line["level"], line["port"]) == ("serving", "info", 8001)
    assert str(line["timestamp"]).endswith("Z")


@pytest.mark.parametrize("level", ["WARNING", "warning", "loud", ""])
def test_a_level_may_be_written_as_one_likes_and_info_stands_in_for_others(
    level: str, written: Read, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.set_up(level)
    structlog.get_logger().info("information")
    shown = ["information"] if level.lower() != "warning" else []
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == shown
    assert written() == []


def test_an_error_of_the_database_names_the_constraint_and_not_the_value(
    written: Read, database: Database
) -> None:
    with pytest.raises(IntegrityError) as broken:
        the_same_address_twice(database)
    structlog.get_logger().error("unexpected", exc_info=broken.value)
    logging.getLogger("sqlalchemy.pool").error("reset failed", exc_info=broken.value)
    ours, theirs = written()
    for line in (ours, theirs):
        assert ADDRESS not in str(line)
        assert "sqlalchemy.exc.IntegrityError" in str(line["exception"])
        assert "test_logs.py" in str(line["exception"])
        if not database.is_sqlite:
            assert "psycopg.errors.UniqueViolation 23505 uq_person_email" in str(line["exception"])
    assert (theirs["event"], theirs["level"], theirs["logger"]) == (
        "reset failed",
        "error",
        "sqlalchemy.pool",
    )


def test_causes_are_told_by_their_kinds_only(written: Read) -> None:
    try:
        try:
            int(ADDRESS)
        except ValueError as error:
            raise LookupError(ADDRESS) from error
    except LookupError:
        structlog.get_logger().exception("unexpected")
    [line] = written()
    told = [entry for entry in line["exception"] if not entry.startswith(" ")]  # type: ignore[attr-defined]  # a list of lines
    assert told == ["builtins.LookupError", "builtins.ValueError"]
    assert ADDRESS not in str(line)


def test_an_error_that_is_its_own_cause_is_told_once(written: Read) -> None:
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    structlog.get_logger().error("unexpected", exc_info=first)
    [line] = written()
    assert line["exception"] == ["builtins.ValueError", "builtins.KeyError"]


def test_a_thread_that_ends_by_an_error_says_so_in_the_same_way(written: Read) -> None:
    thread = threading.Thread(target=int, args=(ADDRESS,))
    thread.start()
    thread.join()
    [line] = written()
    assert (line["event"], line["level"]) == ("thread_ended", "error")
    assert ADDRESS not in str(line)


def test_libraries_speak_from_warning_on_and_once(written: Read) -> None:
    for name in ("werkzeug", "engineio.server", "flask-limiter"):
        logging.getLogger(name).info("somebody did something")
    logging.getLogger("engineio.server").error("an accident")
    assert [line["event"] for line in written()] == ["an accident"]


def test_a_disk_that_takes_nothing_more_stops_nobody_who_logs(
    written: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    with io.FileIO("/dev/full", "w") as device:
        full = io.TextIOWrapper(device, write_through=True)  # type: ignore[type-var]  # a FileIO is a buffer that keeps nothing
        with pytest.raises(OSError, match="No space left"):
            full.write("this device is full")
        monkeypatch.setattr(sys, "stderr", full)
        logs.set_up("info")
        structlog.get_logger().warning("broken_off")
        logging.getLogger("library").warning("so did a library")
