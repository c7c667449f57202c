"""The result of the demo's first vote: found by links, in both languages, without JavaScript, on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.looking import found_by_axe, scrolls_sideways

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("on_sqlite")]
expect.set_options(timeout=PATIENT)

MEMBER, OPENING = "Finnentrop · Zentrale Dienste", "Auftakt: gerecht geteilte Minuten"
FOUR = "Finnentrop, Kirchhundem, Senden, Sprockhövel"
SAID = {
    "de": [
        "Ehrenamtskarte, 30 Minuten: vier Teams zahlen je 7,5 ihrer ",
        f"Getragen von: {FOUR}.",
        "wurde der Anteil jedes Teams von 36 auf ",
        "Nach den meisten Stimmen wäre stattdessen gewählt worden:",
        "Digitales Ehrenamt, 60 Minuten: Kein Team will es.",
    ],
    "en": [
        "Ehrenamtskarte, 30 minutes: four teams each pay 7.5 of their ",
        f"Carried by: {FOUR}.",
        "the share of each team was raised from 36 to ",
        "By the most votes these would have been chosen instead:",
        "Digitales Ehrenamt, 60 minutes: No team wants it.",
    ],
}
WORDS = {
    "de": ("Ergebnis", "Für die eigenen Wünsche", "150 Minuten", "Ergebnis als Text", "ergebnis.txt"),
    "en": ("Result", "For its own wishes", "150 minutes", "Result as text", "result.txt"),
}


def find(guests: Guests, language: str = "de", **window: int | bool) -> Page:
    """A member's browser on the page of the result, by links from the series."""
    page = guests.come(MEMBER, language=language, **window)
    page.goto("/workshops")
    page.get_by_role("link", name=OPENING).first.click()
    page.get_by_role("link", name=WORDS[language][0], exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS[language][0])
    return page


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_visitor_finds_out_why_and_takes_it_along(guests: Guests, language: str) -> None:
    page = find(guests, language)
    _title, wishes, got, as_text, name = WORDS[language]
    for sentence in SAID[language]:
        expect(page.locator("main")).to_contain_text(sentence)
    own = page.locator(".ws-receipt").first
    expect(own.get_by_role("heading")).to_contain_text(FOUR)
    expect(own).to_contain_text(wishes)
    expect(own).to_contain_text(got)
    assert found_by_axe(page) == []
    with page.expect_download() as begun:
        page.get_by_role("link", name=as_text).click()
    assert begun.value.suggested_filename == name
    assert SAID[language][0] in begun.value.path().read_text(encoding="utf-8")


def test_everything_is_read_without_javascript(guests: Guests) -> None:
    page = find(guests)
    address, kept = page.url, page.context.storage_state()
    context = guests.browser.new_context(java_script_enabled=False, base_url=guests.url, storage_state=kept)
    plain = context.new_page()
    plain.goto(address)
    for sentence in SAID["de"]:
        expect(plain.locator("main")).to_contain_text(sentence)
    table = plain.locator("details").filter(has_text="Minuten für die Wünsche jedes Teams")
    expect(table.get_by_role("table")).to_be_hidden()
    table.locator("summary").click()
    row = table.get_by_role("row").filter(has_text="Sprockhövel")
    expect(row).to_have_text(re.compile(r"Sprockhövel\s+150\s+(30|60)"))
    context.close()


def test_on_a_phone_in_the_dark_nothing_is_cut(guests: Guests) -> None:
    page = find(guests, dark=True, width=320, height=700)
    assert [*found_by_axe(page), *scrolls_sideways(page)] == []


def test_on_paper_it_is_two_pages(guests: Guests) -> None:
    """Chromium writes a page object for each sheet."""
    sheets = re.findall(rb"/Type\s*/Page\b", find(guests).pdf(format="A4"))
    assert 1 <= len(sheets) <= 2
