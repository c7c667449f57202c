"""What a disk may hold after a power cut, from a record of what a process has done to its files.

What a file was synced with is there. Of what was written after that, anything may be there or not, in
pieces of a sector or a page and in no order; where a file has grown, what was never written may be zeros
or noise. A new name, or one that was taken away, counts only once the folder was synced.
"""

from __future__ import annotations

import random
import struct
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

RECORDER = Path(__file__).with_name("recorder.c")
SUFFIX = {"m": "", "w": "-wal", "j": "-journal"}
_HEAD = struct.Struct("=cc6xQQQQ")
_NANO = 1e-9


@dataclass(frozen=True)
class Record:
    """One call, with its moments by `time.monotonic`; the letters stand in recorder.c."""

    kind: str
    file: str
    began: float
    ended: float
    offset: int
    content: bytes


def compile_recorder(folder: Path) -> Path:
    made = folder / "recorder.so"
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", made, RECORDER, "-ldl"], check=True
    )
    return made


def recorded(path: Path) -> list[Record]:
    """Everything in the file, in order."""
    data, at, found = path.read_bytes(), 0, []
    while at < len(data):
        kind, file, began, ended, offset, length = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        content = data[at : at + length]
        at += length
        moments = began * _NANO, ended * _NANO
        found.append(Record(kind.decode(), file.decode(), *moments, offset, content))
    return found


@dataclass
class _Content:
    """One file, whatever it is called: what is safe, and what is not yet."""

    safe: bytearray = field(default_factory=bytearray)
    loose: list[Record] = field(default_factory=list)

    def settle(self) -> None:
        for record in self.loose:
            _put(self.safe, record, bytes(1))
        self.loose.clear()


class Disk:
    """Takes records one after the other; at any time it can be asked what a cut would leave."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._now = {file: _Content(bytearray(content)) for file, content in files.items()}
        self._names = dict(self._now)
        self._renamed: list[tuple[str, _Content | None]] = []

    def take(self, record: Record) -> None:
        match record.kind, record.file:
            case "s", "d":
                self._names = dict(self._now)
                self._renamed.clear()
            case "s", file:
                self._now[file].settle()
            case "c", file:
                self._now[file] = _Content()
                self._renamed.append((file, self._now[file]))
            case "u", file:
                del self._now[file]
                self._renamed.append((file, None))
            case _, file:
                self._now[file].loose.append(record)

    def whole(self) -> dict[str, bytes]:
        """What there is as long as the power stays on."""
        for content in self._now.values():
            content.settle()
        return {file: bytes(content.safe) for file, content in self._now.items()}

    def cut(self, chance: random.Random) -> dict[str, bytes]:
        """One of the states that may be found when the power is back."""
        names = dict(self._names)
        for file, content in self._renamed[: chance.randint(0, len(self._renamed))]:
            if content is None:
                names.pop(file, None)
            else:
                names[file] = content
        return {file: _torn(content, chance) for file, content in names.items()}


def _torn(content: _Content, chance: random.Random) -> bytes:
    found = bytearray(content.safe)
    kept = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
    piece = chance.choice((512, 4096))
    noise = chance.randbytes(4096) if chance.random() < 0.5 else bytes(1)
    for record in content.loose:
        if record.kind == "t":
            if chance.random() < kept:
                _put(found, record, noise)
            continue
        for part in _pieces(record, piece):
            if chance.random() < kept:
                _put(found, part, noise)
    return bytes(found)


def _pieces(record: Record, size: int) -> list[Record]:
    """The write as the disk does it: in pieces that begin at multiples of their size."""
    found, at = [], 0
    while at < len(record.content):
        until = at + size - (record.offset + at) % size
        found.append(
            Record("w", record.file, record.began, record.ended, record.offset + at, record.content[at:until])
        )
        at = until
    return found


def _put(content: bytearray, record: Record, filler: bytes) -> None:
    end = record.offset + len(record.content)
    if missing := max(0, (end if record.kind == "w" else record.offset) - len(content)):
        content += (filler * (missing // len(filler) + 1))[:missing]
    if record.kind == "t":
        del content[record.offset :]
    else:
        content[record.offset : end] = record.content


def without_syncs(records: Sequence[Record]) -> list[Record]:
    """The same on a disk, or with settings, that sync nothing."""
    return [record for record in records if record.kind != "s"]


def with_normal(records: Sequence[Record]) -> list[Record]:
    """The same under `synchronous=NORMAL`: the log is synced before a checkpoint, not with each commit."""
    found, kept = [], True
    for before, record in reversed(list(zip([None, *records], records, strict=False))):
        if record.kind == "s" and record.file == "w":
            begins = before is not None and before.file == "w" and before.offset == 0
            if not (kept or begins):
                continue
        if record.kind == "w":
            kept = record.file == "m"
        found.append(record)
    return found[::-1]
