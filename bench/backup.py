"""A backup while votes are written: what it takes, what the votes lose by it, and what comes after it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from sqlalchemy import func, select
from tests.serving import Server

from bench import house, machine, tenfold, votes
from bench.lines import Sender
from bench.rows import Row, row
from foundation.database import Database
from foundation.eventlog import EventRow

PROGRAM = "import sys; from werkstatt.cli import main; sys.exit(main())"
VOTERS = 4


def measure(*, quick: bool) -> list[Row]:
    """The demo times ten; the same voters before the backups and during them, and all of it in one run."""
    rows = []
    for kind in machine.kinds():
        with machine.scratch() as folder, machine.database(kind, folder) as url:
            here = house.furnish(url, people=VOTERS)
            with house.furnishing(url) as door:
                tenfold.seed(door)
            with Server(url, folder, settings={"log_level": "warning"}) as server:
                senders = [Sender(server.url, here.place, voter) for voter in here.voters]
                rows += _while_voting(server, senders, kind, folder, times=1 if quick else 5)
                for sender in senders:
                    sender.line.close()
            rows += _afterwards(server.environment, kind, folder)
    return rows


def _while_voting(server: Server, senders: list[Sender], kind: str, folder: Path, *, times: int) -> list[Row]:
    quiet, busy, took = [], [], []
    before = _events(server.environment["WERKSTATT_DATABASE_URL"])
    votes.vote(senders, 0.5)
    for number in range(times):
        begun = time.perf_counter()
        quiet.append(len(votes.vote(senders, 2.0)) / (time.perf_counter() - begun))
        backup = _begin(server.environment, "backup", "--to", str(folder / f"{number}.tar"))
        begun, written = time.perf_counter(), 0
        while backup.poll() is None:
            written += len(votes.vote(senders, 0.1))
        took.append(time.perf_counter() - begun)
        busy.append(written / took[-1])
        _finish(backup)
    size = (folder / "0.tar").stat().st_size
    sys.stderr.write(f"backup: {kind}, {size / 1e6:.1f} MB in {median(took):.1f} s\n")
    shares = [during / alone for during, alone in zip(busy, quiet, strict=True)]
    rate = f"{median(quiet):.0f}/s"
    return [
        row(f"backup_{kind}", median(took), "s", note=f"with program start; {before} events"),
        row(f"backup_size_{kind}", size / 1e6, "MB", note="not packed, not sealed"),
        row(f"backup_votes_{kind}", median(shares), "ratio", note=f"meanwhile : before ({rate})"),
    ]  # fmt: skip


def _afterwards(served: Mapping[str, str], kind: str, folder: Path) -> list[Row]:
    """The last one is looked at, which fails if it is not one moment, and goes into a database of its own."""
    last = max(folder.glob("*.tar"), key=lambda file: file.stat().st_mtime)
    idle = _timed(served, "backup", "--to", str(folder / "idle.tar"))
    looked = _timed(served, "backup", "verify", str(last))
    elsewhere = folder / "restored"
    elsewhere.mkdir()
    with machine.database(kind, elsewhere, name="restored") as url:
        environment = {**served, "WERKSTATT_DATABASE_URL": url, "WERKSTATT_DATA_DIR": str(elsewhere)}
        restored = _timed(environment, "restore", str(last))
    return [
        row(f"verify_{kind}", looked / idle, "ratio", note=f"by a backup with nobody voting: {idle:.2f} s"),
        row(f"restore_{kind}", restored / idle, "ratio", note="into an empty database, by the same"),
    ]  # fmt: skip


def _events(url: str) -> int:
    database = Database(url)
    with database.reading() as connection:
        found: int = connection.execute(select(func.count()).select_from(EventRow)).scalar_one()
    database.close()
    return found


def _begin(environment: Mapping[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments],
        env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def _finish(running: subprocess.Popen[str]) -> None:
    said, _ = running.communicate()
    if running.returncode:
        raise RuntimeError(said)


def _timed(environment: Mapping[str, str], *arguments: str) -> float:
    begun = time.perf_counter()
    _finish(_begin(environment, *arguments))
    return time.perf_counter() - begun
