"""Reading a stream with the reader's rights: snapshot, catch-up, and waiting for news."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from foundation import snapshots, streams
from foundation.door import Door
from foundation.errors import not_found, too_many, unknown_actor
from foundation.eventlog import CaughtUp
from foundation.policy import Actor, Credential
from live.limits import USUAL, Limits
from live.publisher import Publisher
from live.together import Begun, Together
from live.using import Using


def as_number(text: str) -> int | None:
    """What a reader says as a number, or None where it is none."""
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        return None
    return int(text)


class Reading:
    """What the doors of the wire ask; everything in one consistent read, rights first."""

    def __init__(self, door: Door, publisher: Publisher, using: Using, *, limits: Limits = USUAL) -> None:
        self._door = door
        self._together = Together(door, most=limits.events_per_answer)
        self._publisher = publisher
        self._using = using
        self._limits = limits
        self._waiting: Counter[str] = Counter()
        self._lock = threading.Lock()

    def find(self, credential: Credential) -> Actor | None:
        """Who the credential stands for now, if anybody."""
        return self._together.find(credential)

    def who(self, credential: Credential | None) -> Actor:
        """The actor behind a credential, or the refusal `unknown_actor`."""
        actor = self.find(credential) if credential else None
        if actor is None:
            raise unknown_actor()
        return actor

    def snapshot(self, credential: Credential | None, name: str) -> dict[str, Any]:
        """`{stream, epoch, seq, state}`."""
        with self._door.database.reading() as connection:
            actor = self._door.identify(connection, {credential}).get(credential) if credential else None
            if actor is None:
                raise unknown_actor()
            return snapshots.snapshot(connection, actor, name)

    def catch_up(self, credential: Credential, name: str, *, epoch: str, seq: int) -> Begun:
        """The events after `seq` of that epoch, for whoever the credential stands for now."""
        return self._together.catch_up(credential, name, epoch=epoch, seq=seq)

    def wait(
        self, credential: Credential | None, name: str, *, epoch: str, seq: int, seconds: float
    ) -> CaughtUp:
        """The same, answered when there is something or the time is over; rights are looked at again then.

        Whoever asks has the page open, without a socket to show it.
        """
        if credential is None:
            raise unknown_actor()
        if streams.match(name) is None:
            self.who(credential)
            raise not_found()
        until = time.monotonic() + min(seconds, self._limits.wait_seconds)
        flag = self._publisher.expect(name)
        try:
            begun = self.catch_up(credential, name, epoch=epoch, seq=seq)
            self._using.follow(credential, [name])
            if begun.has_news or seconds <= 0:
                return begun.caught_up
            self._publisher.began(name, begun.caught_up.head)
            with self._turn(begun.reader):
                raised = True
                while raised and not begun.has_news:
                    raised = flag.wait(max(0.0, until - time.monotonic()))
                    flag.clear()
                    begun = self.catch_up(credential, name, epoch=epoch, seq=seq)
            return begun.caught_up
        finally:
            self._publisher.expect_no_more(name, flag)

    @contextmanager
    def _turn(self, reader: str) -> Iterator[None]:
        """One waiting request of a person, of which there may be only so many."""
        with self._lock:
            if self._waiting[reader] >= self._limits.waiting_per_person:
                raise too_many()
            self._waiting[reader] += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting[reader] -= 1
                if not self._waiting[reader]:
                    del self._waiting[reader]
