"""How one row of a table is written as a line of JSON, and read again without trusting it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, Text
from sqlalchemy.types import TypeEngine

from foundation import clock
from foundation.database import Moment


class DamagedError(Exception):
    """The file is no backup, or not a whole one; the message says to a person what was found."""


class Kind(StrEnum):
    """What a column holds, in the words of the format; the same for both databases."""

    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    MOMENT = "moment"


TYPES: Mapping[Kind, TypeEngine[Any]] = {
    Kind.TEXT: Text(),
    Kind.INTEGER: Integer(),
    Kind.BOOLEAN: Boolean(),
    Kind.DATE: Date(),
    Kind.MOMENT: Moment(),
}
_NUMBERS = range(-(2**63), 2**63)


def kind(column: Column[Any]) -> Kind:
    """Of a column of ours; a type that the format does not know is a mistake in the code."""
    for found, type_ in ((Kind.MOMENT, Moment), (Kind.DATE, Date), (Kind.BOOLEAN, Boolean),
                         (Kind.INTEGER, Integer), (Kind.TEXT, Text)):  # fmt: skip
        if isinstance(column.type, type_):
            return found
    raise RuntimeError(f"backups do not know how to write {column}")


def line(values: Sequence[Any]) -> bytes:
    """A row as it stands in the file."""
    told = [_told(value) for value in values]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def _told(value: Any) -> Any:
    if isinstance(value, datetime):
        return clock.wire(value)
    return value.isoformat() if isinstance(value, date) else value


def values(line_: bytes, kinds: Sequence[Kind]) -> list[Any]:
    """The values of a line, each of its column's kind. Raises `DamagedError`."""
    try:
        told = json.loads(line_)
        if not isinstance(told, list):
            raise TypeError("not a list")
        return [
            None if value is None else _READ[kind_](value) for kind_, value in zip(kinds, told, strict=True)
        ]
    except (ValueError, TypeError, RecursionError):
        raise DamagedError("Eine Zeile der Sicherung ist nicht zu lesen.") from None


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise TypeError("not a text")
    value.encode()  # half a character raises
    return value


def _integer(value: Any) -> int:
    if type(value) is not int or value not in _NUMBERS:
        raise TypeError("not a number")
    return value


def _boolean(value: Any) -> bool:
    if type(value) is not bool:
        raise TypeError("neither true nor false")
    return value


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return moment


_READ: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.BOOLEAN: _boolean,
    Kind.DATE: lambda value: date.fromisoformat(_text(value)),
    Kind.MOMENT: _moment,
}
