"""What a journey needs: a demo of its own, and browsers that note everything that goes wrong."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import APIRequestContext, Browser, BrowserContext, Page, sync_playwright
from tests.conftest import CHROMIUM
from tests.nursery import Nursery
from tests.serving import SECRET_KEY, Server

from werkstatt.demo.prepare import prepare

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HERE = Path(__file__).parent
NOTHING = SimpleNamespace(params={})
AGAIN = {"postgres", "en"}
"""The parameters with which a journey goes where it has been before."""
PATIENT = 30_000
"""Milliseconds that a screen may take on a busy machine before a journey gives up."""
EXPECTED = ("Failed to load resource", "WebSocket connection to")
"""What a browser's console says of refusals and cuts that a journey brings about itself."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On PostgreSQL and in English they wait for the slow run: what is below them is tested for both too."""
    for item in items:
        params = getattr(item, "callspec", NOTHING).params
        if item.path.parent == HERE and AGAIN & {str(value) for value in params.values()}:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo's SQLite database, seeded once."""
    made = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    prepare(f"sqlite:///{made}", secret=SECRET_KEY.encode(), fresh=False, say=lambda _line: None)
    return made


@pytest.fixture
def demo_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A demo's database to change at will."""
    if database_kind == "postgres":
        return str(request.getfixturevalue("new_postgres")("journey"))
    copy = tmp_path / "demo.sqlite3"
    shutil.copy(request.getfixturevalue("demo_file"), copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def demo(demo_url: str, serve: Callable[..., Server], nursery: Nursery) -> Server:
    """`werkstatt demo`, running."""
    return serve(demo_url, options=("--demo",), nursery=nursery).start()


@dataclass
class Guests:
    """Browsers with somebody in each; `troubles` is what their consoles and our ears have noted."""

    browser: Browser
    url: str
    troubles: list[str] = field(default_factory=list)
    _open: list[BrowserContext] = field(default_factory=list)

    def come(
        self,
        who: str,
        *,
        url: str = "",
        language: str = "de",
        dark: bool = False,
        width: int = 1280,
        height: int = 900,
    ) -> Page:
        """A browser of its own, signed in as the first whose button at the demo's door reads like `who`."""
        page = self.open(url=url, dark=dark, width=width, height=height)
        self._enter(page.context.request, who, url or self.url)
        page.goto("/" if language == "de" else f"/language/{language}?next=/")
        return page

    @staticmethod
    def _enter(request: APIRequestContext, who: str, url: str) -> None:
        """Without drawing the door: a journey looks at what comes behind it."""
        forms = re.findall(r"<form.*?</form>", request.get("/demo").text(), re.DOTALL)
        wanted = [form for form in forms if who in unescape(re.sub("<[^>]+>", "", form))]
        assert wanted, f"nobody at the door is called {who}"
        told = dict(re.findall(r'name="(\w+)" value="([^"]+)"', wanted[0]))
        answer = request.post("/demo/enter", form=told, headers={"Origin": url}, max_redirects=0)
        assert answer.status == 302, answer.text()

    def open(self, *, url: str = "", dark: bool = False, width: int = 1280, height: int = 900) -> Page:
        """A browser of its own, with nobody signed in."""
        context = self.browser.new_context(
            base_url=url or self.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale="de-DE",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENT)
        context.add_init_script(
            "document.addEventListener('securitypolicyviolation', (event) =>"
            " console.error('securitypolicyviolation ' + event.violatedDirective + ' ' + event.blockedURI));"
        )
        self._open.append(context)
        return self.tab(context)

    def tab(self, context: BrowserContext) -> Page:
        """One more tab of that browser."""
        page = context.new_page()
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self.troubles.append(f"error in the page: {error}"))
        return page

    def leave(self) -> None:
        for context in self._open:
            context.close()

    def _note(self, kind: str, said: str) -> None:
        if kind == "error" and not said.startswith(EXPECTED):
            self.troubles.append(said)


@pytest.fixture
def guests(browser: Browser, demo: Server) -> Iterator[Guests]:
    """Visitors of the demo. Every journey fails on a breach of the content policy or an error in a page."""
    here = Guests(browser, demo.url)
    yield here
    here.leave()
    assert here.troubles == []
