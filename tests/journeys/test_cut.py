"""The network of one browser is cut while the teams vote, and nobody loses anything."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.test_vote import AHLEN, DESK, OTHER, bar, choice, the_running_vote

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
expect.set_options(timeout=PATIENT)

TICKED_OFFLINE = ("Strategieentwicklung", "Digitales Ehrenamt")
TICKED_MEANWHILE = ("Nachfolge im Vereinsvorstand", "Ehrenamtskarte")
CUT = 10_000
"""Milliseconds without a network."""


def test_both_screens_are_the_same_after_ten_seconds_without_a_network(guests: Guests) -> None:
    ahlen, menden, desk = guests.come(AHLEN), guests.come(OTHER), guests.come(DESK)
    workshop = the_running_vote(ahlen)
    for page in (ahlen, menden, desk):
        page.goto(f"{workshop}/poll")
        expect(page.locator("live-connection")).to_have_text("verbunden")
    before = {title: bar(ahlen, title).inner_text() for title in TICKED_MEANWHILE}

    ahlen.context.set_offline(True)
    for title in TICKED_OFFLINE:
        choice(ahlen, title).get_by_role("button").click()
        expect(choice(ahlen, title).get_by_role("button")).to_have_attribute("aria-pressed", "true")
    expect(ahlen.locator("live-connection")).to_contain_text("offline, 2 Änderungen warten")
    for title in TICKED_MEANWHILE:
        choice(menden, title).get_by_role("button").click()
        expect(bar(desk, title)).not_to_have_text(before[title], use_inner_text=True)
    ahlen.wait_for_timeout(CUT)
    assert {title: bar(ahlen, title).inner_text() for title in TICKED_MEANWHILE} == before
    ahlen.context.set_offline(False)

    expect(ahlen.locator(".ws-ballot__saved")).to_contain_text("Alles gespeichert")
    rows = desk.locator(".ws-tally__row")
    for title in TICKED_OFFLINE:
        expect(bar(menden, title)).to_have_text(bar(ahlen, title).inner_text(), use_inner_text=True)
    for row in range(rows.count()):
        for page in (ahlen, menden):
            said = rows.nth(row).inner_text()
            expect(page.locator(".ws-tally__row").nth(row)).to_have_text(said, use_inner_text=True)
