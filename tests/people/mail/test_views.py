"""The page of notifications, and unsubscribing by the address in a mail without being signed in."""

import re

import pytest

from people.mail import queries
from people.mail.rules import USUAL, Delivery, Hours, Kind, unsubscribe_token

HERE = "/profile/notifications"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
CHOICE = {
    "poll_opened": "digest",
    "poll_closes_soon": "never",
    "poll_reset": "at_once",
    "quiet_from": "20",
    "quiet_until": "7",
    "digest_weekday": "0",
    "digest_hour": "9",
}


def wishes(world, who="ahlen"):
    with world.door.database.reading() as connection:
        return queries.wishes(connection, world.people[who])


@pytest.fixture
def address(app, world):
    """The address in a mail of that kind."""

    def address(kind=Kind.POLL_OPENED, who="ahlen"):
        token = unsubscribe_token(world.people[who], kind, app.extensions["house"].link_key)
        return f"/mail/unsubscribe/{token}"

    return address


def test_whoever_is_not_signed_in_signs_in_first(browser):
    assert browser.get(HERE).location.startswith("/sign-in")


def test_what_was_chosen_is_there_when_one_comes_back(browser, world):
    browser.sign_in("ahlen")
    page = browser.get(HERE).text
    assert "E-Mails gehen an ahlen@example.org." in page
    assert browser.post(HERE, CHOICE).location == HERE
    assert wishes(world).deliveries == {
        Kind.POLL_OPENED: Delivery.DIGEST,
        Kind.POLL_CLOSES_SOON: Delivery.NEVER,
        Kind.WORKSHOP_CANCELLED: Delivery.AT_ONCE,
        Kind.POLL_RESET: Delivery.AT_ONCE,
    }
    assert wishes(world).hours == Hours(quiet_from=20, quiet_until=7, digest_weekday=0, digest_hour=9)
    page = browser.get(HERE).text
    assert "Ihre Benachrichtigungen sind gespeichert." in page
    assert re.search(r'name="poll_opened" value="digest" checked', re.sub(r"\s+", " ", page))
    for value in ("20", "7", "0", "9"):
        assert f'<option value="{value}" selected>' in page


def test_no_quiet_time_and_every_day_are_the_empty_choices(browser, world):
    browser.sign_in("ahlen")
    empty = dict.fromkeys(("quiet_from", "quiet_until", "digest_weekday"), "")
    browser.post(HERE, {**CHOICE, **empty})
    assert wishes(world).hours == Hours(digest_hour=9)


def test_what_does_not_fit_is_named_and_the_rest_is_kept(browser, world):
    browser.sign_in("ahlen")
    answer = browser.post(HERE, {**CHOICE, "quiet_until": ""})
    assert answer.status_code == 422
    assert 'href="#field-quiet_until"' in answer.text
    assert "Bitte geben Sie Anfang und Ende an, oder keines von beiden." in answer.text
    assert '<option value="20" selected>' in answer.text
    answer = browser.post(HERE, {**CHOICE, "poll_opened": "sometimes"})
    assert answer.status_code == 422
    assert 'href="#field-poll_opened"' in answer.text
    assert wishes(world).deliveries == USUAL


def test_whoever_gets_no_mail_is_told_so(browser, world):
    def bounce(connection):
        connection.exec_driver_sql("UPDATE person SET bounced_at = created_at")

    world.door.write(bounce)
    browser.sign_in("ahlen")
    assert "E-Mails an Ihre Adresse kommen zurück" in browser.get(HERE).text


def test_a_program_unsubscribes_by_one_request_without_cookies_or_a_page(app, world, address):
    answer = app.test_client(use_cookies=False).post(address(), data=ONE_CLICK)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers or "_user_id" not in answer.headers["Set-Cookie"]
    assert wishes(world).deliveries == {**USUAL, Kind.POLL_OPENED: Delivery.NEVER}
    assert app.test_client(use_cookies=False).post(address(), data=ONE_CLICK).status_code == 200


def test_a_program_that_follows_the_link_changes_nothing(app, world, address):
    for method in ("get", "head"):
        assert getattr(app.test_client(), method)(address()).status_code == 200
    assert wishes(world).deliveries == USUAL


def test_a_person_who_follows_it_presses_a_button(browser, world, address):
    page = browser.get(address())
    assert "Eine Abstimmung ist eröffnet" in page.text
    assert page.headers["Referrer-Policy"] == "strict-origin"
    answer = browser.post(address(), ONE_CLICK, headers={"Origin": "http://localhost"})
    assert "Das ist abbestellt" in answer.text
    assert 'href="/profile/notifications"' in answer.text
    assert wishes(world).deliveries[Kind.POLL_OPENED] is Delivery.NEVER
    assert "Das ist abbestellt" in browser.get(address()).text


def test_the_address_in_a_digest_asks_about_all_that_is_collected(browser, world, address):
    browser.sign_in("ahlen")
    browser.post(HERE, {**CHOICE, "poll_closes_soon": "at_once"})
    assert "Alles, was Sie gesammelt bekommen" in browser.get(address(Kind.DIGEST)).text
    browser.client.post(address(Kind.DIGEST), data=ONE_CLICK)
    assert wishes(world).deliveries == {**USUAL, Kind.POLL_OPENED: Delivery.NEVER}


def test_another_page_on_the_web_cannot_press_the_button(browser, world, address):
    answer = browser.post(address(), ONE_CLICK, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert wishes(world).deliveries == USUAL


def test_a_forged_address_is_not_there(app, world, address):
    forged = [
        address()[:-1] + ("0" if address()[-1] != "0" else "1"),
        address().replace("poll_opened", "poll_closes_soon"),
        address().replace(world.people["ahlen"], world.people["menden"]),
        "/mail/unsubscribe/",
        "/mail/unsubscribe/x",
        f"/mail/unsubscribe/{'0' * 5000}",
    ]
    client = app.test_client()
    assert {client.get(path).status_code for path in forged} == {404}
    assert {client.post(path, data=ONE_CLICK).status_code for path in forged} == {404}
    assert wishes(world).deliveries == wishes(world, "menden").deliveries == USUAL


def test_whoever_is_gone_has_nothing_to_unsubscribe(app, world, address):
    def erase(connection):
        connection.exec_driver_sql("UPDATE person SET erased_at = created_at")

    world.door.write(erase)
    client = app.test_client()
    assert client.get(address()).status_code == 404
    assert client.post(address(), data=ONE_CLICK).status_code == 404


def test_only_this_one_form_needs_no_token(app, browser):
    browser.sign_in("ahlen")
    assert browser.client.post(HERE, data=CHOICE).status_code == 403
