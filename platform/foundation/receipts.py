"""Answers that were given, kept so that asking again gives them again instead of doing it twice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, and_, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from foundation import eventlog
from foundation.commands import Answer
from foundation.database import Model, elements
from foundation.personal import Fate, about
from foundation.prepared import Prepared

Key = tuple[str, str]
"""Who asked, and the id of the command."""
KEPT = timedelta(days=14)
"""How long asking again gives the first answer again: the browsers rely on it (docs/wire.md)."""


class ReceiptRow(Model):
    """An answer that was given. Refusals are not kept: what was refused may be asked again."""

    __tablename__ = "receipt"
    __about__ = about(persons={"actor": Fate.DELETED}, plain="id fingerprint answer at")

    actor: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    answer: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


def _given() -> Select[str, str, str, str]:
    asked = elements("keys")
    actor, command = asked.c.value[0].as_string(), asked.c.value[1].as_string()
    return select(ReceiptRow.actor, ReceiptRow.id, ReceiptRow.fingerprint, ReceiptRow.answer).join_from(
        asked, ReceiptRow, and_(ReceiptRow.actor == actor, ReceiptRow.id == command)
    )


_GIVEN = Prepared(_given())
_KEEP = Prepared(insert(ReceiptRow), columns=["actor", "id", "fingerprint", "answer", "at"])


@dataclass(frozen=True)
class Receipt:
    """An answer with the keyed hash of what was asked."""

    fingerprint: str
    answer: Answer


def given(connection: Connection, keys: Iterable[Key]) -> dict[Key, Receipt]:
    """The answers given to these before; one query."""
    return {
        (row.actor, row.id): Receipt(row.fingerprint, Answer(**json.loads(row.answer)))
        for row in _GIVEN.rows(connection, {"keys": list(keys)})
    }


def keep(connection: Connection, receipts: Mapping[Key, Receipt], at: datetime) -> None:
    """Keep the answers with the changes they answer for."""
    if receipts:
        rows = [
            {"actor": actor, "id": id_, "fingerprint": receipt.fingerprint, "at": at,
             "answer": eventlog.encode(receipt.answer.as_dict())}
            for (actor, id_), receipt in receipts.items()
        ]  # fmt: skip
        _KEEP.write(connection, rows)
