"""Connections to PostgreSQL that do not wait for ever for one that has fallen silent.

PostgreSQL itself ends a statement that takes too long. A frozen server, or one behind a network that is
gone without a word, ends nothing: so whoever asks gives up a little later.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import psycopg
from psycopg import errors
from psycopg.errors import ConnectionTimeout
from psycopg.waiting import READY_W, WAIT_RW

__all__ = ["ConnectionTimeout", "Silent", "connect"]


class Silent(psycopg.OperationalError):
    """The server did not answer; what was asked may still come to be. The connection is given up."""


class Connection(psycopg.Connection[Any]):
    """`silence`: seconds until an answer counts as lost; None waits for as long as it takes."""

    silence: float | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        limit = self.silence if timeout is None else timeout
        try:
            return super().wait(self._written(gen), interval, limit)
        except errors._WaitTimeout:  # noqa: SLF001 -- whoever waits is to turn it into an error of theirs
            if timeout is not None:
                raise
            self.pgconn.finish()
            raise Silent("the database has not answered") from None

    def _written(self, gen: Any) -> Generator[Any, Any, Any]:
        """Waits until the server takes more only if something waits to be taken.

        Otherwise each of the rows that are written together would have a wait of its own.
        """
        ready = None
        while True:
            try:
                state = gen.send(ready)
                while state == WAIT_RW and not self.pgconn.flush():
                    state = gen.send(READY_W)
            except StopIteration as ended:
                return ended.value
            ready = yield state


def connect(silence: float, arguments: Any, options: Any) -> Connection:
    """As `psycopg.connect`, with that limit."""
    connection = Connection.connect(*arguments, **options)
    connection.silence = silence
    return connection
