"""A browser for programs: knows docs/wire.md and the page `/demo`, and no room of the house.

Standard library only.
"""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode

TIMEOUT = 10.0
TRIES = 3

State = dict[str, Any]


class RefusedError(Exception):
    """The server understood and said no. `code` as docs/wire.md names it."""

    def __init__(self, code: str, wait: float = 0.0) -> None:
        super().__init__(code)
        self.code = code
        self.wait = wait


@dataclass(frozen=True)
class Member:
    """Somebody whom `/demo` lets in."""

    id: str
    team: str


class Browser:
    """One window: its cookies, and who is signed in there."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        # Without a proxy: the demo is on this machine, whatever the environment says about the world.
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )
        self._csrf = ""

    def members(self) -> list[Member]:
        """The members of teams whom the page lets in."""
        return Choice.read(self._get("/demo")).members

    def enter(self, member: Member) -> None:
        form = {"csrf_token": Choice.read(self._get("/demo")).csrf, "person": member.id}
        self._send("/demo/enter", urlencode(form).encode(), {"Origin": self._url})

    def cohort(self) -> tuple[State, str | None]:
        """The cohort that pages show, and the own team in it; both stand in the page of people."""
        page = self._get("/people")
        shown = next((state for state in _embedded(page) if "teams" in state), {})
        found = re.search(r'<script type="application/json" id="page">(.*?)</script>', page, re.DOTALL)
        return shown, json.loads(found[1])["team"] if found else None

    def now(self) -> str:
        """The server's time. Asks who is signed in, and takes the token for the next command along."""
        session = json.loads(self._get("/live/session"))
        self._csrf = session["csrf"]
        return str(session["now"])

    def state(self, stream: str) -> State:
        found: State = json.loads(self._get(f"/live/streams/{stream}"))["state"]
        return found

    def command(self, name: str, place: str, body: Mapping[str, Any]) -> None:
        """The same bytes again until an answer comes: the server carries them out once."""
        sent = json.dumps({"id": str(uuid.uuid4()), "name": name, "place": place, "body": body}).encode()
        headers = {
            "Content-Type": "application/json",
            "Origin": self._url,
            "X-CSRFToken": self._csrf,
        }
        for left in reversed(range(TRIES)):
            try:
                self._send("/live/commands", sent, headers)
            except (OSError, RefusedError) as error:
                if not left or (isinstance(error, RefusedError) and error.code != "busy"):
                    raise
                time.sleep(1)
            else:
                return

    def _get(self, path: str) -> str:
        return self._send(path, None, {})

    def _send(self, path: str, data: bytes | None, headers: Mapping[str, str]) -> str:
        request = urllib.request.Request(self._url + path, data, dict(headers))  # noqa: S310 -- an address that was typed
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                text: str = answer.read().decode()
                return text
        except urllib.error.HTTPError as error:
            with error:
                raise _refused(error) from None


def _refused(error: urllib.error.HTTPError) -> RefusedError:
    try:
        code = str(json.loads(error.read())["error"]["code"])
    except (ValueError, KeyError, TypeError):
        code = f"http_{error.code}"
    wait = error.headers.get("Retry-After", "")
    return RefusedError(code, float(wait) if wait.isdigit() else 0.0)


class Choice(HTMLParser):
    """What a program reads in `/demo`: each form signs one person in."""

    def __init__(self) -> None:
        super().__init__()
        self.csrf = ""
        self.members: list[Member] = []
        self._team: str | None = None

    @classmethod
    def read(cls, page: str) -> Choice:
        read = cls()
        read.feed(page)
        return read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "form":
            self._team = named.get("data-team")
        elif tag == "input" and named.get("name") == "csrf_token":
            self.csrf = named.get("value") or ""
        elif tag == "input" and named.get("name") == "person" and self._team:
            self.members.append(Member(named.get("value") or "", self._team))


def _embedded(page: str) -> Iterator[State]:
    """The states of the snapshots in a page."""
    for found in re.finditer(r'<script[^>]*data-stream="[^"]*"[^>]*>(.*?)</script>', page, re.DOTALL):
        yield json.loads(found[1])["state"]
