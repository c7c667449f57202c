"""Checks open sockets again: who they are, and what they may still read.

Rooms are no permission. A socket is cleared for one version of a place's rights; an event of a
higher one, news about the person, and ten seconds passing each lead to a new look.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError

from foundation import eventlog, places, streams
from foundation.door import Door
from foundation.errors import Refusal
from foundation.places import Place
from live import fanout
from live.limits import USUAL, Limits
from live.subscriptions import Socket, Subscriptions
from live.using import Using

log = structlog.get_logger()

EVERY = 10.0
"""Seconds after which every socket is checked again: seats, guests and sessions end by date."""
PARTS = 20
"""So often in that time it is seen to whose turn it is; whoever has just come in is next."""
NOTE_EVERY = 3
"""So many times `EVERY` pass before what was seen is noted: unused, a session may end after two minutes."""
TOGETHER = 25
"""Sockets that are looked at before others have a turn: a hundred would be 8 ms."""


class Clearance:
    """Evicts from streams, and cuts sockets off whose sessions have ended."""

    def __init__(
        self, door: Door, subscriptions: Subscriptions, using: Using, *, limits: Limits = USUAL
    ) -> None:
        self._door = door
        self._subscriptions = subscriptions
        self._using = using
        self._silent = limits.silent_seconds

    def check(self, sockets: Sequence[Socket]) -> None:
        """Look at the sockets anew; the same three queries for one and for many."""
        for start in range(0, len(sockets), TOGETHER):
            if start:
                time.sleep(0)
            self._check(sockets[start : start + TOGETHER])

    def _check(self, sockets: Sequence[Socket]) -> None:
        now = time.monotonic()
        asked = [(socket, list(socket.cleared)) for socket in sockets]
        followed = {name for _socket, names in asked for name in names}
        wanted = {name: streams.place_of(name) or "" for name in followed}
        with self._door.database.reading() as connection:
            actors = self._door.identify(connection, {socket.credential for socket in sockets})
            found = places.find(connection, set(wanted.values()))
        for socket, names in asked:
            actor = actors.get(socket.credential)
            if actor is None:
                fanout.cut(socket)
                self._subscriptions.remove(socket.sid)
                continue
            socket.actor, socket.looked_at = actor, now
            for name in names:
                self._look(socket, name, found.get(wanted[name]))

    def _look(self, socket: Socket, name: str, place: Place | None) -> None:
        if place is not None and streams.may_read(socket.actor, name, place):
            self._subscriptions.clear(socket, name, place.acl_version)
        elif self._subscriptions.leave(socket, name):
            fanout.send([socket], "evicted", eventlog.encode({"stream": name}))

    def watch(self, stopping: threading.Event) -> None:
        """The loop that looks at everybody, and at what their open pages are: some count as use.

        Each in their own turn, so that not all of them are looked at in one moment.
        """
        tick = 0
        while not stopping.wait(EVERY / PARTS):
            tick += 1
            everybody = self._subscriptions.all()
            self._cut_silent(everybody)
            before = time.monotonic() - EVERY * (1 - 1 / PARTS)
            due = [socket for socket in everybody if socket.looked_at < before]
            try:
                self.check(due)
                for socket in due:
                    if not socket.engine.closed:
                        self._using.follow(socket.credential, list(socket.cleared))
                if tick % (PARTS * NOTE_EVERY) == 0:
                    self._using.note()
            except (SQLAlchemyError, Refusal) as error:
                log.warning("clearance_put_off", error=type(error).__name__)

    def _cut_silent(self, sockets: Sequence[Socket]) -> None:
        until = time.monotonic() - self._silent
        for socket in sockets:
            if socket.silent_since is not None and socket.silent_since < until:
                log.info("silent_connection_cut_off")
                fanout.cut(socket)
