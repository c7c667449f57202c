"""The memory of the series: from its page to the picture and the table behind it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.looking import found_by_axe, resize, scrolls_sideways
from tests.journeys.test_vote import AHLEN

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("on_sqlite")]
expect.set_options(timeout=PATIENT)

PAGE = "/workshops/memory"
SUMMARY = {"de": "Als Tabelle anzeigen", "en": "Show as a table"}
LINK = {"de": "Wer kam bisher zum Zug?", "en": "Whose wishes have come up so far?"}


def kept(page: Page, name: str) -> None:
    """A picture for whoever wants to look at it: only where a folder for them is named."""
    if folder := os.environ.get("WERKSTATT_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize(("language", "dark"), [("de", False), ("en", True)])
def test_a_member_sees_whose_wishes_came_up(guests: Guests, language: str, dark: bool) -> None:
    page = guests.come(AHLEN, language=language, dark=dark)
    page.goto("/workshops")
    page.get_by_role("link", name=LINK[language]).click()
    page.wait_for_url(f"**{PAGE}")
    expect(page.locator(".ws-memory__row")).to_have_count(10)
    expect(page.locator(".ws-memory__row.is-own")).to_have_count(1)
    expect(page.locator("#served-caption")).to_be_hidden()
    page.get_by_text(SUMMARY[language]).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#served-caption")).to_be_visible()
    assert found_by_axe(page) == []
    kept(page, f"memory-{language}")
    resize(page, 320)
    assert (found_by_axe(page), scrolls_sideways(page)) == ([], [])
    kept(page, f"memory-{language}-small")


def test_the_bars_say_the_same_as_the_table(guests: Guests) -> None:
    page = guests.come(AHLEN)
    page.goto(PAGE)
    page.get_by_text(SUMMARY["de"]).click()
    rows = page.locator("[aria-labelledby=served-caption] tbody tr")
    totals = rows.locator("td:nth-of-type(1)").all_inner_texts()
    drawn = [one.partition(" ")[0] for one in page.locator(".ws-memory__total").all_inner_texts()]
    assert drawn == totals
    widths = page.locator(".ws-memory__bar").evaluate_all(
        "(bars) => bars.map((bar) => [...bar.querySelectorAll('rect')]"
        ".reduce((sum, part) => sum + part.width.baseVal.value, 0) / bar.clientWidth)"
    )
    longest = max(int(total) for total in totals)
    assert [round(width, 2) for width in widths] == [round(int(total) / longest, 2) for total in totals]


def test_it_prints_black_on_white(guests: Guests) -> None:
    page = guests.come(AHLEN, dark=True)
    page.goto(PAGE)
    page.emulate_media(media="print")
    expect(page.locator(".ws-memory__row").first).to_be_visible()
    fills = page.locator(".ws-memory__part.is-dark").evaluate_all(
        "(parts) => [...new Set(parts.map((part) => getComputedStyle(part).fill))]"
    )
    assert fills == ["rgb(0, 0, 0)"]
    kept(page, "memory-print")
