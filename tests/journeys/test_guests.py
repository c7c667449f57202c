"""A guest follows the one workshop live, on a phone in the dark, until the office ends the visit."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.looking import found_by_axe, scrolls_sideways
from tests.journeys.test_succession import GONE, propose
from tests.journeys.test_vote import AHLEN, the_running_vote

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("on_sqlite")]
expect.set_options(timeout=PATIENT)

GUEST, NETWORK, NEW = "Hochschule · Engagementforschung", "Kreis Soest", "Versicherung im Ehrenamt"


def test_a_guest_follows_a_workshop_until_the_visit_ends(guests: Guests) -> None:
    guest = guests.come(GUEST, dark=True, width=320)
    expect(guest.locator(".ws-nav__link")).to_have_count(2)  # the overview and the profile
    guest.get_by_role("link", name="Treffen öffnen").click()
    expect(guest.locator(".kern-alert")).to_contain_text("Sie sind hier zu Gast bis")
    expect(guest.locator(".ws-topic").first).to_contain_text("vorgeschlagen von")
    expect(guest.locator("main button")).to_have_count(0)
    here = guest.url
    network = guests.come(NETWORK, dark=True, width=320)
    found = found_by_axe(guest, "/") + found_by_axe(guest, here) + found_by_axe(network, "/")
    assert found == []
    assert scrolls_sideways(guest) + scrolls_sideways(network) == []

    ahlen = guests.come(AHLEN)
    propose(ahlen, the_running_vote(ahlen), NEW)
    expect(guest.locator(".ws-topic").filter(has_text=NEW)).to_contain_text("vorgeschlagen von Ahlen")

    office = guests.come("Programmbüro")
    office.goto("/admin/people?search=Hochschule")
    office.get_by_role("link", name=re.compile(GUEST)).first.click()
    office.get_by_role("link", name=re.compile("Ändern oder beenden")).first.click()
    office.get_by_role("button", name="Rolle jetzt beenden").click()
    expect(guest.locator("main")).to_contain_text(GONE, timeout=5_000)
    guest.goto("/")
    expect(guest.locator("main")).to_contain_text("Sie gehören noch zu keinem Durchgang")
