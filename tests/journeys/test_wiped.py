"""Whoever may no longer read leaves nothing of it in the browser: not in the page nor behind the way back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.test_succession import GONE
from tests.journeys.test_unsent import UNSENT, enter, mark, no_command_arrives
from tests.journeys.test_vote import AHLEN, OTHER

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("on_sqlite")]
expect.set_options(timeout=PATIENT)

TITLE = "Digitales Ehrenamt"
ENDED = "Ihre Anmeldung ist beendet. Bitte melden Sie sich wieder an."
TAKEN = "In diesem Browser hat sich inzwischen jemand anderes angemeldet."
KEPT = "document.documentElement.outerHTML + JSON.stringify({...localStorage, ...sessionStorage})"
"""Everything that the page holds and the browser keeps for it."""


def expect_nothing_left(page: Page) -> None:
    assert TITLE not in page.evaluate(KEPT)
    assert page.locator("script[data-stream]").count() == 0


def test_of_a_seat_that_was_lost_nothing_is_left(guests: Guests) -> None:
    ahlen, office = guests.open(), guests.come("Programmbüro")
    vote = enter(ahlen, AHLEN)
    assert TITLE in ahlen.evaluate(KEPT)
    office.goto("/admin/people?search=Ahlen")
    office.get_by_role("link", name=re.compile(AHLEN)).first.click()
    office.get_by_role("link", name=re.compile("Ändern oder beenden")).first.click()
    office.get_by_role("button", name="Platz jetzt beenden").click()
    expect(ahlen.locator("main")).to_contain_text(GONE)
    expect_nothing_left(ahlen)
    expect(ahlen.locator("main")).to_contain_text("Diese Seite finden wir nicht")
    ahlen.goto(vote)
    expect_nothing_left(ahlen)


def test_of_a_session_that_was_ended_nothing_is_left_until_the_same_person_is_back(guests: Guests) -> None:
    ahlen = guests.open()
    vote = enter(ahlen, AHLEN)
    elsewhere = guests.tab(ahlen.context)
    elsewhere.goto(vote)
    elsewhere.get_by_role("button", name="Abmelden").click()
    elsewhere.wait_for_url("**/sign-in**")
    expect(ahlen.locator("workshop-ballot")).to_have_text(ENDED)
    expect_nothing_left(ahlen)
    assert ahlen.evaluate(UNSENT) == []
    elsewhere.go_back()
    expect(elsewhere).to_have_url(re.compile("/sign-in"))
    expect_nothing_left(elsewhere)

    enter(elsewhere, AHLEN, vote)
    ahlen.evaluate("dispatchEvent(new Event('focus'))")
    expect(ahlen.locator("live-connection")).to_have_text("verbunden")
    expect(ahlen.locator("workshop-ballot")).to_contain_text(TITLE)


def test_for_somebody_else_in_the_same_browser_nothing_is_left(guests: Guests) -> None:
    ahlen = guests.open()
    vote = enter(ahlen, AHLEN)
    with no_command_arrives(ahlen):
        mark(ahlen, TITLE)
        enter(guests.tab(ahlen.context), OTHER, vote)
        expect(ahlen.locator("live-connection")).to_contain_text("jemand anderes ist angemeldet")
        # Their own ballot may have been refused to the other one first.
        assert re.search(f"{TAKEN}|{GONE.pattern}", ahlen.locator("workshop-ballot").inner_text())
        expect_nothing_left(ahlen)
