"""What is on its way to one connection, in order and counted; whoever puts something there never waits.

With green threads a queue writes by itself, at once where the socket takes it, and has a thread that
waits for the socket only as long as something is left. With threads it is the library's queue, and the
library's thread writes.
"""

from __future__ import annotations

import ctypes
import os
import struct
from array import array
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Protocol

from engineio import packet as engine_packet

from live.limits import Limits

NOWHERE = -1
"""Instead of the number of a socket: what is to be sent has to wait."""
NOTHING = -1
"""Taken of a frame by a socket that could not be written to."""

Cell = ctypes.c_int
"""Holds the number of the socket that the next frame may be written straight to, or `NOWHERE`."""


class Writing(Protocol):
    """The line that a queue of green threads writes to."""

    def fileno(self) -> int: ...
    def push(self, frame: bytes) -> None:
        """Return once the socket has taken all of it."""

    def close(self) -> None: ...
    def shut(self) -> None: ...


class Waiting(Protocol):
    """A thread that waits for a socket."""

    def join(self) -> object: ...


class Raw:
    """A packet for the library whose encoding is finished already."""

    packet_type = engine_packet.MESSAGE
    data = ""
    binary = False
    __slots__ = ("encoded",)

    def __init__(self, encoded: str) -> None:
        self.encoded = encoded

    def encode(self, b64: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002 -- the library's signature
        return self.encoded


class Green:
    """The queue of a connection with green threads. Between two of its lines nobody else has a turn."""

    def __init__(self, limits: Limits, start: Callable[[Callable[[], None]], Waiting]) -> None:
        self.cell = Cell(NOWHERE)
        self.bytes = 0
        self._limits = limits
        self._start = start
        self._waiting: deque[bytes] = deque()
        self._line: Writing | None = None
        self._writer: Waiting | None = None
        self._is_writing = False
        self.is_last = False
        self.is_over = False

    def begin(self, line: Writing) -> None:
        """Here is the socket; what has been put here before goes out."""
        self._line = line
        before, self._waiting, self.bytes = self._waiting, deque(), 0
        self._settle()
        for frame in before:
            self.write(frame)
        self._go_on()

    def put(self, item: Any) -> None:
        """A packet of the library, or None: the connection closes once everything is written."""
        if item is not None:
            self.write(framed(item.encode().encode()))
            return
        self.is_last = True
        self._go_on()

    def write(self, frame: bytes) -> None:
        """Write it, in its turn."""
        taken = written(self.cell.value, frame)
        if taken != len(frame):
            self.later("", frame[max(taken, 0) :])

    def later(self, _text: str, rest: bytes) -> None:
        """What the socket did not take of a frame goes first, whoever writes next."""
        if not self.is_over:
            self.bytes += len(rest)
            self._waiting.append(rest)
            self._go_on()

    def end(self) -> None:
        """Nothing more is written: the number of the socket will soon be somebody else's."""
        self.is_over = True
        self._line = None
        self.bytes = 0
        self._waiting.clear()
        self._settle()

    def join(self) -> None:
        """Return once nobody waits for the socket any more."""
        if self._writer is not None:
            self._writer.join()

    def qsize(self) -> int:
        return len(self._waiting)

    @property
    def is_full(self) -> bool:
        """Whether the reader is too far behind. The first does not count: a long one takes its time."""
        if len(self._waiting) >= self._limits.queued_messages:
            return True
        first = len(self._waiting[0]) if self._waiting else 0
        return self.bytes - first >= self._limits.queued_bytes

    def _go_on(self) -> None:
        self._settle()
        if self._line is None or self._is_writing:
            return
        if self._waiting:
            self._is_writing = True
            self._writer = self._start(partial(self._write, self._line))
        elif self.is_last:
            self._line.close()

    def _write(self, line: Writing) -> None:
        """Wait for the socket until nothing is left."""
        try:
            while self._waiting:
                line.push(self._waiting[0])
                if self._waiting:
                    self.bytes -= len(self._waiting.popleft())
        except OSError:
            # Somewhere in the middle of a frame.
            self.end()
            line.shut()
        finally:
            # The thread holds what it was started with: kept any longer, all of it would be a circle.
            self._is_writing, self._writer = False, None
            self._go_on()

    def _settle(self) -> None:
        self.cell.value = NOWHERE if self._line is None or self._waiting else self._line.fileno()


def bounded(plain: Any, empty: type[Exception], limits: Limits) -> Any:
    """The class of the queues with threads: the library's own, which knows how much waits in it."""

    class Bounded(plain):  # type: ignore[misc]  # the library picks the class at run time
        cell = Cell(NOWHERE)

        def _init(self, maxsize: Any) -> None:
            super()._init(maxsize)
            self.bytes = 0
            self.is_over = False

        def _put(self, item: Any) -> None:
            self.bytes += _size(item)
            super()._put(item)

        def _get(self) -> Any:
            item = super()._get()
            self.bytes -= _size(item)
            return item

        def later(self, text: str, _rest: bytes) -> None:
            self.put(Raw(text))

        def end(self) -> None:
            """Nobody takes anything out any more; the library remembers the connection for a while."""
            self.is_over = True
            self.queue.clear()
            self.bytes = 0

        @property
        def is_full(self) -> bool:
            """Whether the reader is too far behind. The first does not count, as above."""
            if self.qsize() >= limits.queued_messages:
                return True
            if self.bytes < limits.queued_bytes:
                return False
            first = next(iter(list(self.queue)), None)
            return bool(self.bytes - _size(first) >= limits.queued_bytes)

        def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: FBT001, FBT002 -- the library's signature
            """One at a time: what waits is here, where it is counted, and not in the writer's hands."""
            if not block:
                raise empty
            return super().get(timeout=timeout)

    return Bounded


def _size(item: Any) -> int:
    if isinstance(item, Raw):
        return len(item.encoded)
    data = getattr(item, "data", None)
    return len(data) if isinstance(data, str | bytes) else 0


def cells(queues: Iterable[Any]) -> array[int]:
    """Where in memory the cells of these queues are; good for as long as the queues are there."""
    return array("L", [ctypes.addressof(queue.cell) for queue in queues])


def written(number: int, frame: bytes) -> int:
    """How many bytes of the frame that socket takes at once, or `NOTHING`."""
    if number == NOWHERE:
        return NOTHING
    try:
        # Not `os.write`: with green threads that one waits.
        return os.writev(number, (frame,))
    except OSError:
        return NOTHING


def framed(payload: bytes) -> bytes:
    """One unmasked text frame (RFC 6455, section 5.2)."""
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", 0x81, size) + payload
    if size < 65_536:
        return struct.pack("!BBH", 0x81, 126, size) + payload
    return struct.pack("!BBQ", 0x81, 127, size) + payload
