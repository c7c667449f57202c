"""What the process does when the system has nothing left to give, and what it gives back."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import socket
import time
from typing import Any

import structlog

log = structlog.get_logger()

M_MMAP_THRESHOLD = -3
"""Of `malloc.h`; set by hand it no longer grows by itself."""
BROKEN = (errno.EBADF, errno.EINVAL, errno.ENOTSOCK, errno.EOPNOTSUPP)
"""What `accept` says when it is the listener that is no good."""
LOST = (errno.ECONNABORTED, errno.ECONNRESET, errno.EPROTO, errno.EPERM)
"""What it says of a connection that was gone, or forbidden, before it was accepted; the next may be there."""
PAUSE = 0.2
"""Seconds until it is tried again, when there are no file descriptors, no memory, no network."""


class Accepting:
    """A listener that outlives a moment without free file descriptors, and a connection that was lost.

    On Linux `accept` passes on what went wrong with the connection; the library would accept nobody more.
    """

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener

    def accept(self) -> tuple[socket.socket, Any]:
        """The next connection, as soon as there is room for one."""
        while True:
            # A thousand that come at once would all be in the same round, which everybody else waits for.
            time.sleep(0)
            try:
                return self._listener.accept()
            except OSError as error:
                if error.errno in BROKEN:
                    raise
                if error.errno not in LOST:
                    log.warning("no_room_to_accept", error=errno.errorcode.get(error.errno or 0))
                    time.sleep(PAUSE)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._listener, name)


def return_memory() -> None:
    """Have what a hash took go back at once: glibc would keep 20 MB for each thread that computed one."""
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, 1_000_000)
