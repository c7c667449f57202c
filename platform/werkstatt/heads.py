"""What a connection is told before there is a request: its head takes too long, is none, or ends nowhere."""

from __future__ import annotations

import io
import time
from email.errors import FirstHeaderLineIsContinuationDefect, MissingHeaderBodySeparatorDefect
from email.message import Message
from http import HTTPStatus
from typing import Any

MISREAD = (FirstHeaderLineIsContinuationDefect, MissingHeaderBodySeparatorDefect)
"""A line that is no header: the library would take what comes after it for no header either."""
BUFFER = 2048
"""Bytes that are read or written together. Every open connection keeps them; what is larger goes past."""


def guarded(plain: Any, *, seconds: float) -> Any:
    """The library's protocol class, whose heads come within so many seconds from their first byte on."""

    class Guarded(plain):  # type: ignore[misc]  # the library is not known here
        rbufsize = wbufsize = BUFFER
        rfile: io.BufferedReader

        def setup(self) -> None:
            super().setup()
            self._timed = _Timed(self.connection, self.rfile.detach(), seconds)
            self.rfile = io.BufferedReader(self._timed, BUFFER)

        def handle_one_request(self) -> None:
            self._timed.begin()
            try:
                super().handle_one_request()
            except TimeoutError:
                if not self._timed.is_late:
                    raise
                self.send_error(HTTPStatus.REQUEST_TIMEOUT)

        def parse_request(self) -> bool:
            if not super().parse_request():
                return False
            if not _ends_somewhere(self.headers):
                self.send_error(HTTPStatus.BAD_REQUEST)
                return False
            return True

        def get_environ(self) -> Any:
            """The head is there; a body has the time of whoever reads it."""
            self._timed.end()
            self.connection.settimeout(self.server.socket_timeout)
            return super().get_environ()

        def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 -- the library's signature
            """No more than the status: the library would say what it runs on, and repeat what was sent."""
            status = HTTPStatus(code)
            head = f"HTTP/1.1 {status} {status.phrase}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            self.wfile.write(head.encode())
            self.close_connection = True

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 -- the library's signature
            """What a stranger sent, and from where, stands in no log."""

    return Guarded


def _ends_somewhere(headers: Message) -> bool:
    """Whether there is one way only to read where the request ends (RFC 9112, 5.1, 6.1 and 6.3).

    What follows is taken for the next one. A proxy that reads it otherwise would pass on what nobody asked.
    """
    if any(isinstance(defect, MISREAD) for defect in headers.defects):
        return False
    lengths = headers.get_all("content-length", [])
    codings = headers.get_all("transfer-encoding", [])
    if codings:
        return not lengths and [coding.lower() for coding in codings] == ["chunked"]
    return not lengths or (len(lengths) == 1 and lengths[0].isascii() and lengths[0].isdigit())


class _Timed(io.RawIOBase):
    """Reads from a socket; while a head comes, no longer than until it is due."""

    def __init__(self, sock: Any, raw: Any, seconds: float) -> None:
        self._sock = sock
        self._raw = raw
        self._seconds = seconds
        self._awaited = False
        self._due: float | None = None
        self.is_late = False

    def readable(self) -> bool:
        return True

    def begin(self) -> None:
        """What comes next is a head; its time begins when something of it has come."""
        self._awaited, self._due = True, None

    def end(self) -> None:
        self._awaited = False

    def readinto(self, buffer: Any) -> Any:
        if self._awaited and self._due is not None:
            self._hurry(self._due - time.monotonic())
        try:
            size = self._raw.readinto(buffer)
        except TimeoutError:
            self.is_late = self._awaited and self._due is not None
            raise
        if self._awaited and self._due is None:
            self._due = time.monotonic() + self._seconds
        return size

    def _hurry(self, left: float) -> None:
        if left <= 0:
            self.is_late = True
            raise TimeoutError
        self._sock.settimeout(left)

    def close(self) -> None:
        self._raw.close()
        super().close()
