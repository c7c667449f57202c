"""Turns: so many requests of one asker at once, so many wait, and whoever is told to wait does."""

from __future__ import annotations

import gc
import json
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask, request, session
from tests.visiting import wait_until

from foundation.errors import too_many
from foundation.policy import Credential
from live.gate import TURN_OVER
from werkstatt import turns
from werkstatt.turns import Asking, Turns

AT_ONCE = 2
WAITING = 3
IN_ENGLISH = "Too many requests at once. Please wait a moment."


class House:
    """An application in which everybody stays until they are let go; asked by the name in the query."""

    def __init__(self) -> None:
        self.inside: list[str] = []
        self.language = "de"
        self.turns = self.take_turns()
        self.threads = ThreadPoolExecutor(16)
        self.over_early = False
        self.status = "200 OK"
        self._go = threading.Semaphore(0)

    def take_turns(self) -> Turns:
        return Turns(
            self._serve,
            lambda environ: (environ["QUERY_STRING"], AT_ONCE),
            language=lambda _environ: self.language,
            waiting=WAITING,
        )

    def ask(self, who: str, path: str = "/") -> Future[tuple[str, bytes]]:
        return self.threads.submit(self.ask_now, who, path)

    def ask_now(self, who: str, path: str = "/") -> tuple[str, bytes]:
        told: list[str] = []

        def start_response(status: str, headers: Any, *_: Any) -> Any:
            told.append(status)

        body = b"".join(self.turns({"QUERY_STRING": who, "PATH_INFO": path}, start_response))
        return told[0], body

    def let_go(self, number: int = 1) -> None:
        self._go.release(number)

    def _serve(self, environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self.over_early:
            environ[TURN_OVER]()
        self.inside.append(environ["QUERY_STRING"])
        self._go.acquire()
        if self.status == "broken":
            raise RuntimeError
        start_response(self.status, [])
        return [b"served"]


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.let_go(1000)
    made.threads.shutdown()


def fill(house: House, who: str, number: int) -> list[Future[tuple[str, bytes]]]:
    """So many requests of one asker, of which as many as may are inside and the others wait."""
    before = len(house.inside)
    asked = [house.ask(who) for _ in range(number)]
    wait_until(lambda: len(house.inside) - before == min(number, AT_ONCE), "the first are inside")
    if number > AT_ONCE:
        wait_until(
            lambda: len(house.turns._askers[who].waiting) == min(number - AT_ONCE, WAITING), "the others wait"
        )
    return asked


def test_so_many_at_once_and_the_next_when_one_has_gone(house: House) -> None:
    asked = fill(house, "one", AT_ONCE + 1)

    assert house.inside == ["one"] * AT_ONCE
    house.let_go()
    wait_until(lambda: len(house.inside) == AT_ONCE + 1, "the next is inside")
    house.let_go(AT_ONCE)
    assert [one.result()[0] for one in asked] == ["200 OK"] * (AT_ONCE + 1)


def test_so_many_wait_and_the_next_is_refused(house: House) -> None:
    asked = fill(house, "one", AT_ONCE + WAITING)

    status, said = house.ask_now("one", "/live/session")
    assert status.startswith("429")
    assert json.loads(said)["error"]["code"] == "too_many"
    assert house.ask_now("one")[1].decode() == f"{too_many().message}\n"
    house.language = "en"
    assert house.ask_now("one")[1].decode() == f"{IN_ENGLISH}\n"
    assert json.loads(house.ask_now("one", "/live/session")[1])["error"]["message"] == IN_ENGLISH
    house.let_go(AT_ONCE + WAITING)
    assert {one.result()[0] for one in asked} == {"200 OK"}


def test_others_do_not_wait_for_it(house: House) -> None:
    fill(house, "one", AT_ONCE + WAITING)

    fill(house, "other", AT_ONCE)
    assert house.inside == ["one"] * AT_ONCE + ["other"] * AT_ONCE


def test_what_ends_its_turn_early_ends_it_once(house: House) -> None:
    house.over_early = True
    asked = [house.ask("one") for _ in range(AT_ONCE + 2)]

    wait_until(lambda: len(house.inside) == AT_ONCE + 2, "all are inside")
    house.let_go(AT_ONCE + 2)
    assert {one.result()[0] for one in asked} == {"200 OK"}
    assert house.turns._askers["one"].running == 0


def test_what_breaks_ends_its_turn_too(house: House) -> None:
    house.status = "broken"
    house.let_go()

    with pytest.raises(RuntimeError):
        house.ask_now("one")
    assert house.turns._askers["one"].running == 0


def test_whoever_is_told_to_wait_waits(house: House) -> None:
    house.status = "429 Too Many Requests"
    house.let_go()

    begun = time.monotonic()
    assert house.ask_now("one") == ("429 Too Many Requests", b"served")
    assert time.monotonic() - begun >= turns.REST


def test_a_turn_that_others_wait_for_rests_as_long_as_it_took_and_more(house: House) -> None:
    asked = fill(house, "one", AT_ONCE + 1)
    took = 0.05
    time.sleep(took)

    begun = time.monotonic()
    house.let_go()
    wait_until(lambda: len(house.inside) == AT_ONCE + 1, "the next is inside")
    assert turns.SHARE * took <= time.monotonic() - begun
    house.let_go(AT_ONCE)
    assert {one.result()[0] for one in asked} == {"200 OK"}


def test_those_who_have_gone_are_forgotten_when_there_are_many(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "REMEMBERED", 4)
    house.turns = house.take_turns()
    fill(house, "inside", 1)
    house.let_go(3)
    for who in "abc":
        house.ask_now(who)
    wait_until(
        lambda: time.monotonic() - house.turns._askers["c"].left_at > turns.JUST, "they are gone for a while"
    )
    assert len(house.turns) == 4
    house.let_go()
    house.ask_now("d")
    assert set(house.turns._askers) <= {"inside", "d"}


class TestAsking:
    """Whose turn it is."""

    @pytest.fixture
    def app(self) -> Flask:
        app = Flask("probe")
        app.secret_key = "of-this-test"

        @app.get("/<token>")
        def be(token: str) -> str:
            session["token"] = token
            session["language"] = request.args.get("language", "")
            return ""

        return app

    @staticmethod
    def credential_in(cookie: Any) -> Credential | None:
        return Credential("session", cookie["token"]) if "token" in cookie else None

    def asking(self, app: Flask, proxies: int = 0) -> Asking:
        return Asking(app, self.credential_in, at_once=2, waiting_for_news=4, proxies=proxies)

    def cookie(self, app: Flask, token: str) -> str:
        return app.test_client().get(f"/{token}").headers["Set-Cookie"].partition(";")[0]

    def test_a_session_is_one_asker_however_its_cookie_is_written(self, app: Flask) -> None:
        asking, cookie = self.asking(app), self.cookie(app, "mine")

        assert asking({"HTTP_COOKIE": cookie}) == ("mine", 2)
        assert asking({"HTTP_COOKIE": f"more=1; {cookie}"}) == ("mine", 2)
        assert asking({"HTTP_COOKIE": cookie}) == ("mine", 2)

    NEWS = "/live/streams/workshop/4k2p/events"

    @pytest.mark.parametrize(
        ("method", "path", "query", "waits"),
        [
            ("GET", NEWS, "after=1&wait=25", True),
            ("GET", NEWS, "wait=1", True),
            ("GET", NEWS, "after=1", False),
            ("GET", NEWS, "wait=0", False),
            ("GET", NEWS, "wait=00025", True),
            ("GET", NEWS, "wait=", False),
            ("GET", NEWS, "wait=&wait=25", False),
            ("GET", NEWS, "wait=abc", False),
            ("GET", NEWS, "wait=-1", False),
            ("GET", NEWS, "wait=2.5", False),
            ("GET", NEWS, "wait=%C2%B2", False),
            ("GET", NEWS, "wait=" + "9" * 16, False),
            ("GET", NEWS, "await=25", False),
            ("GET", NEWS, "wait=0&wait=25", False),
            ("POST", NEWS, "wait=25", False),
            ("GET", "/live/streams/workshop/4k2p", "wait=25", False),
            ("GET", "/live/session", "wait=25", False),
            ("GET", f"/{NEWS}", "wait=25", False),
            ("POST", "/live/commands", "wait=25", False),
            ("GET", "/events", "wait=25", False),
        ],
    )
    def test_only_what_waits_for_news_takes_turns_of_its_own(
        self, app: Flask, method: str, path: str, query: str, waits: bool
    ) -> None:
        cookie = self.cookie(app, "mine")

        environ = {
            "HTTP_COOKIE": cookie, "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query,
        }  # fmt: skip
        assert self.asking(app)(environ) == (("news mine", 6) if waits else ("mine", 2))

    @pytest.mark.parametrize(
        ("chosen", "accepted", "language"),
        [
            ("", None, "de"),
            ("", "en-GB,en;q=0.9,de;q=0.1", "en"),
            ("", "fr, nl;q=0.5", "de"),
            ("", ";;;q=x", "de"),
            ("en", "de", "en"),
            ("de", "en", "de"),
            ("tlh", "en", "en"),
        ],
    )
    def test_the_reader_speaks_what_was_chosen_for_the_browser_or_what_it_says(
        self, app: Flask, chosen: str, accepted: str | None, language: str
    ) -> None:
        cookie = self.cookie(app, f"mine?language={chosen}")
        environ = {"HTTP_COOKIE": cookie} | ({} if accepted is None else {"HTTP_ACCEPT_LANGUAGE": accepted})
        assert self.asking(app).language(environ) == language

    @pytest.mark.parametrize("cookie", ["", "session=forged", "session=eyJ0b2tlbiI6Im1pbmUifQ.aaaaaa.bbbb"])
    def test_without_a_session_of_ours_it_is_the_address(self, app: Flask, cookie: str) -> None:
        environ = {"HTTP_COOKIE": cookie, "REMOTE_ADDR": "192.0.2.1"}
        assert self.asking(app)(environ) == ("192.0.2.1", 8)

    def test_nobody_is_signed_in_by_a_session_alone(self, app: Flask) -> None:
        with app.test_client() as client:
            cookie = client.get("/mine").headers["Set-Cookie"].partition(";")[0]
        asking = Asking(app, lambda _cookie: None, at_once=2, waiting_for_news=4, proxies=0)
        assert asking({"HTTP_COOKIE": cookie, "REMOTE_ADDR": "192.0.2.1"}) == ("192.0.2.1", 8)

    @pytest.mark.parametrize(
        ("proxies", "address"), [(0, "192.0.2.1"), (1, "203.0.113.9"), (2, "198.51.100.7"), (3, "192.0.2.1")]
    )
    def test_behind_proxies_it_is_the_address_that_they_tell(
        self, app: Flask, proxies: int, address: str
    ) -> None:
        environ = {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "198.51.100.7, 203.0.113.9"}
        assert self.asking(app, proxies)(environ)[0] == address

    def test_the_oldest_cookie_is_forgotten_first(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(turns, "REMEMBERED", 2)
        asking = self.asking(app)

        for number in range(3):
            asking({"HTTP_COOKIE": f"session={number}"})
        assert list(asking._known) == [sha256(f"session={number}".encode()).digest() for number in (1, 2)]

    def test_long_cookies_of_strangers_take_no_memory(self, app: Flask) -> None:
        asking = self.asking(app)
        asking({"HTTP_COOKIE": "session="})
        tracemalloc.start()
        for number in range(1000):
            asking({"HTTP_COOKIE": f"session={number:06}{'x' * 8000}"})
        gc.collect()
        kept, _most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert kept < 1_000_000
