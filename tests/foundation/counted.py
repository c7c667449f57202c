"""How often the database is asked."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, event


class counted:  # noqa: N801 -- read as a word of the sentence it stands in
    """The statements that the connection's engine carries out meanwhile."""

    def __init__(self, connection: Connection) -> None:
        self._engine: Engine = connection.engine
        self._statements: list[str] = []

    def __enter__(self) -> list[str]:
        event.listen(self._engine, "before_cursor_execute", self._note)
        return self._statements

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self._statements.append(statement)
