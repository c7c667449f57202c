"""Topics that mean the same are merged during the vote: a team sees it, withdraws, they are separated."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.looking import found_by_axe, scrolls_sideways
from tests.journeys.test_vote import AHLEN, DESK, bar, choice, the_running_vote

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("on_sqlite")]
expect.set_options(timeout=PATIENT)

SAME, OTHER = "Vernetzung im Kreis", "Netzwerke im Kreis"


def card(page: Page, title: str) -> Locator:
    return page.locator("article.ws-topic").filter(has=page.get_by_role("heading", name=title, exact=True))


def propose(page: Page, workshop: str, title: str) -> None:
    page.goto(f"{workshop}/topics/new")
    page.get_by_label(re.compile("^Thema")).fill(title)
    page.get_by_label("Zeitbedarf").fill("30")
    page.get_by_role("button", name="Thema vorschlagen").click()
    expect(card(page, title)).to_be_visible()


def looked_at(page: Page) -> list[str]:
    return found_by_axe(page) + scrolls_sideways(page)


def merge_by_keyboard(page: Page, title: str, into: str) -> None:
    """Everything from the card to the confirmation, without a mouse. Only an open desk names the others."""
    expect(page.locator(".ws-topic__desk").first).to_be_visible()
    expect(page.locator(".ws-topic__desk option")).to_have_count(0)
    card(page, title).locator("summary").focus()
    page.keyboard.press("Enter")
    chosen = card(page, title).get_by_label("Zusammenführen mit …")
    chosen.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(card(page, title).get_by_text("Bitte wählen Sie ein Thema aus.")).to_be_visible()
    expect(chosen).to_be_focused()
    chosen.select_option(label=into)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("kein Team doppelt")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)


def test_a_facilitator_merges_topics_during_the_vote_and_a_team_takes_its_tick_back(guests: Guests) -> None:
    ahlen, desk = guests.come(AHLEN, width=390, height=844), guests.come(DESK)
    workshop = the_running_vote(ahlen)
    for title in (SAME, OTHER):
        propose(ahlen, workshop, title)
    ahlen.goto(f"{workshop}/poll")
    choice(ahlen, OTHER).get_by_role("button").click()
    expect(bar(ahlen, OTHER)).to_contain_text("1 von 10 Teams")

    desk.goto(f"{workshop}/topics")
    merge_by_keyboard(desk, OTHER, SAME)
    expect(card(desk, OTHER)).to_have_count(0)
    expect(card(desk, SAME)).to_contain_text(f"„{OTHER}“, vorgeschlagen von Ahlen")
    assert looked_at(desk) == []

    carried = f"Aus „{OTHER}“ übernommen – Sie können das Kreuz zurücknehmen."
    expect(choice(ahlen, SAME)).to_contain_text(carried)
    expect(choice(ahlen, SAME).get_by_role("button")).to_have_attribute("aria-pressed", "true")
    expect(ahlen.locator(".ws-ballot__item").filter(has_text=OTHER).get_by_role("button")).to_have_count(1)
    expect(bar(ahlen, SAME)).to_contain_text("1 von 10 Teams")
    expect(bar(ahlen, OTHER)).to_have_count(0)
    assert looked_at(ahlen) == []
    choice(ahlen, SAME).get_by_role("button").click()
    expect(bar(ahlen, SAME)).to_contain_text("0 von 10 Teams")
    expect(choice(ahlen, SAME)).not_to_contain_text(carried)

    card(desk, SAME).get_by_role("button", name="Trennen").click()
    expect(card(desk, OTHER)).to_be_visible()
    expect(bar(ahlen, OTHER)).to_contain_text("1 von 10 Teams")
    expect(choice(ahlen, SAME).get_by_role("button")).to_have_attribute("aria-pressed", "false")


def test_a_question_from_practice_becomes_a_topic_that_others_can_build_on(guests: Guests) -> None:
    ahlen, desk = guests.come(AHLEN), guests.come(DESK)
    desk.goto("/workshops")
    later = desk.locator("main a[href$='/topics']").first.get_attribute("href")
    assert later
    desk.goto(later)
    ahlen.goto(later)
    ahlen.get_by_role("link", name="Frage aus der Praxis notieren").press("Enter")
    assert looked_at(ahlen) == []
    ahlen.get_by_label("Ihre Frage").fill("Wie bleiben kleine Vereine erreichbar?")
    ahlen.get_by_role("button", name="Frage notieren").click()
    question = desk.locator("article.ws-topic").filter(has_text="Wie bleiben kleine Vereine erreichbar?")
    expect(question).to_contain_text("Frage")
    ahlen.get_by_role("link", name="Thema daraus machen").click()
    ahlen.get_by_label(re.compile("^Thema")).fill("Kleine Vereine")
    ahlen.get_by_label("Zeitbedarf").fill("60")
    ahlen.get_by_label("Höchstens").fill("45")
    ahlen.get_by_role("button", name="Thema vorschlagen").click()
    expect(ahlen.get_by_label("Höchstens")).to_have_attribute("aria-invalid", "true")
    assert looked_at(ahlen) == []
    ahlen.get_by_label("Höchstens").fill("90")
    ahlen.get_by_role("button", name="Thema vorschlagen").click()
    expect(card(desk, "Kleine Vereine")).to_contain_text("60 bis 90 Minuten")
    expect(card(desk, "Kleine Vereine")).to_contain_text("Aus einer Frage aus der Praxis entstanden.")

    card(ahlen, "Kleine Vereine").get_by_role("button", name="Können wir beitragen").click()
    expect(card(desk, "Kleine Vereine")).to_contain_text(
        "Das kann die Gruppe selbst tragen: Ahlen kann beitragen."
    )
    card(desk, "Kleine Vereine").locator("summary").click()
    card(desk, "Kleine Vereine").get_by_role("link", name="Wer trägt das Thema?").click()
    desk.get_by_label("Externe Fachleute").check()
    desk.get_by_label("Anmerkung").fill("Landesnetzwerk anfragen")
    assert looked_at(desk) == []
    desk.get_by_role("button", name="Speichern").click()
    expect(card(ahlen, "Kleine Vereine")).to_contain_text("Entschieden: Externe Fachleute tragen das Thema.")
    assert looked_at(desk) == []


def test_after_the_workshop_the_proposing_team_says_what_is_left_open(guests: Guests) -> None:
    menden, ahlen = guests.come("Menden"), guests.come(AHLEN, width=390, height=844)
    menden.goto("/workshops")
    past = menden.locator("main a[href$='/agenda']", has_text="1. Werkstatt-Treffen").first.get_attribute(
        "href"
    )
    assert past
    address = past.replace("/agenda", "/topics")
    ahlen.goto(address)
    menden.goto(address)
    title = "Wo stehen wir? Bestandsaufnahme vor Ort"
    expect(card(menden, title)).to_contain_text("behandelt")
    expect(card(ahlen, title).get_by_role("link")).to_have_count(0)
    card(menden, title).get_by_role("link", name="Hat das Treffen Ihre Frage beantwortet?").click()
    menden.get_by_role("button", name="Antwort speichern").click()
    expect(menden.locator("#error-summary")).to_be_focused()
    assert looked_at(menden) == []
    menden.get_by_label("Zum Teil").check()
    menden.get_by_label("Was hat es gebracht, was ist noch offen?").fill("Wer macht weiter?")
    menden.get_by_role("button", name="Antwort speichern").click()
    for page in (menden, ahlen):
        expect(card(page, title)).to_contain_text("Die Frage ist zum Teil beantwortet.")
        expect(card(page, title)).to_contain_text("Wer macht weiter?")
        assert looked_at(page) == []
    card(menden, title).get_by_role("link", name="Folgethema vorschlagen").click()
    expect(menden.get_by_label(re.compile("^Thema"))).to_have_value(f"{title}, Fortsetzung")
    expect(menden.get_by_label("Die Frage dahinter")).to_have_value("Wer macht weiter?")
