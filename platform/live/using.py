"""Which sessions are in use: collected where it shows, and noted in the database together."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection
from functools import partial
from itertools import islice
from typing import Protocol

from sqlalchemy import Connection

from foundation import streams
from foundation.door import Door
from foundation.policy import Credential

TOGETHER = 50
"""Sessions that are noted in one write: a thousand would hold everybody up."""


class Used(Protocol):
    """Notes that the sessions behind the credentials are in use."""

    def __call__(self, connection: Connection, credentials: Collection[Credential]) -> None: ...


class Using:
    """Safe to use from any thread; what is seen here costs nothing until it is noted."""

    def __init__(self, door: Door, used: Used) -> None:
        self._door = door
        self._used = used
        self._seen: set[tuple[Credential, str]] = set()
        self._lock = threading.Lock()

    def act(self, credential: Credential) -> None:
        """Somebody has changed something."""
        self._see({(credential, "")})

    def follow(self, credential: Credential, names: Collection[str]) -> None:
        """Somebody has these streams open; whether that counts is looked at when it is noted."""
        self._see({(credential, name) for name in names if streams.can_count_as_use(name)})

    def note(self) -> None:
        """Write down who was seen since the last time: few writes, with a turn for the others in between."""
        with self._lock:
            left, self._seen = self._seen, set()
        try:
            left = self._counted(left)
            while left:
                some = set(islice(left, TOGETHER))
                self._write({credential for credential, _name in some})
                left -= some
                time.sleep(0)
        except Exception:
            self._see(left)
            raise

    def _see(self, seen: set[tuple[Credential, str]]) -> None:
        with self._lock:
            self._seen |= seen

    def _counted(self, seen: set[tuple[Credential, str]]) -> set[tuple[Credential, str]]:
        """Who has changed something, or has something open that counts now: each is looked at once."""
        names = sorted({name for _credential, name in seen if name})
        counting = {""}
        for start in range(0, len(names), TOGETHER):
            with self._door.database.reading() as connection:
                some = names[start : start + TOGETHER]
                counting.update(name for name in some if streams.counts_as_use(connection, name))
            time.sleep(0)
        return {(credential, "") for credential, name in seen if name in counting}

    def _write(self, credentials: set[Credential]) -> None:
        # What could not be noted for a while may have ended meanwhile: it must not begin again.
        with self._door.database.reading() as connection:
            valid = set(self._door.identify(connection, credentials))
        if valid:
            self._door.write(partial(self._used, credentials=valid))
