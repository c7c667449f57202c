"""A WebSocket behind one function for everything that is written to it, and bounds for what is read.

What the kernel took of a frame only in part goes out before anything else, whoever writes next: an
event, a ping of the server, the pong that answers a client. What no client of ours would send ends
the connection before the libraries see it.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
from functools import cache
from typing import Any

from engineio.exceptions import SocketIsClosedError

from live.limits import USUAL, Limits

NOWHERE = -1
"""Instead of the number of a socket: what is to be sent has to wait."""

_PACKET = re.compile(r"[13]\Z|4[012]")
"""What an Engine.IO packet of a client begins like: close, pong, or a Socket.IO packet."""


def guarded(plain: Any, *, green: bool, limits: Limits = USUAL) -> Any:
    """The library's WebSocket class with one of our lines between it and Engine.IO (its `line`)."""

    class Guarded(plain):  # type: ignore[misc]  # the library picks the class at run time
        def __init__(self, handler: Any, engine_server: Any) -> None:
            def lined(ws: Any) -> Any:
                engine = handler.__self__
                engine.line = line = _Green(ws, engine.queue, limits) if green else _Threaded(ws)
                try:
                    return handler(line)
                finally:
                    line.end()
                    # The library has done so by now, unless its thread was killed: somebody still writes.
                    engine.close(wait=False, abort=True)
                    line.shut()
                    line.leave()

            if green:
                super().__init__(lined, engine_server)
                self.support_legacy_versions = False
            else:
                super().__init__(lined, engine_server, max_message_size=limits.message_bytes)

    return Guarded


class _Line:
    """What Engine.IO sees of a WebSocket. `socket` is there for it to set its time-out on."""

    def __init__(self, ws: Any, sock: Any) -> None:
        self._ws = ws
        self.socket = sock

    def wait(self) -> Any:
        """The next message; None, as if the client had left, for what no Engine.IO packet begins like."""
        message = self._ws.wait()
        return message if isinstance(message, str) and _PACKET.match(message) else None

    def send(self, message: str | bytes) -> None:
        self._ws.send(message)

    def close(self) -> None:
        self._ws.close()

    def end(self) -> None:
        """Nothing is written past the queue any more: the socket's number will soon be somebody else's."""

    def leave(self) -> None:
        """Nobody reads any more: let go of the WebSocket, so that who is gone is not kept in a circle."""

    def shut(self) -> None:
        """End the connection although somebody may be waiting for it to take or to bring something."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)


class _Threaded(_Line):
    """The line of a thread's WebSocket (simple-websocket)."""

    def __init__(self, ws: Any) -> None:
        ws.ws.sock = _Whole(ws.ws.sock)
        super().__init__(ws, ws.ws.sock)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._ws.close()
        self.shut()


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
    """The line of a green WebSocket (eventlet).

    As long as nothing waits, nobody writes and no rest is kept, the queue says in `direct` which socket
    the next frame may be written straight to. So whoever sends to many needs to ask no line anything.
    """

    def __init__(self, ws: Any, queue: Any, limits: Limits = USUAL) -> None:
        super().__init__(ws, ws.socket)
        self._most = limits.fragments_per_message
        self._raw = ws.socket.fd
        self._queue = queue
        self._ended = False
        self._rest = b""
        self._writers = 0
        self._receive = ws._recv_frame
        self._fragments = 0
        ws._send = self._write
        ws._recv_frame = self._receive_frame
        ws._apply_mask = unmasked
        ws.Message = _bounded(ws.Message, limits.message_bytes)
        self._settle()

    def send(self, message: str | bytes) -> None:
        if message:
            self._ws.send(message)
        else:
            self._write(b"")

    def close(self) -> None:
        self.end()
        try:
            super().close()
        finally:
            # Only this wakes who reads: elsewhere the socket is still held open.
            self.shut()

    def end(self) -> None:
        self._ended = True
        self._settle()

    def leave(self) -> None:
        self._ws.iterator.close()
        self._ws.environ = {}
        del self._ws._send, self._ws._recv_frame, self._ws.iterator, self._receive

    def keep(self, rest: bytes) -> None:
        """What the kernel did not take of a frame that was written straight to the socket."""
        self._rest = rest

    def _write(self, frame: bytes) -> None:
        self._writers += 1
        self._queue.direct = NOWHERE
        try:
            with self._ws._sendlock:
                whole, self._rest = self._rest + frame, b""
                self._ws.socket.sendall(whole)
        except BaseException:
            # Somewhere in the middle of a frame.
            self._ended = True
            raise
        finally:
            self._writers -= 1
            self._settle()

    def _settle(self) -> None:
        busy = self._ended or self._writers or self._rest or not self._queue.empty()
        self._queue.direct = NOWHERE if busy else self._raw.fileno()

    def _receive_frame(self, message: Any = None) -> Any:
        # Who sends without a pause always has one more frame here, and would be the only one who is heard.
        time.sleep(0)
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
