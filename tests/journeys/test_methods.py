"""A vote by every method: two of a team in two browsers, by keyboard alone, one in German, one in English."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.looking import found_by_axe, scrolls_sideways
from tests.journeys.polls import Words, hold, item, reach, words
from tests.journeys.test_vote import AHLEN, DESK, PARTNER, the_running_vote

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("on_sqlite")]
expect.set_options(timeout=PATIENT)

REASON = "Bitte am Vormittag."


@pytest.fixture
def demo_url(demo_file: Path, tmp_path: Path) -> str:
    """What a ballot looks like does not depend on the kind of database."""
    copy = tmp_path / "demo.sqlite3"
    shutil.copy(demo_file, copy)
    return f"sqlite:///{copy}"


def _tick(page: Page, _say: Words) -> None:
    reach(page, item(page, 0).get_by_role("button"))
    page.keyboard.press("Space")


def _give_dots(page: Page, _say: Words) -> None:
    reach(page, item(page, 0).locator("[data-act=more]"))
    for _ in range(3):
        page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")


def _grade(page: Page, _say: Words) -> None:
    reach(page, item(page, 0).get_by_role("radio").first)
    for _ in range(4):
        page.keyboard.press("ArrowRight")


def _put_in_order(page: Page, _say: Words) -> None:
    """The second and the first, and then the first to the top: the focus goes along."""
    first, second = (item(page, number).get_attribute("data-topic") for number in (0, 1))
    reach(page, page.locator(f"[data-topic='{second}'] [data-act=rank]"))
    page.keyboard.press("Enter")
    expect(page.locator(f"[data-topic='{second}'] [data-act=up]")).to_be_focused()
    reach(page, page.locator(f"[data-topic='{first}'] [data-act=rank]"))
    page.keyboard.press("Enter")
    expect(page.locator(f"[data-topic='{first}'] [data-act=up]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"[data-topic='{first}'] [data-act=up]")).to_be_focused()


def _raise_a_concern(page: Page, _say: Words) -> None:
    reach(page, item(page, 0).get_by_role("radio").first)
    page.keyboard.press("ArrowDown")
    reach(page, item(page, 0).get_by_role("textbox"))
    page.keyboard.type(REASON)


Fill = Callable[[Page, Words], None]
Said = Callable[[Words], str]

TICKS: tuple[Fill, Said, Said] = (
    _tick,
    lambda say: say("Ja, wollen wir"),
    lambda say: say("{n} von {all} Teams", n=1, all=10),
)
DOTS: tuple[Fill, Said, Said] = (
    _give_dots,
    lambda say: say("{n} Punkt", "{n} Punkte", n=2),
    lambda say: say("{n} Punkt", "{n} Punkte", n=2),
)
GRADES: tuple[Fill, Said, Said] = (
    _grade,
    lambda say: say("Note {n} von {best}", n=4, best=5),
    lambda say: say("Noten zusammen: {n}", n=4),
)
ORDER: tuple[Fill, Said, Said] = (
    _put_in_order,
    lambda say: f"{say('Platz')} 1",
    lambda say: say("gereiht von {n} von {all} Teams", n=1, all=10),
)
VOICES: tuple[Fill, Said, Said] = (
    _raise_a_concern,
    lambda say: say("Worauf ist zu achten?"),
    lambda say: say("{n} von {all} Teams stimmen zu", n=1, all=10),
)
METHODS = {
    "equal_shares": TICKS,
    "equal_shares_points": DOTS,
    "approval": TICKS,
    "dots": DOTS,
    "score": GRADES,
    "borda": ORDER,
    "schulze": ORDER,
    "consent": VOICES,
}


@pytest.mark.parametrize("method", METHODS)
def test_a_ballot_is_filled_in_by_keyboard_and_both_of_the_team_see_it(guests: Guests, method: str) -> None:
    fill, on_the_ballot, in_the_count = METHODS[method]
    german, english = words("de"), words("en")
    ahlen, partner = guests.come(AHLEN), guests.come(PARTNER, language="en")
    desk = guests.come(DESK)
    workshop = the_running_vote(ahlen)
    hold(desk, workshop, method=method)
    for page in (ahlen, partner):
        page.goto(f"{workshop}/poll")
        expect(page.locator(".ws-ballot__hello")).to_be_visible()
    title = item(ahlen, 0).locator(".ws-ballot__title").inner_text()
    fill(ahlen, german)
    expect(ahlen.locator(".ws-ballot__saved")).to_contain_text(german("Alles gespeichert."))
    for page, say in ((ahlen, german), (partner, english)):
        first = page.locator(".ws-ballot__item").filter(has_text=title)
        expect(first).to_contain_text(on_the_ballot(say))
        expect(page.locator(".ws-tally__row").filter(has_text=title)).to_contain_text(in_the_count(say))
        expect(page.locator(".ws-ballot__hello")).to_have_count(0)
    expect(partner.locator(".ws-ballot__item").filter(has_text=title)).to_contain_text(AHLEN)
    if method == "consent":
        expect(partner.get_by_role("textbox")).to_have_value(REASON)
    partner.get_by_text(english("So wird gezählt")).click()
    assert [found_by_axe(page) for page in (ahlen, partner)] == [[], []]
    ahlen.reload()
    expect(ahlen.locator(".ws-ballot__item").filter(has_text=title)).to_contain_text(on_the_ballot(german))

    hold(desk, workshop, method="approval")
    expect(ahlen.locator(".ws-ballot__hello")).to_be_visible()


def test_every_kind_of_ballot_fits_a_dark_phone_and_shows_what_was_voted(guests: Guests) -> None:
    ahlen, desk = guests.come(AHLEN, dark=True, width=320), guests.come(DESK)
    workshop = the_running_vote(ahlen)
    found: dict[str, list[str]] = {}
    for method in ("equal_shares", "dots", "score", "borda", "consent"):
        hold(desk, workshop, method=method)
        ahlen.goto(f"{workshop}/poll")
        METHODS[method][0](ahlen, words("de"))
        expect(ahlen.locator(".ws-ballot__saved")).to_contain_text("Alles gespeichert")
        found[method] = found_by_axe(ahlen) + scrolls_sideways(ahlen)
        desk.goto(f"{workshop}/poll")
        desk.get_by_role("button", name="Abstimmung schließen").click()
        desk.get_by_role("dialog").get_by_role("button", name="Abstimmung schließen").click()
        expect(ahlen.locator(".ws-ballot__share")).to_have_text("So hat Ihr Team abgestimmt.")
        found[f"{method}, closed"] = found_by_axe(ahlen) + scrolls_sideways(ahlen)
        desk.goto(f"{workshop}/poll")
        desk.get_by_text("Versehentlich geschlossen?").click()
        desk.get_by_role("button", name="Wieder öffnen").click()
        expect(ahlen.locator(".ws-ballot__abstain")).to_be_visible()
    assert {state: what for state, what in found.items() if what} == {}


def test_a_count_that_is_hidden_comes_with_the_own_ballot(guests: Guests) -> None:
    ahlen, menden, desk = guests.come(AHLEN), guests.come("Menden"), guests.come(DESK)
    workshop = the_running_vote(ahlen)
    hold(desk, workshop, method="dots", show="own")
    for page in (ahlen, menden, desk):
        page.goto(f"{workshop}/poll")
        expect(page.locator(".ws-tally__hidden")).to_be_visible()
    _give_dots(ahlen, words("de"))
    expect(ahlen.locator(".ws-tally__row").first).to_contain_text("2 Punkte")
    for page in (menden, desk):
        expect(page.locator(".ws-turnout__words").last).to_contain_text("1 von 10")
        expect(page.locator(".ws-tally__hidden")).to_be_visible()
    _give_dots(menden, words("de"))
    for page in (ahlen, menden):
        expect(page.locator(".ws-tally__row").first).to_contain_text("4 Punkte")
    hold(desk, workshop, method="dots", show="end")
    expect(ahlen.locator(".ws-tally__hidden")).to_have_text(re.compile("niemand"))
