"""The list of who was erased, beside the database: what no backup brings back, `restore` erases again."""

from __future__ import annotations

import fcntl
import os
import re
from datetime import datetime
from pathlib import Path

from foundation import ids, jobs
from foundation.door import Door
from foundation.files import settle
from foundation.jobs import Handler, Job

FILE = "erasures.txt"
"""Its name in the data folder. Each line is a moment behind a public id: of a person, or of an invitation to
them."""
NOTE = jobs.brought_along("privacy.note_erasure")
"""The work of adding a line. It is due with the erasure and written after the commit: a line must never stand
there for somebody who was not erased, and a crash in between only means that it is written later."""


class WrongListError(Exception):
    """The file is no list of erasures."""


def writer(file: Path) -> Handler:
    """Who does the work of `NOTE`."""

    def write(_door: Door, job: Job) -> None:
        note(file, job.payload["id"], job.payload["at"])

    return write


def note(file: Path, public_id: str, at: str) -> None:
    """Add a line that lasts through a power cut; what stands there already is not added again."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = not file.exists()
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as kept:
        # Several processes may share the folder.
        fcntl.flock(kept, fcntl.LOCK_EX)
        there = kept.read().decode()
        if public_id in _listed(there):
            return
        # A last line that a power cut left half written is written over; a whole one gets its end.
        last = there.rpartition("\n")[2]
        half = last if _read(last) is None else ""
        end = "\n" if last and not half else ""
        kept.seek(len(there.removesuffix(half).encode()))
        kept.truncate()
        kept.write(f"{end}{public_id} {at}\n".encode())
        kept.flush()
        os.fsync(kept.fileno())
    if new:
        settle(file.parent)


def read(file: Path) -> dict[str, datetime]:
    """By public id, the moment of the erasure. Raises `WrongListError`: half a list would forget somebody."""
    text = file.read_text("utf-8")
    if any(line.strip() and _read(line) is None for line in text.split("\n")[:-1]):
        raise WrongListError
    return _listed(text)


def _listed(text: str) -> dict[str, datetime]:
    return dict(one for line in text.split("\n") if (one := _read(line)))


def _read(line: str) -> tuple[str, datetime] | None:
    """A whole line's person and moment."""
    person, _, moment = line.strip().partition(" ")
    try:
        at = datetime.fromisoformat(moment.strip())
    except ValueError:
        return None
    return (person, at) if re.fullmatch(ids.PATTERN, person) and at.tzinfo is not None else None
