"""A visitor who talks to the server as a foreign program would, by HTTP and by a socket."""

from __future__ import annotations

import http.client
import json
import re
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import websocket

PATIENCE = 120.0
"""Seconds after which something that should have happened long ago counts as not happening at all."""


class StillWaitingError(AssertionError):
    """What was waited for has not come."""


def wait_until(condition: Callable[[], Any], what: str, *, seconds: float = PATIENCE) -> Any:
    """The first true value of the condition."""
    until = time.monotonic() + seconds
    while True:
        if found := condition():
            return found
        if time.monotonic() > until:
            raise StillWaitingError(f"after {seconds:.0f} s still not: {what}")
        time.sleep(0.02)


@dataclass(frozen=True)
class Reply:
    """What came back over HTTP."""

    status: int
    headers: http.client.HTTPMessage
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def code(self) -> str:
        """The code of the refusal; empty for an answer that is none."""
        try:
            told = self.json
        except ValueError:
            return ""
        return str(told.get("error", {}).get("code", "")) if isinstance(told, dict) else ""


class Visitor:
    """One who signs in, reads and sends as docs/wire.md says. Not for several threads at once: `again()`."""

    def __init__(self, url: str, *, cookie: str = "", csrf: str = "", patience: float = PATIENCE) -> None:
        self.url = url
        self.cookie = cookie
        self.csrf = csrf
        self.person = ""
        self._patience = patience
        self._connection: http.client.HTTPConnection | None = None

    def __del__(self) -> None:
        self.close()

    def again(self, url: str = "") -> Visitor:
        """The same session over a connection of its own, here or at another server of the same house."""
        other = Visitor(url or self.url, cookie=self.cookie, csrf=self.csrf, patience=self._patience)
        other.person = self.person
        return other

    def sign_in(self, email: str, password: str) -> Visitor:
        """Returns itself, signed in and with the token for commands."""
        form = {"email": email, "password": password, "csrf_token": self.form_token("/sign-in")}
        reply = self.post("/sign-in", form)
        if reply.status != 302:
            raise AssertionError(f"{email} was not let in: {reply.status}")
        told = self.get("/live/session").json
        self.csrf, self.person = told["csrf"], told["actor"]["id"]
        return self

    def sign_out(self) -> Reply:
        return self.post("/sign-out", {"csrf_token": self.csrf})

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Reply:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, form: Mapping[str, str]) -> Reply:
        """Send a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.url}
        return self.ask("POST", path, urlencode(form).encode(), kind)

    def command(
        self,
        name: str,
        place: str,
        body: Mapping[str, Any] | None = None,
        *,
        id: str = "",  # noqa: A002 -- the wire calls it id
    ) -> Reply:
        """Send one command; with an id of its own unless one is given."""
        sent = {"id": id or str(uuid.uuid4()), "name": name, "place": place, "body": body or {}}
        return self.send(json.dumps(sent).encode())

    def begin(
        self,
        name: str,
        place: str,
        body: Mapping[str, Any] | None = None,
        *,
        id: str = "",  # noqa: A002 -- the wire calls it id
    ) -> Callable[[], Reply]:
        """Send one command over a connection of its own; the answer is read when the result is called."""
        sent = {"id": id or str(uuid.uuid4()), "name": name, "place": place, "body": body or {}}
        headers = {"Content-Type": "application/json", "Origin": self.url, "X-CSRFToken": self.csrf}
        connection = self._connect()
        connection.request(
            "POST", "/live/commands", json.dumps(sent).encode(), {"Cookie": self.cookie, **headers}
        )

        def answer() -> Reply:
            with closing(connection):
                came = connection.getresponse()
                return Reply(came.status, came.headers, came.read())

        return answer

    def send(self, content: bytes, **other: str | None) -> Reply:
        """Send any bytes to the door of commands; `other` replaces headers, or leaves them out (None)."""
        headers = {"content_type": "application/json", "origin": self.url, "x_csrftoken": self.csrf, **other}
        settled = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
        return self.ask("POST", "/live/commands", content, settled)

    def snapshot(self, stream: str) -> Any:
        return self.get(f"/live/streams/{stream}").json

    def catch_up(self, stream: str, epoch: str, after: int, *, wait: int = 0) -> Any:
        query = urlencode({"epoch": epoch, "after": after, "wait": wait})
        return self.get(f"/live/streams/{stream}/events?{query}").json

    def socket(self, *, origin: str = "") -> Socket:
        """A live connection of this session."""
        return Socket(self.url, self.cookie, origin=origin, patience=self._patience)

    def ask(
        self, method: str, path: str, content: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """One request. A kept connection that was closed meanwhile is opened anew where that is safe."""
        sent = {"Cookie": self.cookie} if self.cookie else {}
        kept = self._connection is not None
        try:
            reply = self._once(method, path, content, {**sent, **(headers or {})})
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self.close()
            if not kept or (method != "GET" and path != "/live/commands"):
                raise
            reply = self._once(method, path, content, {**sent, **(headers or {})})
        for told in reply.headers.get_all("Set-Cookie") or []:
            if told.startswith("session="):
                self.cookie = told.partition(";")[0]
        return reply

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _once(self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]) -> Reply:
        if self._connection is None:
            self._connection = self._connect()
        try:
            self._connection.request(method, path, content, dict(headers))
        except (BrokenPipeError, ConnectionResetError):
            # A server that has read enough may answer and hang up while we still send.
            if not content or len(content) < 65_536:
                raise
        answer = self._connection.getresponse()
        reply = Reply(answer.status, answer.headers, answer.read())
        if answer.will_close:
            self.close()
        return reply

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=self._patience)

    def form_token(self, path: str) -> str:
        """The hidden token of the form on that page."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(path).text)
        if found is None:
            raise AssertionError(f"{path} has no form")
        return found[1]


class Socket:
    """A connection as docs/wire.md describes it, read only when somebody asks what has come."""

    def __init__(self, url: str, cookie: str, *, origin: str = "", patience: float = PATIENCE) -> None:
        address = url.replace("http://", "ws://") + "/socket.io/?EIO=4&transport=websocket"
        self.heard: list[tuple[str, Any]] = []
        self.last = ""
        self.sid = ""
        self._line = websocket.create_connection(
            address, timeout=patience, cookie=cookie, origin=origin or url, enable_multithread=False
        )
        self._asked = 0
        self._acknowledged: dict[int, Any] = {}
        self.is_open = True
        self._line.send("40")
        self._read_until(lambda: self.sid, "connected", patience)

    def __del__(self) -> None:
        if hasattr(self, "_line"):
            self._line.shutdown()

    def ask(self, event: str, argument: Any, *, seconds: float = PATIENCE) -> Any:
        """Emit, and return the acknowledgement; `last` is its text as it came."""
        self._asked += 1
        number = self._asked
        self._line.send(f"42{number}{json.dumps([event, argument])}")
        self._read_until(lambda: number in self._acknowledged, f"{event} is acknowledged", seconds)
        return self._acknowledged.pop(number)

    def say(self, text: str) -> None:
        """Send anything at all."""
        self._line.send(text)

    def subscribe(self, stream: str, epoch: str = "", after: int = 0) -> Any:
        return self.ask("subscribe", {"stream": stream, "epoch": epoch, "after": after})

    def listen(self, until: Callable[[list[tuple[str, Any]]], Any], *, seconds: float = PATIENCE) -> Any:
        """Read until the condition holds for everything heard so far; returns its value."""
        return self._read_until(lambda: until(self.heard), "what was listened for", seconds)

    def drain(self, *, seconds: float = 0.5) -> list[tuple[str, Any]]:
        """Everything heard, after a silence of that length."""
        while self.read(seconds):
            pass
        return self.heard

    def events(self, stream: str) -> list[Any]:
        """The numbered events of a stream heard so far, in the order they came."""
        told = [body for name, body in self.heard if name == "events" and body["stream"] == stream]
        return [event for body in told for event in body["events"]]

    def wait_for_close(self, *, seconds: float = PATIENCE) -> float:
        """The seconds until the server has closed the connection."""
        begun = time.monotonic()
        while self.is_open:
            left = begun + seconds - time.monotonic()
            if left <= 0:
                raise StillWaitingError(f"the socket is still open after {seconds:.0f} s")
            self.read(left)
        return time.monotonic() - begun

    def close(self) -> None:
        self.is_open = False
        self._line.close()

    def drop(self) -> None:
        """Be gone without a word."""
        self.is_open = False
        self._line.shutdown()

    def _read_until(self, condition: Callable[[], Any], what: str, seconds: float) -> Any:
        limit = time.monotonic() + seconds
        while not (found := condition()):
            left = limit - time.monotonic()
            if left <= 0 or not self.is_open:
                state = f"after {seconds:.0f} s" if self.is_open else "and the socket is closed"
                raise StillWaitingError(f"still not: {what}, {state}; heard last {self.heard[-3:]}")
            self.read(left)
        return found

    def read(self, seconds: float) -> bool:
        """Take one frame in; no when none came in time, or the line is cut (`is_open`)."""
        self._line.settimeout(max(seconds, 0.001))
        try:
            text = self._line.recv()
        except (websocket.WebSocketTimeoutException, BlockingIOError):
            return False
        except (websocket.WebSocketException, OSError):
            text = ""
        if not text:
            self.is_open = False
            return False
        self._take(text if isinstance(text, str) else text.decode())
        return True

    def _take(self, text: str) -> None:
        if text == "2":
            self._line.send("3")
        elif text.startswith("40"):
            self.sid = json.loads(text[2:])["sid"]
        elif found := re.match(r"43(\d+)(\[.*)", text, re.DOTALL):
            self.last = found[2]
            self._acknowledged[int(found[1])] = json.loads(found[2])[0]
        elif text.startswith("42"):
            name, body = json.loads(text[2:])
            self.heard.append((name, body))
