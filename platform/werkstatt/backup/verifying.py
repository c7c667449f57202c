"""Looking a backup through without restoring it: whole, consistent in itself, and nothing changed later."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sqlalchemy import Connection, text

from foundation import audit
from foundation.database import Database

from . import loading
from .archive import Archive

_HEADS = """
SELECT count(*) FROM stream LEFT JOIN
  (SELECT stream, max(seq) AS last, count(*) AS found FROM event GROUP BY stream) AS kept
  ON kept.stream = stream.name
WHERE coalesce(kept.last, stream.trimmed) <> stream.head
   OR coalesce(kept.found, 0) <> stream.head - stream.trimmed
"""
"""Streams whose head is not the number of their last event, or that lack one in between."""


def problems(archive: Archive, *, key: bytes, scratch: Path) -> list[str]:
    """What is wrong, in sentences; raises `DamagedError` for what cannot even be loaded.

    The rows are loaded into a database of their own, which is gone afterwards.
    """
    with tempfile.TemporaryDirectory(dir=scratch, prefix="verify-") as folder:
        database = Database(f"sqlite:///{folder}/look.sqlite3")
        try:
            with database.transaction() as connection:
                loading.load(connection, archive)
                return _found(connection, key)
        finally:
            database.close()


def _found(connection: Connection, key: bytes) -> list[str]:
    found = []
    pointers = len(connection.exec_driver_sql("PRAGMA foreign_key_check").all())
    if pointers:
        found.append(f"{pointers} Zeilen zeigen auf etwas, das es nicht gibt.")
    heads = connection.execute(text(_HEADS)).scalar_one()
    if heads:
        found.append(f"Bei {heads} Verläufen fehlen Ereignisse.")
    broken = audit.look(connection, key=key).broken
    if broken is not None:
        found.append(
            f"Das Protokoll der Verwaltung ist ab Eintrag {broken} verändert, "
            "oder WERKSTATT_SECRET_KEY ist ein anderer als damals."
        )
    return found
