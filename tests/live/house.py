"""A small house around the wire: the probe room, a Flask application, and servers of both kinds for it."""

from __future__ import annotations

import argparse
import contextlib
import http.client
import importlib
import json
import os
import selectors
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, Response, session
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Connection
from tests.foundation import ground, stock, trouble
from werkzeug.exceptions import HTTPException
from werkzeug.serving import WSGIRequestHandler, make_server

from foundation.database import Database
from foundation.door import Door
from foundation.errors import Refusal
from foundation.policy import Credential
from live import compiled, fanout, publisher, wire
from live.limits import USUAL, Limits
from live.pace import Pace, TooOftenError
from live.wire import Ports, Wire

ROOT = Path(__file__).resolve().parents[2]
ORIGIN = "http://werkstatt.test"
SECRET_KEY = "only for tests"
CSRF = "only for tests, of a session"
SECRET = b"only for tests, 32 bytes of salt"
READY_WITHIN = 60.0
"""Seconds that a server of its own may take until it says where it is."""

assert trouble  # imported for the commands it declares


def credential_in(cookie: Mapping[str, Any]) -> Credential | None:
    key = cookie.get("key")
    return Credential("session", key) if isinstance(key, str) else None


def say(refusal: Refusal) -> dict[str, Any]:
    """The refusal in German: a sentence, and one for each field."""
    fields = {
        name: said[0] % said[1] if isinstance(said, tuple) else said % refusal.params
        for name, said in refusal.fields.items()
    }
    return {"code": str(refusal.code), "message": refusal.message % refusal.params, "fields": fields}


def names(people: Collection[str]) -> dict[str, str]:
    return {person: f"Person {person[:4]}" for person in people}


@dataclass
class House:
    """The application with its wire; nothing of it runs yet."""

    app: Flask
    wire: Wire
    door: Door
    database: Database
    used: list[Credential]


def build(
    database_url: str,
    *,
    mode: str,
    redis_url: str | None = None,
    limits: Limits = USUAL,
    pace: str = "1000 per second",
) -> House:
    """Put it together as `werkstatt/app.py` does the real one."""
    database = Database(database_url)
    door = Door(database, ground.identify, secret=SECRET)
    app = Flask("probe")
    app.config.update(SECRET_KEY=SECRET_KEY, WTF_CSRF_TIME_LIMIT=None, MAX_CONTENT_LENGTH=65_536)
    used: list[Credential] = []

    def use(_connection: Connection, credentials: Collection[Credential]) -> None:
        used.extend(credentials)

    ports = Ports(
        credential=lambda: credential_in(session),
        credential_in=credential_in,
        is_own_origin=ORIGIN.__eq__,
        say=say,
        used=use,
        names=names,
        headers={"X-House": "probe"},
    )
    told = wire.attach(
        app,
        door,
        mode=mode,
        redis_url=redis_url,
        secret=SECRET,
        ports=ports,
        pace=Pace(pace),
        limits=limits,
    )
    app.add_url_rule("/idle", view_func=lambda: {"held": _held(told)})
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(TooOftenError, _too_often)
    app.register_error_handler(HTTPException, _http)
    return House(app, told, door, database, used)


def _held(told: Wire) -> int:
    """How much the process holds of those who are connected."""
    engine = told.socketio.server.eio
    return len(told.subscriptions) + len(told.publisher._told) + len(engine.sockets)


def _refused(refusal: Refusal) -> Response:
    body = json.dumps({"ok": False, "error": say(refusal)})
    return Response(body, refusal.status, mimetype="application/json")


def _too_often(error: TooOftenError) -> Response:
    body = json.dumps({"ok": False, "error": {"code": "too_many", "message": "", "fields": {}}})
    return Response(body, 429, {"Retry-After": str(error.wait)}, mimetype="application/json")


def _http(error: HTTPException) -> Response:
    code = {400: "bad_request", 404: "not_found", 413: "too_large"}.get(error.code or 500, "error")
    body = json.dumps({"ok": False, "error": {"code": code, "message": "", "fields": {}}})
    return Response(body, error.code, mimetype="application/json")


def cookie(key: str) -> str:
    """The session cookie of somebody who has signed in with that key."""
    app = Flask("probe")
    app.secret_key = SECRET_KEY
    serializer: Any = app.session_interface
    return f"session={serializer.get_signing_serializer(app).dumps({'key': key, 'csrf_token': CSRF})}"


def token() -> str:
    """What a page of the session that `cookie` has begun sends with each command."""
    return str(URLSafeTimedSerializer(SECRET_KEY, salt="wtf-csrf-token").dumps(CSRF))


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object, **__: object) -> None:
        """Says nothing."""


class Threads:
    """The house served by threads of this process."""

    mode = "threading"

    def __init__(
        self,
        database_url: str,
        redis_url: str | None = None,
        *,
        send_buffer: int = 0,
        limits: Limits = USUAL,
    ) -> None:
        self.house = build(database_url, mode=self.mode, redis_url=redis_url, limits=limits)
        self._server = make_server("127.0.0.1", 0, self.house.app, threaded=True, request_handler=_Quiet)
        if send_buffer:
            self._server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
        self.port: int = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        self.house.wire.start()

    def close(self) -> None:
        self.house.wire.stop()
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()
        service = self.house.wire.socketio.server.eio.service_task_event
        if service is not None:
            # `shutdown` would wait for the library's next round, up to 18 s.
            service.set()
        self.house.database.close()


class Green:
    """The house served by green threads of a process of its own."""

    mode = "eventlet"

    def __init__(self, database_url: str, redis_url: str | None = None, *, send_buffer: int = 0) -> None:
        patched = "import eventlet; eventlet.monkey_patch(); from tests.live import house; house.main()"
        given = [database_url, "--redis", redis_url or "", "--send-buffer", str(send_buffer)]
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", patched, *given],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}",
                "PSYCOPG_WAIT_FUNC": "wait_selector",
            },
        )
        self.said: list[str] = []
        assert self.process.stderr is not None
        self._listening = threading.Thread(target=self._hear)
        self._listening.start()
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as waiting:
            waiting.register(self.process.stdout, selectors.EVENT_READ)
            line = self.process.stdout.readline() if waiting.select(READY_WITHIN) else ""
        if not line:
            self.close()
            raise RuntimeError("".join(self.said))
        self.port = int(line)

    def _hear(self) -> None:
        assert self.process.stderr is not None
        self.said.extend(self.process.stderr)

    @property
    def memory(self) -> int:
        """Bytes of memory that the process holds."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        [line] = [line for line in status.splitlines() if line.startswith("VmRSS")]
        return int(line.split()[1]) * 1024

    def is_idle(self) -> bool:
        """Whether nobody is connected and nothing is remembered of those who were."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            connection.request("GET", "/idle")
            return bool(json.loads(connection.getresponse().read()) == {"held": 0})

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        self._listening.join(10)
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()


def main() -> None:
    """Serve with green threads until told to end; says its port first."""
    asked = argparse.ArgumentParser()
    asked.add_argument("database")
    asked.add_argument("--redis", default="")
    asked.add_argument("--send-buffer", type=int, default=0)
    options = asked.parse_args()
    publisher.LOOK_EVERY = 0.2
    eventlet: Any = importlib.import_module("eventlet")
    wsgi: Any = importlib.import_module("eventlet.wsgi")
    with stock.moved_in():
        fanout.write_by(compiled.load(Path(tempfile.gettempdir()) / f"werkstatt-compiled-{os.geteuid()}"))
        house = build(options.database, mode="eventlet", redis_url=options.redis or None)
        listener = eventlet.listen(("127.0.0.1", 0), backlog=4096)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if options.send_buffer:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, options.send_buffer)
        house.wire.start()
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        wsgi.server(listener, house.app, log_output=False, max_size=10_000, debug=False)
