"""How a list from a spreadsheet is read and written: text in, lines and what is wrong with them out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from foundation.text import N_

MOST_LINES = 2_000
MOST_BYTES = 500_000
BOM = "\ufeff"
DELIMITERS = ";,\t"
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""How a cell begins that a spreadsheet would carry out, or that an apostrophe has kept it from."""
_UNFIT = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
"""What no field of one line takes (`foundation/bodies.py`)."""
_WRAPPED = re.compile(r'="(.*)"', re.DOTALL)
_SEPARATOR = re.compile(r"sep=(.)\n", re.IGNORECASE)


class Kind(StrEnum):
    """What a list is about."""

    ORGANISATIONS = "organisations"
    PEOPLE = "people"


@dataclass(frozen=True)
class Column:
    """A column by its German name, as files are written, and by what else it may be called."""

    name: str
    also: tuple[str, ...]
    needed: bool = False


COLUMNS: Mapping[Kind, Mapping[str, Column]] = {
    Kind.ORGANISATIONS: {
        "name": Column("Name", ("kommune", "municipality", "organisation", "organization"), needed=True),
        "kind": Column("Art", ("kind", "type"), needed=True),
        "region": Column("Region", ()),
        "claim": Column("Anmeldedienst", ("claim", "wertbeimanmeldedienst", "signinservice")),
    },
    Kind.PEOPLE: {
        "organisation": Column("Kommune", ("municipality", "organisation", "organization")),
        "kind": Column("Art", ("kind", "type")),
        "team": Column("Team", ()),
        "name": Column("Name", ("person",)),
        "email": Column("E-Mail", ("emailadresse", "mail", "adresse", "emailaddress"), needed=True),
        "role": Column("Rolle", ("role",)),
        "valid_from": Column("von", ("ab", "from", "validfrom", "beginn")),
        "valid_until": Column("bis", ("until", "to", "validuntil", "ende")),
        "language": Column("Sprache", ("language",)),
    },
}


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a line (0: with the whole list), in which column, in a sentence (a message id)."""

    line: int
    column: str
    sentence: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A line that could be read: its number in the text, and its cells by column; what is absent is empty."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """What a text says. `unread` are columns that mean nothing here."""

    lines: Sequence[Line] = ()
    wrong: Sequence[Wrong] = ()
    unread: Sequence[str] = ()


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8 with or without its mark, else as Windows writes it."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def tidy(text: str) -> str:
    """The text as it is counted and compared: one kind of line end, nothing around it."""
    return text.removeprefix(BOM).replace("\r\n", "\n").replace("\r", "\n").strip()


def read(kind: Kind, text: str) -> Table:
    """The lines of a list, and every line that cannot be read."""
    text = tidy(text)
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        return _none(N_("Die Liste ist zu groß: Möglich sind 500 Kilobyte. Bitte teilen Sie sie auf."))
    numbered, given = 0, ""
    if declared := _SEPARATOR.match(text):  # how some programs tell Excel the delimiter
        numbered, given, text = 1, declared[1], text[declared.end() :]
    if not text.strip():
        return _none(N_("Die Liste ist leer. Bitte wählen Sie eine Datei, oder fügen Sie den Text ein."))
    rows, wrong = _rows(text, given or _delimiter(kind, text))
    rows = [(number + numbered, cells) for number, cells in rows if any(cells)]
    if not rows:
        return Table(wrong=wrong)
    head, *rest = rows
    if len(rest) > MOST_LINES:
        return _none(N_("Die Liste ist zu lang: Möglich sind 2.000 Zeilen. Bitte teilen Sie sie auf."))
    columns, unread, missing = _columns(kind, head)
    if missing:
        return Table(wrong=[*missing, *wrong], unread=unread)
    lines = [_line(number, cells, columns) for number, cells in rest]
    wrong += [one for one in lines if isinstance(one, Wrong)]
    if not rest and not wrong:
        return _none(N_("Die Liste hat nur eine Kopfzeile."))
    return Table([one for one in lines if isinstance(one, Line)], wrong, unread)


def _none(sentence: str) -> Table:
    return Table(wrong=[Wrong(0, "", sentence)])


def _delimiter(kind: Kind, text: str) -> str:
    """The one that makes the most known columns of the first line; Excel in German writes a semicolon."""
    first = text.lstrip("\n").partition("\n")[0]
    named = _named(kind)

    def known(delimiter: str) -> int:
        return sum(_plain(cell) in named for cell in next(csv.reader([first], delimiter=delimiter), []))

    return max(DELIMITERS, key=known)


def _rows(text: str, delimiter: str) -> tuple[list[tuple[int, list[str]]], list[Wrong]]:
    """Every row with the number of its first line; reading ends where the text cannot be understood."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    begun = 0
    try:
        for cells in reader:
            rows.append((begun + 1, [_cell(cell) for cell in cells]))
            begun = reader.line_num
    except csv.Error:
        sentence = N_(
            "Ab hier lässt sich die Liste nicht lesen. "
            "Vielleicht fehlt ein Anführungszeichen, oder es ist eins zu viel."
        )
        return rows, [Wrong(begun + 1, "", sentence)]
    return rows, []


def _cell(text: str) -> str:
    """What stands in a cell: formulas are text, and the apostrophe before them is none of it."""
    text = text.strip()
    if wrapped := _WRAPPED.fullmatch(text):
        return wrapped[1].replace('""', '"').strip()
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _plain(header: str) -> str:
    return re.sub(r"[^\w]|_", "", _cell(header).casefold())


def _named(kind: Kind) -> dict[str, str]:
    """The columns by all that they may be called."""
    return {
        plain: key
        for key, column in COLUMNS[kind].items()
        for plain in (_plain(column.name), key.replace("_", ""), *column.also)
    }


def _columns(kind: Kind, head: tuple[int, list[str]]) -> tuple[list[str | None], list[str], list[Wrong]]:
    """Which column stands where, what is not read, and what is wrong with the first line."""
    number, cells = head
    named = _named(kind)
    columns = [named.get(_plain(cell)) for cell in cells]
    unread = [cell for cell, key in zip(cells, columns, strict=True) if key is None and cell]
    found = [key for key in columns if key]
    wrong = [
        Wrong(number, COLUMNS[kind][key].name, N_("Diese Spalte steht zweimal in der Kopfzeile."))
        for key in dict.fromkeys(found)
        if found.count(key) > 1
    ]
    wrong += [
        Wrong(number, column.name, N_("Diese Spalte fehlt in der Kopfzeile."))
        for key, column in COLUMNS[kind].items()
        if column.needed and key not in found
    ]
    return columns, unread, wrong


def _line(number: int, cells: Sequence[str], columns: Sequence[str | None]) -> Line | Wrong:
    if any(cells[len(columns) :]):
        return Wrong(number, "", N_("Diese Zeile hat mehr Felder als die Kopfzeile."))
    pairs = [(key, cell) for key, cell in zip(columns, cells, strict=False) if key]
    if any(_UNFIT.search(cell) for _, cell in pairs):
        return Wrong(number, "", N_("In dieser Zeile stehen Zeichen, die sich nicht speichern lassen."))
    return Line(number, {**dict.fromkeys((key for key in columns if key), ""), **dict(pairs)})


def written(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A file as Excel in German reads it; no cell of it is carried out as a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in (head, *rows):
        writer.writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in row])
    return (BOM + out.getvalue()).encode()
