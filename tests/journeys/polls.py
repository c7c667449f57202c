"""Polls of every kind at the demo's running workshop, opened as the facilitator's page would."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page

from werkstatt.paths import STATIC

Words = Callable[..., str]
ENGLISH = json.loads((STATIC.parent / "static" / "js" / "strings.en.json").read_text(encoding="utf-8"))


def words(language: str) -> Words:
    """What a sentence of the browser's code reads like in the language."""

    def said(german: str, many: str = "", **values: object) -> str:
        found = (many or german) if language == "de" else ENGLISH[german]
        text = found if isinstance(found, str) else found[bool(many)]
        return text.format(**values)

    return said


def carry_out(page: Page, name: str, place: str, body: dict[str, Any]) -> None:
    """Give a command as whoever is signed in there."""
    session = page.request.get("/live/session").json()
    parts = urlsplit(page.url)
    answer = page.request.post(
        "/live/commands",
        data={"id": str(uuid.uuid4()), "name": name, "place": place, "body": body},
        headers={"Origin": f"{parts.scheme}://{parts.netloc}", "X-CSRFToken": session["csrf"]},
    )
    assert answer.ok, answer.text()


def hold(desk: Page, workshop: str, **settings: object) -> None:
    """End the poll that runs and open one with these settings instead."""
    place = workshop.removeprefix("/").replace("workshops/", "workshop/")
    carry_out(desk, "poll.close", place, {})
    carry_out(desk, "poll.open", place, settings)


def item(page: Page, number: int) -> Locator:
    """The line of a topic on the ballot, from 0 on in the order in which they stand there."""
    return page.locator("workshop-ballot .ws-ballot__item").nth(number)


def reach(page: Page, what: Locator, *, most: int = 150) -> None:
    """Go on by Tab until it has the focus."""
    for _ in range(most):
        if what.evaluate("(one) => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{what} is not reached by the keyboard")
