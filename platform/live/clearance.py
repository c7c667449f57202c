"""Checks open sockets again: who they are, and what they may still read.

Rooms are no permission. A socket is cleared for one version of a place's rights; an event of a
higher one, news about the person, and ten seconds passing each lead to a new look.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from functools import partial
from typing import Protocol

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from foundation import eventlog, places, streams
from foundation.door import Door
from foundation.errors import Refusal
from foundation.places import Place
from foundation.policy import Credential
from live import fanout
from live.subscriptions import Socket, Subscriptions

log = structlog.get_logger()

EVERY = 10.0
"""Seconds after which every socket is checked again: seats, guests and sessions end by date."""


class Used(Protocol):
    """Notes that the sessions behind the credentials are in use."""

    def __call__(self, connection: Connection, credentials: Collection[Credential]) -> None: ...


class Clearance:
    """Evicts from streams, and cuts sockets off whose sessions have ended."""

    def __init__(self, door: Door, subscriptions: Subscriptions, used: Used) -> None:
        self._door = door
        self._subscriptions = subscriptions
        self._used = used

    def check(self, sockets: Sequence[Socket]) -> None:
        """Look at the sockets anew; the same three queries for one and for a thousand."""
        if not sockets:
            return
        asked = [(socket, list(socket.cleared)) for socket in sockets]
        wanted = {name: streams.place_of(name) or "" for _socket, names in asked for name in names}
        with self._door.database.reading() as connection:
            actors = self._door.identify(connection, {socket.credential for socket in sockets})
            found = places.find(connection, set(wanted.values()))
        for socket, names in asked:
            actor = actors.get(socket.credential)
            if actor is None:
                fanout.cut(socket)
                self._subscriptions.remove(socket.sid)
                continue
            socket.actor = actor
            for name in names:
                self._look(socket, name, found.get(wanted[name]))

    def _look(self, socket: Socket, name: str, place: Place | None) -> None:
        if place is not None and streams.may_read(socket.actor, name, place):
            self._subscriptions.clear(socket, name, place.acl_version)
        elif self._subscriptions.leave(socket, name):
            fanout.send([socket], "evicted", eventlog.encode({"stream": name}))

    def watch(self, stopping: threading.Event) -> None:
        """The loop that looks at everybody; an open page counts as use of its session."""
        while not stopping.wait(EVERY):
            try:
                everybody = self._subscriptions.all()
                self.check(everybody)
                credentials = {socket.credential for socket in everybody if _in_use(socket)}
                if credentials:
                    self._door.write(partial(self._used, credentials=credentials))
            except (SQLAlchemyError, Refusal) as error:
                log.warning("clearance_put_off", error=type(error).__name__)


def _in_use(socket: Socket) -> bool:
    """Whether the open page keeps its session alive: that of a workshop does, others wait for a click."""
    found = (streams.match(name) for name in list(socket.cleared))
    return any(match is not None and match[0].counts_as_use for match in found)
