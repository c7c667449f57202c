"""What pages learn about the one who asks."""

import json
import re

import pytest
from flask import session
from sqlalchemy.exc import OperationalError

from foundation import bodies
from foundation.errors import Code, Refusal, not_found
from people.sign_in import asking


def page_of(answer):
    return json.loads(re.search(r'id="page">(.*?)</script>', answer.text, re.S)[1])


def test_nobody_is_nobody(visit):
    assert visit(None, lambda: (asking.actor(), asking.credential())) == (None, None)


def test_whoever_signed_in_asks_with_what_they_may_do(visit, world):
    actor = visit("ahlen", asking.actor)
    assert (actor.id, actor.grants) == (world.people["ahlen"], world.actor("ahlen").grants)


def test_the_credential_is_read_without_looking(visit, browser):
    browser.sign_in("ahlen")

    def both():
        return asking.credential(), asking.credential_in(dict(session))

    credential, same = visit(None, both)
    assert credential == same
    assert (credential.kind, len(credential.key)) == ("session", 64)


@pytest.mark.parametrize("cookie", [{}, {"_user_id": None}, {"_user_id": 7}, {"_user_id": ["x"]}])
def test_a_strange_cookie_brings_no_credential(cookie):
    assert asking.credential_in(cookie) is None


def test_nobody_carries_anything_out(visit):
    with pytest.raises(Refusal) as refused:
        visit(None, lambda: asking.carry_out("person.create", "house", {}))
    assert refused.value.code is Code.UNKNOWN_ACTOR


def test_a_form_gives_texts_and_a_command_takes_what_they_mean(visit):
    body = {"name": "Neu", "starts_on": "2017-01-01", "ends_on": "2018-01-01", "seats_per_team": "3"}
    answer = visit("administrator", lambda: asking.carry_out("cohort.create", "house", body))
    assert set(answer.result) == {"cohort"}


def test_a_refusal_is_said_in_the_readers_language_with_its_numbers(visit):
    refusal = bodies.invalid(title=("Bitte schreiben Sie höchstens %(most)s Zeichen.", {"most": 120}))
    said = visit("ahlen", lambda: asking.said(refusal))
    assert said["code"] == "invalid"
    assert said["fields"] == {"title": "Bitte schreiben Sie höchstens 120 Zeichen."}
    assert visit("ahlen", lambda: asking.said(not_found())["fields"]) == {}


def test_what_stands_there_instead_is_said_only_where_there_is_something(visit):
    refusal = Refusal(Code.STALE, "Bitte melden Sie sich an.", present={"version": 2})
    assert visit("ahlen", lambda: asking.said(refusal))["present"] == {"version": 2}
    assert "present" not in visit("ahlen", lambda: asking.said(not_found()))


@pytest.mark.parametrize(
    ("accepts", "language"),
    [("en-GB,en;q=0.9", "en"), ("de-AT", "de"), ("fr,it", "de"), ("fr,en;q=0.5", "en"), ("", "de")],
)
def test_before_sign_in_the_browser_says_the_language(app, accepts, language):
    with app.test_request_context("/", headers={"Accept-Language": accepts}):
        assert asking.language() == language


def test_afterwards_the_person_does(browser, world):
    body = {"name": "Ahlen", "language": "en", "theme": "dark"}
    world.ask("ahlen", "profile.change", world.place("ahlen"), body)
    browser.sign_in("ahlen")
    answer = browser.get("/profile", headers={"Accept-Language": "de"})
    assert page_of(answer)["language"] == "en"
    assert 'data-kern-theme="dark"' in answer.text


def test_a_language_chosen_for_this_browser_goes_before_it(browser):
    browser.sign_in("ahlen")
    assert browser.get("/language/en?next=/profile").location == "/profile"
    assert page_of(browser.get("/profile"))["language"] == "en"


def test_choosing_a_language_leads_back_to_the_same_page(browser):
    link = re.search(r'href="(/language/en[^"]*)"', browser.get("/sign-in?next=/profile").text)[1]
    assert browser.get(link).location == "/sign-in?next=/profile"
    assert browser.get("/language/en?next=//evil.example").location == "/"


def test_a_language_that_is_not_spoken_is_not_found(browser):
    assert browser.get("/language/fr").status_code == 404


def test_without_the_database_the_language_is_still_known(app, monkeypatch):
    def away(_token):
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(app.login_manager, "_user_callback", away)
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        session["_user_id"] = "a token"
        assert asking.language() == "en"
