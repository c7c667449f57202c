"""Sockets of the library without a network: what would be sent to them can be read."""

from __future__ import annotations

import json
from typing import Any

import socketio
from engineio.socket import Socket as EngineSocket
from tests.foundation import ground
from tests.foundation.ground import Person

from foundation.database import Database
from live import fanout
from live.subscriptions import Socket, Subscriptions


class Ears:
    """Makes sockets that follow what they are told to."""

    def __init__(self, database: Database, subscriptions: Subscriptions) -> None:
        self._database = database
        self._subscriptions = subscriptions
        self._server = socketio.Server(async_mode="threading", serializer=fanout.TextPacket)
        fanout.guard(self._server)
        self._count = 0

    def of(self, person: Person, *follow: str, cleared: int = 0) -> Ear:
        """A socket of the person that follows the streams, cleared for that version."""
        self._count += 1
        sid = f"sid{self._count}"
        with self._database.reading() as connection:
            actor = ground.identify(connection, {person.credential})[person.credential]
        socket = Socket(sid, EngineSocket(self._server.eio, sid), actor, person.credential)
        self._subscriptions.add(socket)
        for stream in follow:
            self._subscriptions.join(socket, stream, cleared)
        return Ear(socket)


class Ear:
    """One socket and what it has heard."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket

    @property
    def closed(self) -> bool:
        return bool(self.socket.engine.closed)

    def heard(self) -> list[tuple[str, Any]]:
        """Everything since the last time."""
        found = []
        queue = self.socket.engine.queue
        while not queue.empty():
            packet = queue.get()
            if packet is not None:
                found.append(tuple(json.loads(packet.encode().removeprefix("42"))))
        return found

    def numbers(self, stream: str) -> list[int]:
        """The numbers of the events of the stream since the last time; anything else must not be there."""
        found = self.heard()
        assert {name for name, _argument in found} <= {"events"}, found
        return [
            event["seq"]
            for _name, argument in found
            for event in argument["events"]
            if argument["stream"] == stream
        ]
