"""Every page of the table of rights, by links: small, large, in the dark and by keyboard alone."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import select
from tests.house.rights import MAY_OPEN
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.looking import found_by_axe, resize, scrolls_sideways
from tests.journeys.test_vote import AHLEN, DESK, the_running_vote
from tests.serving import SECRET_KEY, Server
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from foundation.database import Database
from foundation.transaction import Transaction
from people.accounts.models import Person
from people.invitations.models import Invitation
from people.links.rules import PATHS, Purpose, token
from people.links.service import make
from people.mail.rules import Kind, unsubscribe_token
from werkstatt import keys
from werkstatt.settings import load

pytestmark = pytest.mark.e2e
expect.set_options(timeout=PATIENT)

NOBODY = "nobody"
NAMES = {"member": AHLEN, "administrator": "Programmbüro"}
RULE = Map([Rule(rule, endpoint=rule) for rule in MAY_OPEN]).bind("here")
NO_PAGE = re.compile(
    r"/language/|.*\.(vcf|ics|pb|txt)$|/admin/import/template$|/cohorts/<cohort>$|/workshops/<workshop>$|/sign-in/oidc"
    r"|/profile/security/codes/remove$|.*/topics/<topic>/(change|answer|follow-up)$|.*/(projector|poll/paper)$"
)
"""What leads on to another page, or is a file; twins of pages that are looked at: one asks, one has the
fields of a new topic; what a past workshop asks a team, which `test_topics.py` looks at; the wall, which
`test_desk.py` does."""
BETWEEN = {
    "member": ["/confirm", "/goodbye", "/profile/security/codes"],
    "administrator": ["/admin/organisations?search=zzz", "/admin/people?search=zzz", "/confirm"],
    NOBODY: [
        "/sign-in",
        "/forgot",
        "/forgot/sent",
        "/demo",
        "/demo/mail",
        "/nowhere",
        "/join/gone",
        "/reset/gone",
    ],
}
"""What no link leads to."""
BEGIN = {"member": ["/", "/profile"], "administrator": ["/admin", "/workshops"]}
EMPTY = {"/sign-in", "/forgot", "/join/<token>", "/reset/<token>", "/profile/address", "/workshops/new"} | {
    f"/admin/{where}" for where in ("cohorts/new", "invite", "organisations/new")
}
"""Whose form is sent as it stands and comes back with what is missing."""

SMALL: ViewportSize = {"width": 320, "height": 800}
FOCUS = """(wanted) => {
  const now = document.activeElement, box = now.getBoundingClientRect();
  const outlined = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const around = [now, now.closest(".ws-card") ?? now, now.closest("li") ?? now];
  return {
    at: now.matches(wanted),
    drawn: around.map((one) => getComputedStyle(one)).some((it) => outlined(it) || it.boxShadow !== "none"),
    inside: box.bottom > 0 && box.top < innerHeight,
  };
}"""
SUMMARY = """() => {
  const summary = document.getElementById("error-summary");
  const fields = [...(summary?.querySelectorAll("a") ?? [])].map((one) => document.querySelector(one.hash));
  const said = (one) => (one?.getAttribute("aria-describedby") ?? "").split(" ")
    .some((id) => id.endsWith("-error") && document.getElementById(id));
  return { focused: document.activeElement === summary, fields: fields.length, said: fields.every(said) };
}"""


@pytest.fixture(scope="module")
def house(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """The address of a demo for all that only looks, and what mails from there lead to."""
    folder = tmp_path_factory.mktemp("pages")
    copy = folder / "demo.sqlite3"
    shutil.copy(demo_file, copy)
    with Server(f"sqlite:///{copy}", folder, options=("--demo",)) as server:
        yield server.url, behind_links(f"sqlite:///{copy}")


@pytest.fixture
def guests(browser: Browser, house: tuple[str, list[str]]) -> Iterator[Guests]:
    here = Guests(browser, house[0])
    yield here
    here.leave()
    assert here.troubles == []


def behind_links(url: str) -> list[str]:
    """Addresses out of mails that nobody has opened yet."""
    key = keys.key(load(secret_key=SECRET_KEY), keys.LINKS)
    database = Database(url)
    with database.transaction() as connection:
        transaction = Transaction(connection)
        person = connection.execute(select(Person.public_id).where(Person.name == AHLEN)).scalar_one()
        invitation = connection.execute(select(Invitation.public_id)).scalars().first()
        about: dict[Purpose, dict[str, Any]] = {
            Purpose.INVITATION: {"subject": invitation},
            Purpose.RESET: {"person": person},
            Purpose.ADDRESS_NEW: {"person": person, "subject": "neu@example.org"},
        }
        made = {purpose: make(transaction, purpose, **whose) for purpose, whose in about.items()}
    database.close()
    unsubscribe = unsubscribe_token(person, Kind.POLL_OPENED, key)
    return [
        f"/mail/unsubscribe/{unsubscribe}",
        *(PATHS[one] + token(link, key) for one, link in made.items()),
    ]


def rule_of(address: str) -> str:
    """Its line in the table of rights, or nothing."""
    try:
        return str(RULE.match(urlsplit(address).path)[0])
    except HTTPException:
        return ""


def look(page: Page, rule: str) -> list[str]:
    """What is wrong with the page that is open."""
    wrong = [f"small, {one}" for one in found_by_axe(page)] + scrolls_sideways(page)
    parts = page.title().split(" - ")
    if parts[-1] != "Werkstatt" or len(parts) < (3 if rule.startswith(("/admin/", "/profile/")) else 2):
        wrong.append(f"is called {page.title()}")
    resize(page, 390)
    wrong += scrolls_sideways(page)
    resize(page, 1280)
    page.emulate_media(color_scheme="dark")
    wrong += [f"large and dark, {one}" for one in found_by_axe(page)]
    page.emulate_media(color_scheme="light")
    resize(page, SMALL["width"])
    return wrong


def by_keyboard(page: Page, *, most: int = 150) -> list[str]:
    """The skip link comes first and leads to the content; Tab leads from there to the first thing to do."""
    page.keyboard.press("Tab")
    if not page.evaluate(FOCUS, ".ws-skip")["at"]:
        return ["does not begin with the skip link"]
    page.keyboard.press("Enter")
    if not page.evaluate(FOCUS, "#main")["at"]:
        return ["its skip link leads nowhere"]
    first = page.locator("main .kern-btn--primary:visible").first
    if not first.count():
        return []
    first.evaluate("(one) => one.setAttribute('data-first', '')")
    for _ in range(most):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUS, "[data-first]")
        if not now["drawn"] or not now["inside"]:
            return [f"hides its focus {now}: {page.evaluate('document.activeElement.outerHTML')[:120]}"]
        if now["at"]:
            return []
    return ["what is to be done first is not reached"]


def sent_empty(page: Page) -> list[str]:
    """The summary of what is missing takes the focus; each of its links leads to a field that says why."""
    page.locator("main form[method=post] .kern-btn--primary").first.click()
    page.wait_for_selector("#error-summary")
    found = page.evaluate(SUMMARY)
    fine = found["focused"] and found["fields"] and found["said"]
    return [] if fine else [f"sent empty, says {found}"]


@pytest.mark.slow
@pytest.mark.parametrize("who", list(BETWEEN))
def test_every_page_is_for_everybody(guests: Guests, house: tuple[str, list[str]], who: str) -> None:
    """By links from page to page, one of each kind; what the table has and nobody finds fails as well."""
    page = guests.come(NAMES[who], **SMALL) if who in NAMES else guests.open(**SMALL)
    waiting = [*BETWEEN[who], *(house[1] if who == NOBODY else BEGIN[who])]
    sure, met, wrong = set(waiting), set[str](), dict[str, list[str]]()
    while waiting:
        address = waiting.pop(0)
        rule = rule_of(address)
        if rule in met and address not in sure:
            continue
        met |= set() if "?" in address else {rule}
        sure.discard(address)
        answer = page.goto(address)
        links = page.locator("a[href^='/']")
        hrefs = links.evaluate_all("(all) => all.map((one) => one.getAttribute('href'))")
        troubles = look(page, rule) + by_keyboard(page)
        if rule in EMPTY and answer and answer.ok:
            troubles += sent_empty(page)
        if troubles:
            wrong[address] = troubles
        if address == "/demo/mail":
            sure.add(letter := next(href for href in hrefs if href.startswith(f"{address}/")))
            waiting.append(letter)
        waiting += [href.partition("?")[0] for href in hrefs if is_a_page(href, who)]
    assert wrong == {}, json.dumps(wrong, indent=1, ensure_ascii=False)
    if who in NAMES:
        assert {rule for rule in MAY_OPEN if is_a_page(rule, who)} - met == set()


def is_a_page(address: str, who: str) -> bool:
    """What others open as well is looked at with the one who has the fewest rights."""
    rule = rule_of(address)
    if not rule or NO_PAGE.match(rule):
        return False
    return who == next((one for one in (NOBODY, "member", "administrator") if MAY_OPEN[rule][one] == "x"), "")


def test_the_desk_is_for_everybody(guests: Guests) -> None:
    """What stands for facilitators alone on a page that everybody opens."""
    desk = guests.come(DESK, **SMALL)
    desk.goto(f"{the_running_vote(desk)}/poll")
    expect(desk.locator("workshop-desk")).to_be_visible()
    assert look(desk, "") == []
