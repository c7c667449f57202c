"""The page behind the link: who may accept how, and what it says when there is nothing to accept."""

import logging
import re
import threading
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select
from tests.people.conftest import PASSWORD, Browser
from tests.people.letters import letters

from foundation import clock as house_clock
from foundation.transaction import Transaction
from people.accounts.models import Person
from people.links.rules import Purpose, token
from people.links.service import make
from people.sign_in.limits import ADDRESS, limiter

NEW = {
    "name": "Ahlen · Neues Amt",
    "password": "Distel Harfe Kompass Nebel",
    "repeat": "Distel Harfe Kompass Nebel",
}
WORTHLESS = "Diese Einladung gilt nicht mehr"


def people(database):
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(Person)).scalar_one()


def plain(answer):
    """The page without the token and the time, which are others each time."""
    return re.sub(r'value="[^"]+"|"(csrf|now)": ?"[^"]+"|next=[^"]+', "", answer.text)


def send(browser, here, form):
    """Send what stands in no form of the page."""
    csrf = re.search(r'"csrf": ?"([^"]+)"', browser.get(here).text)[1]
    return browser.client.post(here, data={"csrf_token": csrf, **form})


def test_the_page_says_who_invites_to_what_and_until_when(browser, desk, path):
    page = browser.get(path(desk.invite())).text
    for words in (
        "im Team Ahlen mitzuarbeiten",
        "Durchgang 2015/16",
        "Programmverwaltung",
        "neu@example.org",
    ):
        assert words in page
    until = (house_clock.now() + timedelta(days=30)).year
    assert re.search(rf"Der Link gilt bis.*?\w+, \d+\. \w+ {until}", page, re.S)
    assert 'value="Ahlen · Neu"' in page


def test_the_page_says_from_when_until_when(browser, desk, path):
    page = browser.get(
        path(desk.invite(valid_from="2036-11-30T08:00:00Z", valid_until="2037-04-28T16:00:00Z"))
    )
    assert re.findall(r"(Beginn|Ende)</dt><dd[^>]*>([^<]+)<", page.text) == [
        ("Beginn", "Sonntag, 30. November 2036, 9:00 Uhr"), ("Ende", "Dienstag, 28. April 2037, 18:00 Uhr"),
    ]  # fmt: skip
    unlimited = browser.get(path(desk.invite("zwei@example.org", role="network"))).text
    assert "Ende</dt>" not in unlimited


def test_a_new_account_is_made_and_signed_in(browser, another_browser, desk, path):
    answer = browser.post(path(desk.invite()), NEW)
    assert (answer.status_code, answer.location) == (302, "/welcome")
    assert "Neues Amt" in browser.get("/people").text
    entered = another_browser.post("/sign-in", {"email": "neu@example.org", "password": NEW["password"]})
    assert entered.location == "/"


def test_who_is_signed_in_with_that_address_presses_one_button(browser, desk, path, world):
    browser.sign_in("stranger")
    here = path(desk.invite("stranger@example.org"))
    page = browser.get(here).text
    assert 'name="password"' not in page
    assert browser.post(here).location == "/welcome"
    assert "Stadtteilarbeit" not in browser.get("/people").text
    assert "Senden · Bürgerbüro" in browser.get("/people").text


def test_who_has_an_account_signs_in_and_comes_back(browser, desk, path):
    here = path(desk.invite("stranger@example.org"))
    page = browser.get(here).text
    assert "haben Sie schon ein Konto" in page
    (onward,) = set(re.findall(r'href="(/sign-in\?next=[^"]+)"', page))
    entered = browser.post(onward, {"email": "stranger@example.org", "password": PASSWORD, "next": here})
    assert entered.location == here
    assert browser.post(here).location == "/welcome"


def test_knowing_the_link_is_not_enough_to_take_over_an_account(browser, desk, path, world, database):
    here = path(desk.invite("stranger@example.org"))
    answer = browser.post(here, NEW, page="/sign-in")
    assert answer.status_code == 422
    assert browser.get("/profile").status_code == 302
    assert world.actor("stranger").grants == frozenset()


def test_somebody_else_does_not_accept_but_may_sign_out(browser, desk, path, world):
    browser.sign_in("coach")
    here = path(desk.invite())
    assert "Sie sind als Coach angemeldet" in browser.get(here).text
    assert browser.post(here, NEW).status_code == 422
    assert len(desk.waiting()) == 1
    left = browser.post(here, {"leave": "1"})
    assert left.location == here
    assert browser.post(here, NEW).location == "/welcome"


def test_looking_uses_nothing_up(browser, desk, path):
    here = path(desk.invite())
    answers = [browser.client.open(here, method=method) for method in ("HEAD", "GET", "GET", "OPTIONS")]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert browser.post(here, NEW).location == "/welcome"


def test_whatever_is_wrong_with_a_link_looks_the_same(browser, desk, path, world, clock):
    used, replaced, withdrawn, late = (
        desk.invite(f"{name}@example.org", role="coach", team=world.teams["menden"])
        for name in ("used", "replaced", "withdrawn", "late")
    )
    paths = [path(one) for one in (used, replaced, withdrawn, late)]
    Browser(browser.client.application).post(paths[0], NEW)
    desk.resend(replaced)
    desk.withdraw(withdrawn)
    paths.append(paths[3][:-1] + ("0" if paths[3][-1] != "0" else "1"))
    paths += ["/join/x", "/join/" + "0" * 56]
    clock.move(days=31)
    looks = [browser.get(one) for one in paths]
    sent = [browser.post(one, NEW, page="/sign-in") for one in paths]
    assert [answer.status_code for answer in looks + sent] == [404] * 14
    assert len({plain(answer) for answer in looks}) == len({plain(answer) for answer in sent}) == 1
    assert WORTHLESS in looks[0].text


def test_a_link_for_something_else_is_no_invitation(app, browser, world, database):
    from_recovery = world.people["ahlen"]
    with database.transaction() as connection:
        made = make(Transaction(connection), Purpose.RESET, person=from_recovery)
    token_ = token(made, app.extensions["house"].link_key)
    assert browser.get(f"/join/{token_}").status_code == 404


def test_two_who_send_the_same_link_at_once_make_one_account(app, desk, path, database):
    here, before, answers = path(desk.invite()), people(database), []
    browsers, together = [Browser(app), Browser(app)], threading.Barrier(2)
    forms = [re.search(r'name="csrf_token" value="([^"]+)"', one.get(here).text)[1] for one in browsers]

    def go(one, csrf):
        together.wait()
        answers.append(one.client.post(here, data={"csrf_token": csrf, **NEW}).status_code)

    threads = [threading.Thread(target=go, args=pair) for pair in zip(browsers, forms, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [302, 404]
    assert people(database) == before + 1


def test_what_is_wrong_is_said_at_its_field_and_the_link_stays_good(browser, desk, path):
    here = path(desk.invite())
    for given, fields in (
        ({"name": ""}, ["name"]),
        ({"name": "", "password": "kurz", "repeat": "kurz"}, ["name", "password"]),
        ({"repeat": "anders"}, ["repeat"]),
        ({"password": "ahlenneuesamt", "repeat": "ahlenneuesamt"}, ["password"]),
        ({"name": "x" * 121}, ["name"]),
    ):
        answer = browser.post(here, {**NEW, **given})
        assert answer.status_code == 422
        assert re.findall(r'href="#field-(\w+)"', answer.text) == fields
        assert NEW["password"] not in answer.text
    assert browser.post(here, NEW).location == "/welcome"


def test_what_is_no_longer_there_is_said_on_the_page(browser, desk, path):
    here = path(desk.invite())
    desk.settle(seats_per_team=1)
    answer = browser.post(here, NEW)
    assert (answer.status_code, "inzwischen anders vergeben" in answer.text) == (409, True)
    assert browser.get("/profile").status_code == 302


def test_the_token_goes_nowhere(browser, desk, path, caplog, database):
    here = path(desk.invite())
    with caplog.at_level(logging.DEBUG):
        answers = [browser.get(here), browser.post(here, {**NEW, "name": ""}), browser.get(here + "0")]
        answers.append(browser.post(here, NEW))
    assert {answer.headers["Referrer-Policy"] for answer in answers} == {"strict-origin"}
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    assert here[6:] not in caplog.text
    assert here[22:] not in "".join(str(record.__dict__) for record in caplog.records)


def test_another_host_is_not_served(browser, desk, path):
    here = path(desk.invite())
    for page in (here, "/join/x"):
        answer = browser.get(page, base_url="http://evil.example")
        assert (answer.status_code, "evil.example" in answer.text) == (400, False)
    assert browser.get(here).status_code == 200


def test_whatever_name_a_request_brings_the_link_bears_that_of_the_house(app, browser, world, path, desk):
    named = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Forwarded-Proto": "ftp"}
    browser.sign_in("administrator")
    aim = {"role": "coach", "team": world.teams["ahlen"], "language": "de"}
    given = {**aim, "name": "Neu", "email": "neu@example.org"}
    browser.post(f"/admin/cohorts/{world.cohort}/invite", given, headers=named)
    (letter,) = letters(app)
    (invitation,) = (one.id for one in desk.waiting())
    link = f"http://localhost{path(invitation)}"
    assert letter.count(link) == 2  # as text and as HTML
    assert not re.search("evil|ftp", letter.replace(link, ""))


def test_trying_often_has_its_end(app, browser, desk, path):
    app.config[ADDRESS] = "3 per minute"
    limiter.reset()
    here = path(desk.invite())
    codes = [browser.post(here, {**NEW, "repeat": ""}).status_code for _ in range(4)]
    assert codes == [422, 422, 422, 429]
    assert browser.post("/join/x", NEW, page="/sign-in").status_code == 429
    assert browser.get(here).status_code == 200


class Service:
    """The house of a town whose people sign in at their own service, with or without passwords here."""

    def __init__(self, app):
        self.app = app

    def open(self, *, passwords):
        house = self.app.extensions["house"]
        settings = SimpleNamespace(
            passwords=passwords, oidc_issuer="https://anmeldung.example.org", oidc_label="Rathaus-Konto",
            oidc_second_factor=False,
        )  # fmt: skip
        known = SimpleNamespace(**{**house.settings.model_dump(), **vars(settings)})
        self.app.extensions["house"] = replace(house, settings=known)

    def vouch(self, browser, email="neu@example.org", *, ago=timedelta()):
        """What stands in the cookie of a browser that came back from the service."""
        with browser.client.session_transaction() as cookie:
            cookie["oidc_address"] = {
                "address": email, "name": "Neu, Nadja", "issuer": "https://anmeldung.example.org",
                "subject": "4711", "at": house_clock.wire(house_clock.now() - ago), "strong": False,
            }  # fmt: skip


@pytest.fixture
def service(app):
    return Service(app)


def test_without_passwords_the_way_leads_over_the_service(browser, desk, path, service):
    service.open(passwords=False)
    here = path(desk.invite())
    page = browser.get(here).text
    assert "Anmelden mit Rathaus-Konto" in page
    assert f'href="/sign-in/oidc?next={here.replace("/", "%2F")}"' in page
    assert 'name="password"' not in page
    assert send(browser, here, NEW).status_code == 422


def test_where_both_are_allowed_both_are_offered(browser, desk, path, service):
    service.open(passwords=True)
    page = browser.get(path(desk.invite())).text
    assert "Anmelden mit Rathaus-Konto" in page
    assert 'name="password"' in page


def test_back_from_the_service_it_goes_on_without_a_password(browser, desk, path, service, database):
    service.open(passwords=False)
    here = path(desk.invite())
    service.vouch(browser)
    page = browser.get(here).text
    assert 'value="Neu, Nadja"' in page
    assert 'name="password"' not in page
    assert browser.post(here, {"name": "Nadja Neu"}).location == "/welcome"
    with database.reading() as connection:
        row = connection.execute(select(Person).where(Person.email == "neu@example.org")).one()
    assert (row.name, row.password_hash) == ("Nadja Neu", None)


def test_what_the_service_said_holds_for_that_address_and_not_for_long(browser, desk, path, service):
    service.open(passwords=False)
    here = path(desk.invite())
    for email, minutes in (("andere@example.org", 0), ("neu@example.org", 31)):
        service.vouch(browser, email, ago=timedelta(minutes=minutes))
        assert 'name="name"' not in browser.get(here).text
        assert send(browser, here, {"name": "Nadja Neu"}).status_code == 422
    assert len(desk.waiting()) == 1
