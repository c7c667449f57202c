"""Who is connected here and follows what; each cleared for a version of the place's rights."""

from __future__ import annotations

import math
import threading
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from foundation.policy import Actor, Credential
from live import queues

AT_ONCE = 1000
"""Sockets that are sent to before others have a turn: that takes some milliseconds."""
JOINING = -1
"""The clearance of a socket that has joined a stream and is not known yet to be allowed to."""


@dataclass(eq=False)
class Socket:
    """One open connection: who opened it, by what, and the streams it follows with their clearances.

    `silent_since`: the monotonic time since when it owes the first word of Socket.IO, if it does.
    `looked_at`: when it was last looked at with this connection known, never yet: at once.
    """

    sid: str
    engine: Any
    actor: Actor
    credential: Credential
    cleared: dict[str, int] = field(default_factory=dict)
    here: set[str] = field(default_factory=set)
    silent_since: float | None = None
    looked_at: float = -math.inf


class Company(tuple[Socket, ...]):
    """Sockets that are told the same. As long as they stay the same, so does where they are written to."""

    @cached_property
    def cells(self) -> array[int]:
        """Where the queues of these sockets say what they may be written to (`queues.Cell`)."""
        return queues.cells(socket.engine.queue for socket in self)

    @property
    def parts(self) -> Sequence[Company]:
        """All of them, so many at a time that the others may have a turn in between."""
        return self._several if len(self) > AT_ONCE else (self,)

    def by(self, most: int) -> Sequence[Company]:
        """All of them, so many at a time."""
        return [Company(self[start : start + most]) for start in range(0, len(self), most)]

    @cached_property
    def _several(self) -> Sequence[Company]:
        return self.by(AT_ONCE)


@dataclass(frozen=True)
class _Sorted:
    """The followers of a stream by whether they may be told of events of that version."""

    acl_version: int
    ready: Company
    stale: Sequence[Socket]


class Subscriptions:
    """The open sockets of this process. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._sockets: dict[str, Socket] = {}
        self._followers: dict[str, dict[str, Socket]] = defaultdict(dict)
        self._persons: dict[str, dict[str, Socket]] = defaultdict(dict)
        self._sorted: dict[str, _Sorted] = {}
        self.absent: Callable[[str], None] = lambda _stream: None

    def add(self, socket: Socket) -> None:
        with self._lock:
            self._sockets[socket.sid] = socket
            self._persons[socket.actor.id][socket.sid] = socket

    def remove(self, sid: str) -> Socket | None:
        """Forget a socket and all it followed."""
        with self._lock:
            socket = self._sockets.pop(sid, None)
            if socket is not None:
                _drop(self._persons, socket.actor.id, sid)
        if socket is not None:
            for stream in list(socket.cleared):
                self.leave(socket, stream)
        return socket

    def get(self, sid: str) -> Socket | None:
        return self._sockets.get(sid)

    def join(self, socket: Socket, stream: str, acl_version: int) -> None:
        """Follow a stream, cleared for that version of its place's rights, or a higher one it had already."""
        with self._lock:
            if socket.sid in self._sockets:
                socket.cleared[stream] = max(acl_version, socket.cleared.get(stream, acl_version))
                self._followers[stream][socket.sid] = socket
                self._sorted.pop(stream, None)

    def clear(self, socket: Socket, stream: str, acl_version: int) -> None:
        """The socket may read the stream at that version, if it still follows it."""
        with self._lock:
            if socket.cleared.get(stream, acl_version) != acl_version:
                socket.cleared[stream] = acl_version
                self._sorted.pop(stream, None)

    def leave(self, socket: Socket, stream: str) -> bool:
        """Follow a stream no longer; whether the socket had been told of anything in it."""
        with self._lock:
            told = socket.cleared.pop(stream, JOINING) != JOINING
            was_here = stream in socket.here
            socket.here.discard(stream)
            _drop(self._followers, stream, socket.sid)
            self._sorted.pop(stream, None)
        if was_here:
            self.absent(stream)
        return told

    def all(self) -> list[Socket]:
        with self._lock:
            return list(self._sockets.values())

    def of_person(self, actor_id: str) -> list[Socket]:
        with self._lock:
            return list(self._persons.get(actor_id, {}).values())

    def following(self, stream: str) -> list[Socket]:
        with self._lock:
            return list(self._followers.get(stream, {}).values())

    def follows(self, stream: str) -> bool:
        """Whether anybody follows the stream, or is the person that it is about."""
        kind, _, id_ = stream.partition("/")
        with self._lock:
            return stream in self._followers or (kind == "person" and id_ in self._persons)

    def cleared(self, stream: str, acl_version: int) -> tuple[Company, Sequence[Socket]]:
        """Who may be told of an event of that version, and who must be looked at again before.

        The same objects as last time unless somebody came, left or was cleared for another version.
        """
        with self._lock:
            known = self._sorted.get(stream)
            if known is None or known.acl_version != acl_version:
                known = _sort(self._followers.get(stream, {}).values(), stream, acl_version)
                if stream in self._followers:
                    self._sorted[stream] = known
        return known.ready, known.stale

    def streams(self) -> set[str]:
        """Everything followed here, and the streams of the persons themselves: these tell of revocations."""
        with self._lock:
            return set(self._followers) | {f"person/{id_}" for id_ in self._persons}

    def __len__(self) -> int:
        return len(self._sockets)


def _sort(followers: Iterable[Socket], stream: str, acl_version: int) -> _Sorted:
    ready: list[Socket] = []
    stale: list[Socket] = []
    for socket in followers:
        (ready if socket.cleared.get(stream, JOINING) >= acl_version else stale).append(socket)
    return _Sorted(acl_version, Company(ready), tuple(stale))


def _drop(index: dict[str, dict[str, Socket]], key: str, sid: str) -> None:
    held = index.get(key)
    if held is not None:
        held.pop(sid, None)
        if not held:
            index.pop(key, None)
