"""Copies of the furnished scene, one for each test that changes something: made once, copied quickly."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.engine import URL
from tests.scene import Scene, furnish


class Stage:
    """Furnishes a scene on each kind of database when it is first asked for."""

    def __init__(self, folder: Path, postgres: str | None) -> None:
        self._folder = folder
        self._server = make_url(postgres).set(drivername="postgresql+psycopg") if postgres else None
        self._templates: dict[str, Scene] = {}
        self._made: set[str] = set()
        self._copies = 0

    def copy(self, kind: str, folder: Path) -> Scene:
        """A scene of its own, to do anything with."""
        template = self._template(kind)
        self._copies += 1
        if kind == "sqlite":
            url = f"sqlite:///{folder}/scene_{self._copies}.sqlite3"
        else:
            url = self._postgres_url(f"scene_{os.getpid()}_{self._copies}")
        copy = replace(template, url=url, keys=folder / "keys")
        self.restore(copy)
        return copy

    def restore(self, scene: Scene) -> None:
        """Undo everything that has happened in a copy. On PostgreSQL nobody may be connected to it."""
        kind = _kind(scene)
        self.restore_keys(scene)
        template = make_url(self._template(kind).url)
        if kind == "sqlite":
            there = str(make_url(scene.url).database)
            if not Path(there).exists():
                shutil.copy(str(template.database), there)
                return
            with (
                closing(sqlite3.connect(str(template.database))) as source,
                closing(sqlite3.connect(there)) as target,
            ):
                source.backup(target)
            return
        name = str(make_url(scene.url).database)
        self._made.add(name)
        self._on_the_server(
            f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
            f'CREATE DATABASE "{name}" TEMPLATE "{template.database}"',
        )

    def restore_keys(self, scene: Scene) -> None:
        """Of its secret polls; they are in no database."""
        shutil.copytree(self._template(_kind(scene)).keys, scene.keys, dirs_exist_ok=True)

    def close(self) -> None:
        self._on_the_server(*(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in self._made))

    def _template(self, kind: str) -> Scene:
        if kind not in self._templates:
            if kind == "sqlite":
                url = f"sqlite:///{self._folder}/scene.sqlite3"
            else:
                name = f"scene_{os.getpid()}"
                self._made.add(name)
                self._on_the_server(
                    f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"'
                )
                url = self._postgres_url(name)
            self._templates[kind] = furnish(url, self._folder / f"keys of {kind}")
        return self._templates[kind]

    def _postgres_url(self, name: str) -> str:
        server: URL = self._server or make_url("")
        return server.set(drivername="postgresql", database=name).render_as_string(hide_password=False)

    def _on_the_server(self, *statements: str) -> None:
        if self._server is None or not statements:
            return
        server = create_engine(self._server, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        server.dispose()


def _kind(scene: Scene) -> str:
    return "sqlite" if make_url(scene.url).get_backend_name() == "sqlite" else "postgres"
