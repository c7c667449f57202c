"""Two people of one town come by their letters and vote together; in the middle of it one hands over."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.test_newcomers import ask
from tests.journeys.test_vote import DESK, bar, choice

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("on_sqlite")]
expect.set_options(timeout=PATIENT)

TOWN, WORDS = "Hilden", "Distel Harfe Kompass Nebel"
FIRST, SECOND, SUCCESSOR = (f"{TOWN} · {office}" for office in ("Ehrenamt", "Jugend", "Senioren"))
TOPIC, OTHER = "Ehrenamt im Quartier", "Netze auf dem Land"
GONE = re.compile("Dieser Bereich ist für Sie nicht mehr zugänglich|Diese Seite finden wir nicht")


def address(name: str) -> str:
    return name.rpartition(" ")[2].lower() + "@example.net"


def invite_two(office: Page) -> None:
    """A team with two open invitations, in the cohort that the office sees first."""
    office.goto("/people")
    cohort = office.locator("cohort-teams").get_attribute("stream")
    assert cohort
    town = ask(office, "organisation.create", "house", name=TOWN, kind="stadt")
    team = ask(office, "team.create", cohort, name=TOWN, **town)
    for name in (FIRST, SECOND):
        ask(office, "invitation.send", "house", name=name, email=address(name), role="participant", **team)


def join(guests: Guests, name: str) -> Page:
    """Open the letter to that person, and the link in it, in a browser of its own."""
    page = guests.open()
    page.goto("/demo/mail")
    page.locator(".ws-card").filter(has_text=address(name)).get_by_role("link").click()
    link = re.search(r"https?://\S+/join/\S+", page.locator(".ws-letter").inner_text())
    assert link
    page.goto(link[0])
    expect(page.get_by_label("Name")).to_have_value(name)
    for label in (re.compile("^Passwort (?!wieder)"), re.compile("^Passwort wiederholen")):
        page.get_by_label(label).fill(WORDS)
    page.get_by_role("button", name="Einladung annehmen").click()
    page.wait_for_url("**/welcome")
    return page


def propose(page: Page, workshop: str, title: str) -> None:
    page.goto(f"{workshop}/topics/new")
    page.get_by_label(re.compile("^Thema")).fill(title)
    page.get_by_label("Zeitbedarf").fill("60")
    page.get_by_role("button", name="Thema vorschlagen").click()
    expect(page.locator(".ws-topic").filter(has_text=title)).to_be_visible()


def test_a_seat_passes_on_in_the_middle_of_a_vote(guests: Guests) -> None:
    office, desk = guests.come("Programmbüro"), guests.come(DESK)
    invite_two(office)
    first, second = join(guests, FIRST), join(guests, SECOND)
    first.goto("/workshops")
    collecting = first.locator("main a[href$='/topics']").first.get_attribute("href")
    assert collecting
    workshop = collecting.removesuffix("/topics")
    propose(first, workshop, TOPIC)
    propose(second, workshop, OTHER)
    desk.goto(f"{workshop}/poll")
    desk.get_by_label("alle, von Anfang an").check()
    desk.get_by_role("button", name="Abstimmung öffnen").click()

    first.goto(f"{workshop}/poll")
    second.goto(f"{workshop}/poll")
    choice(first, TOPIC).get_by_role("button").click()
    expect(choice(second, TOPIC)).to_contain_text(FIRST)
    choice(second, OTHER).get_by_role("button").click()
    expect(choice(first, OTHER)).to_contain_text(SECOND)

    office.goto("/admin/cohorts")
    office.get_by_role("link", name=re.compile("Dritte")).first.click()
    team = office.locator("article").filter(has=office.get_by_role("heading", name=TOWN))
    team.locator("li").filter(has_text=FIRST).get_by_role("link", name="Platz weitergeben").click()
    office.get_by_label("Wer übernimmt").fill(SUCCESSOR)
    office.get_by_label("E-Mail-Adresse").fill(address(SUCCESSOR))
    office.get_by_role("button", name="Platz weitergeben").click()
    expect(office.locator(".ws-flashes")).to_contain_text("Der Platz ist weitergegeben")
    expect(first.locator("main")).to_contain_text(GONE, timeout=5_000)
    first.goto(f"{workshop}/poll")
    expect(first.get_by_role("heading", name="Diese Seite finden wir nicht")).to_be_visible()

    successor = join(guests, SUCCESSOR)
    successor.goto(f"{workshop}/poll")
    for title, who in ((TOPIC, FIRST), (OTHER, SECOND)):
        expect(choice(successor, title).get_by_role("button")).to_have_attribute("aria-pressed", "true")
        expect(choice(successor, title)).to_contain_text(who)
    choice(successor, TOPIC).get_by_role("button").click()
    expect(choice(second, TOPIC)).to_contain_text(SUCCESSOR)
    expect(choice(second, TOPIC).get_by_role("button")).to_have_attribute("aria-pressed", "false")
    expect(bar(desk, TOPIC)).to_contain_text("0 von 11 Teams")
    expect(bar(desk, OTHER)).to_contain_text("1 von 11 Teams")
    successor.goto(f"{workshop}/topics")
    expect(successor.locator(".ws-topic").filter(has_text=TOPIC)).to_contain_text("Ihrem Team")
