"""Connections that never wait, for many voters in one process; of docs/wire.md only what a vote needs."""

from __future__ import annotations

import json
import re
import socket
import uuid
from typing import Any
from urllib.parse import urlsplit

from tests.visiting import Visitor

from bench.house import Voter, cookie

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def dial(url: str) -> socket.socket:
    parts = urlsplit(url)
    line = socket.socket()
    line.settimeout(0)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.connect_ex((parts.hostname, parts.port))
    return line


class Sender:
    """One voter's own connection to `POST /live/commands`; one command at a time."""

    def __init__(self, url: str, place: str, voter: Voter) -> None:
        self._voter = voter
        self._place = place
        self.due = 0.0
        self.busy = False
        self._heard = b""
        visitor = Visitor(url, cookie=cookie(voter.token))
        csrf = visitor.get("/live/session").json["csrf"]
        self._head = (
            f"POST /live/commands HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\nCookie: {visitor.cookie}\r\n"
            f"Origin: {url}\r\nX-CSRFToken: {csrf}\r\nContent-Type: application/json\r\nContent-Length: "
        ).encode()
        visitor.close()
        self.line = dial(url)
        # Connected at once on this machine; a command is far smaller than what the kernel takes.
        self.line.settimeout(10)

    def send(self, due: float) -> None:
        asked = {
            "id": str(uuid.uuid4()),
            "name": "ballot.mark",
            "place": self._place,
            "body": self._voter.next(),
        }
        content = json.dumps(asked).encode()
        self.due, self.busy = due, True
        self.line.sendall(self._head + str(len(content)).encode() + b"\r\n\r\n" + content)

    def take(self) -> dict[str, Any] | None:
        """The answer, when it is here as a whole. Whatever is not a yes ends the measurement."""
        came = self.line.recv(65_536)
        if not came:
            raise ConnectionError("the server hung up on a voter")
        self._heard += came
        head, found, body = self._heard.partition(b"\r\n\r\n")
        length = _LENGTH.search(head) if found else None
        if length is None or len(body) < int(length[1]):
            return None
        self._heard, self.busy = b"", False
        if not head.startswith(b"HTTP/1.1 200"):
            raise AssertionError(f"a vote was refused: {body[:300].decode()}")
        answer: dict[str, Any] = json.loads(body)
        return answer
