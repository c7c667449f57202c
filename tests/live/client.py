"""A client that speaks the wire by hand, and can misbehave."""

from __future__ import annotations

import contextlib
import http.client
import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import websocket
from tests.foundation.ground import PLACE, Person
from tests.live import house

PATIENCE = 20.0
"""Seconds after which something that should have happened counts as not happening."""


def wait_until(condition: Callable[[], Any], what: str = "it", *, seconds: float = PATIENCE) -> Any:
    """The first true value of the condition."""
    until = time.monotonic() + seconds
    while True:
        if found := condition():
            return found
        if time.monotonic() > until:
            raise AssertionError(f"after {seconds:.0f} s still not: {what}")
        time.sleep(0.01)


@dataclass
class Reply:
    status: int
    body: Any
    headers: Mapping[str, str]


class Client:
    """One person at one server: requests, and at most one socket."""

    def __init__(self, port: int, person: Person | None) -> None:
        self.port = port
        self.person = person
        self.cookie = house.cookie(person.key) if person else ""
        self.csrf = house.token()
        self.ws: websocket.WebSocket | None = None
        self.inbox: list[tuple[str, Any]] = []
        self.acks: dict[int, Any] = {}
        self.closed = False
        self._number = 0

    # --- HTTP

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        own = {"Origin": house.ORIGIN, "Cookie": self.cookie, "X-CSRFToken": self.csrf}
        sent = {**own, **(headers or {})}
        try:
            connection.request(method, path, body, {name: value for name, value in sent.items() if value})
            answer = connection.getresponse()
            said = answer.read()
        finally:
            connection.close()
        is_json = answer.headers.get_content_type() == "application/json"
        return Reply(answer.status, json.loads(said) if is_json else said, dict(answer.headers))

    def command(
        self, name: str, body: Mapping[str, Any] | None = None, *, place: str = PLACE, id_: str = ""
    ) -> Reply:
        asked = {"id": id_ or str(uuid.uuid4()), "name": name, "place": place, "body": body or {}}
        sent = {"Content-Type": "application/json"}
        return self.ask("POST", "/live/commands", json.dumps(asked).encode(), sent)

    def add(self, by: int = 1, *, note: str = "", place: str = PLACE) -> Reply:
        return self.command("counter.add", {"by": by, "note": note}, place=place)

    def snapshot(self, stream: str = PLACE) -> Reply:
        return self.ask("GET", f"/live/streams/{stream}")

    def catch_up(self, stream: str = PLACE, *, epoch: str, after: int = 0, wait: int = 0) -> Reply:
        return self.ask("GET", f"/live/streams/{stream}/events?epoch={epoch}&after={after}&wait={wait}")

    # --- the socket

    def handshake(
        self, *, origin: str = house.ORIGIN, query: str = "", header: list[str] | None = None
    ) -> None:
        """Open the WebSocket; Socket.IO has not begun yet."""
        url = f"ws://127.0.0.1:{self.port}/socket.io/?{query or 'EIO=4&transport=websocket'}"
        self.ws = websocket.create_connection(
            url, origin=origin, cookie=self.cookie or None, header=header or [], timeout=PATIENCE
        )
        self.closed = False

    def connect(self) -> Client:
        self.handshake()
        self.say("40")
        self.wait_for("connected")
        return self

    def say(self, text: str) -> None:
        assert self.ws is not None
        self.ws.send(text)

    def emit(self, event: str, argument: Any) -> Any:
        """Say something and wait for its acknowledgement."""
        self._number += 1
        number = self._number
        self.say(f"42{number}{json.dumps([event, argument])}")
        while number not in self.acks:
            self.hear(PATIENCE)
        return self.acks.pop(number)[0]

    def subscribe(self, stream: str = PLACE, *, epoch: str = "", after: int = 0) -> Any:
        return self.emit("subscribe", {"stream": stream, "epoch": epoch, "after": after})

    def follow(self, stream: str = PLACE) -> int:
        """Take the snapshot and follow from there; returns its number."""
        reply = self.snapshot(stream)
        assert reply.status == 200, reply
        found = reply.body
        answer = self.subscribe(stream, epoch=found["epoch"], after=found["seq"])
        assert answer["ok"], answer
        return int(found["seq"])

    def hear(self, seconds: float) -> bool:
        """Take in one packet; False if none came in time. Raises when the connection has ended."""
        assert self.ws is not None
        self.ws.settimeout(max(0.001, seconds))
        try:
            packet = self.ws.recv()
        except websocket.WebSocketTimeoutException:
            return False
        except (websocket.WebSocketConnectionClosedException, OSError):
            packet = ""
        if not packet:
            self.closed = True
            raise ConnectionError("the server has closed the connection")
        self._take(str(packet))
        return True

    def _take(self, packet: str) -> None:
        if packet == "2":
            self.say("3")
        elif packet[:2] == "40":
            self.inbox.append(("connected", json.loads(packet[2:])))
        elif packet[:2] == "42":
            name, argument = json.loads(packet[2:])
            self.inbox.append((name, argument))
        elif packet[:2] == "43":
            start = packet.index("[")
            self.acks[int(packet[2:start])] = json.loads(packet[start:])
        elif packet[0] != "0":
            self.inbox.append(("packet", packet))

    def wait_for(self, name: str, *, seconds: float = PATIENCE, **wanted: Any) -> Any:
        """The next message of that name, with these fields; what comes before it is dropped."""
        until = time.monotonic() + seconds
        while True:
            while self.inbox:
                kind, argument = self.inbox.pop(0)
                if kind == name and all(argument.get(key) == value for key, value in wanted.items()):
                    return argument
            if not self.hear(until - time.monotonic()) and time.monotonic() >= until:
                raise AssertionError(f"after {seconds:.0f} s no {name} {wanted}")

    def numbers(self, count: int, *, stream: str = PLACE, seconds: float = PATIENCE) -> list[int]:
        """The numbers of so many events of the stream, as they come."""
        found: list[int] = []
        until = time.monotonic() + seconds
        while len(found) < count:
            told = self.wait_for("events", stream=stream, seconds=until - time.monotonic())
            found += [event["seq"] for event in told["events"]]
        return found

    def quiet(self, seconds: float) -> list[tuple[str, Any]]:
        """Everything that comes within so long, pings apart."""
        until = time.monotonic() + seconds
        with contextlib.suppress(ConnectionError):
            while time.monotonic() < until:
                self.hear(until - time.monotonic())
        found, self.inbox = self.inbox, []
        return found

    def is_closed_within(self, seconds: float) -> bool:
        """Whether the server ends the connection in time; what comes before stays in the inbox."""
        until = time.monotonic() + seconds
        try:
            while time.monotonic() < until:
                self.hear(until - time.monotonic())
        except ConnectionError:
            return True
        return False

    def close(self) -> None:
        if self.ws is not None:
            with contextlib.suppress(OSError, websocket.WebSocketException):
                self.ws.shutdown()
            self.ws = None
