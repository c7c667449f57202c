"""What was done in the care of the house: an append-only list without content, sealed entry by entry.

An entry names the command, who gave it, where, and the public ids it was about; never what was typed. Its
seal is an HMAC over the entry and the seal before it: who changes or drops a line later breaks the chain.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, get_args, get_type_hints

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from foundation import clock, eventlog
from foundation.bodies import Body, PublicId
from foundation.database import Model
from foundation.personal import Fate, about
from foundation.text import N_

_LOCK = 7_201_811
"""The number under which PostgreSQL knows that somebody is writing the next entry."""


class AuditRow(Model):
    """One entry. `seal` covers the row and `previous`, the seal of the entry before."""

    __tablename__ = "audit"
    __about__ = about(
        persons={"actor": Fate.KEPT},
        plain="seq at command place about previous seal",
        why=N_("Wer etwas verwaltet hat, muss nachprüfbar bleiben; ohne Namen und Adresse."),
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    command: Mapped[str]
    place: Mapped[str]
    about: Mapped[str]
    previous: Mapped[str]
    seal: Mapped[str]


def note(
    connection: Connection, *, key: bytes, at: datetime, actor: str, command: str, place: str, about: str
) -> None:
    """Append an entry in the caller's transaction; entries are written one after another."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    last = connection.execute(
        select(AuditRow.seq, AuditRow.seal).order_by(AuditRow.seq.desc()).limit(1)
    ).first()
    seq, previous = (last.seq + 1, last.seal) if last else (1, "")
    row = {"seq": seq, "at": at, "actor": actor, "command": command, "place": place, "about": about}
    connection.execute(insert(AuditRow).values(**row, previous=previous, seal=_seal(row, previous, key)))


def named(body: Body, made: Mapping[str, str]) -> str:
    """The public ids in what was asked and in what was made, in their order, each once.

    Only of fields that are declared to hold one: a name of sixteen letters looks like an id.
    """
    asked = body.model_dump(mode="json")
    found = (one for name in _naming(type(body)) for one in _each(asked[name]))
    return ",".join(dict.fromkeys([*found, *made.values()]))


@cache
def _naming(kind: type[Body]) -> tuple[str, ...]:
    """The fields of a body that hold a public id, several of them, or none."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(name for name in kind.model_fields if _holds_ids(hints[name]))


def _holds_ids(hint: Any) -> bool:
    return bool(hint == PublicId) or any(_holds_ids(part) for part in get_args(hint))


def _each(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Iterable):
        for one in value:
            yield from _each(one)


def _seal(row: Mapping[str, Any], previous: str, key: bytes) -> str:
    told = eventlog.encode([row["seq"], clock.wire(row["at"]), row["actor"], row["command"], row["place"],
                            row["about"], previous])  # fmt: skip
    return hmac.new(key, told.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Chain:
    """What a look at all entries has found.

    `broken` is the number of the first entry that does not fit its seal or the entry before it. `ends_at` is
    the seal of the newest: whoever keeps it elsewhere can tell later that nothing was cut off behind it.
    `known`: whether the seal that was asked for is there; one that was trimmed last still counts.
    """

    entries: int
    begins: datetime | None
    ends: datetime | None
    first: int
    ends_at: str
    broken: int | None
    known: bool


def look(connection: Connection, *, key: bytes, head: str = "") -> Chain:
    """Go through all entries, the oldest first. `head` is a seal that was noted at an earlier look."""
    entries, first, broken, known = 0, 0, None, not head
    begins: datetime | None = None
    before: tuple[int, datetime, str] | None = None
    for row in connection.execute(select(AuditRow).order_by(AuditRow.seq).execution_options(yield_per=1000)):
        told = row._asdict()
        if before is None:
            first, begins, fits = told["seq"], told["at"], (told["seq"] == 1) == (told["previous"] == "")
            known = known or told["previous"] == head
        else:
            fits = told["seq"] == before[0] + 1 and told["previous"] == before[2]
        if broken is None and not (
            fits and hmac.compare_digest(told["seal"], _seal(told, told["previous"], key))
        ):
            broken = int(told["seq"])
        known = known or told["seal"] == head
        before, entries = (told["seq"], told["at"], told["seal"]), entries + 1
    return Chain(
        entries=entries,
        begins=begins,
        ends=before[1] if before else None,
        first=first,
        ends_at=before[2] if before else "",
        broken=broken,
        known=known,
    )


def older(connection: Connection, before: datetime) -> int:
    """How many entries `trim` would forget."""
    first = _first_kept(connection, before)
    return connection.execute(
        select(func.count()).select_from(AuditRow).where(AuditRow.seq < first)
    ).scalar_one()


def trim(connection: Connection, before: datetime, *, most: int | None = None) -> int:
    """Forget the oldest entries, up to the first that is not older than that; returns how many.

    The chain begins after what its first entry calls `previous`. The newest entry stays in any case: the
    next one is numbered and sealed after it. At most so many at once, the rest at the next call.
    """
    first = _first_kept(connection, before)
    if most is not None:
        oldest = connection.execute(select(func.min(AuditRow.seq))).scalar() or 0
        first = min(first, oldest + most)
    return connection.execute(delete(AuditRow).where(AuditRow.seq < first)).rowcount


def _first_kept(connection: Connection, before: datetime) -> int:
    """The number of the first entry that is not older than that, or of the newest; 0 if there is none."""
    kept = select(func.min(AuditRow.seq)).where(AuditRow.at >= before)
    newest = select(func.max(AuditRow.seq))
    query = select(func.coalesce(kept.scalar_subquery(), newest.scalar_subquery(), 0))
    return int(connection.execute(query).scalar_one())
