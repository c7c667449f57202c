"""Takes commands in: `POST /live/commands`, in front of Flask, which would cost more than a vote does.

Only a yes is answered here. What is refused is told by Flask, in the language and shape of every refusal.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from flask import Flask, request
from flask_wtf.csrf import validate_csrf
from werkzeug.wsgi import get_host, get_input_stream
from wtforms import ValidationError

from foundation import commands, eventlog
from foundation.commands import Command
from foundation.door import Door
from foundation.errors import Code, Refusal, forged, unknown_actor
from foundation.policy import Credential
from foundation.text import N_
from live import strict_json
from live.pace import Pace
from live.using import Using

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/live/commands"
REFUSED = "werkstatt.refused"
"""Where in the environment Flask finds what it has to tell."""

_SHOWN = ("HTTP_HOST", "HTTP_ORIGIN", "HTTP_COOKIE", "HTTP_X_CSRFTOKEN")
"""All that admission looks at; whether the session is still good is seen in the transaction."""


class Intake:
    """WSGI in front of Flask, for commands: own origin, then who is it, then the token, then the pace."""

    def __init__(
        self,
        app: Flask,
        inner: WSGIApplication,
        *,
        door: Door,
        using: Using,
        pace: Pace,
        largest: int,
        is_own_origin: Callable[[str], bool],
        credential: Callable[[], Credential | None],
        headers: Mapping[str, str],
    ) -> None:
        self._app = app
        self._inner = inner
        self._door = door
        self._using = using
        self._pace = pace
        self._largest = largest
        self._is_own_origin = is_own_origin
        self._credential = credential
        own = {"Content-Type": "application/json", "Cache-Control": "no-store", "Vary": "Cookie"}
        self._headers = list({**headers, **own}.items())
        self._admitted = Admitted()
        self._lock = threading.Lock()
        self._answered: Counter[str] = Counter()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH or environ["REQUEST_METHOD"] != "POST":
            return self._inner(environ, start_response)
        try:
            said = self._carry_out(environ)
        except Exception as error:  # noqa: BLE001 -- this is a door: whoever asked is told, by an error page
            environ[REFUSED] = error
            return self._inner(environ, self._noting(start_response))
        self._note("200 OK")
        start_response("200 OK", [*self._headers, ("Content-Length", str(len(said)))])
        return [said]

    def answered(self) -> Mapping[str, int]:
        """How many commands were answered with each HTTP status."""
        with self._lock:
            return dict(self._answered)

    def _carry_out(self, environ: WSGIEnvironment) -> bytes:
        who = self._admit(environ)
        self._pace.keep(PATH, who.key)
        asked = self._read(environ)
        answer = self._door.carry_out(who, asked)
        if not asked.declared.unlinkable:
            # A session that was used at that very moment would say who it was.
            self._using.act(who)
        return eventlog.encode({"ok": True, **answer.as_dict()}).encode()

    def _admit(self, environ: WSGIEnvironment) -> Credential:
        # With the names: who shows nothing is not who shows nothing in it.
        told = "\n".join(f"{name} {environ[name]}" for name in _SHOWN if name in environ)
        shown = hashlib.sha256(told.encode()).digest()
        who = self._admitted.find(shown)
        if who is None:
            who = self._look_at(environ)
            self._admitted.keep(shown, who)
        return who

    def _look_at(self, environ: WSGIEnvironment) -> Credential:
        """Cookie and token by Flask's own code; a change here is one of `_SHOWN` too."""
        with self._app.request_context(environ):
            get_host(environ, self._app.config["TRUSTED_HOSTS"])
            if not self._is_own_origin(request.headers.get("Origin", "")):
                raise forged()
            who = self._credential()
            if who is None:
                raise unknown_actor()
            try:
                validate_csrf(request.headers.get("X-CSRFToken"))
            except ValidationError:
                raise forged() from None
            return who

    def _read(self, environ: WSGIEnvironment) -> Command:
        content = get_input_stream(environ, max_content_length=self._largest).read()
        kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise _no_json()
        try:
            return commands.from_wire(strict_json.loads(content))
        except strict_json.NotStrictError:
            raise _no_json() from None

    def _noting(self, start_response: StartResponse) -> StartResponse:
        def noting(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            self._note(status)
            return start_response(status, headers, *exc_info)

        return noting

    def _note(self, status: str) -> None:
        with self._lock:
            self._answered[status[:3]] += 1


def _no_json() -> Refusal:
    return Refusal(Code.BAD_REQUEST, N_("Die Anfrage ist kein gültiges JSON."))


class Admitted:
    """Who has just been admitted, by a hash of what was shown: signatures are not checked for each command.

    Each entry ends after a minute, so that what has an age is looked at again.
    """

    MOST = 4096
    SECONDS = 60.0

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._found: OrderedDict[bytes, tuple[Credential, float]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, shown: bytes) -> Credential | None:
        who, until = self._found.get(shown, (None, 0.0))
        return who if self._monotonic() < until else None

    def keep(self, shown: bytes, who: Credential) -> None:
        """Where there are too many, the oldest goes."""
        with self._lock:
            self._found[shown] = (who, self._monotonic() + self.SECONDS)
            self._found.move_to_end(shown)
            if len(self._found) > self.MOST:
                self._found.popitem(last=False)
