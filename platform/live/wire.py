"""Puts the wire together and keeps its loops going."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog
from flask import Flask
from flask_socketio import SocketIO

from foundation.door import Door
from foundation.policy import Credential
from live import fanout, routes, sockets
from live.clearance import Clearance
from live.gate import Gate
from live.hints import Hints, Names
from live.intake import Intake
from live.limits import USUAL, Limits
from live.pace import Pace
from live.presence import Presence
from live.publisher import Publisher
from live.reading import Reading
from live.subscriptions import Subscriptions
from live.using import Used, Using

log = structlog.get_logger()

END_WITHIN = 1.0
"""Seconds that all loops together have to end; what they leave undone is done after the next start."""
HEARTBEAT = 20.0
"""Seconds between two heartbeats."""
AGAIN_AFTER = 1.0
"""Seconds after which a loop that broke begins again."""


@dataclass(frozen=True, kw_only=True)
class Ports:
    """What the wire asks of the house."""

    credential: Callable[[], Credential | None]
    credential_in: Callable[[Any], Credential | None]
    is_own_origin: Callable[[str], bool]
    say: sockets.Say
    used: Used
    names: Names
    headers: Mapping[str, str]
    """What every answer of the house carries."""


@dataclass
class Wire:
    """The live part of one process."""

    socketio: SocketIO
    subscriptions: Subscriptions
    publisher: Publisher
    reading: Reading
    clearance: Clearance
    using: Using
    presence: Presence
    intake: Intake
    hints: Hints | None
    stopping: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin telling. Each loop runs until `stop`."""
        loops: dict[str, Callable[[threading.Event], None]] = {
            "publisher": self.publisher.run,
            "look": self.publisher.watch,
            "clearance": self.clearance.watch,
            "presence": self.presence.watch,
            "heartbeat": self._heartbeat,
            "pings": partial(fanout.ping, self.socketio.server),
        }
        if self.hints is not None:
            loops |= {"hints-out": self.hints.send, "hints-in": self.hints.hear}
        for name, loop in loops.items():
            thread = threading.Thread(
                target=keep_going, args=(name, loop, self.stopping), daemon=True, name=name
            )
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """End the loops and close every socket once all is told: clients come back elsewhere or later."""
        until = time.monotonic() + END_WITHIN
        self.stopping.set()
        self.publisher.look_at()
        _end(self._threads[:1], until)  # the publisher's
        for socket in self.subscriptions.all():
            fanout.cut(socket)
        _end(self._threads[1:], until)

    def _heartbeat(self, stopping: threading.Event) -> None:
        while not stopping.wait(HEARTBEAT):
            sockets.heartbeat(self.subscriptions, self.publisher)


def _end(threads: Sequence[threading.Thread], until: float) -> None:
    for thread in threads:
        thread.join(timeout=max(0.0, until - time.monotonic()))


def keep_going(name: str, loop: Callable[[threading.Event], None], stopping: threading.Event) -> None:
    """Run a loop until it is told to stop; what it did not expect is logged, and it begins again."""
    while not stopping.is_set():
        try:
            loop(stopping)
        except Exception:
            log.exception("loop_broke", loop=name)
            stopping.wait(AGAIN_AFTER)


def attach(
    app: Flask,
    door: Door,
    *,
    mode: str,
    redis_url: str | None,
    secret: bytes,
    ports: Ports,
    pace: Pace,
    limits: Limits = USUAL,
) -> Wire:
    """Add routes and sockets to the app. `mode` is `eventlet` or `threading`; nothing runs before `start`."""
    subscriptions = Subscriptions()
    using = Using(door, ports.used)
    clearance = Clearance(door, subscriptions, using, limits=limits)
    publisher = Publisher(door.database, subscriptions, clearance, limits=limits)
    presence = Presence(subscriptions, monotonic=time.monotonic)
    reading = Reading(door, publisher, using, limits=limits)
    hints = None
    if redis_url:
        hints = Hints(redis_url, secret=secret, publisher=publisher, presence=presence, names=ports.names)
    door.listeners.append(publisher.announce)
    app.register_blueprint(routes.blueprint(reading, ports.credential, limits))
    socketio = SocketIO(
        app,
        async_mode=mode,
        manage_session=False,
        async_handlers=False,
        cors_allowed_origins=[],
        transports=["websocket"],
        allow_upgrades=False,
        cookie=None,
        http_compression=False,
        # A client that is gone without a word is noticed after both together: a ghost for 31 s at most.
        ping_interval=13,
        ping_timeout=18,
        max_http_buffer_size=limits.message_bytes,
        serializer=fanout.TextPacket,
        logger=False,
        engineio_logger=False,
    )
    fanout.guard(socketio.server, limits)
    talk = sockets.Talk(subscriptions, reading, publisher, presence, ports.say, limits=limits)
    talk.attach(app, socketio.server)
    intake = Intake(
        app,
        app.wsgi_app,
        door=door,
        using=using,
        pace=pace,
        largest=limits.command_bytes,
        is_own_origin=ports.is_own_origin,
        credential=ports.credential,
        headers=ports.headers,
    )
    app.wsgi_app = Gate(  # type: ignore[method-assign]  # the documented place for WSGI middleware
        app,
        intake,
        is_own_origin=ports.is_own_origin,
        credential=ports.credential_in,
        identify=reading.find,
        limits=limits,
    )
    return Wire(socketio, subscriptions, publisher, reading, clearance, using, presence, intake, hints)
