"""A green WebSocket of the pinned versions on one end of a connection that takes little at a time."""

from __future__ import annotations

import contextlib
import importlib
import socket
import struct
import warnings
from typing import Any

import socketio
from engineio.socket import Socket as EngineSocket
from greenlet import GreenletExit

from foundation.policy import Actor, ActorKind, Credential
from live import fanout, lines
from live.limits import USUAL
from live.subscriptions import Socket


def green_threads() -> Any:
    """The library of green threads; nothing is patched."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        importlib.import_module("eventlet.websocket")
        importlib.import_module("eventlet.green.socket")
        importlib.import_module("engineio.async_drivers.eventlet")
        return importlib.import_module("eventlet")


def green_server() -> Any:
    """The library's server, whose sockets have our queues."""
    green_threads()  # whoever imports them first is warned; the library would pass that on as an error
    made = socketio.Server(async_mode="eventlet", serializer=fanout.TextPacket)
    fanout.guard(made)
    return made


class Wired:
    """The near end is one of the library's sockets with our line; the far end is read by the test."""

    def __init__(self, eventlet: Any, server: Any, sid: str = "a") -> None:
        near, far = socket.socketpair()
        near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        green = eventlet.greenio.GreenSocket
        self.far = green(far)
        self.ws = eventlet.websocket.RFC6455WebSocket(green(near), {}, max_frame_length=USUAL.message_bytes)
        # As the server does: the library closes the WebSocket itself for what is wrong in it.
        self._held = self.ws.socket.makefile("rb")
        self.engine = EngineSocket(server.eio, sid)
        server.eio.sockets[sid] = self.engine
        self.line = self.engine.line = lines._Green(self.ws, self.engine.queue)
        self.engine.queue.begin(self.line)
        who = Actor(kind=ActorKind.PERSON, id="p")
        self.socket = Socket(sid, self.engine, who, Credential("session", sid))
        self._eventlet = eventlet
        self._handling: Any = None

    def begin(self) -> Any:
        """Have it read from."""
        self._handling = self._eventlet.spawn(lines._listen, self.engine, self.line)
        self._eventlet.sleep(0)
        return self._handling

    def ended(self) -> None:
        """Wait until nobody reads from it any more, if anybody ever began."""
        if self._handling is not None:
            with contextlib.suppress(GreenletExit):
                self._handling.wait()

    def close(self) -> None:
        """End it, and whoever reads or writes there."""
        self.far.close()
        self.ended()
        self.line.end()
        self.line.shut()
        self.engine.queue.join()
        self.let_go()

    def let_go(self) -> None:
        """The server closes the socket."""
        self._held.close()
        self.ws.socket.close()

    @property
    def number(self) -> int:
        """Of the socket that the next frame may be written straight to."""
        return int(self.engine.queue.cell.value)

    def read(self, count: int) -> list[tuple[int, bytes]]:
        """So many frames from the far end, as (kind, content)."""
        found = []
        for _ in range(count):
            kind, size = self._exactly(2)
            if size == 126:
                [size] = struct.unpack("!H", self._exactly(2))
            elif size == 127:
                [size] = struct.unpack("!Q", self._exactly(8))
            found.append((kind & 15, self._exactly(size)))
        return found

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            got = self.far.recv(size - len(data))
            assert got, "the connection ended in the middle of a frame"
            data += got
        return data

    def say(self, content: bytes, *, kind: int = 1, final: bool = True, masked: bool = True) -> None:
        """A frame from the far end."""
        mask = b"\x01\x02\x03\x04"
        size = len(content)
        if size < 126:
            length = struct.pack("!B", 128 | size)
        elif size < 65_536:
            length = struct.pack("!BH", 128 | 126, size)
        else:
            length = struct.pack("!BQ", 128 | 127, size)
        body = bytes(sign ^ mask[at % 4] for at, sign in enumerate(content)) if masked else content
        self.far.sendall(struct.pack("!B", kind | (128 if final else 0)) + length + mask + body)
