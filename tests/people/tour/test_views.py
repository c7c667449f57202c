"""The tour: offered until it was seen or skipped, and open to whoever wants to see it again."""

import pytest


def test_it_is_offered_on_the_overview_until_it_is_skipped(browser):
    browser.sign_in("menden")
    assert 'href="/welcome"' in browser.get("/").text
    assert browser.post("/welcome").location == "/"
    assert 'href="/welcome"' not in browser.get("/").text


def test_each_step_leads_on_and_back_and_can_be_left(browser):
    browser.sign_in("menden")
    first, second, last = (browser.get(f"/welcome?step={step}").text for step in (1, 2, 4))
    assert 'href="/welcome?step=2"' in first
    assert "Führung überspringen" in first
    assert 'href="/welcome?step=1"' in second
    assert "Führung beenden" in last
    assert "step=5" not in last


@pytest.mark.parametrize("step", ["0", "5", "x", "1.0", "²", ""])
def test_a_step_that_does_not_exist_is_the_first(browser, step):
    browser.sign_in("menden")
    assert "Schritt 1 von 4" in browser.get("/welcome", query_string={"step": step}).text


def test_it_leads_nobody_into_rooms_that_are_not_open_to_them(browser):
    browser.sign_in("stranger")
    pages = [browser.get(f"/welcome?step={step}").text for step in (1, 2)]
    assert "Schritt 2 von 2" in pages[1]
    assert not any(f'href="/{room}"' in page for page in pages for room in ("workshops", "people"))


def test_it_can_be_seen_again_from_the_profile(browser):
    browser.sign_in("menden")
    browser.post("/welcome")
    assert 'href="/welcome"' in browser.get("/profile").text
    assert browser.get("/welcome").status_code == 200


def test_it_is_for_those_who_are_signed_in(browser):
    assert browser.get("/welcome").location.startswith("/sign-in")


def test_it_speaks_english(browser):
    browser.sign_in("menden")
    browser.get("/language/en?next=/")
    assert "Welcome to Werkstatt" in browser.get("/welcome").text
