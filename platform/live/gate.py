"""What stands before Engine.IO: only a signed-in page of this site gets a socket, and only so many."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import SecurityError
from werkzeug.wsgi import get_host

from foundation.errors import Refusal
from foundation.policy import Actor, Credential
from live.limits import USUAL, Limits

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger()

CREDENTIAL = "werkstatt.credential"
PATH = "/socket.io/"
LEAST = 1.0
"""Seconds that a socket takes one of its person's places, however soon it ends."""
TURN_OVER = "werkstatt.turn_over"
"""What ends the turn that a handshake has taken; the connection goes on."""

_KEY = re.compile(r"[A-Za-z0-9+/]{22}==")


class Gate:
    """WSGI in front of everything under `/socket.io/`."""

    def __init__(
        self,
        app: Flask,
        inner: WSGIApplication,
        *,
        is_own_origin: Callable[[str], bool],
        credential: Callable[[Any], Credential | None],
        identify: Callable[[Credential], Actor | None],
        limits: Limits = USUAL,
    ) -> None:
        self._app = app
        self._inner = inner
        self._is_own_origin = is_own_origin
        self._credential = credential
        self._identify = identify
        self._most = limits.sockets_per_person
        self._open: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(PATH):
            return self._inner(environ, start_response)
        actor = self._passed(environ)
        if isinstance(actor, str):
            return _refuse(start_response, actor)
        if not self._enter(actor.id):
            return _refuse(start_response, "429 Too Many Requests")
        environ.get(TURN_OVER, _nothing)()
        until = time.monotonic() + LEAST
        try:
            # Returns when the connection has ended.
            return self._inner(environ, start_response)
        finally:
            # The library remembers a connection for a while: who opens and closes on and on has to wait.
            time.sleep(max(0.0, until - time.monotonic()))
            self._leave(actor.id)

    def _passed(self, environ: WSGIEnvironment) -> Actor | str:
        """Who it is that may come in, or the status that says why nobody does."""
        if not _is_handshake(environ) or not self._is_own_host(environ):
            return "400 Bad Request"
        if not self._is_own_origin(environ.get("HTTP_ORIGIN", "")):
            return "403 Forbidden"
        # Not kept in the environment, which would keep the connection in a circle with it when it is gone.
        request = self._app.request_class(environ, populate_request=False)
        session = self._app.session_interface.open_session(self._app, request)
        credential = self._credential(session or {})
        try:
            actor = self._identify(credential) if credential else None
        except (SQLAlchemyError, Refusal) as error:
            log.warning("gate_closed", error=type(error).__name__)
            return "503 Service Unavailable"
        if actor is None:
            return "401 Unauthorized"
        environ[CREDENTIAL] = (credential, actor)
        # Compression costs twice the memory and processor time of what it saves on messages this small.
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return actor

    def _is_own_host(self, environ: WSGIEnvironment) -> bool:
        try:
            get_host(environ, self._app.config["TRUSTED_HOSTS"])
        except SecurityError:
            return False
        return True

    def _enter(self, person: str) -> bool:
        with self._lock:
            if self._open[person] >= self._most:
                return False
            self._open[person] += 1
            return True

    def _leave(self, person: str) -> None:
        with self._lock:
            self._open[person] -= 1
            if not self._open[person]:
                del self._open[person]


def _nothing() -> None:
    """For a house that takes no turns."""


def _is_handshake(environ: WSGIEnvironment) -> bool:
    """Whether this begins a WebSocket as RFC 6455 has it; the libraries would stumble over what does not."""
    asked = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    connection = environ.get("HTTP_CONNECTION", "").lower().replace(" ", "").split(",")
    return (
        environ["REQUEST_METHOD"] == "GET"
        and environ.get("HTTP_UPGRADE", "").lower() == "websocket"
        and "upgrade" in connection
        and environ.get("HTTP_SEC_WEBSOCKET_VERSION") == "13"
        and _KEY.fullmatch(environ.get("HTTP_SEC_WEBSOCKET_KEY", "")) is not None
        and asked.get("transport") == ["websocket"]
        and asked.get("EIO") == ["4"]
        and not asked.keys() & {"sid", "j"}
    )


def _refuse(start_response: StartResponse, status: str) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "text/plain"), ("Connection", "close")])
    return [status.partition(" ")[2].encode()]
