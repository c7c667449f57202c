"""The way to the sign-in service and back: once, in one browser, in time, and to nowhere else."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from .looking import AHLEN, is_in


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
