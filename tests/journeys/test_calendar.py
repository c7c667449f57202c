"""A calendar subscribes by the address from the page, hears of a cancellation, and is shut out again."""

from __future__ import annotations

import re
import urllib.error
import urllib.request

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.looking import found_by_axe, scrolls_sideways
from tests.journeys.test_vote import AHLEN, DESK

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("on_sqlite")]
expect.set_options(timeout=PATIENT)

REASON = "Der Saal ist gesperrt."


def looks_well(page: Page) -> None:
    assert found_by_axe(page) + scrolls_sideways(page) == []


def ask(address: str) -> tuple[int, bytes]:
    """As a calendar does: nothing but the address."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def states(address: str) -> dict[str, str]:
    events = Calendar.from_ical(ask(address)[1]).walk("VEVENT")
    return {str(event["URL"]).rpartition("/")[2]: str(event["STATUS"]) for event in events}


def test_a_calendar_follows_the_series_until_its_address_is_revoked(guests: Guests) -> None:
    ahlen = guests.come(AHLEN, width=320, dark=True)
    ahlen.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ahlen.goto("/workshops")
    ahlen.get_by_role("link", name="Alle Treffen in Ihren Kalender").click()
    looks_well(ahlen)
    ahlen.get_by_role("button", name="Adresse anlegen", exact=True).click()
    field = ahlen.get_by_label("Adresse", exact=True)
    address = field.input_value()
    looks_well(ahlen)
    # By keyboard alone, from the field on: to the button that copies it.
    field.focus()
    ahlen.keyboard.press("Tab")
    ahlen.keyboard.press("Enter")
    expect(ahlen.locator("copy-field")).to_contain_text("Die Adresse ist kopiert.")
    assert ahlen.evaluate("navigator.clipboard.readText()") == address
    looks_well(ahlen)
    before = states(address)
    assert set(before.values()) == {"CONFIRMED"}

    desk = guests.come(DESK)
    desk.goto("/workshops")
    last = desk.get_by_role("link", name=re.compile(r"absagen$")).last
    workshop = (last.get_attribute("href") or "").split("/")[2]
    ahlen.goto(f"/workshops/{workshop}/topics")
    last.click()
    looks_well(desk)
    desk.get_by_label("Grund").fill(REASON)
    desk.get_by_role("button", name="Treffen absagen").click()
    expect(ahlen.locator("workshop-state")).to_contain_text("Dieses Treffen ist abgesagt.")
    looks_well(desk)
    assert states(address) == {**before, workshop: "CANCELLED"}
    expect(ahlen.locator(".kern-alert")).to_contain_text(REASON)
    expect(ahlen.get_by_role("link", name="Thema vorschlagen")).to_be_hidden()
    looks_well(ahlen)
    with ahlen.expect_download() as file:
        ahlen.get_by_role("link", name="Absage in den Kalender übernehmen").click()
    assert Calendar.from_ical(file.value.path().read_bytes())["METHOD"] == "CANCEL"

    desk.get_by_role("button", name=re.compile("findet doch statt$")).click()
    expect(ahlen.locator("workshop-state")).not_to_contain_text("abgesagt")
    expect(ahlen.locator(".kern-alert")).to_have_count(0)
    for offered in ("Thema vorschlagen", "Frage aus der Praxis notieren", "Zum Kalender hinzufügen"):
        expect(ahlen.get_by_role("link", name=offered)).to_be_visible()
    looks_well(ahlen)
    assert states(address) == before

    ahlen.goto("/calendar")
    expect(ahlen.locator("main")).not_to_contain_text(address)
    expect(ahlen.get_by_role("button", name="Adresse widerrufen")).to_be_hidden()
    ahlen.get_by_text("Adresse widerrufen?").click()
    expect(ahlen.locator("main")).to_contain_text("Das lässt sich nicht rückgängig machen.")
    looks_well(ahlen)
    ahlen.get_by_role("button", name="Adresse widerrufen").click()
    expect(ahlen.locator("main")).to_contain_text("Ihre Adresse ist widerrufen.")
    assert ask(address)[0] == 404
