"""The whole house in this process, with nothing going on by itself: a test says when it tells and looks.

What answers is the real application, by HTTP and by the library's own sockets; only the network is missing.
"""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path
from typing import Any

from engineio.socket import Socket as EngineSocket
from tests.scene import Scene
from tests.serving import SECRET_KEY
from werkzeug.test import Client, EnvironBuilder

from foundation.policy import Credential
from live.gate import CREDENTIAL
from people.sign_in.queries import KIND
from people.sign_in.rules import digest
from werkstatt.app import create_app
from werkstatt.settings import load

BASE = "http://localhost:5000"


class Process:
    """One process of a house. `hints` are the streams it would have told the others about."""

    def __init__(self, scene: Scene, folder: Path) -> None:
        settings = load(
            data_dir=folder, database_url=scene.url, base_url=BASE, secret_key=SECRET_KEY, async_="threading",
            administrators_need_second_factor=False, command_limit="100000 per second",
        )  # fmt: skip
        self.application = create_app(settings)
        self.hints: list[str] = []
        self.publisher.hint = lambda events: self.hints.extend(event.stream for event in events)

    @property
    def publisher(self) -> Any:
        return self.application.wire.publisher

    def check_everybody(self) -> None:
        """The look at all sockets that comes every ten seconds."""
        wire = self.application.wire
        wire.clearance.check(wire.subscriptions.all())

    def visitor(self, token: str) -> Guest:
        return Guest(self, token)

    def close(self) -> None:
        self.application.wire.stop()
        self.application.database.close()


class Guest:
    """Somebody's session at one process: asks as `tests.visiting.Visitor` does."""

    def __init__(self, process: Process, token: str) -> None:
        self.process = process
        self.token = token
        self._client: Client = process.application.app.test_client()
        with self._client.session_transaction() as session:  # type: ignore[attr-defined]  # Flask's client
            session["_user_id"] = token
        self._csrf = ""

    def get(self, path: str) -> _Answer:
        return _Answer(self._client.get(path, base_url=BASE))

    def send(self, command: dict[str, Any]) -> _Answer:
        """Whoever is not signed in has no token, and is told so."""
        if not self._csrf:
            session = self.get("/live/session")
            self._csrf = session.json["csrf"] if session.status == 200 else ""
        headers = {"Origin": BASE, "X-CSRFToken": self._csrf}
        return _Answer(self._client.post("/live/commands", json=command, base_url=BASE, headers=headers))

    def socket(self) -> Line | None:
        """A connection; None for whoever the gate would refuse."""
        credential = Credential(KIND, digest(self.token))
        door = self.process.application.door
        with door.database.reading() as connection:
            actor = door.identify(connection, {credential}).get(credential)
        return Line(self.process, (credential, actor)) if actor else None


class _Answer:
    def __init__(self, answer: Any) -> None:
        self.status: int = answer.status_code
        self.content: bytes = answer.data
        answer.close()

    @property
    def json(self) -> Any:
        return json.loads(self.content)


class Line:
    """A connection of the library; what is sent to it lies in its queue until somebody reads."""

    def __init__(self, process: Process, known: tuple[Any, Any]) -> None:
        self._server = process.application.wire.socketio.server.eio
        self.heard: list[tuple[str, Any]] = []
        self._acknowledged: dict[int, Any] = {}
        self._asked = 0
        self._engine = EngineSocket(self._server, uuid.uuid4().hex)
        self._engine.connected = True
        self._server.sockets[self._engine.sid] = self._engine
        environ = EnvironBuilder("/socket.io/", base_url=BASE).get_environ()
        environ |= {"flask.app": process.application.app, CREDENTIAL: known}
        self._server.handlers["connect"](self._engine.sid, environ)
        self._say("0")
        self.read()

    @property
    def is_open(self) -> bool:
        return not self._engine.closed

    def ask(self, event: str, argument: Any, *, seconds: float = 0.0) -> Any:  # noqa: ARG002 -- nothing takes time here
        self._asked += 1
        self._say(f"2{self._asked}{json.dumps([event, argument])}")
        self.read()
        return self._acknowledged.pop(self._asked)

    def read(self) -> None:
        """Take in what has been sent."""
        while not self._engine.queue.empty():
            packet = self._engine.queue.get()
            if packet is not None:
                self._take(packet.encode())

    def drop(self) -> None:
        """Be gone; what was under way is lost."""
        self._engine.close(wait=False, abort=True)
        self._server.sockets.pop(self._engine.sid, None)

    def _say(self, text: str) -> None:
        if self.is_open:
            self._server.handlers["message"](self._engine.sid, text)

    def _take(self, text: str) -> None:
        if found := re.match(r"43(\d+)(\[.*)", text, re.DOTALL):
            self._acknowledged[int(found[1])] = json.loads(found[2])[0]
        elif text.startswith("42"):
            name, body = json.loads(text[2:])
            self.heard.append((name, body))
