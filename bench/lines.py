"""Connections that never wait, for many clients in one process: commands over HTTP, and screens.

Knows of docs/wire.md only what a measurement needs; looks into frames only for numbers.
"""

from __future__ import annotations

import json
import os
import re
import selectors
import socket
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tests.visiting import Visitor

from bench.house import Voter, cookie

_SEQ = re.compile(rb'"seq":(\d+)')
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
PER_PERSON = 8
"""Sockets that the server allows a person."""
Note = Callable[[int, int], None]
"""Told by a screen that its last number was the first and is now the second."""
_MASK = b"\x00\x00\x00\x00"
"""A mask that changes nothing is allowed by RFC 6455, and saves the client the work."""


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


class Screen:
    """A subscriber: connects, follows one stream, and notes the numbers that arrive."""

    def __init__(self, url: str, cookies: str, begun: dict[str, Any], note: Note) -> None:
        self.last: int = begun["seq"]
        self.is_ready = False
        self._note = note
        self._heard = b""
        follow = {"stream": begun["stream"], "epoch": begun["epoch"], "after": begun["seq"]}
        self._subscribe = json.dumps(["subscribe", follow])
        key = "d2Vya3N0YXR0IGJlbmNoIQ=="
        self._upgrade = (
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            f"Sec-WebSocket-Version: 13\r\nOrigin: {url}\r\nCookie: {cookies}\r\n\r\n"
        ).encode()
        self._upgraded = False
        self.line = dial(url)

    def begin(self) -> None:
        """Called when the connection stands."""
        self.line.send(self._upgrade)

    def take(self) -> None:
        """Read what has come; may complete several messages or none."""
        came = self.line.recv(262_144)
        if not came:
            raise ConnectionError("the server hung up on a screen")
        heard = self._heard + came
        if not self._upgraded:
            head, found, heard = heard.partition(b"\r\n\r\n")
            if not found:
                self._heard = head
                return
            if b" 101 " not in head.partition(b"\r\n")[0]:
                raise AssertionError(f"a screen was turned away: {head[:200].decode()}")
            self._upgraded = True
        while len(heard) >= 2:
            size, begins = heard[1], 2
            if size == 126:
                size, begins = int.from_bytes(heard[2:4], "big"), 4
            elif size == 127:
                size, begins = int.from_bytes(heard[2:10], "big"), 10
            if len(heard) < begins + size:
                break
            self._told(heard[begins : begins + size])
            heard = heard[begins + size :]
        self._heard = heard

    def _told(self, text: bytes) -> None:
        if text.startswith(b'42["events"'):
            newest = int(_SEQ.findall(text)[-1])
            if newest > self.last:
                self._note(self.last, newest)
                self.last = newest
        elif text == b"2":
            self._say("3")
        elif text.startswith(b"0{"):
            self._say("40")
        elif text.startswith(b"40"):
            self._say(f"420{self._subscribe}")
        elif text.startswith(b"430"):
            (answer,) = json.loads(text[3:])
            if not answer["ok"] or answer.get("head") != self.last:
                raise AssertionError(f"a screen does not follow: {answer}")
            self.is_ready = True

    def _say(self, message: str) -> None:
        payload = message.encode()
        size = len(payload)
        head = bytes([0x81, 0x80 | size]) if size < 126 else bytes([0x81, 0xFE]) + size.to_bytes(2, "big")
        self.line.send(head + _MASK + payload)


def connect(url: str, screens: int, *, cookies: list[str], begun: dict[str, Any], note: Note) -> list[Screen]:
    """So many screens, at most fifty of them on their way in at a time; returns when all follow.

    `begun` is the snapshot that every screen starts from; eight screens share a session in turn.
    """
    made: list[Screen] = []
    coming: set[Screen] = set()
    until = time.monotonic() + 60
    with selectors.DefaultSelector() as selector:
        while len(made) < screens or coming:
            while len(made) < screens and len(coming) < 50:
                screen = Screen(url, cookies[len(made) // PER_PERSON % len(cookies)], begun, note)
                made.append(screen)
                coming.add(screen)
                selector.register(screen.line, selectors.EVENT_WRITE, screen)
            for key, mask in selector.select(1):
                screen = key.data
                if mask & selectors.EVENT_WRITE:
                    screen.begin()
                    selector.modify(screen.line, selectors.EVENT_READ, screen)
                else:
                    screen.take()
                    if screen.is_ready and screen in coming:
                        coming.discard(screen)
                        selector.unregister(screen.line)
            if time.monotonic() > until:
                raise TimeoutError(f"{len(coming)} screens are still on their way in, process {os.getpid()}")
    return made
