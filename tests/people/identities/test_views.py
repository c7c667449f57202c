"""Signing in by a sign-in service, at a real one."""

import re

import pytest
from sqlalchemy import insert, select, update
from structlog.testing import capture_logs
from tests.serving import free_port

from foundation import clock as house_clock
from people.accounts.models import Person
from people.cohorts.models import Organisation
from people.factors.models import OneTimeCode
from people.identities.models import Identity
from people.sign_in.models import SessionRow

from .looking import AHLEN, change, count, invite, is_in, last_session, mails

FIRST = "/profile/security/password"
NO_ACCOUNT = "Für diese Adresse gibt es hier kein Konto"


def test_the_first_time_a_verified_address_joins_the_two_accounts(arrive, service, browser, world):
    service.knows("a", email=AHLEN.upper(), email_verified=True)
    assert arrive("a", onward="/profile?tab=1").location == "/profile?tab=1"
    assert "Ahlen · Engagementförderung" in browser.get("/profile").text
    assert last_session(world) == ("oidc", False)
    assert mails(world) == ["factor_changed"]


def test_later_the_subject_counts_and_only_the_device_is_news(arrive, service, another_browser, world):
    service.knows("a", email=AHLEN, email_verified=True)
    arrive("a")
    service.knows("a", email="menden@example.org", email_verified=False)
    arrive("a", by=another_browser)
    assert "Ahlen · Engagementförderung" in another_browser.get("/profile").text
    assert (count(world, Identity), mails(world)) == (1, ["factor_changed", "device_new"])


@pytest.mark.parametrize("verified", [{}, {"email_verified": False}, {"email_verified": "true"}])
def test_an_address_nobody_has_verified_opens_nothing(arrive, service, browser, world, verified):
    service.knows("a", email=AHLEN, **verified)
    answer = arrive("a")
    assert (answer.status_code, NO_ACCOUNT in answer.text) == (403, True)
    assert (is_in(browser), count(world, Identity)) == (False, 0)


def test_unknown_and_locked_and_erased_look_the_same(arrive, service, world, browser):
    service.knows("a", email="nobody@example.org", email_verified=True)
    service.knows("b", email="menden@example.org", email_verified=True)
    service.knows("c", email=AHLEN, email_verified=True)
    arrive("c")
    browser.post("/sign-out", page="/profile")
    before = count(world, Person)
    change(world, "menden", locked_at=house_clock.now())
    change(world, "ahlen", erased_at=house_clock.now())
    answers = [arrive(subject) for subject in "abc"]
    assert [answer.status_code for answer in answers] == [403] * 3
    assert len({answer.text.split("<main")[1].split("</main")[0] for answer in answers}) == 1
    assert (is_in(browser), count(world, Person)) == (False, before)


def test_who_is_invited_is_remembered_for_the_invitation(arrive, service, browser, world):
    invite(world, "neu@example.org")
    service.knows("a", email="Neu@example.org", email_verified=True, name="Neu")
    before = count(world, Person)
    assert "Eine Einladung wartet auf Sie" in arrive("a").text
    assert arrive("a", onward="/join/abc").location == "/join/abc"
    with browser.client.session_transaction() as cookie:
        kept = cookie["oidc_address"]
    assert {**kept, "at": ""} == {
        "issuer": service.issuer, "subject": "a", "address": "neu@example.org", "name": "Neu", "at": "",
        "strong": False,
    }  # fmt: skip
    assert (is_in(browser), count(world, Person)) == (False, before)


def test_an_invitation_that_is_over_lets_nobody_in(arrive, service, world):
    invite(world, "neu@example.org", withdrawn_at=house_clock.now())
    service.knows("a", email="neu@example.org", email_verified=True)
    assert NO_ACCOUNT in arrive("a").text


def test_the_town_follows_the_claim_where_it_is_known(arrive, service, told, world, another_browser):
    with world.door.database.transaction() as connection:
        connection.execute(update(Organisation).values(claim="05570004"))
    told(oidc_organisation_claim="ags")
    service.knows("a", email=AHLEN, email_verified=True, ags="05570004")
    arrive("a")
    town = select(Person.organisation_id).where(Person.email == AHLEN)
    with world.door.database.reading() as connection:
        first = connection.execute(town).scalar_one()
        assert first == connection.execute(select(Organisation.id)).scalar_one()
    service.knows("a", email=AHLEN, email_verified=True, ags="another")
    assert arrive("a", by=another_browser).location == "/"
    with world.door.database.reading() as connection:
        assert connection.execute(town).scalar_one() == first


def test_a_second_factor_at_the_service_counts_if_the_operator_says_so(arrive, service, told, world):
    told(oidc_second_factor=True)
    service.knows("a", email=AHLEN, email_verified=True)
    arrive("a")
    assert last_session(world) == ("oidc", True)


@pytest.fixture
def codes(world):
    """Somebody has set up the codes of an app."""
    now = house_clock.now()
    with world.door.database.transaction() as connection:
        row = select(Person.id).where(Person.public_id == world.people["ahlen"]).scalar_subquery()
        connection.execute(
            insert(OneTimeCode).values(person_id=row, secret="-", made_at=now, confirmed_at=now, last_step=0)
        )


@pytest.mark.usefixtures("codes")
def test_who_has_a_second_factor_shows_it_after_the_service_too(arrive, service, browser, world):
    service.knows("a", email=AHLEN, email_verified=True, amr=["pwd"], acr="1")
    before = count(world, SessionRow)
    assert arrive("a", onward="/people").location == "/sign-in/second"
    assert (is_in(browser), count(world, SessionRow)) == (False, before)
    with browser.client.session_transaction() as cookie:
        assert {name: cookie["pending"][name] for name in ("method", "next", "proof")} == {
            "method": "oidc", "next": "/people", "proof": None,
        }  # fmt: skip


@pytest.mark.usefixtures("codes")
@pytest.mark.parametrize("said", [{"amr": ["pwd", "mfa"]}, {"acr": "https://refeds.org/profile/mfa"}])
def test_two_factors_at_the_service_are_two(arrive, service, world, said):
    service.knows("a", email=AHLEN, email_verified=True, **said)
    assert arrive("a").location == "/"
    assert last_session(world) == ("oidc", True)


def test_while_the_service_is_away_the_page_says_so_and_passwords_go_on(told, browser):
    told(oidc_issuer=f"http://localhost:{free_port()}")
    answer = browser.get("/sign-in/oidc")
    assert (answer.status_code, "nicht erreichbar" in answer.text) == (503, True)
    assert browser.sign_in("ahlen").status_code == 302


def test_without_a_service_there_is_no_such_page_and_no_button(browser):
    assert [browser.get(path).status_code for path in ("/sign-in/oidc", "/sign-in/oidc/callback")] == [
        404
    ] * 2
    assert "/sign-in/oidc" not in browser.get("/sign-in").text


def test_the_button_takes_along_where_one_wanted_to_go(told, browser):
    told(oidc_label="Servicekonto")
    page = browser.get("/sign-in?next=/people").text
    assert "Anmelden mit Servicekonto" in page
    assert 'href="/sign-in/oidc?next=/people"' in page or 'href="/sign-in/oidc?next=%2Fpeople"' in page


def test_without_passwords_there_is_only_the_service(told, browser, another_browser):
    another_browser.sign_in("ahlen")
    told(passwords=False)
    page = browser.get("/sign-in").text
    assert ('name="password"' in page, "/forgot" in page, "/sign-in/oidc" in page) == (False, False, True)
    token = another_browser.get("/profile").text.split('name="csrf_token" value="')[1].split('"')[0]
    data = {"csrf_token": token, "email": AHLEN, "password": "vier Worte reichen gut"}
    paths = ("/sign-in", "/forgot", "/profile/password", f"/reset/{'0' * 56}", FIRST)
    assert [another_browser.client.post(path, data=data).status_code for path in paths] == [404] * 5
    assert [another_browser.get(path).status_code for path in ("/forgot", "/forgot/sent", FIRST)] == [404] * 3
    pages = [another_browser.get(path).text for path in ("/profile/security", "/confirm")]
    assert [re.findall(r'name="(?:current|password)"', page) for page in pages] == [[], []]
    assert another_browser.client.post("/confirm", data=data).status_code == 422


def test_the_log_says_that_a_town_is_unknown_and_names_nobody(arrive, service, told):
    told(oidc_organisation_claim="ags")
    service.knows("a", email=AHLEN, email_verified=True, ags="Ahlen")
    with capture_logs() as logged:
        arrive("a")
    assert logged == [{"event": "oidc_town_unknown", "log_level": "info"}]
