"""Making a backup: all rows in one consistent read, while others go on writing."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

import pyrage
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Select, Table, select

from foundation import clock
from foundation.database import Database
from foundation.files import settle
from people.links.models import LinkRow
from people.links.rules import Purpose
from people.sign_in.models import Device, SessionRow
from werkstatt import migrating
from werkstatt.demo.mark import Installation
from workshops.voting.secret.models import PollBox

from . import archive, rows
from .archive import ColumnEntry, Manifest, TableEntry

LEFT_OUT = frozenset(table.__tablename__ for table in (SessionRow, Device, Installation, PollBox))
"""What opens something for a browser, what only this installation is, and secret ballots, though sealed."""
AT_ONCE = 500


@dataclass(frozen=True)
class Made:
    """A finished backup."""

    file: Path
    rows: int
    size: int
    sealed: bool


def default_name(moment: datetime, *, sealed: bool) -> str:
    return f"werkstatt-{moment.strftime('%Y-%m-%dT%H%M%SZ')}.tar{'.age' if sealed else ''}"


def make(database: Database, target: Path, *, recipient: str) -> Made:
    """Write the backup to `target`; under that name it is whole or not there. Raises `FileExistsError`."""
    if target.exists():
        raise FileExistsError(target)
    key = archive.recipient(recipient) if recipient else None
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with ExitStack() as stack:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            sink = stack.enter_context(os.fdopen(handle, "wb"))
            plain = sink if key is None else stack.enter_context(_nameless(target.parent))
            manifest = _write(database, plain, target.parent, stack)
            if key is not None:
                plain.seek(0)
                pyrage.encrypt_io(plain, sink, [key])
            sink.flush()
            os.fsync(sink.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    settle(target.parent)
    return Made(target, manifest.rows, target.stat().st_size, key is not None)


def _write(database: Database, sink: IO[bytes], scratch: Path, stack: ExitStack) -> Manifest:
    """The tables go to nameless files first: their sizes and hashes stand before them in the file."""
    with database.reading() as connection:
        revision = MigrationContext.configure(connection).get_current_revision() or ""
        made_at = clock.now()
        spooled = []
        for table in migrating.TABLES.sorted_tables:
            if table.name not in LEFT_OUT:
                spool = stack.enter_context(_nameless(scratch))
                spooled.append((_spool(connection, table, spool), spool))
    manifest = Manifest(
        format=archive.FORMAT,
        version=version("werkstatt"),
        revision=revision,
        made_at=clock.wire(made_at),
        database="sqlite" if database.is_sqlite else "postgresql",
        tables=[entry for entry, _ in spooled],
    )
    told = manifest.model_dump_json(indent=1).encode()
    with tarfile.open(fileobj=sink, mode="w", format=tarfile.PAX_FORMAT) as tar:
        _add(tar, archive.MANIFEST, io.BytesIO(told), len(told), made_at)
        for entry, spool in spooled:
            size = spool.tell()
            spool.seek(0)
            _add(tar, entry.member, spool, size, made_at)
    return manifest


def _nameless(folder: Path) -> AbstractContextManager[IO[bytes]]:
    """Room for more than fits into memory, which nobody else finds and no crash leaves behind."""
    return tempfile.TemporaryFile(dir=folder)


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], size: int, moment: datetime) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(moment.timestamp())
    tar.addfile(member, content)


def _spool(connection: Connection, table: Table, spool: IO[bytes]) -> TableEntry:
    digest, count = hashlib.sha256(), 0
    for row in _rows(connection, table):
        line = rows.line(row)
        digest.update(line)
        spool.write(line)
        count += 1
    columns = [ColumnEntry(name=column.name, kind=rows.kind(column)) for column in table.columns]
    return TableEntry(name=table.name, columns=columns, rows=count, sha256=digest.hexdigest())


def _rows(connection: Connection, table: Table) -> Iterator[Any]:
    query: Select[Any] = select(table).order_by(*table.primary_key.columns)
    if table.name == LinkRow.__tablename__:
        # A way back into an account must not come back with an old state; an invitation may.
        query = query.where(table.c.purpose == Purpose.INVITATION)
    yield from connection.execute(query, execution_options={"yield_per": AT_ONCE})
