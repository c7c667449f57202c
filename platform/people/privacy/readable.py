"""The page of the archive: everything in words, for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import format_datetime, gettext

from people.accounts.models import Person
from people.auditing.sentences import SENTENCES

from .columns import COLUMNS, EVENTS, HIDDEN, VALUES
from .labels import LABELS
from .queries import Found, Said

EMPTY: tuple[Any, ...] = (None, "", "{}", {}, [])
WRITTEN = frozenset({"answer", "made", "params"})
"""Columns in which the house keeps JSON of its own."""
Entry = Sequence[tuple[str, str]]
"""Pairs of a label and what stands there."""


@dataclass(frozen=True)
class Section:
    """One kind of thing, under its heading."""

    title: str
    entries: Sequence[Entry]


def sections(found: Found, behind: Mapping[tuple[str, int], str], name: str) -> list[Section]:
    """All that was found; `behind` names what rows point at, `name` is the person's."""
    return [
        Section(
            _word(LABELS.get(table, table)),
            [_entry(table, row, behind, name) for row in rows],
        )
        for table, rows in sorted(found.items(), key=lambda one: one[0] != Person.__tablename__)
    ]


def _entry(table: str, row: Mapping[str, Any], behind: Mapping[tuple[str, int], str], name: str) -> Entry:
    pairs = []
    for column, value in row.items():
        if value in EMPTY or column in HIDDEN or (column.startswith("person") and value is Said.YOURSELF):
            continue
        if column.endswith("_id") and isinstance(value, int):
            # A row number says nothing to anybody: the name behind it, or nothing.
            if (column, value) in behind:
                pairs.append((_label(column), behind[column, value]))
        elif table == "audit" and column == "command":
            pairs.append((_label(column), _done(str(value), name)))
        elif table == "event" and column == "name":
            pairs.append((gettext("Was"), _word(EVENTS.get(str(value), str(value)))))
        else:
            pairs.append((_label(column), _said(column, value)))
    return pairs


def _done(command: str, name: str) -> str:
    sentence = SENTENCES.get(command)
    return str(gettext(sentence, who=name)) if sentence else command


def _label(column: str) -> str:
    return _word(COLUMNS.get(column, column))


def _word(message: str) -> str:
    return str(gettext(message))


def _said(column: str, value: Any) -> str:
    if isinstance(value, Said):
        return _word(value)
    if isinstance(value, bool):
        return str(gettext("ja") if value else gettext("nein"))
    if isinstance(value, datetime):
        return str(format_datetime(value, "long"))
    if isinstance(value, Mapping):
        inner = ((key, one) for key, one in value.items() if one not in EMPTY)
        return "; ".join(f"{_label(key)}: {_said(key, one)}" for key, one in inner)
    if isinstance(value, list):
        return ", ".join(_said(column, one) for one in value)
    if isinstance(value, str) and (column == "at" or column.endswith(("_at", "until"))):
        return str(format_datetime(datetime.fromisoformat(value), "long"))
    if isinstance(value, str) and column in WRITTEN:
        return _said(column, json.loads(value))
    known = VALUES.get(column, {}).get(str(value))
    return _word(known) if known else str(value)
