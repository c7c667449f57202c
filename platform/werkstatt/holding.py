"""The lock by which one process holds a SQLite database for itself."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO


class AlreadyServedError(Exception):
    """Another server has this SQLite database."""


def hold(data_dir: Path) -> IO[str]:
    """Hold the SQLite database for this process; a second one would not hear what this one commits in time.

    Until the file is closed. Raises `AlreadyServedError`.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    lock = (data_dir / "serve.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise AlreadyServedError(f"{data_dir} wird schon von einem anderen Server benutzt.") from error
    return lock
