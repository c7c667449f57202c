"""Which tables have rows that point at a row: what nothing points at can be removed."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select
from sqlalchemy.orm import InstrumentedAttribute

from foundation.database import Model

MOST = 5_000
"""How many values go into one question."""


def pointing(
    connection: Connection, at: InstrumentedAttribute[int], rows: Collection[int]
) -> dict[int, frozenset[str]]:
    """By row: the tables that point at it, also those of rooms above; one query a table, however many rows.

    `at` is the column that others point at. Rows that nothing points at are missing.
    """
    target = at.property.columns[0]
    found: dict[int, set[str]] = {}
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
