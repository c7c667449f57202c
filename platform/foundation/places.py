"""Places: what a command locks, and who may be there has a version.

A place has a line of ancestors (`workshop/1` -> `cohort/1` -> `house`). A command takes its own
place for itself and shares its ancestors: what it reads about rights cannot change before it
commits, and whoever changes rights waits until it has. The version of a place's rights is the sum
over its line, so that a change at the cohort is felt in each of its workshops.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection, Select, bindparam, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from foundation import ids
from foundation.database import Model
from foundation.personal import about
from foundation.prepared import Prepared

HOUSE = "house"


class PlaceRow(Model):
    """A place by name. Made by the command that makes the thing, never by locking."""

    __tablename__ = "place"
    __about__ = about(plain="name parent epoch acl_version")

    name: Mapped[str] = mapped_column(primary_key=True)
    parent: Mapped[str | None]
    epoch: Mapped[str]
    acl_version: Mapped[int] = mapped_column(default=0)


_COLUMNS = (PlaceRow.name, PlaceRow.parent, PlaceRow.epoch, PlaceRow.acl_version)
_NAMED = PlaceRow.name.in_(bindparam("names", expanding=True))


def _lines() -> Select[str, str | None, str, int]:
    """The named places and everything above them."""
    line = select(*_COLUMNS).where(_NAMED).cte("line", recursive=True)
    line = line.union(select(*_COLUMNS).where(PlaceRow.name == line.c.parent))
    return select(line.c.name, line.c.parent, line.c.epoch, line.c.acl_version)


_LINES = Prepared(_lines(), lists=["names"])
# In the order that Python sorts by, whatever the language of the database.
_IN_ORDER = select(*_COLUMNS).where(_NAMED).order_by(PlaceRow.name.collate("C"))
_TAKE = Prepared(_IN_ORDER.with_for_update(), lists=["names"])
_SHARE = Prepared(_IN_ORDER.with_for_update(read=True), lists=["names"])


@dataclass(frozen=True)
class Place:
    """A place with the line it stands in (itself first) and the version of its rights."""

    name: str
    line: tuple[str, ...] = ()
    epoch: str = ""
    acl_version: int = 0

    @property
    def kind(self) -> str:
        return self.name.partition("/")[0]

    @property
    def id(self) -> str:
        """The public id in the name; empty for the house."""
        return self.name.partition("/")[2]

    def above(self, kind: str) -> str:
        """The public id of the ancestor of that kind (or of itself); empty if there is none."""
        return next((name.partition("/")[2] for name in self.line if name.startswith(f"{kind}/")), "")


def create(connection: Connection, name: str, *, parent: str | None = HOUSE) -> None:
    """Make a place; its first epoch begins."""
    connection.execute(insert(PlaceRow).values(name=name, parent=parent, epoch=ids.public_id()))


def find(connection: Connection, names: Iterable[str]) -> dict[str, Place]:
    """The places that exist, without locking; one query."""
    wanted = set(names)
    return _places(wanted, _rows(connection, _LINES, wanted)) if wanted else {}


def lock(connection: Connection, names: Iterable[str]) -> dict[str, Place]:
    """Take the places for this transaction and share their ancestors, in the order of their names.

    Everybody locks in that order, so nobody waits in a circle. On SQLite the whole database is
    taken already. Places that do not exist are missing in the answer.
    """
    wanted = set(names)
    rows = _rows(connection, _LINES, wanted)
    if connection.dialect.name == "sqlite":
        return _places(wanted, rows)
    # Which places these are stays as it is for ever; the versions count from the lock on, so it returns them.
    locked: dict[str, _Row] = {}
    for own, group in groupby(sorted(rows), key=wanted.__contains__):
        locked |= _rows(connection, _TAKE if own else _SHARE, group)
    return _places(wanted, locked)


def raise_acl(connection: Connection, name: str) -> None:
    """Rights at this place have changed: sockets cleared before are checked again before the next event."""
    raised = {"acl_version": PlaceRow.acl_version + 1}
    connection.execute(update(PlaceRow).where(PlaceRow.name == name).values(**raised))


class _Row(NamedTuple):
    name: str
    parent: str | None
    epoch: str
    acl_version: int


def _rows(connection: Connection, query: Prepared, names: Iterable[str]) -> dict[str, _Row]:
    return {row.name: _Row(*row) for row in query.rows(connection, {"names": list(names)})}


def _places(names: Iterable[str], rows: Mapping[str, _Row]) -> dict[str, Place]:
    return {name: _place(rows[name], rows) for name in names if name in rows}


def _place(own: _Row, rows: Mapping[str, _Row]) -> Place:
    names, version = [], 0
    row: _Row | None = own
    while row is not None:
        names.append(row.name)
        version += row.acl_version
        row = rows.get(row.parent) if row.parent else None
    return Place(own.name, tuple(names), own.epoch, version)
