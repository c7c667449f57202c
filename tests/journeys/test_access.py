"""Buttons and forms for everybody: words in lines, and the keyboard alone is enough."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.test_vote import AHLEN, DESK, choice, the_running_vote

pytestmark = pytest.mark.e2e
expect.set_options(timeout=PATIENT)


@pytest.fixture
def demo_url(demo_file: Path, tmp_path: Path) -> str:
    """What a page looks like does not depend on the kind of database."""
    copy = tmp_path / "demo.sqlite3"
    shutil.copy(demo_file, copy)
    return f"sqlite:///{copy}"


@pytest.mark.parametrize("width", [320, 1280])
def test_the_words_of_a_button_stand_in_lines(guests: Guests, width: int) -> None:
    """On one's own topic too, whose buttons carry its title as a hidden word."""
    desk, ahlen = guests.come(DESK), guests.come(AHLEN, width=width)
    desk.goto("/workshops")
    collecting = desk.locator("main a[href$='/topics']").first.get_attribute("href")
    ahlen.goto(f"{collecting}/new")
    ahlen.locator("[name=title]").fill("Versicherung im Ehrenamt")
    ahlen.locator("[name=minutes]").fill("30")
    ahlen.get_by_role("button", name="Thema vorschlagen").click()
    expect(ahlen.locator(".ws-topic").get_by_role("link", name="Ändern")).to_be_visible()
    high = ahlen.locator(".kern-btn").evaluate_all(
        "(all) => all.filter((one) => one.offsetHeight > 80).map((one) => one.innerText)"
    )
    assert high == []


def press_until_focused(page: Page, what: str, *, most: int = 80) -> None:
    """Go on by Tab until the thing has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement?.matches({json.dumps(what)}) ?? false"):
            return
    raise AssertionError(f"{what} is not reached by the keyboard")


def test_the_keyboard_alone_proposes_and_votes(guests: Guests) -> None:
    ahlen = guests.come(AHLEN)
    workshop = the_running_vote(ahlen)
    ahlen.goto(f"{workshop}/topics")
    ahlen.keyboard.press("Tab")
    expect(ahlen.locator(".ws-skip")).to_be_focused()
    press_until_focused(ahlen, "a[href$='/topics/new']")
    ahlen.keyboard.press("Enter")
    ahlen.wait_for_url("**/topics/new")
    press_until_focused(ahlen, "[name=title]")
    ahlen.keyboard.type("Versicherung im Ehrenamt")
    press_until_focused(ahlen, "[name=minutes]")
    ahlen.keyboard.type("30")
    ahlen.keyboard.press("Enter")
    expect(ahlen.locator(".ws-topic").filter(has_text="Versicherung im Ehrenamt")).to_be_visible()

    ahlen.goto(f"{workshop}/poll")
    mine = choice(ahlen, "Versicherung im Ehrenamt").get_by_role("button")
    expect(mine).to_have_attribute("aria-pressed", "false")
    press_until_focused(ahlen, ".ws-ballot__item:last-child button")
    ahlen.keyboard.press("Space")
    expect(mine).to_have_attribute("aria-pressed", "true")
    expect(mine).to_be_focused()
    expect(choice(ahlen, "Versicherung im Ehrenamt")).not_to_have_class(re.compile("is-pending"))
