"""A secret poll in several browsers: teams cast, nobody sees anything until the close, then the totals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.looking import found_by_axe, resize, scrolls_sideways
from tests.journeys.test_vote import AHLEN, DESK, PARTNER, the_running_vote

pytestmark = pytest.mark.e2e
expect.set_options(timeout=PATIENT)

TEAMS = (AHLEN, "Menden", "Senden")
COMMAND = """async ([name, place, body]) => {
  const { csrf } = await (await fetch("/live/session")).json();
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  const said = JSON.stringify({ id: crypto.randomUUID(), name, place, body });
  return await (await fetch("/live/commands", { method: "POST", headers, body: said })).json();
}"""


@dataclass(frozen=True)
class Words:
    hand_in: str
    change: str
    handed_in: str
    nothing_yet: str
    nobody_learns: str
    close: str
    to_result: str
    no_result: str
    here: str
    there: str
    abstain: str


WORDS = {
    "de": Words(
        hand_in="Stimmzettel abgeben",
        change="Geänderten Stimmzettel abgeben",
        handed_in="Abgegeben.",
        nothing_yet="noch keinen Stimmzettel",
        nobody_learns="zeigt sich erst nach dem Schluss",
        close="Abstimmung schließen",
        to_result="Zum Ergebnis",
        no_result="ohne Ergebnis",
        here="Meinen Stand abgeben",
        there="Den abgegebenen Stand übernehmen",
        abstain="Wir enthalten uns",
    ),
    "en": Words(
        hand_in="Hand in the ballot",
        change="Hand in the changed ballot",
        handed_in="Handed in.",
        nothing_yet="not handed in a ballot yet",
        nobody_learns="shows only after the close",
        close="Close the poll",
        to_result="To the result",
        no_result="without a result",
        here="Hand in my version",
        there="Take over what was handed in",
        abstain="We abstain",
    ),
}


def ask(page: Page, name: str, workshop: str, **body: Any) -> Any:
    place = workshop.removeprefix("/workshops/")
    answer = page.evaluate(COMMAND, [name, f"workshop/{place}", body])
    assert answer["ok"], answer
    return answer


def in_secret(desk: Page, **held: Any) -> str:
    """The vote of the demo begins anew in secret; its address."""
    workshop = the_running_vote(desk)
    ask(desk, "poll.close", workshop)
    ask(desk, "poll.open", workshop, secret=True, show="end", quorum=3, **held)
    return workshop


def paper(page: Page) -> Locator:
    return page.locator("workshop-secret-paper")


def tick(page: Page, number: int) -> None:
    paper(page).locator(".ws-secret__topics input[type=checkbox]").nth(number).check()


def hand_in(page: Page, name: str) -> None:
    paper(page).get_by_role("button", name=name, exact=True).click()


def screens(page: Page) -> str:
    """What the page says of the poll, without the paper of one's own."""
    return page.locator("workshop-ballot").inner_text()


@pytest.mark.parametrize("language", ["de", "en"])
def test_teams_cast_in_secret_and_only_the_totals_come_out(guests: Guests, language: str) -> None:
    words = WORDS[language]
    voters = [guests.come(who, language=language) for who in TEAMS]
    desk = guests.come(DESK, language=language)
    workshop = in_secret(desk)
    for page in (*voters, desk):
        page.goto(f"{workshop}/poll")
        expect(page.locator("workshop-ballot")).to_contain_text(words.nobody_learns)
    assert found_by_axe(voters[0]) == []
    expect(desk.locator("workshop-secret-paper form")).to_have_count(0)
    before = [screens(page) for page in (*voters, desk)]

    for number, page in enumerate(voters):
        expect(paper(page)).to_contain_text(words.nothing_yet)
        tick(page, 0)
        tick(page, number + 1)
        hand_in(page, words.hand_in)
        expect(paper(page)).to_contain_text(words.handed_in)
        expect(paper(page).get_by_role("button", name=words.change)).to_be_visible()
    assert [screens(page) for page in (*voters, desk)] == before
    expect(desk.locator(".ws-desk__missing")).to_have_count(0)
    kept = voters[0].evaluate("JSON.stringify(localStorage)")
    assert "ballot.cast" not in kept

    desk.get_by_role("button", name=words.close).click()
    desk.get_by_role("dialog").get_by_role("button", name=words.close).click()
    for page in voters:
        expect(page.locator(".ws-tally__row").first).to_contain_text(re.compile(r"3 (von|of) 10"))
        expect(paper(page).locator("form")).to_have_count(0)
        assert found_by_axe(page) == []


def test_both_members_of_a_team_choose_between_their_versions(guests: Guests) -> None:
    words = WORDS["de"]
    ahlen, partner, desk = guests.come(AHLEN), guests.come(PARTNER), guests.come(DESK)
    workshop = in_secret(desk)
    for page in (ahlen, partner):
        page.goto(f"{workshop}/poll")
        expect(paper(page)).to_contain_text(words.nothing_yet)
    tick(ahlen, 0)
    hand_in(ahlen, words.hand_in)
    expect(paper(ahlen)).to_contain_text(words.handed_in)
    tick(partner, 1)
    hand_in(partner, words.hand_in)
    conflict = partner.locator(".ws-secret__conflict")
    expect(conflict.locator("tbody tr")).to_have_count(2)
    expect(partner.locator("#secret-conflict")).to_be_focused()
    assert found_by_axe(partner) == []
    partner.keyboard.press("Tab")
    partner.keyboard.press("Tab")
    partner.keyboard.press("Enter")
    expect(paper(partner)).to_contain_text(words.handed_in)
    expect(conflict).to_have_count(0)
    ahlen.reload()
    boxes = paper(ahlen).locator(".ws-secret__topics input[type=checkbox]")
    expect(boxes.nth(1)).to_be_checked()
    expect(boxes.nth(0)).not_to_be_checked()


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize("method", ["dots", "score", "borda", "consent"])
def test_every_kind_of_paper_is_handed_in_and_found_again(guests: Guests, method: str) -> None:
    words = WORDS["de"]
    ahlen, desk = guests.come(AHLEN, width=320), guests.come(DESK)
    workshop = in_secret(desk, method=method)
    ahlen.goto(f"{workshop}/poll")
    expect(paper(ahlen)).to_contain_text(words.nothing_yet)
    for number, value in enumerate(("2", "1")):
        field = paper(ahlen).locator(".ws-secret__topics li").nth(number).locator("select, input")
        if method == "dots":
            field.fill(value)
        else:
            field.select_option(value)
    hand_in(ahlen, words.hand_in)
    expect(paper(ahlen)).to_contain_text(words.handed_in)
    assert found_by_axe(ahlen) + scrolls_sideways(ahlen) == []
    ahlen.reload()
    expect(paper(ahlen)).to_contain_text(words.handed_in)
    fields = paper(ahlen).locator(".ws-secret__topics li").locator("select, input")
    expect(fields.nth(0)).to_have_value("2")
    expect(fields.nth(1)).to_have_value("1")


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize("language", ["de", "en"])
def test_too_few_ballots_end_without_a_result(guests: Guests, language: str) -> None:
    words = WORDS[language]
    ahlen, desk = guests.come(AHLEN, language=language), guests.come(DESK, language=language)
    workshop = in_secret(desk)
    ahlen.goto(f"{workshop}/poll")
    tick(ahlen, 0)
    hand_in(ahlen, words.hand_in)
    expect(paper(ahlen)).to_contain_text(words.handed_in)
    ask(desk, "poll.close", workshop)
    expect(paper(ahlen)).to_contain_text(words.no_result)
    expect(ahlen.locator(".ws-tally__row")).to_have_count(0)
    assert found_by_axe(ahlen) == []
    desk.goto(f"{workshop}/poll")
    expect(desk.locator("workshop-desk form")).to_be_visible()
    resize(ahlen, 320)
    assert scrolls_sideways(ahlen) == []
