"""Signing in by a sign-in service, at a real one."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlalchemy import func, insert, select, update
from structlog.testing import capture_logs
from tests.serving import free_port

from foundation import clock as house_clock
from people.accounts.models import Person
from people.cohorts.models import Organisation
from people.factors.models import OneTimeCode
from people.identities.models import Identity
from people.invitations.models import Invitation
from people.mail.models import MailRow
from people.sign_in.models import SessionRow

AHLEN = "ahlen@example.org"
FIRST = "/profile/security/password"
NO_ACCOUNT = "Für diese Adresse gibt es hier kein Konto"


def count(world, *what):
    with world.door.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(*what)).scalar_one()


def mails(world):
    with world.door.database.reading() as connection:
        return connection.execute(select(MailRow.kind).order_by(MailRow.id)).scalars().all()


def change(world, who, **values):
    with world.door.database.transaction() as connection:
        connection.execute(update(Person).where(Person.public_id == world.people[who]).values(**values))


def invite(world, email, **values):
    with world.door.database.transaction() as connection:
        connection.execute(
            insert(Invitation).values(
                public_id="0" * 16, email=email, name="", language="de", role="network",
                invited_at=house_clock.now(), **values,
            )
        )  # fmt: skip


def is_in(browser):
    return browser.get("/profile").status_code == 200


def last_session(world):
    with world.door.database.reading() as connection:
        query = select(SessionRow.method, SessionRow.strong).order_by(SessionRow.id.desc()).limit(1)
        return tuple(connection.execute(query).one())


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


def test_the_way_there_says_what_it_must(told, browser):
    there = browser.get("/sign-in/oidc").location
    asked = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://localhost/sign-in/oidc/callback"
    assert {"state", "nonce", "code_challenge"} <= asked.keys()


def test_a_foreign_host_is_not_where_the_service_sends_anybody(told, browser):
    there = browser.get("/sign-in/oidc", headers={"Host": "evil.example"})
    assert there.status_code == 400


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/sign-in/oidc", "/\\e"])
def test_the_way_back_leads_nowhere_else(arrive, service, elsewhere):
    service.knows("a", email=AHLEN, email_verified=True)
    assert arrive("a", onward=elsewhere).location == "/"


def test_a_way_back_works_once(told, service, browser, world):
    service.knows("a", email=AHLEN, email_verified=True)
    back = service.sends_back(browser.get("/sign-in/oidc").location, "a")
    assert browser.get(back).status_code == 302
    browser.post("/sign-out", page="/profile")
    assert browser.get(back).status_code == 400
    assert not is_in(browser)


def test_a_way_back_works_only_in_the_browser_that_began_it(told, service, browser, another_browser):
    service.knows("a", email=AHLEN, email_verified=True)
    another_browser.get("/sign-in/oidc")
    back = service.sends_back(browser.get("/sign-in/oidc").location, "a")
    assert another_browser.get(back).status_code == 400
    assert not is_in(another_browser)


def test_who_is_in_as_somebody_else_is_afterwards_the_one_who_came_back(arrive, service, browser):
    browser.sign_in("menden")
    service.knows("a", email=AHLEN, email_verified=True)
    arrive("a")
    assert "Ahlen · Engagementförderung" in browser.get("/profile").text


def test_a_way_that_took_too_long_is_begun_anew(told, service, browser, clock):
    service.knows("a", email=AHLEN, email_verified=True)
    back = service.sends_back(browser.get("/sign-in/oidc").location, "a")
    clock.move(minutes=11)
    assert browser.get(back).status_code == 400


def test_a_token_for_another_attempt_is_refused(told, service, browser):
    """Whoever swaps the nonce on the way has the token of another attempt."""
    service.knows("a", email=AHLEN, email_verified=True)
    parts = urlsplit(browser.get("/sign-in/oidc").location)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    there = parts._replace(query=urlencode({**asked, "nonce": "another"})).geturl()
    assert browser.get(service.sends_back(there, "a")).status_code == 400
    assert not is_in(browser)


def test_a_code_that_the_service_does_not_know_is_refused(told, browser):
    asked = parse_qs(urlsplit(browser.get("/sign-in/oidc").location).query)
    back = urlencode({"state": asked["state"][0], "code": "made up"})
    assert browser.get(f"/sign-in/oidc/callback?{back}").status_code == 400


def test_who_declines_at_the_service_gets_a_page_that_says_so(told, browser):
    asked = parse_qs(urlsplit(browser.get("/sign-in/oidc").location).query)
    back = urlencode({"state": asked["state"][0], "error": "access_denied"})
    answer = browser.get(f"/sign-in/oidc/callback?{back}")
    assert (answer.status_code, "abgebrochen" in answer.text) == (400, True)


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
