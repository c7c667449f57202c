"""Which tables have rows that point at a row: what nothing points at can be removed."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from sqlalchemy import Connection, select
from sqlalchemy.orm import InstrumentedAttribute

from foundation.database import Model

Key = TypeVar("Key", int, str)
MOST = 5_000
"""How many values go into one question."""


def pointing(
    connection: Connection, at: InstrumentedAttribute[Key], rows: Collection[Key]
) -> dict[Key, frozenset[str]]:
    """By row: the tables that point at it, also those of rooms above; one query a table, however many rows.

    `at` is the column that others point at. Rows that nothing points at are missing.
    """
    target = at.property.columns[0]
    found: dict[Key, set[str]] = {}
    asked = sorted(set(rows))
    for table in Model.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column is not target:
                continue
            for first in range(0, len(asked), MOST):
                part = key.parent.in_(asked[first : first + MOST])
                for row in connection.execute(select(key.parent).where(part).distinct()).scalars():
                    found.setdefault(row, set()).add(table.name)
    return {row: frozenset(tables) for row, tables in found.items()}
