"""The mark that tells a demo's database from a real one, so that neither is ever taken for the other."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, select
from sqlalchemy.orm import Mapped, mapped_column

from foundation import database
from foundation.database import Model
from foundation.personal import about

_KEY, _BEGUN, _READY = "demo", "begun", "ready"


class Installation(Model):
    """What this installation is, as key and value."""

    __tablename__ = "installation"
    __about__ = about(plain="key value")

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class WrongDatabaseError(Exception):
    """This database is not for what was asked; the message says to a person what to do instead."""


def mark_as_demo(connection: Connection) -> None:
    """Make this the database of a demo. Before the seed's first row: one broken off stays a demo's."""
    _put(connection, _BEGUN)


def mark_as_ready(connection: Connection) -> None:
    """Note that the seed has come to its end."""
    _put(connection, _READY)


def is_demo(connection: Connection) -> bool:
    return _value(connection) is not None


def is_ready(connection: Connection) -> bool:
    """Whether a demo has everything it shows; one that was broken off is begun anew."""
    return _value(connection) == _READY


def refuse_to_serve_demo(connection: Connection) -> None:
    """Raises `WrongDatabaseError` where anybody may sign in as anybody."""
    if is_demo(connection):
        raise WrongDatabaseError(
            "Diese Datenbank gehört zu einer Vorführung, in der man sich ohne Passwort anmelden kann. "
            "»werkstatt serve« öffnet sie nicht. Nennen Sie in WERKSTATT_DATABASE_URL eine andere Datenbank "
            "oder in WERKSTATT_DATA_DIR einen anderen Ordner."
        )


def refuse_to_demonstrate_on_real(connection: Connection) -> None:
    """Raises `WrongDatabaseError` where anything is that no demo has made; one without tables may become one.

    Looks before anything is migrated. Tables without the mark belong to somebody, empty or not: an
    operator who has just migrated would find that `serve` refuses the database afterwards.
    """
    if not is_demo(connection) and inspect(connection).get_table_names():
        raise WrongDatabaseError(
            "Diese Datenbank hat Tabellen, die nicht aus einer Vorführung stammen. "
            "»werkstatt demo« rührt sie nicht an. Nennen Sie in WERKSTATT_DATABASE_URL eine leere Datenbank "
            "oder in WERKSTATT_DATA_DIR einen anderen Ordner."
        )


def _value(connection: Connection) -> str | None:
    if not inspect(connection).has_table(Installation.__tablename__):
        return None
    query = select(Installation.value).where(Installation.key == _KEY)
    return connection.execute(query).scalar_one_or_none()


def _put(connection: Connection, value: str) -> None:
    database.upsert(connection, Installation, ("key",), {"key": _KEY, "value": value})
