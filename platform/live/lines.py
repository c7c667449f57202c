"""A WebSocket behind one queue for everything that is written to it, and bounds for what is read.

Whoever writes next, an event, a ping of the server, the pong that answers a client, it goes out in its
turn. What no client of ours would send ends the connection before the libraries see it.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
from functools import cache
from typing import Any

import structlog
from engineio import packet as engine_packet
from engineio.exceptions import SocketIsClosedError

from live.limits import USUAL, Limits
from live.queues import Green

log = structlog.get_logger()

PAUSE = 0.05
"""Seconds between two looks whether a reader has caught up."""
AHEAD = 8
"""Messages that a thread reads before those of its connection that are not understood yet."""

_PACKET = re.compile(r"[13]\Z|4[012]")
"""What an Engine.IO packet of a client begins like: close, pong, or a Socket.IO packet."""


def guarded(plain: Any, *, green: bool, limits: Limits = USUAL) -> Any:
    """The library's WebSocket class with one of our lines between it and Engine.IO (its `line`)."""

    class Guarded(plain):  # type: ignore[misc]  # the library picks the class at run time
        def __init__(self, handler: Any, engine_server: Any) -> None:
            def lined(ws: Any) -> Any:
                engine = handler.__self__
                engine.line = line = (
                    _Green(ws, engine.queue, limits) if green else _Threaded(ws, engine.queue)
                )
                try:
                    return _listen(engine, line) if isinstance(line, _Green) else handler(line)
                finally:
                    line.end()
                    # It has been done by now, unless the thread was killed: somebody still writes.
                    engine.close(wait=False, abort=True)
                    line.shut()
                    line.leave()

            if green:
                super().__init__(lined, engine_server)
                self.support_legacy_versions = False
            else:
                most = limits.message_bytes
                super().__init__(lined, engine_server, max_message_size=most, thread_class=_Reader)

    return Guarded


def _listen(engine: Any, line: _Green) -> list[bytes]:
    """What the library does for a connection, but for its thread that writes: the queue does that."""
    engine.connected = engine.upgraded = True
    line.socket.settimeout(engine.server.ping_interval + engine.server.ping_timeout)
    engine.queue.begin(line)
    try:
        # One that is closed may still have something to be written; nobody listens to it.
        while not engine.closed and (message := line.wait()) is not None:
            engine.receive(engine_packet.Packet(encoded_packet=message))
    except (SocketIsClosedError, OSError, ValueError):
        # They have left, or what they sent was not for us.
        pass
    except Exception:
        log.exception("connection_broke")
    engine.close(wait=False, abort=True, reason=engine.server.reason.TRANSPORT_CLOSE)
    return []


class _Line:
    """What Engine.IO sees of a WebSocket. `socket` is there for it to set its time-out on."""

    def __init__(self, ws: Any, sock: Any, queue: Any) -> None:
        self._ws = ws
        self._queue = queue
        self.socket = sock

    def wait(self) -> Any:
        """The next message; None, as if the client had left, for what no Engine.IO packet begins like."""
        # Whoever is not written to any more is not asked what else they had said before.
        message = None if self._queue.is_over else self._ws.wait()
        return message if isinstance(message, str) and _PACKET.match(message) else None

    def send(self, message: str | bytes) -> None:
        self._ws.send(message)

    def end(self) -> None:
        """Nothing is written any more, and what waits is let go: nobody waits until it is taken."""
        self._queue.end()

    def leave(self) -> None:
        """Nobody reads any more: let go of the WebSocket, so that who is gone is not kept in a circle."""

    def shut(self) -> None:
        """End the connection although somebody may be waiting for it to take or to bring something."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)


class _Threaded(_Line):
    """The line of a thread's WebSocket (simple-websocket)."""

    def __init__(self, ws: Any, queue: Any) -> None:
        super().__init__(ws, ws.ws.sock, queue)

    def close(self) -> None:
        self.end()
        with contextlib.suppress(OSError):
            self._ws.close()
        self.shut()

    def leave(self) -> None:
        # Whoever would read on is told.
        self._ws.ws.connected = False


class _Reader(threading.Thread):
    """The library's thread that reads from a WebSocket, made before anything has been read."""

    def __init__(self, target: Any) -> None:
        super().__init__(target=target)
        self._ws = target.__self__
        self._ws.sock = _Whole(self._ws.sock)
        self._ws.input_buffer = _Few(self._ws)

    def run(self) -> None:
        try:
            super().run()
        finally:
            # The library wakes whoever waits for a message before it says that there is none to come.
            self._ws.connected = False
            self._ws.event.set()


class _Few(list[Any]):
    """What has been read; whoever reads on waits until some of it is taken out, or nobody takes any more."""

    def __init__(self, ws: Any) -> None:
        super().__init__()
        self._ws = ws
        self._taken = threading.Event()

    def append(self, message: Any) -> None:
        while len(self) >= AHEAD and self._ws.connected:
            self._taken.wait(PAUSE)
            self._taken.clear()
        super().append(message)

    def pop(self, index: Any = -1) -> Any:
        message = super().pop(index)
        self._taken.set()
        return message


class _Whole:
    """A socket whose `send` is whole and alone, where the library counts on it."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._turn = threading.Lock()

    def send(self, data: bytes) -> int:
        with self._turn:
            self._sock.sendall(data)
        return len(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class _Green(_Line):
    """The line of a green WebSocket (eventlet)."""

    def __init__(self, ws: Any, queue: Green, limits: Limits = USUAL) -> None:
        super().__init__(ws, ws.socket, queue)
        self._most = limits.fragments_per_message
        self._raw = ws.socket.fd
        self._receive = ws._recv_frame
        self._fragments = 0
        ws._send = queue.write
        ws._recv_frame = self._receive_frame
        ws._apply_mask = unmasked
        ws.Message = _bounded(ws.Message, limits.message_bytes)

    def fileno(self) -> int:
        return int(self._raw.fileno())

    def push(self, frame: bytes) -> None:
        self.socket.sendall(frame)

    def close(self) -> None:
        """Say good-bye. Whoever reads is woken and ends; only then does the server close the socket."""
        self._ws._send_closing_frame(ignore_send_errors=True)
        self.end()
        self.shut()

    def leave(self) -> None:
        # Whoever waits for the socket is woken by its end. Until then the hub of the green threads knows its
        # number, which is the next connection's once it is closed.
        self._queue.join()
        self._ws.iterator.close()
        self._ws.environ = {}
        del self._ws._send, self._ws._recv_frame, self._ws.iterator, self._receive

    def _receive_frame(self, message: Any = None) -> Any:
        # Who sends without a pause always has one more frame here, and would be the only one who is heard;
        # who reads no answers waits with the next question.
        time.sleep(0)
        while self._queue.is_full:
            if self._queue.is_last:
                raise SocketIsClosedError
            time.sleep(PAUSE)
        received = self._receive(message=message)
        if not received.opcode & 8:
            self._fragments = self._fragments + 1 if received is message else 1
            if self._fragments > self._most:
                raise SocketIsClosedError
        return received


@cache
def _bounded(plain: Any, most: int) -> Any:
    class Bounded(plain):  # type: ignore[misc]  # the library's class is not known here
        """A message that grows in one piece, however small the parts are that it comes in."""

        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self.data: list[bytearray] = [bytearray()]

        def push(self, data: bytes, final: bool = False) -> None:  # noqa: FBT001, FBT002 -- the library's signature
            self.finished = final
            self.data[0] += data
            if len(self.data[0]) > most:
                raise SocketIsClosedError

    return Bounded


def unmasked(data: bytes, mask: tuple[int, ...], length: int | None = None, offset: int = 0) -> bytes:
    """Take the mask off (RFC 6455, section 5.3) in one go; byte by byte it would cost 10 ms for 64 kB."""
    size = len(data) if length is None else length
    begun = bytes(mask[offset % 4 :] + mask[: offset % 4])
    key = (begun * (size // 4 + 1))[:size]
    plain = int.from_bytes(data[:size], "little") ^ int.from_bytes(key, "little")
    return plain.to_bytes(size, "little")
