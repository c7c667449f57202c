"""What a socket may say: follow a stream, follow it no longer, be here. Never a command."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Annotated, Any

import structlog
from flask import Flask
from pydantic import Field

from foundation import bodies, clock, eventlog
from foundation.bodies import Body
from foundation.errors import Refusal, busy, not_found, too_many
from foundation.eventlog import CaughtUp
from live import fanout
from live.gate import CREDENTIAL
from live.limits import USUAL, Limits
from live.presence import Presence
from live.publisher import Publisher
from live.reading import Reading
from live.strict_json import Written
from live.subscriptions import JOINING, Socket, Subscriptions

log = structlog.get_logger()

TOGETHER = 100
"""Sockets that a heartbeat is told to before others have a turn."""
SOCKET = "werkstatt.socket"
"""Where the environment of a connection keeps our socket."""

Say = Callable[[Refusal], dict[str, Any]]
"""A refusal in the reader's language, as `{code, message, fields}`, with `present` where it has that."""

StreamName = Annotated[str, Field(max_length=120)]


class Subscribe(Body):
    """Where the client stands."""

    stream: StreamName
    epoch: Annotated[str, Field(max_length=64)] = ""
    after: Annotated[int, Field(ge=0, le=2**53)] = 0


class Unsubscribe(Body):
    """A stream to follow no longer."""

    stream: StreamName


class Here(Body):
    """Whether the page of a stream is looked at."""

    stream: StreamName
    here: bool


class Talk:
    """The handlers of one process."""

    def __init__(
        self,
        subscriptions: Subscriptions,
        reading: Reading,
        publisher: Publisher,
        presence: Presence,
        say: Say,
        *,
        limits: Limits = USUAL,
    ) -> None:
        self._subscriptions = subscriptions
        self._reading = reading
        self._publisher = publisher
        self._presence = presence
        self._say = say
        self._limits = limits
        self._saved: dict[str, tuple[float, float]] = {}

    def attach(self, app: Flask, server: Any) -> None:
        """Register with the library; below Flask-SocketIO, which would put up a request for every message."""
        self._app, self._server = app, server
        fanout.watch(server, self._open, self._closed)
        server.on("connect", self._begin)
        server.on("disconnect", self._end)
        for name, kind, act in (
            ("subscribe", Subscribe, self._subscribe),
            ("unsubscribe", Unsubscribe, self._unsubscribe),
            ("presence", Here, self._here),
        ):
            server.on(name, self._answering(kind, act))

    def _open(self, engine: Any, environ: dict[str, Any]) -> None:
        """Somebody has come through the gate: looked at again from now on, whether or not they ever begin."""
        credential, actor = environ[CREDENTIAL]
        socket = Socket(engine.sid, engine, actor, credential, silent_since=time.monotonic())
        environ[SOCKET] = socket
        self._subscriptions.add(socket)

    def _closed(self, sid: str) -> None:
        self._saved.pop(sid, None)
        self._subscriptions.remove(sid)

    def _begin(self, _sid: str, environ: dict[str, Any], _auth: Any) -> bool:
        """Whatever was revoked since the gate looked is noticed by clearance's next look."""
        socket: Socket = environ[SOCKET]
        socket.silent_since, socket.looked_at = None, -math.inf
        return not socket.engine.closed

    def _end(self, sid: str, _reason: str) -> None:
        """They have said good-bye, and may begin once more on the same connection."""
        environ = self._server.get_environ(sid)
        if environ is not None:
            socket: Socket = environ[SOCKET]
            socket.silent_since = time.monotonic()
            for stream in list(socket.cleared):
                self._subscriptions.leave(socket, stream)

    def _answering(self, kind: type[Body], act: Callable[[Socket, Any], str]) -> Callable[[str, Any], Any]:
        def handler(sid: str, data: Any) -> dict[str, Any] | Written:
            environ = self._server.get_environ(sid)
            if environ is None:
                # Cut off by another thread just now.
                return {}
            socket = environ[SOCKET]
            try:
                if self._subscriptions.get(socket.sid) is None:
                    raise not_found()
                self._allow(socket)
                members = act(socket, bodies.parse(kind, data))
                return Written(f'{{"ok":true{members and ","}{members}}}')
            except Refusal as refusal:
                return self._refused(environ, refusal)
            except Exception:
                # Nobody is answered with silence; the library would only write it down.
                log.exception("socket_not_served", message=kind.__name__)
                return self._refused(environ, busy())

        return handler

    def _refused(self, environ: dict[str, Any], refusal: Refusal) -> dict[str, Any]:
        """The reader's language stands in what they came with."""
        with self._app.request_context(environ):
            return {"ok": False, "error": self._say(refusal)}

    def _allow(self, socket: Socket) -> None:
        """A leaky bucket for each socket, which may save up two seconds' worth."""
        now, rate = time.monotonic(), float(self._limits.messages_per_second)
        saved, since = self._saved.get(socket.sid, (rate * 2, now))
        left = min(rate * 2, saved + (now - since) * rate) - 1
        if left < 0:
            raise too_many()
        self._saved[socket.sid] = (left, now)

    def _subscribe(self, socket: Socket, asked: Subscribe) -> str:
        """Join first, read second: what is committed in between comes twice, never not at all."""
        name = asked.stream
        followed = name in socket.cleared
        if not followed and len(socket.cleared) >= self._limits.streams_per_socket:
            raise too_many()
        if not followed:
            self._subscriptions.join(socket, name, JOINING)
        try:
            begun = self._reading.catch_up(socket.credential, name, epoch=asked.epoch, seq=asked.after)
        except Exception as error:
            if not followed or isinstance(error, Refusal):
                self._subscriptions.leave(socket, name)
            raise
        if name not in socket.cleared and self._subscriptions.get(socket.sid):
            # Evicted while it was read: what held then holds no longer.
            return self._subscribe(socket, asked)
        self._subscriptions.join(socket, name, begun.acl_version)
        self._publisher.began(name, begun.caught_up.head)
        if not followed:
            self._presence.greet(socket, name)
        return wire(name, begun.caught_up)

    def _unsubscribe(self, socket: Socket, asked: Unsubscribe) -> str:
        self._subscriptions.leave(socket, asked.stream)
        return ""

    def _here(self, socket: Socket, asked: Here) -> str:
        if asked.stream not in socket.cleared:
            raise not_found()
        self._presence.set(socket, asked.stream, here=asked.here)
        return ""


def wire(name: str, caught_up: CaughtUp) -> str:
    """The members of a catch-up as both doors answer it, in JSON."""
    return f'"stream":{eventlog.encode(name)},{caught_up.as_json}'


def heartbeat(subscriptions: Subscriptions, publisher: Publisher) -> None:
    """Tell every socket the time and the heads of what it follows, so that no loss stays unnoticed.

    Written once for those who follow the same, and to so many that others have a turn in between: what
    somebody follows is looked at after it, for meanwhile they may have been evicted.
    """
    now = clock.wire(clock.now())
    everybody = subscriptions.all()
    for start in range(0, len(everybody), TOGETHER):
        if start:
            time.sleep(0)
        following: dict[tuple[str, ...], list[Socket]] = defaultdict(list)
        for socket in everybody[start : start + TOGETHER]:
            if socket.silent_since is None:
                following[_known(socket)].append(socket)
        for names, sockets in following.items():
            payload = {"now": now, "heads": publisher.heads(names)}
            fanout.send(sockets, "heartbeat", eventlog.encode(payload))


def _known(socket: Socket) -> tuple[str, ...]:
    """Whoever is still joining may turn out not to be allowed to know that there is anything."""
    return tuple(sorted(name for name, version in list(socket.cleared.items()) if version != JOINING))
