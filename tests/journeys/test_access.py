"""Every page in both themes, small and large: nothing for axe to find, and the keyboard alone is enough."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.test_vote import AHLEN, DESK, choice, the_running_vote

pytestmark = pytest.mark.e2e
expect.set_options(timeout=PATIENT)

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PUBLIC = ("/sign-in", "/demo", "/texts/imprint", "/texts/privacy", "/texts/accessibility", "/nowhere")


@pytest.fixture
def demo_url(demo_file: Path, tmp_path: Path) -> str:
    """What a page looks like does not depend on the kind of database."""
    copy = tmp_path / "demo.sqlite3"
    shutil.copy(demo_file, copy)
    return f"sqlite:///{copy}"


def pages_of(page: Page, workshop: str) -> list[str]:
    past = page.goto("/workshops") and page.locator("main a[href$='/agenda']").first.get_attribute("href")
    return [
        "/",
        "/workshops",
        f"{workshop}/topics",
        f"{workshop}/topics/new",
        f"{workshop}/poll",
        f"{workshop}/agenda",
        str(past),
        "/people",
        "/profile",
        "/profile/security",
        "/profile/security/password",
        "/confirm",
        "/profile/security/passkeys",
        "/profile/data",
        "/profile/data/erase",
    ]


def pages_of_the_office(page: Page) -> list[str]:
    page.goto("/admin/cohorts")
    cohort = str(page.locator("table a").first.get_attribute("href"))
    page.goto(cohort)
    seat = page.locator("main a[href*='/seats/']").last.get_attribute("href")
    person = page.locator("main .ws-seat a[href*='/admin/people/']").first.get_attribute("href")
    return ["/admin", cohort, f"{cohort}/change", str(seat), str(person), f"{person}/roles"]


def found_by_axe(page: Page, address: str) -> list[dict[str, Any]]:
    """What axe finds once the live parts have drawn themselves."""
    page.goto(address)
    expect(page.locator(".ws-skeleton")).to_have_count(0)
    results = Axe().run(page, options={"runOnly": RULES})
    return [
        {"page": address, "rule": v["id"], "where": [node["target"] for node in v["nodes"]][:3]}
        for v in results.response["violations"]
    ]


@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 1280), (False, 320), (True, 390)])
def test_axe_finds_nothing_on_any_page(guests: Guests, dark: bool, width: int) -> None:
    ahlen = guests.come(AHLEN, dark=dark, width=width)
    workshop = the_running_vote(ahlen)
    found = [entry for address in pages_of(ahlen, workshop) for entry in found_by_axe(ahlen, address)]
    desk = guests.come(DESK, dark=dark, width=width)
    found += found_by_axe(desk, f"{workshop}/poll")
    office = guests.come("Programmbüro", dark=dark, width=width)
    found += found_by_axe(office, "/texts/imprint/change")
    found += found_by_axe(office, "/admin/retention")
    if dark == (width < 1280):
        found += [entry for address in pages_of_the_office(office) for entry in found_by_axe(office, address)]
    stranger = guests.open(dark=dark, width=width)
    found += [entry for address in PUBLIC for entry in found_by_axe(stranger, address)]
    assert found == [], json.dumps(found, indent=1, ensure_ascii=False)


@pytest.mark.parametrize("width", [320, 390])
def test_no_page_scrolls_sideways_on_a_phone(guests: Guests, width: int) -> None:
    ahlen = guests.come(AHLEN, width=width, height=800)
    wide = {}
    for address in pages_of(ahlen, the_running_vote(ahlen)):
        ahlen.goto(address)
        expect(ahlen.locator(".ws-skeleton")).to_have_count(0)
        wide[address] = ahlen.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
    office = guests.come("Programmbüro", width=width, height=800)
    office.goto("/workshops/new")
    office.get_by_label("Titel").fill("Donaudampfschifffahrtsgesellschaft" * 3)
    office.get_by_label("Beginn").fill("2098-06-05T09:30")
    office.get_by_label("Zeit für Themen").fill("240")
    office.get_by_role("button", name="Treffen ankündigen").click()
    office.wait_for_url("**/workshops")
    for address in ["/workshops", *pages_of_the_office(office)]:
        office.goto(address)
        wide[address] = office.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
    assert {address: more for address, more in wide.items() if more > 0} == {}


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
