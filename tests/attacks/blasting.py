"""One who sends as fast as it is answered, over many connections at once."""

from __future__ import annotations

import contextlib
import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.visiting import Visitor


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def request(visitor: Visitor | None, line: str, body: bytes = b"", **headers: str | None) -> bytes:
    """One HTTP request as bytes; `visitor` adds what their browser would. None leaves a header out."""
    told: dict[str, str | None] = {"host": "127.0.0.1"}
    if visitor is not None:
        told |= {"host": visitor.url.removeprefix("http://"), "origin": visitor.url, "cookie": visitor.cookie}
        told |= {"x-csrftoken": visitor.csrf}
    if body:
        told |= {"content-length": str(len(body)), "content-type": "application/json"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{line} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items() if value is not None)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


HANDSHAKE = {
    "connection": "Upgrade",
    "upgrade": "websocket",
    "sec_websocket_version": "13",
    "sec_websocket_key": "dGhlIHNhbXBsZSBub25jZQ==",
}
SOCKET = "GET /socket.io/?EIO=4&transport=websocket"


@dataclass
class Answers:
    """What came back: statuses, connections that ended without one, and heads of each status."""

    statuses: Counter[int] = field(default_factory=Counter)
    heads: dict[int, bytes] = field(default_factory=dict)
    closed: int = 0
    silent: int = 0

    @property
    def total(self) -> int:
        return sum(self.statuses.values()) + self.closed


class _Line:
    def __init__(self, port: int) -> None:
        self.sock = connect(port)
        self.sock.setblocking(False)
        self.said = b""
        self.waiting = False


def blast(
    port: int,
    requests: Iterator[bytes],
    *,
    connections: int,
    seconds: float,
    patience: float = 30,
    keep: Callable[[int], bool] = lambda status: status != 101,
) -> Answers:
    """Send each request once the one before on its connection is answered, until the time or they are over.

    Whatever is still open then has `patience` to be answered; what is not counts as `silent`.
    """
    answers = Answers()
    until = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            _send(_open(selector, port), requests)
        while selector.get_map():
            now = time.monotonic()
            if now > until + patience:
                break
            for key, _events in selector.select(0.5):
                line = key.data
                if not _take(line, answers, keep):
                    selector.unregister(line.sock)
                    line.sock.close()
                    if time.monotonic() < until and (fresh := next(requests, None)) is not None:
                        _say(_open(selector, port), fresh)
                elif not line.waiting and (time.monotonic() >= until or not _send(line, requests)):
                    selector.unregister(line.sock)
                    line.sock.close()
        for key in list(selector.get_map().values()):
            answers.silent += 1
            key.data.sock.close()
    return answers


def _open(selector: selectors.BaseSelector, port: int) -> _Line:
    line = _Line(port)
    selector.register(line.sock, selectors.EVENT_READ, line)
    return line


def _send(line: _Line, requests: Iterator[bytes]) -> bool:
    following = next(requests, None)
    if following is None:
        return False
    _say(line, following)
    return True


def _say(line: _Line, data: bytes) -> None:
    line.waiting = True
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        line.sock.send(data)


def _take(line: _Line, answers: Answers, keep: Callable[[int], bool]) -> bool:
    """Take in what has come; whether the connection goes on."""
    try:
        data = line.sock.recv(65_536)
    except BlockingIOError:
        return True
    except OSError:
        data = b""
    if not data:
        answers.closed += line.waiting
        return False
    line.said += data
    head, ended, rest = line.said.partition(b"\r\n\r\n")
    if not ended:
        return True
    length = _length(head)
    if len(rest) < length:
        return True
    status = int(head.split(b" ", 2)[1])
    answers.statuses[status] += 1
    answers.heads.setdefault(status, head)
    line.said, line.waiting = b"", False
    return keep(status) and b"connection: close" not in head.lower()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
