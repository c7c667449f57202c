"""The facilitator sets by keyboard how a vote is held; the wall of the room shows only what all may see."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.looking import found_by_axe, scrolls_sideways

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("on_sqlite")]
expect.set_options(timeout=PATIENT)

DESK, AHLEN, MENDEN = "Moderation", "Ahlen · Engagementförderung", "Menden"
TOPIC = "Ehrenamtskarte"


def a_workshop_with_a_topic(desk: Page, ahlen: Page) -> str:
    desk.goto("/workshops")
    topics = desk.locator("main a[href$='/topics']").first.get_attribute("href")
    assert topics
    ahlen.goto(f"{topics}/new")
    ahlen.locator("#field-title").fill(TOPIC)
    ahlen.locator("#field-minutes").fill("30")
    ahlen.locator("main form button[type=submit]").click()
    expect(ahlen.locator(".ws-topic").filter(has_text=TOPIC)).to_be_visible()
    return topics.removesuffix("/topics")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_poll_is_set_opened_and_changed_by_keyboard_and_the_wall_keeps_what_is_hidden(
    guests: Guests, language: str
) -> None:
    desk, ahlen = guests.come(DESK, language=language), guests.come(AHLEN, language=language)
    menden = guests.come(MENDEN, language=language, dark=True, width=390)
    workshop = a_workshop_with_a_topic(desk, ahlen)
    wall = guests.come(DESK, language=language, width=1920, height=1080)
    wall.goto(f"{workshop}/projector")
    desk.goto(f"{workshop}/poll")
    assert found_by_axe(desk) + scrolls_sideways(desk) == []

    desk.locator("#desk-open-method").focus()
    press(desk, "ArrowDown", "ArrowDown")
    expect(desk.locator("#desk-open-method")).to_have_value("approval")
    desk.locator("#desk-open-minutes").focus()
    press(desk, "Control+a", "1", "2", "0", "Tab")
    desk.locator("#desk-open-secret-false").focus()
    press(desk, "ArrowDown")
    expect(desk.locator("#desk-open-quorum")).to_have_value("5")
    expect(desk.locator(".ws-desk__note li")).to_have_count(6)
    assert found_by_axe(desk) == []
    press(desk, "ArrowUp")
    expect(desk.locator("#desk-open-show-end")).to_be_checked()
    desk.locator("#desk-open-show-end").focus()
    press(desk, "ArrowUp", "ArrowUp")
    expect(desk.locator("#desk-open-show-own")).to_be_checked()
    desk.locator(".ws-desk__form button[type=submit]").last.focus()
    press(desk, "Enter")
    expect(desk.locator("workshop-desk > section")).to_have_attribute("data-phase", "open")

    change = desk.locator(".ws-details").filter(has=desk.locator("#desk-change-method"))
    change.locator("> summary").focus()
    press(desk, "Enter")
    expect(desk.locator("#desk-change-minutes")).to_have_value("120")
    desk.locator("#desk-change-minutes").focus()
    press(desk, "Control+a", "9", "0", "Tab")
    change.locator("button[type=submit]").focus()
    press(desk, "Enter")
    expect(wall.locator("workshop-projector")).to_contain_text("90")

    for page in (ahlen, menden):
        page.goto(f"{workshop}/poll")
    ahlen.locator(".ws-ballot__toggle").first.click()
    expect(wall.locator(".ws-turnout__words")).to_have_text(re.compile(r"^1 "))
    expect(wall.locator(".ws-tally__row")).to_have_count(0)
    expect(wall.locator(".ws-projector__list li")).to_have_count(1)
    expect(desk.locator("#desk-change-method")).to_have_count(0)
    assert found_by_axe(wall) + scrolls_sideways(wall) == []
    assert scrolls_sideways(menden) == []

    desk.locator(".ws-desk__acts button").first.click()
    desk.get_by_role("dialog").get_by_role("button").last.click()
    expect(wall.locator("ol.ws-projector__list li")).to_have_text(re.compile(TOPIC))


def test_a_number_that_cannot_be_is_said_at_its_field_and_nothing_is_lost(guests: Guests) -> None:
    desk, ahlen = guests.come(DESK), guests.come(AHLEN)
    workshop = a_workshop_with_a_topic(desk, ahlen)
    desk.goto(f"{workshop}/poll")
    desk.locator("#desk-open-method").select_option("dots")
    desk.locator("#desk-open-dots").fill("0")
    desk.locator("#desk-open-minutes").fill("7")
    desk.locator(".ws-desk__form button[type=submit]").last.click()
    for name, kept in (("dots", "0"), ("minutes", "7")):
        field = desk.locator(f"#desk-open-{name}")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_value(kept)
    expect(desk.locator("#desk-open-method")).to_have_value("dots")
    assert found_by_axe(desk) == []
