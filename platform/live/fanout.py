"""One message to many sockets, encoded and framed once; everything that is written to a socket goes one way.

With `lines.py` and `queues.py` one of the three files that touch private names of the libraries; contract
tests hold them against the pinned versions. With green threads a frame is written straight to each
socket that can take it; what it cannot take, and everything in `threading` mode, waits in its queue.
"""

from __future__ import annotations

import contextlib
import time
from array import array
from collections.abc import Callable, Sequence
from functools import partial
from threading import Event
from typing import Any

import structlog
from engineio import packet as engine_packet
from engineio.exceptions import SocketIsClosedError
from engineio.socket import Socket as EngineSocket
from prometheus_client import Counter
from socketio import packet as socket_packet

from live import lines, queues, strict_json
from live.compiled import Write
from live.limits import USUAL, Limits
from live.lines import PAUSE
from live.queues import Cell
from live.subscriptions import Company, Socket

log = structlog.get_logger()

CUT_OFF = Counter(
    "werkstatt_slow_readers_cut_off", "Sockets closed because too much waited for them", registry=None
)

UNREAD = 65_536
"""Bytes that may wait for somebody whose next question is answered all the same."""
PING_EVERY = 0.5
"""Seconds between two looks who is to be asked whether they are still there."""
PINGS = 50
"""So many are asked before others have a turn."""

Still = Callable[[Socket], bool]
"""Whether somebody may be told, who might be when it was begun."""

CLIENT_EVENTS = frozenset({"subscribe", "unsubscribe", "presence"})


class TextPacket(socket_packet.Packet):  # type: ignore[misc]  # the library has no types
    """Socket.IO packets as the wire allows them: text only, known events only, strict JSON."""

    uses_binary_events = False
    json = strict_json

    def encode(self) -> Any:
        """An answer that is written already goes out as it is."""
        if self.packet_type == socket_packet.ACK and isinstance(self.data[0], strict_json.Written):
            return f"{socket_packet.ACK}{self.id}[{self.data[0]}]"
        return super().encode()

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


def guard(server: Any, limits: Limits = USUAL) -> None:
    """Put our lines between Engine.IO and its WebSockets: nothing is compressed, nothing is unbounded."""
    engine, given = server.eio, server.eio._async
    green = engine.async_mode == "eventlet"
    engine._async = {
        **given,
        "websocket": lines.guarded(given["websocket"], green=green, limits=limits),
        "queue": partial(queues.Green, limits, engine.start_background_task)
        if green
        else queues.bounded(given["queue"], given["queue_empty"], limits),
    }
    understand = engine.handlers["message"]

    def message(sid: str, data: Any) -> None:
        try:
            understand(sid, data)
        except SocketIsClosedError:
            # The library would log it and read on.
            _cut(engine.sockets.get(sid))
            return
        # What it asked for is answered into the same queue: until that is read the next question waits.
        while _is_unread(engine.sockets.get(sid)):
            engine.sleep(PAUSE)

    engine.handlers["message"] = message


def watch(server: Any, opened: Callable[[Any, dict[str, Any]], None], closed: Callable[[str], None]) -> None:
    """Have it said when an Engine.IO connection begins and ends; Socket.IO may never begin on it."""
    engine = server.eio
    begin, end = engine.handlers["connect"], engine.handlers["disconnect"]

    def connect(sid: str, environ: dict[str, Any]) -> None:
        engine.sockets[sid].__class__ = _Connection
        begin(sid, environ)
        opened(engine.sockets[sid], environ)

    def disconnect(sid: str, reason: Any = None) -> None:
        try:
            end(sid, reason)
        finally:
            closed(sid)

    engine.handlers["connect"], engine.handlers["disconnect"] = connect, disconnect


class _Connection(EngineSocket):  # type: ignore[misc]  # the library has no types
    """A connection without a thread for its pings: one loop asks them all."""

    heard_at = 0.0

    def schedule_ping(self) -> None:
        self.heard_at, self.last_ping = time.monotonic(), None


def ping(server: Any, stopping: Event) -> None:
    """The loop that asks every connection after `ping_interval` whether it is still there."""
    packet = engine_packet.Packet(engine_packet.PING)
    while not stopping.wait(PING_EVERY):
        before, asked = time.monotonic() - server.eio.ping_interval, 0
        for connection in list(server.eio.sockets.values()):
            if connection.closed or connection.last_ping or connection.heard_at > before:
                continue
            connection.last_ping = time.time()  # noqa: TID251 -- what the library compares it with
            with contextlib.suppress(SocketIsClosedError):  # by another thread, just now
                connection.send(packet)
            asked += 1
            if asked % PINGS == 0:
                time.sleep(0)


def send(sockets: Sequence[Socket], event: str, payload: str, *, still: Still | None = None) -> None:
    """Send one event with its JSON payload to the sockets; never waits for any of them."""
    text = f'42["{event}",{payload}]'
    frame = queues.framed(text.encode())
    taken = _write(sockets.cells if isinstance(sockets, Company) else Company(sockets).cells, frame)
    if not taken:
        return
    behind = []
    # Nobody else gets a turn in this loop: until its rest is kept, nothing may follow on that socket.
    for socket, size in zip(sockets, taken, strict=True):
        engine = socket.engine
        if size == len(frame) or engine.closed:
            continue
        # With threads anything may have happened since it was looked at who is to be told.
        if still is not None and size <= 0 and not still(socket):
            continue
        if engine.queue.is_full:
            behind.append(engine)
        else:
            engine.queue.later(text, frame[max(size, 0) :])
    for engine in behind:
        CUT_OFF.inc()
        log.info("slow_reader_cut_off", messages=engine.queue.qsize(), bytes=engine.queue.bytes)
        _cut(engine)


def send_in_turns(parts: Sequence[Company], event: str, payload: str, *, still: Still) -> None:
    """Send to however many; others have a turn in between; then only those who `still` may are told."""
    for number, part in enumerate(parts):
        if number:
            time.sleep(0)
            some = [socket for socket in part if still(socket)]
            send(part if len(some) == len(part) else some, event, payload, still=still)
        else:
            send(part, event, payload, still=still)


def write_by(write: Write | None) -> None:
    """Have frames written by that loop from now on; by the one in Python if it is none."""
    global _write
    _write = write or _by_python


def _by_python(cells: array[int], frame: bytes) -> Sequence[int]:
    return [queues.written(Cell.from_address(cell).value, frame) for cell in cells]


_write: Write = _by_python


def cut(socket: Socket) -> None:
    """Close a connection at once."""
    _cut(socket.engine)


def _is_unread(engine: Any) -> bool:
    if engine is None or engine.closed or engine.queue.is_over:
        return False
    return bool(engine.queue.bytes >= UNREAD or engine.queue.is_full)


def _cut(engine: Any) -> None:
    if engine is None:
        return
    engine.close(wait=False, abort=True)
    line = getattr(engine, "line", None)
    if line:
        line.shut()
