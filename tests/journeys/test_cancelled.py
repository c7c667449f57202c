"""A workshop is cancelled, its topics are taken along, and it takes place after all; open pages follow."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.test_topics import card, looked_at, propose
from tests.journeys.test_vote import AHLEN, DESK

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("on_sqlite")]
expect.set_options(timeout=PATIENT)

TITLE, TAKE = "Ehrenamt im Winter", "Themen zum nächsten Treffen mitnehmen"


def test_topics_of_a_cancelled_workshop_are_taken_along_by_keyboard_and_come_back_with_it(
    guests: Guests,
) -> None:
    ahlen, desk = guests.come(AHLEN, width=320), guests.come(DESK, width=390, height=844)
    series, overview = guests.come(DESK), guests.come(AHLEN)
    series.goto("/workshops")
    overview.goto("/")
    desk.goto("/workshops")
    last = desk.get_by_role("link", name=re.compile(r"absagen$")).last
    workshop = (last.get_attribute("href") or "").rpartition("/")[0]
    propose(ahlen, workshop, TITLE)
    last.click()
    desk.get_by_role("button", name="Treffen absagen").click()
    for page in (series, overview):
        expect(page.locator("series-news")).to_contain_text("Abgesagt: ")
        assert looked_at(page) == []
    desk.goto(f"{workshop}/topics")
    expect(desk.locator("main")).to_contain_text("Findet dieses Treffen doch statt, bleiben die Themen")
    expect(card(desk, TITLE)).to_be_visible()
    expect(ahlen.get_by_role("button", name=TAKE)).to_have_count(0)
    assert looked_at(desk) == []
    desk.get_by_role("button", name=TAKE).focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("dialog")).to_contain_text("Zurücknehmen lässt sich das nicht.")
    assert looked_at(desk) == []
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.locator("live-toast")).to_contain_text("Die Themen warten")
    for page in (desk, ahlen):
        expect(card(page, TITLE)).to_have_count(0)
        expect(page.locator("workshop-topics")).to_contain_text("Hier steht kein Thema.")
        assert looked_at(page) == []
    expect(desk.get_by_role("button", name=TAKE)).to_have_count(0)
    series.get_by_role("link", name="Neuen Stand zeigen").click()
    expect(series.locator("series-news")).to_be_hidden()
    series.get_by_role("button", name=re.compile("findet doch statt$")).click()
    expect(overview.locator("series-news")).to_contain_text("Inzwischen ist alles wieder, wie es hier steht.")
    for page in (desk, ahlen):
        expect(card(page, TITLE)).to_be_visible()
        expect(page.locator("workshop-cancelled")).to_be_hidden()
