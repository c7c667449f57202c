"""Places: what a command locks, and who may be there has a version.

A place has a line of ancestors (`workshop/1` -> `cohort/1` -> `house`). A command takes its own
place for itself and shares its ancestors: what it reads about rights cannot change before it
commits, and whoever changes rights waits until it has. The version of a place's rights is the sum
over its line, so that a change at the cohort is felt in each of its workshops.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from foundation import ids
from foundation.database import Model

HOUSE = "house"


class PlaceRow(Model):
    """A place by name. Made by the command that makes the thing, never by locking."""

    __tablename__ = "place"

    name: Mapped[str] = mapped_column(primary_key=True)
    parent: Mapped[str | None]
    epoch: Mapped[str]
    acl_version: Mapped[int] = mapped_column(default=0)


# Built once: every command reads places, and putting a statement together costs as much as carrying it out.
_FIND = select(PlaceRow.name, PlaceRow.parent, PlaceRow.epoch, PlaceRow.acl_version).where(
    PlaceRow.name.in_(bindparam("names", expanding=True))
)


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
    """The places that exist, without locking; one query for each generation."""
    rows: dict[str, _Row] = {}
    wanted = set(names)
    asked = set(wanted)
    while wanted:
        found = connection.execute(_FIND, {"names": list(wanted)}).all()
        rows |= {row.name: _Row(*row) for row in found}
        wanted = {row.parent for row in found if row.parent is not None} - rows.keys()
    return {name: _place(name, rows) for name in asked if name in rows}


def lock(connection: Connection, names: Iterable[str]) -> dict[str, Place]:
    """Take the places for this transaction and share their ancestors, in the order of their names.

    Everybody locks in that order, so nobody waits in a circle. On SQLite the whole database is
    taken already. Places that do not exist are missing in the answer.
    """
    wanted = set(names)
    if connection.dialect.name != "sqlite":
        taken = find(connection, wanted)
        modes = {name: name in taken for place in taken.values() for name in place.line}
        for own, group in groupby(sorted(modes), key=modes.__getitem__):
            query = select(PlaceRow.name).where(PlaceRow.name.in_(list(group)))
            # In the order that Python sorts by, whatever the language of the database.
            in_order = query.order_by(PlaceRow.name.collate("C"))
            connection.execute(in_order.with_for_update(read=not own)).all()
    return find(connection, wanted)


def raise_acl(connection: Connection, name: str) -> None:
    """Rights at this place have changed: sockets cleared before are checked again before the next event."""
    raised = {"acl_version": PlaceRow.acl_version + 1}
    connection.execute(update(PlaceRow).where(PlaceRow.name == name).values(**raised))


@dataclass(frozen=True)
class _Row:
    name: str
    parent: str | None
    epoch: str
    acl_version: int


def _place(name: str, rows: dict[str, _Row]) -> Place:
    row: _Row | None = rows[name]
    names, version = [], 0
    while row is not None:
        names.append(row.name)
        version += row.acl_version
        row = rows.get(row.parent) if row.parent else None
    return Place(name, tuple(names), rows[name].epoch, version)
