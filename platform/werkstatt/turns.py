"""Takes turns among those who ask: whoever asks a hundred times at once does not hold up the others.

With green threads everything that can go on goes on in each round, and a vote takes several rounds.
A hundred requests of one asker would make each round as long as all of them together.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from gettext import translation
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs

from flask import Flask
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from foundation import eventlog
from foundation.errors import too_many
from foundation.policy import Credential
from live.gate import TURN_OVER
from live.reading import as_number
from people.accounts.models import Language
from people.sign_in.asking import LANGUAGE
from werkstatt.paths import TRANSLATIONS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REST = 0.25
"""Seconds that a turn rests at most, and after each refusal: asking on costs the asker more than us."""
SHARE = 2
"""How many times as long as it took a turn rests while more of the same asker wait for it."""
JUST = 0.05
"""Seconds for which somebody has only just asked: their next request lets everybody else go first."""
REMEMBERED = 4096
"""Askers, and cookies of theirs, that are known before those are forgotten who have gone."""
STRANGERS = 4
"""How many more turns an address has than a person: a whole town hall may sign in from one."""
NEWS = re.compile(r"/live/streams/.+/events")
"""Where one may wait for news, if `wait` says so; anywhere else that word gives nobody a turn."""


@dataclass
class _Asker:
    running: int = 0
    left_at: float = 0.0
    waiting: deque[threading.Event] = field(default_factory=deque)


@dataclass
class _Turn:
    """One request of an asker; whether it still takes a place, and whether it was told to wait."""

    asker: _Asker
    began: float
    is_over: bool = False
    refused: bool = False


class Turns:
    """WSGI in front of everything: of each asker so many requests are worked on, and `waiting` wait.

    `who` says whose turn a request takes and how many of those there are, `language` what its reader speaks.
    """

    def __init__(
        self,
        inner: WSGIApplication,
        who: Callable[[WSGIEnvironment], tuple[str, int]],
        *,
        language: Callable[[WSGIEnvironment], str],
        waiting: int,
    ) -> None:
        self._inner = inner
        self._who = who
        self._language = language
        self._most = waiting
        self._askers: dict[str, _Asker] = {}
        self._forget_at = REMEMBERED
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        who, at_once = self._who(environ)
        turn = self._enter(who, at_once)
        if turn is None:
            return _refuse(environ, start_response, self._language(environ))
        # A socket stays open for hours: once it is through the gate others may ask.
        environ[TURN_OVER] = lambda: self._leave(turn)

        def watched(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            turn.refused = status.startswith("429")
            return start_response(status, headers, *exc_info)

        try:
            answer = self._inner(environ, watched)
            self._rest(turn)
            return answer
        finally:
            self._leave(turn)

    def __len__(self) -> int:
        """How many have asked of late."""
        return len(self._askers)

    def _enter(self, who: str, at_once: int) -> _Turn | None:
        with self._lock:
            if len(self._askers) >= self._forget_at:
                self._forget()
            asker = self._askers.setdefault(who, _Asker())
            handed_on = None
            if asker.running < at_once:
                asker.running += 1
            elif len(asker.waiting) < self._most:
                handed_on = threading.Event()
                asker.waiting.append(handed_on)
            else:
                return None
        if handed_on is not None:
            handed_on.wait()
        if time.monotonic() - asker.left_at < JUST:
            # What never waits for anything would go on and on in the same round.
            time.sleep(0)
        return _Turn(asker, time.monotonic())

    def _rest(self, turn: _Turn) -> None:
        """Leave the others time, before the turn is handed on to one more of the same asker."""
        if turn.refused:
            time.sleep(REST)
        elif turn.asker.waiting and not turn.is_over:
            time.sleep(min(REST, SHARE * (time.monotonic() - turn.began)))

    def _leave(self, turn: _Turn) -> None:
        asker = turn.asker
        with self._lock:
            if turn.is_over:
                return
            turn.is_over = True
            asker.left_at = time.monotonic()
            if asker.waiting:
                asker.waiting.popleft().set()
            else:
                asker.running -= 1

    def _forget(self) -> None:
        now = time.monotonic()
        idle = [who for who, one in self._askers.items() if not one.running and now - one.left_at > JUST]
        for who in idle:
            del self._askers[who]
        # Where many are there at once, not each of them looks for those who have gone.
        self._forget_at = max(REMEMBERED, 2 * len(self._askers))


class _Shown(NamedTuple):
    """What a cookie says: the key of its session, and the language that was chosen for this browser."""

    session: str
    language: str


class Asking:
    """Who asks: a session that this house has signed, else the address the request comes from.

    A person with several sessions has the turns of each: who they are, only the database would know.
    """

    def __init__(
        self,
        app: Flask,
        credential_in: Callable[[Mapping[str, Any]], Credential | None],
        *,
        at_once: int,
        waiting_for_news: int,
        proxies: int,
    ) -> None:
        self._app = app
        self._credential_in = credential_in
        self._at_once = at_once
        self._news = waiting_for_news
        self._proxies = proxies
        self._known: OrderedDict[bytes, _Shown] = OrderedDict()

    def __call__(self, environ: WSGIEnvironment) -> tuple[str, int]:
        session = self._shown(environ).session
        if not session:
            return self._address(environ), STRANGERS * self._at_once
        if _waits_for_news(environ):
            return f"news {session}", self._at_once + self._news
        return session, self._at_once

    def language(self, environ: WSGIEnvironment) -> str:
        """What the reader speaks, as far as one can tell without asking the database."""
        chosen = self._shown(environ).language
        if chosen in set(Language):
            return chosen
        accepted = parse_accept_header(environ.get("HTTP_ACCEPT_LANGUAGE"), LanguageAccept)
        return accepted.best_match(list(Language)) or Language.GERMAN

    def _shown(self, environ: WSGIEnvironment) -> _Shown:
        """Not the cookie itself, which whoever asks may write in many ways.

        Nor is it what is kept: strangers may send thousands, each as long as a head may be.
        """
        cookie = environ.get("HTTP_COOKIE", "")
        hashed = hashlib.sha256(cookie.encode()).digest()
        known = self._known.get(hashed)
        if known is None:
            # The request knows nothing but its cookie, so that nothing else can be kept of it.
            asked = self._app.request_class({"HTTP_COOKIE": cookie, "REQUEST_METHOD": "GET"})
            session: Mapping[str, Any] = self._app.session_interface.open_session(self._app, asked) or {}
            credential = self._credential_in(session)
            known = _Shown(credential.key if credential else "", str(session.get(LANGUAGE, "")))
            self._known[hashed] = known
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return known

    def _address(self, environ: WSGIEnvironment) -> str:
        passed = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if 0 < self._proxies <= len(passed):
            return str(passed[-self._proxies].strip())
        return str(environ.get("REMOTE_ADDR", ""))


def _waits_for_news(environ: WSGIEnvironment) -> bool:
    if environ.get("REQUEST_METHOD") != "GET" or not NEWS.fullmatch(environ.get("PATH_INFO", "")):
        return False
    asked = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    # What is no number is refused, and no more: it takes its turn among what is answered at once.
    return bool(as_number(asked.get("wait", ["0"])[0]))


@cache
def _said(language: str) -> str:
    return translation("messages", TRANSLATIONS, [language], fallback=True).gettext(too_many().message)


def _refuse(environ: WSGIEnvironment, start_response: StartResponse, language: str) -> Iterable[bytes]:
    headers = [("Retry-After", "1"), ("Cache-Control", "no-store"), ("Connection", "close")]
    if environ.get("PATH_INFO", "").startswith("/live/"):
        error = {"code": too_many().code, "message": _said(language), "fields": {}}
        said, kind = eventlog.encode({"ok": False, "error": error}), "application/json"
    else:
        said, kind = f"{_said(language)}\n", "text/plain; charset=utf-8"
    start_response("429 Too Many Requests", [("Content-Type", kind), *headers])
    return [said.encode()]
