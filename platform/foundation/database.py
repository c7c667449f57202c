"""One engine, one declarative base, one consistent read and one way to write.

SQLite by default, PostgreSQL by URL. Everything that writes goes through a lane (`lanes.py`).
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, lru_cache, partial
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Engine,
    Integer,
    MetaData,
    Text,
    TypeDecorator,
    bindparam,
    column,
    create_engine,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import TableValuedAlias

from foundation.errors import Refusal, busy
from foundation.personal import About
from foundation.prepared import Prepared
from foundation.silence import ConnectionTimeout, Silent, connect

LOCK_WAIT = 10.0
"""Seconds that a writer on SQLite waits for another process before it says `busy`."""
STATEMENT = 30.0
"""Seconds after which PostgreSQL breaks off a statement."""
SILENCE = STATEMENT + 5
"""Seconds after which a PostgreSQL that has not even done that counts as gone."""

_NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


_NUMBER = BigInteger().with_variant(Integer, "sqlite")


class Moment(TypeDecorator[datetime]):
    """A point in time, UTC in the database and with its zone in Python."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Any) -> Any:
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy calls it so
        return None if value is None else _in_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy calls it so
        return None if value is None else value.astimezone(UTC)


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return moment.astimezone(UTC)


def _as_text(moment: datetime | None) -> str | None:
    """As SQLAlchemy writes a moment for SQLite."""
    return None if moment is None else _written(_in_utc(moment))


@lru_cache(maxsize=64)
def _written(moment: datetime) -> str:
    """In UTC, where no hour comes twice. A command writes the same moment into many rows."""
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")


def _from_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


class Model(DeclarativeBase):
    """Base of every table. Rows are read and written by Core statements, never by an ORM session."""

    __about__: ClassVar[About]

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {datetime: Moment, str: Text, int: _NUMBER}


class Database:
    """The engine and the two ways to use it, over at most so many connections.

    A PostgreSQL that keeps silent for longer than `silence` is given up. Errors get logged, so they name
    no values.
    """

    def __init__(self, url: str, *, connections: int = 40, silence: float = SILENCE) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(url, connections) if self.is_sqlite else _postgres(url, connections, silence)
        self._reader = (
            self.engine
            if self.is_sqlite
            else self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        )

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of the database; what others commit meanwhile is not seen."""
        with self._reader.connect() as connection, connection.begin():
            self._begin(connection, "DEFERRED")
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """The only thing that commits. Called by the lanes; take a lane, not this."""
        with self.engine.connect() as connection, connection.begin():
            self._begin(connection, "IMMEDIATE")
            yield connection

    def _begin(self, connection: Connection, kind: str) -> None:
        """SQLite's driver begins nothing by itself, and waits by stopping every thread."""
        if self.is_sqlite:
            _patiently(partial(connection.exec_driver_sql, f"BEGIN {kind}"))

    def close(self) -> None:
        self.engine.dispose()


def waited_too_long(error: DBAPIError) -> bool:
    """Whether PostgreSQL gave up waiting, for a lock (55P03) or for the statement (57014), or we did."""
    if getattr(error.orig, "sqlstate", None) in ("55P03", "57014"):
        return True
    return isinstance(error.orig, Silent | ConnectionTimeout)


@contextmanager
def for_as_long_as_it_takes(connection: Connection) -> Iterator[None]:
    """No statement within is broken off by PostgreSQL, nor given up."""
    driver: Any = connection.connection.driver_connection
    before, driver.silence = driver.silence, None
    try:
        connection.exec_driver_sql("SET statement_timeout = 0")
        try:
            yield
        finally:
            connection.exec_driver_sql("RESET statement_timeout")
    finally:
        driver.silence = before


def upsert(
    connection: Connection,
    table: type[Model],
    key: tuple[str, ...],
    rows: Mapping[str, Any] | Sequence[Mapping[str, Any]],
) -> None:
    """Insert the row or rows; where one with that key stands already, it gets the other values."""
    names = tuple(rows if isinstance(rows, Mapping) else rows[0])
    _upserting(connection.dialect.name, table, key, names).write(connection, rows)


def adding(dialect: str, table: type[Model]) -> sqlite.Insert | postgresql.Insert:
    """An insert that can say what happens where a row with that key stands already."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def elements(name: str) -> TableValuedAlias:
    """A table of one column, `value`: the elements of the JSON array that the parameter of that name is.

    So one statement, put together and prepared once, takes as many as there are.
    """
    return _Elements(bindparam(name, type_=JSON)).table_valued(column("value", JSON), name=name)


class _Elements(FunctionElement[Any]):
    inherit_cache = True


@compiles(_Elements, "sqlite")
def _on_sqlite(element: _Elements, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Elements, "postgresql")
def _on_postgres(element: _Elements, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array_elements({compiler.process(element.clauses, **options)})"


@contextmanager
def once(connection: Connection, taken: Refusal) -> Iterator[None]:
    """Raise `taken` where what is written within, such as a name, is there already; nothing of it stays."""
    try:
        with connection.begin_nested():
            yield
    except IntegrityError:
        raise taken from None


@cache
def _upserting(dialect: str, table: type[Model], key: tuple[str, ...], names: tuple[str, ...]) -> Prepared:
    add = adding(dialect, table)
    others = {name: add.excluded[name] for name in names if name not in key}
    if others:
        add = add.on_conflict_do_update(index_elements=list(key), set_=others)
    else:
        add = add.on_conflict_do_nothing(index_elements=list(key))
    return Prepared(add, columns=names)


def _at_most(connections: int) -> dict[str, int]:
    """Half of them are kept, at least one: to keep none would mean to SQLAlchemy as many as are asked for."""
    kept = max(1, connections // 2)
    return {"pool_size": kept, "max_overflow": connections - kept}


def _postgres(url: str, connections: int, silence: float) -> Engine:
    settled = make_url(url).set(drivername="postgresql+psycopg")
    options = f"-c lock_timeout=3000 -c statement_timeout={STATEMENT * 1000:.0f} -c timezone=utc"
    engine = create_engine(
        settled,
        **_at_most(connections),
        pool_pre_ping=True,
        connect_args={"options": options, "connect_timeout": 5},
        hide_parameters=True,
    )

    @event.listens_for(engine, "do_connect")
    def begin(_dialect: Any, _record: Any, arguments: Any, options: Any) -> Any:
        return connect(silence, arguments, options)

    return engine


def _sqlite(url: str, connections: int) -> Engine:
    engine = create_engine(url, **_at_most(connections), hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "busy_timeout=0",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            _patiently(partial(connection.execute, f"PRAGMA {pragma}"))

    return engine


def _patiently(do: Any) -> None:
    """Try again while another process writes, and yield: SQLite's own waiting would stop every thread."""
    until, pause = time.monotonic() + LOCK_WAIT, 0.001
    while True:
        try:
            do()
        except Exception as error:
            if "locked" not in str(error):
                raise
            if time.monotonic() > until:
                raise busy() from error
            time.sleep(pause * (0.5 + random.random()))  # noqa: S311 -- spreads retries, guards nothing
            pause = min(pause * 1.5, 0.05)
        else:
            return
