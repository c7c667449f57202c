"""Statements that every command runs: put together once, then given to the driver as they are.

SQLAlchemy finds what it has compiled again by a key as long as the statement, and surrounds each execution
with a context and a result: most of the cost of a statement that takes the database a few microseconds.
Text, types, connections and errors are SQLAlchemy's here too; of its events, `before_cursor_execute` is told.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Values = Mapping[str, Any]
Process = Callable[[Any], Any]

FORMS = 64
"""So many forms of a statement are kept: by dialect, and by how long its lists are."""
ROUND = 64
"""Lists are filled up to the next power of two, or beyond this to a multiple of it."""


class Prepared:
    """A Core statement with named parameters.

    `lists` are those that stand in `IN`: where one is empty there are no rows. An insert names its `columns`
    and gets a value for each.
    """

    def __init__(self, statement: Any, *, lists: Sequence[str] = (), columns: Sequence[str] = ()) -> None:
        self._statement = statement
        self._lists = lists
        self._columns = columns
        self._form = lru_cache(maxsize=FORMS)(self._put_together)

    def rows(self, connection: Connection, values: Values) -> list[Any]:
        """All rows as named tuples; a column whose name is missing or taken goes by its position."""
        if not all(values[name] for name in self._lists):
            return []
        lengths = tuple(_length(len(values[name])) for name in self._lists)
        form = self._form(connection.dialect, lengths)
        return form.read(_carry_out(connection, form.text, form.fill(values)))

    def write(self, connection: Connection, rows: Values | Sequence[Values]) -> None:
        """Carry it out once, or once for each of the rows."""
        form = self._form(connection.dialect, ())
        several = [rows] if isinstance(rows, Mapping) else rows
        filled = [form.fill(values) for values in several]
        if len(filled) == 1:
            _carry_out(connection, form.text, filled[0])
        else:
            _carry_out(connection, form.text, filled, several=True)

    def _put_together(self, dialect: Dialect, lengths: tuple[int, ...]) -> _Form:
        compiled = self._statement.compile(dialect=dialect, column_keys=list(self._columns) or None)
        lists = {name: [None] * length for name, length in zip(self._lists, lengths, strict=True)}
        return _Form(dialect, compiled, lists, self._statement.exported_columns)


class _Form:
    """A statement as a driver takes it."""

    def __init__(self, dialect: Dialect, compiled: SQLCompiler, lists: Values, columns: Any) -> None:
        asked = {**{name: None for name, bind in compiled.binds.items() if bind.required}, **lists}
        state = compiled.construct_expanded_state(asked, escape_names=False)
        self.text = state.statement
        elements = {
            part: (name, at)
            for name, parts in state.parameter_expansion.items()
            for at, part in enumerate(parts)
        }
        self._in_order = dialect.positional
        order: Sequence[str] = state.positiontup or list(state.parameters)
        self._blank: Any = [None] * len(order) if self._in_order else {}
        self._given: list[tuple[Any, str, int | None, Process | None]] = []
        """Where a value goes, its name, which of a list's it is, and what becomes of it on the way."""
        for place, part in enumerate(order):
            where: Any = place if self._in_order else part
            name, at = elements.get(part, (part, None))
            process = _binding(compiled.binds[name].type, dialect)
            if name in asked:
                self._given.append((where, name, at, process))
            else:
                value = state.parameters[part]
                self._blank[where] = process(value) if process else value
        self._read = [
            (at, process) for at, column in enumerate(columns) if (process := _reading(column.type, dialect))
        ]
        names = [column.key for column in columns]
        row: Any = namedtuple("row", names, rename=True)  # type: ignore[misc]  # its names are known only here
        self._row = row._make

    def fill(self, values: Values) -> Any:
        """The parameters in the order, or by the names, in which the driver wants them."""
        filled = self._blank.copy()
        for where, name, at, process in self._given:
            value = values[name]
            if at is not None:
                # What a list is filled up with stands in it already.
                value = value[at] if at < len(value) else value[-1]
            filled[where] = process(value) if process else value
        return tuple(filled) if self._in_order else filled

    def read(self, rows: Sequence[Any]) -> list[Any]:
        if not self._read:
            return list(map(self._row, rows))
        read = []
        for row in rows:
            cells = list(row)
            for at, process in self._read:
                cells[at] = process(cells[at])
            read.append(self._row(cells))
        return read


def _carry_out(connection: Connection, text: str, given: Any, *, several: bool = False) -> Sequence[Any]:
    """What the driver finds, if anything. Raises what SQLAlchemy would, and gives up what broke."""
    driver: Any = connection.connection
    try:
        cursor = driver.cursor()
        for listener in connection.dispatch.before_cursor_execute:
            listener(connection, cursor, text, given, None, several)
        if several:
            cursor.executemany(text, given)
        else:
            cursor.execute(text, given)
        found: Sequence[Any] = cursor.fetchall() if cursor.description else ()
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(connection, text, error) from error
    except Exception:
        # Not the driver's, like a value that it cannot bring over: SQLAlchemy leaves it as it is, too.
        raise
    except BaseException as broken_off:
        # In the middle of an answer: whoever had the connection next would read its rest.
        connection.invalidate(broken_off)
        raise
    cursor.close()
    return found


def _told(connection: Connection, text: str, error: Any) -> Exception:
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(error, connection.connection.driver_connection, None)
    if is_lost:
        connection.invalidate(error)
    told: Exception = DBAPIError.instance(
        text,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_lost,
        dialect=dialect,
    )
    return told


def _binding(kind: TypeEngine[Any], dialect: Dialect) -> Process | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reading(kind: TypeEngine[Any], dialect: Dialect) -> Process | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _length(items: int) -> int:
    return -(-items // ROUND) * ROUND if items > ROUND else 1 << (items - 1).bit_length()
