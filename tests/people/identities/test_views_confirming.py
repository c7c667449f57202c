"""Showing at the sign-in service who one is, and ending the connection with it."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from foundation import clock as house_clock
from people.accounts.models import Person
from people.identities.models import Identity
from people.sign_in.models import SessionRow

from .looking import AHLEN, change, count, is_in

SECURITY = "/profile/security"
CODES = f"{SECURITY}/codes"


@pytest.fixture
def to_confirm(arrive, service, browser, world):
    """Somebody who came by the service a while ago, and has no password: the way to show who they are."""
    service.knows("a", email=AHLEN, email_verified=True)
    arrive("a")
    change(world, "ahlen", password_hash=None)
    with world.door.database.transaction() as connection:
        connection.execute(update(SessionRow).values(confirmed_at=None))
    asked = browser.post(f"{CODES}/begin", page="/profile/security").location
    assert asked == f"/confirm?next={CODES.replace('/', '%2F')}"
    return re.search(r'href="(/sign-in/oidc[^"]+)"', browser.get(asked).text)[1].replace("&amp;", "&")


def is_asked(browser):
    return "/confirm" in browser.post(f"{CODES}/begin", page="/profile/security").location


def test_who_has_no_password_shows_at_the_service_who_they_are(to_confirm, service, browser):
    there = browser.get(to_confirm).location
    asked = parse_qs(urlsplit(there).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    assert browser.get(service.sends_back(there, "a")).location == CODES
    assert not is_asked(browser)


def test_somebody_else_or_an_earlier_sign_in_shows_nothing(to_confirm, service, browser, world):
    service.knows("b", email="menden@example.org", email_verified=True)
    assert browser.get(service.sends_back(browser.get(to_confirm).location, "b")).status_code == 400
    service.knows("a", auth_time=int(house_clock.now().timestamp()) - 3600)
    assert browser.get(service.sends_back(browser.get(to_confirm).location, "a")).status_code == 400
    assert is_asked(browser)
    assert "Ahlen · Engagementförderung" in browser.get("/profile").text


def test_who_signs_out_on_the_way_shows_nothing(to_confirm, service, browser, world):
    back = service.sends_back(browser.get(to_confirm).location, "a")
    before = count(world, SessionRow)
    browser.post("/sign-out", page="/profile")
    assert browser.get(back).status_code == 400
    assert (is_in(browser), count(world, SessionRow)) == (False, before - 1)


def test_nobody_who_is_not_in_is_sent_to_confirm(told, browser):
    assert browser.get("/sign-in/oidc?confirm=1").status_code == 404


def test_a_connection_is_removed_on_the_page_but_not_the_last_way_in(arrive, service, browser, world):
    service.knows("a", email=AHLEN, email_verified=True)
    arrive("a")
    page = browser.get(SECURITY).text
    names = ("issuer", "subject")
    shown = {name: re.search(f'name="{name}" value="([^"]+)"', page)[1] for name in names}
    assert shown == {"issuer": service.issuer, "subject": "a"}

    def remove():
        answer = browser.post(f"{SECURITY}/service/remove", shown, page=SECURITY, follow_redirects=True)
        return answer.text

    with_password = select(Person.password_hash).where(Person.public_id == world.people["ahlen"])
    with world.door.database.reading() as connection:
        stored = connection.execute(with_password).scalar_one()
    change(world, "ahlen", password_hash=None)
    assert "Das ist Ihr einziger Weg in die Werkstatt." in remove()
    change(world, "ahlen", password_hash=stored)
    with world.door.database.transaction() as connection:
        connection.execute(update(SessionRow).values(confirmed_at=None))
    assert "Bitte zeigen Sie, dass Sie es sind" in remove()
    with world.door.database.transaction() as connection:
        connection.execute(update(SessionRow).values(confirmed_at=house_clock.now()))
    assert "Die Verbindung ist gelöst." in remove()
    assert (count(world, Identity), "noch nicht verbunden" in browser.get(SECURITY).text) == (0, True)
