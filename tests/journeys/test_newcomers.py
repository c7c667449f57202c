"""A team joins while others vote: its name is on every open page, and it votes with the others next time."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.test_vote import AHLEN, DESK, the_running_vote

pytestmark = pytest.mark.e2e
expect.set_options(timeout=PATIENT)

TOWN, NEWCOMER, NEW = "Hilden", "Hilden · Ehrenamt", "Ehrenamt im Quartier"
NOT_THIS_TIME = "Als diese Abstimmung angesetzt wurde, war Ihr Team noch nicht dabei."
COMMAND = """async (command) => {
  const { csrf } = await (await fetch("/live/session")).json();
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  const body = JSON.stringify({ id: crypto.randomUUID(), ...command });
  return (await fetch("/live/commands", { method: "POST", headers, body })).json();
}"""


def ask(page: Page, name: str, place: str, /, **body: str) -> dict[str, Any]:
    """There are no pages for the office yet: it sends its commands as docs/wire.md says."""
    answer = page.evaluate(COMMAND, {"name": name, "place": place, "body": body})
    assert answer["ok"], answer
    return dict(answer["result"])


def let_join(office: Page) -> None:
    """A team of the cohort that the office sees first, with one member."""
    office.goto("/people")
    place = office.locator("cohort-teams").get_attribute("stream")
    assert place
    town = ask(office, "organisation.create", "house", name=TOWN, kind="stadt")
    team = ask(office, "team.create", place, name=TOWN, **town)
    person = ask(office, "person.create", "house", name=NEWCOMER, email="hilden@example.org")
    ask(office, "seat.give", place, **team, **person)


def test_a_team_that_joins_while_others_vote_is_named_and_votes_next_time(guests: Guests) -> None:
    ahlen, desk, office = guests.come(AHLEN), guests.come(DESK), guests.come("Programmbüro")
    workshop = the_running_vote(ahlen)
    ahlen.goto(f"{workshop}/topics")
    expect(ahlen.locator(".ws-topic").first).to_contain_text("vorgeschlagen von")
    desk.goto(f"{workshop}/poll")
    expect(desk.locator("workshop-desk")).to_contain_text("6 von 10 Teams haben abgestimmt")

    let_join(office)
    hilden = guests.come(NEWCOMER)
    hilden.goto(f"{workshop}/topics/new")
    hilden.get_by_label("Thema").first.fill(NEW)
    hilden.get_by_label("Zeitbedarf").fill("45")
    hilden.get_by_role("button", name="Thema vorschlagen").click()
    expect(ahlen.locator(".ws-topic").filter(has_text=NEW)).to_contain_text(f"vorgeschlagen von {TOWN}")

    hilden.goto(f"{workshop}/poll")
    expect(hilden.locator("workshop-ballot")).to_contain_text(NOT_THIS_TIME)
    expect(hilden.locator(".ws-ballot button")).to_have_count(0)
    expect(hilden.locator(".ws-tally__row").filter(has_text=NEW)).to_contain_text("0 von 10 Teams")
    expect(desk.locator("workshop-desk")).to_contain_text("6 von 10 Teams haben abgestimmt")
    expect(desk.locator(".ws-desk__missing")).not_to_contain_text(TOWN)

    desk.get_by_role("button", name="Abstimmung schließen").click()
    desk.get_by_role("dialog").get_by_role("button", name="Abstimmung schließen").click()
    desk.get_by_text("Neu abstimmen lassen?").click()
    desk.get_by_role("button", name="Abstimmung öffnen").click()
    expect(desk.locator(".ws-desk__missing")).to_contain_text(TOWN)
    hilden.locator(".ws-ballot__item").filter(has_text=NEW).get_by_role("button").click()
    expect(desk.locator("workshop-desk")).to_contain_text("1 von 11 Teams haben abgestimmt")
