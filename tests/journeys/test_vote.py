"""Ten towns vote: two teams and the facilitator in three browsers, and every screen shows the same."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.words import WORDS

pytestmark = pytest.mark.e2e
expect.set_options(timeout=PATIENT)

AHLEN, PARTNER, OTHER, DESK = "Ahlen · Engagementförderung", "Ahlen · Sozialplanung", "Menden", "Moderation"
NEW = "Vereine im ländlichen Raum"


def the_running_vote(page: Page) -> str:
    """The address of the workshop that is being voted on, from the overview."""
    page.goto("/")
    href = page.locator("main a[href$='/poll']").first.get_attribute("href")
    assert href
    return href.removesuffix("/poll")


def choice(page: Page, title: str) -> Locator:
    return page.locator(".ws-ballot__item").filter(has_text=title)


def bar(page: Page, title: str) -> Locator:
    return page.locator(".ws-tally__row").filter(has_text=title)


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_topic_is_proposed_voted_and_becomes_the_agenda_on_every_screen(
    guests: Guests, language: str
) -> None:
    words = WORDS[language]
    ahlen = guests.come(AHLEN, language=language)
    partner = guests.come(PARTNER, language=language)
    desk = guests.come(DESK, language=language)
    workshop = the_running_vote(ahlen)
    partner.goto(f"{workshop}/topics")
    expect(partner.locator("live-connection")).to_have_text(words.connected)

    ahlen.goto(f"{workshop}/topics")
    ahlen.get_by_role("link", name=words.propose).click()
    ahlen.get_by_label(re.compile(f"^{words.topic}")).fill(NEW)
    ahlen.get_by_label(words.question).fill("Wie bleiben kleine Vereine erreichbar?")
    ahlen.get_by_label(words.time).fill("45")
    ahlen.get_by_role("button", name=words.propose).click()
    expect(partner.locator(".ws-topic").filter(has_text=NEW)).to_be_visible()

    for page in (ahlen, partner, desk):
        page.goto(f"{workshop}/poll")
    before = words.voted.format(n=6)
    expect(desk.locator("workshop-desk")).to_contain_text(before)
    expect(bar(partner, NEW)).to_contain_text(words.chosen_by.format(n=0))
    choice(ahlen, NEW).get_by_role("button").click()
    expect(choice(partner, NEW).get_by_role("button")).to_have_attribute("aria-pressed", "true")
    expect(choice(partner, NEW)).to_contain_text(words.yes)
    expect(choice(partner, NEW)).to_contain_text(AHLEN)
    for page in (ahlen, partner, desk):
        expect(bar(page, NEW)).to_contain_text(words.chosen_by.format(n=1))
        expect(page.locator("main")).to_contain_text(words.voted.format(n=7))
    expect(ahlen.locator(".ws-ballot__saved")).to_contain_text(words.saved)
    expect(desk.locator(".ws-desk__missing")).not_to_contain_text("Ahlen")

    desk.get_by_role("button", name=words.close).click()
    desk.get_by_role("dialog").get_by_role("button", name=words.close).click()
    for page in (ahlen, partner):
        page.get_by_role("link", name=words.to_result).click()
        expect(page.locator(".ws-receipts__topic").first).to_be_visible()
        page.goto(f"{workshop}/agenda")
        expect(page.locator(".ws-agenda__block").first).to_be_visible()
    desk.goto(f"{workshop}/agenda")
    agendas = [page.locator(".ws-agenda__block").all_inner_texts() for page in (ahlen, partner)]
    assert agendas[0] == agendas[1]
    assert len(agendas[0]) >= 2

    desk.get_by_role("button", name=words.adopt).first.click()
    desk.get_by_role("dialog").get_by_role("button", name=words.adopt).click()
    expect(desk.get_by_role("button", name=words.adopt)).to_have_count(0)


def test_bad_input_is_shown_at_its_field_and_nothing_typed_is_lost(guests: Guests) -> None:
    ahlen = guests.come(AHLEN)
    ahlen.goto(f"{the_running_vote(ahlen)}/topics/new")
    ahlen.get_by_label(re.compile("^Thema")).fill("Ja")
    ahlen.get_by_label("Die Frage dahinter").fill("Was tun?")
    ahlen.get_by_label("Zeitbedarf").fill("7")
    ahlen.get_by_role("button", name="Thema vorschlagen").click()
    for label, kept in (("^Thema", "Ja"), ("^Zeitbedarf", "7")):
        field = ahlen.get_by_label(re.compile(label))
        expect(field).to_have_value(kept)
        expect(field).to_have_attribute("aria-invalid", "true")
    expect(ahlen.get_by_label("Die Frage dahinter")).to_have_value("Was tun?")
    ahlen.get_by_label(re.compile("^Thema")).fill("Jugendbeteiligung")
    ahlen.get_by_label("Zeitbedarf").fill("45")
    ahlen.get_by_role("button", name="Thema vorschlagen").click()
    expect(ahlen.locator(".ws-topic").filter(has_text="Jugendbeteiligung")).to_be_visible()


def test_a_topic_taken_back_by_mistake_returns_with_one_click(guests: Guests) -> None:
    desk, ahlen = guests.come(DESK), guests.come(AHLEN)
    desk.goto("/workshops")
    later = desk.locator("main a[href$='/topics']").first.get_attribute("href")
    assert later
    ahlen.goto(f"{later}/new")
    ahlen.get_by_label(re.compile("^Thema")).fill(NEW)
    ahlen.get_by_label("Zeitbedarf").fill("45")
    ahlen.get_by_role("button", name="Thema vorschlagen").click()
    card = ahlen.locator(".ws-topic").filter(has_text=NEW)
    card.get_by_role("button", name="Zurückziehen").click()
    expect(ahlen.locator(".ws-topic:not(.is-withdrawn)").filter(has_text=NEW)).to_have_count(0)
    ahlen.locator("live-toast").get_by_role("button", name="Rückgängig").click()
    expect(ahlen.locator(".ws-topic:not(.is-withdrawn)").filter(has_text=NEW)).to_have_count(1)


def test_presence_shows_who_is_here_and_who_has_gone(guests: Guests) -> None:
    ahlen, partner = guests.come(AHLEN), guests.come(PARTNER)
    workshop = the_running_vote(ahlen)
    ahlen.goto(f"{workshop}/poll")
    partner.goto(f"{workshop}/poll")
    expect(ahlen.locator("live-presence")).to_contain_text("2 Personen")
    partner.context.close()
    expect(ahlen.locator("live-presence")).to_contain_text(re.compile(r"^(?!.*2 Personen)"))
