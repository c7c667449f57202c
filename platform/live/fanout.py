"""One message to many sockets, encoded and framed once; everything that is written to a socket goes one way.

With `lines.py` one of the two files that touch private names of the libraries; contract tests hold both
against the pinned versions. With green threads a frame is written straight to each socket that can
take it; otherwise, and in `threading` mode, the library's own queue serves, within bounds.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from engineio import packet as engine_packet
from engineio.exceptions import SocketIsClosedError
from prometheus_client import Counter
from socketio import packet as socket_packet

from live import lines, strict_json
from live.compiled import NOTHING, Write
from live.limits import USUAL, Limits
from live.lines import NOWHERE
from live.subscriptions import Socket

log = structlog.get_logger()

CUT_OFF = Counter(
    "werkstatt_slow_readers_cut_off", "Sockets closed because too much waited for them", registry=None
)

PAUSE = 0.05
AT_ONCE = 1000
"""Sockets that are sent to before others have a turn: that takes some milliseconds."""

CLIENT_EVENTS = frozenset({"subscribe", "unsubscribe", "presence"})


class TextPacket(socket_packet.Packet):  # type: ignore[misc]  # the library has no types
    """Socket.IO packets as the wire allows them: text only, known events only, strict JSON."""

    uses_binary_events = False
    json = strict_json

    def decode(self, encoded_packet: Any) -> Any:
        """Anything else ends the connection: a client that keeps to docs/wire.md never sends it."""
        if not isinstance(encoded_packet, str) or encoded_packet[:1] not in ("0", "1", "2"):
            raise SocketIsClosedError
        try:
            attachments = super().decode(encoded_packet)
        except (ValueError, IndexError) as error:
            raise SocketIsClosedError from error
        if attachments or self.namespace not in (None, "/"):
            raise SocketIsClosedError
        if self.packet_type == socket_packet.EVENT and not _known(self.data):
            raise SocketIsClosedError
        return attachments


def _known(data: Any) -> bool:
    named = isinstance(data, list) and len(data) == 2 and isinstance(data[0], str)
    return named and data[0] in CLIENT_EVENTS


class _Raw:
    """A packet for the library's queue whose encoding is finished already."""

    packet_type = engine_packet.MESSAGE
    data = ""
    binary = False
    __slots__ = ("encoded",)

    def __init__(self, encoded: str) -> None:
        self.encoded = encoded

    def encode(self, b64: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002 -- the library's signature
        return self.encoded


def guard(server: Any, limits: Limits = USUAL) -> None:
    """Put our lines between Engine.IO and its WebSockets: nothing is compressed, nothing is unbounded."""
    engine = server.eio
    engine._async = {
        **engine._async,
        "websocket": lines.guarded(
            engine._async["websocket"], green=engine.async_mode == "eventlet", limits=limits
        ),
        "queue": _bounded(engine._async["queue"], engine._async["queue_empty"], limits),
    }
    understand = engine.handlers["message"]

    def message(sid: str, data: Any) -> None:
        try:
            understand(sid, data)
        except SocketIsClosedError:
            # The library would log it and read on.
            _cut(engine.sockets.get(sid))
            return
        # What it asked for is answered into the same queue: who asks more than it reads waits with the next.
        while _is_behind(engine.sockets.get(sid)):
            engine.sleep(PAUSE)

    engine.handlers["message"] = message


def _bounded(plain: Any, empty: type[Exception], limits: Limits) -> Any:
    class Bounded(plain):  # type: ignore[misc]  # the library picks the class at run time
        """The library's queue, which knows how much waits in it."""

        def _init(self, maxsize: Any) -> None:
            super()._init(maxsize)
            self.bytes = 0
            self.direct = NOWHERE

        def _put(self, item: Any) -> None:
            self.bytes += _size(item)
            self.direct = NOWHERE
            super()._put(item)

        def _get(self) -> Any:
            item = super()._get()
            self.bytes -= _size(item)
            return item

        @property
        def is_full(self) -> bool:
            """Whether the reader is too far behind."""
            if self.qsize() >= limits.queued_messages:
                return True
            if self.bytes < limits.queued_bytes:
                return False
            # The first does not count: a long catch-up may take its time.
            first = next(iter(list(self.queue)), None)
            return bool(self.bytes - _size(first) >= limits.queued_bytes)

        def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: FBT001, FBT002 -- the library's signature
            """One at a time: what waits is here, where it is counted, and not in the writer's hands."""
            if not block:
                raise empty
            return super().get(timeout=timeout)

    return Bounded


def _size(item: Any) -> int:
    if isinstance(item, _Raw):
        return len(item.encoded)
    data = getattr(item, "data", None)
    return len(data) if isinstance(data, str | bytes) else 0


def watch(server: Any, opened: Callable[[Any, dict[str, Any]], None], closed: Callable[[str], None]) -> None:
    """Have it said when an Engine.IO connection begins and ends; Socket.IO may never begin on it."""
    engine = server.eio
    begin, end = engine.handlers["connect"], engine.handlers["disconnect"]

    def connect(sid: str, environ: dict[str, Any]) -> None:
        begin(sid, environ)
        opened(engine.sockets[sid], environ)

    def disconnect(sid: str, reason: Any = None) -> None:
        try:
            end(sid, reason)
        finally:
            closed(sid)

    engine.handlers["connect"], engine.handlers["disconnect"] = connect, disconnect


def send(sockets: Sequence[Socket], event: str, payload: str) -> None:
    """Send one event with its JSON payload to the sockets; never waits for any of them."""
    text = f'42["{event}",{payload}]'
    frame = _frame(text.encode())
    taken = _write([socket.engine.queue.direct for socket in sockets], frame)
    if not taken:
        return
    packet, behind = _Raw(text), []
    # Nobody else gets a turn in this loop: until its rest is kept, nothing may follow on that socket.
    for socket, size in zip(sockets, taken, strict=True):
        engine = socket.engine
        if size == len(frame) or engine.closed:
            continue
        if size > 0:
            engine.line.keep(frame[size:])
            # Something must come along that takes it out.
            engine.queue.put(_Raw(""))
        elif engine.queue.is_full:
            behind.append(engine)
        else:
            engine.queue.put(packet)
    for engine in behind:
        CUT_OFF.inc()
        log.info("slow_reader_cut_off", messages=engine.queue.qsize(), bytes=engine.queue.bytes)
        _cut(engine)


def send_in_turns(
    sockets: Sequence[Socket], event: str, payload: str, *, still: Callable[[Socket], bool]
) -> None:
    """Send to however many; others have a turn in between; then only those who `still` may are told."""
    for start in range(0, len(sockets), AT_ONCE):
        some = sockets[start : start + AT_ONCE]
        if start:
            time.sleep(0)
            some = [socket for socket in some if still(socket)]
        send(some, event, payload)


def write_by(write: Write | None) -> None:
    """Have frames written by that loop from now on; by the one in Python if it is none."""
    global _write
    _write = write or _by_python


def _by_python(sockets: Sequence[int], frame: bytes) -> Sequence[int]:
    return [_taken(number, frame) for number in sockets]


def _taken(number: int, frame: bytes) -> int:
    if number == NOWHERE:
        return NOTHING
    try:
        # Not `os.write`: with green threads that one waits.
        return os.writev(number, (frame,))
    except OSError:
        return NOTHING


_write: Write = _by_python


def cut(socket: Socket) -> None:
    """Close a connection at once."""
    _cut(socket.engine)


def _is_behind(engine: Any) -> bool:
    return engine is not None and not engine.closed and engine.queue.is_full


def _cut(engine: Any) -> None:
    if engine is None:
        return
    engine.close(wait=False, abort=True)
    line = getattr(engine, "line", None)
    if line:
        line.shut()


def _frame(payload: bytes) -> bytes:
    """One unmasked text frame (RFC 6455, section 5.2)."""
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", 0x81, size) + payload
    if size < 65_536:
        return struct.pack("!BBH", 0x81, 126, size) + payload
    return struct.pack("!BBQ", 0x81, 127, size) + payload
