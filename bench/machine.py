"""The machine that is measured on: its cores, its load, what a process has used, and scratch databases."""

from __future__ import annotations

import os
import platform
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from statistics import median

from sqlalchemy import create_engine, make_url, text

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = os.environ.get("WERKSTATT_TEST_DATABASE_URL", "")
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, CLIENT_CORE = {CORES[0]}, {CORES[-1]}
_TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder on the disk of the checkout, gone afterwards: in memory a commit would cost nothing."""
    (ROOT / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "var") as folder:
        yield Path(folder)


def kinds() -> list[str]:
    """The databases to measure on."""
    return ["sqlite", "postgres"] if POSTGRES else ["sqlite"]


@contextmanager
def database(kind: str, folder: Path, *, name: str = "bench", template: str = "template1") -> Iterator[str]:
    """The address of an empty database of this run's own; `name` tells several apart."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/werkstatt.sqlite3"
        return
    given = make_url(POSTGRES).set(drivername="postgresql+psycopg")
    name = f"werkstatt_{name}_{os.getpid()}"
    server = create_engine(given, isolation_level="AUTOCOMMIT")
    drop = text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    with server.connect() as connection:
        connection.execute(drop)
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    try:
        yield given.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(drop)
        server.dispose()


@contextmanager
def copy_of(url: str, folder: Path, *, name: str = "copy") -> Iterator[str]:
    """The address of a copy of that database, which nobody uses meanwhile; gone afterwards."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as source:
            path = folder / f"{name}.sqlite3"
            with closing(sqlite3.connect(path)) as target:
                source.backup(target)
        yield f"sqlite:///{path}"
        for left in folder.glob(f"{path.name}*"):
            left.unlink()
        return
    with database("postgres", folder, name=name, template=str(make_url(url).database)) as made:
        yield made


def allow_many_sockets() -> None:
    """As many open files as this user may have; a server started afterwards inherits it."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def pin(pid: int, cores: set[int]) -> None:
    """Keep a process with all its threads to these cores; 0 is this one."""
    for task in Path(f"/proc/{pid or 'self'}/task").iterdir():
        with suppress(ProcessLookupError):  # a thread may have ended meanwhile
            os.sched_setaffinity(int(task.name), cores)


@contextmanager
def apart(server: int) -> Iterator[None]:
    """The server on one core, this process on another."""
    pin(server, SERVER_CORE)
    pin(0, CLIENT_CORE)
    try:
        yield
    finally:
        pin(0, set(CORES))


def used(pid: int) -> float:
    """Seconds of processor time, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def resident(pid: int) -> int:
    """Bytes in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def fsync_seconds(folder: Path) -> float:
    """What it costs to have a page on the disk: below it no commit can go."""
    took = []
    with (folder / "fsync").open("wb") as file:
        for _ in range(50):
            file.write(b"x" * 4096)
            file.flush()
            begun = time.perf_counter()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - begun)
    return median(took)


def described() -> str:
    """One line for the record: what was measured on, and how busy it was."""
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    databases = [f"SQLite {sqlite3.sqlite_version}"]
    if POSTGRES:
        engine = create_engine(make_url(POSTGRES).set(drivername="postgresql+psycopg"))
        with engine.connect() as connection:
            version = connection.execute(text("SHOW server_version")).scalar_one()
        engine.dispose()
        databases.append(f"PostgreSQL {str(version).split()[0]}")
    return (
        f"{len(CORES)} cores ({_processor()}), {platform.system()} {platform.release()}, "
        f"Python {sys.version.split()[0]}, {', '.join(databases)}; load {load}"
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()
