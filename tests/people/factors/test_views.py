"""A second factor is set up, asked for at sign-in, used once and removed."""

import re
import threading
from dataclasses import replace
from types import SimpleNamespace

import argon2
import pyotp
import pytest
from sqlalchemy import select, update
from tests.people.conftest import PASSWORD, SEED, Browser

from foundation import places
from foundation.errors import Refusal
from foundation.policy import Role
from people.accounts.models import Person
from people.accounts.queries import password_hash
from people.factors.models import OneTimeCode, RecoveryCode
from people.mail.models import MailRow
from people.sign_in import passwords, queries
from people.sign_in.models import SessionRow
from people.sign_in.policy import DOOR

SECURITY = "/profile/security"
CODES = f"{SECURITY}/codes"


def factor(browser, clock, who="ahlen"):
    """The app and the recovery codes of somebody who has just set them up."""
    browser.sign_in(who)
    browser.post(f"{CODES}/begin", page=SECURITY)
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", browser.get(CODES).text)[1].replace(" ", "")
    app = SimpleNamespace(code=lambda: pyotp.TOTP(secret).at(clock.now()), secret=secret)
    answer = browser.post(CODES, {"code": app.code()})
    app.recovery = re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", answer.text)
    return app


@pytest.fixture
def phone(browser, clock):
    made = factor(browser, clock)
    clock.move(seconds=30)
    return made


def second(browser, code):
    return browser.post("/sign-in/second", {"code": code})


def mails(database):
    with database.reading() as connection:
        return list(connection.scalars(select(MailRow.kind).order_by(MailRow.id)))


def test_the_secret_is_sealed_and_ten_recovery_codes_are_shown_once(phone, browser, database):
    assert len(phone.recovery) == 10
    with database.reading() as connection:
        assert phone.secret not in connection.execute(select(OneTimeCode.secret)).scalar_one()
        assert not set(phone.recovery) & set(connection.scalars(select(RecoveryCode.key)))
    assert browser.get(CODES).location == SECURITY
    assert phone.recovery[0] not in browser.get(SECURITY).text
    assert mails(database).count("factor_changed") == 1


def test_a_wrong_first_code_sets_nothing_up(browser, another_browser):
    browser.sign_in("ahlen")
    browser.post(f"{CODES}/begin", page=SECURITY)
    assert browser.post(CODES, {"code": "abcdef"}).status_code == 422
    assert another_browser.sign_in("ahlen").location == "/"


def test_the_password_alone_lets_nobody_in(phone, another_browser):
    assert another_browser.sign_in("ahlen").location == "/sign-in/second"
    assert [another_browser.get(path).status_code for path in ("/", "/profile", CODES)] == [302] * 3
    assert "Ahlen" not in another_browser.get("/sign-in/second").text
    assert another_browser.client.get("/live/snapshot").status_code in {401, 404}


def test_the_code_of_the_app_lets_in_and_leads_on(phone, another_browser, world):
    another_browser.sign_in("ahlen", next="/people")
    assert second(another_browser, phone.code()).location == "/people"
    assert another_browser.get("/profile").status_code == 200


def test_a_code_works_once(phone, another_browser, browser):
    code = phone.code()
    another_browser.sign_in("ahlen")
    assert second(another_browser, code).status_code == 302
    another_browser.post("/sign-out", page="/profile")
    another_browser.sign_in("ahlen")
    assert second(another_browser, code).status_code == 422


def test_a_recovery_code_works_once_and_is_told(phone, another_browser, database):
    another_browser.sign_in("ahlen")
    assert second(another_browser, phone.recovery[0].upper()).status_code == 302
    assert mails(database).count("factor_changed") == 2
    another_browser.post("/sign-out", page="/profile")
    another_browser.sign_in("ahlen")
    assert second(another_browser, phone.recovery[0]).status_code == 422


def test_two_at_once_with_the_same_code_let_in_one(phone, world):
    answers, line = [], threading.Barrier(2)

    def use():
        line.wait()
        try:
            world.ask(DOOR, "code.use", world.place("ahlen"), {"step": 10**9})
            answers.append("in")
        except Refusal as refusal:
            answers.append(str(refusal.code))

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["in", "invalid"]


def test_waiting_for_the_second_factor_ends_after_ten_minutes(phone, another_browser, clock):
    another_browser.sign_in("ahlen")
    clock.move(minutes=10)
    assert (
        another_browser.post("/sign-in/second", {"code": phone.code()}, page="/sign-in").location
        == "/sign-in"
    )
    assert another_browser.get("/profile").status_code == 302


def test_waiting_for_the_second_factor_lets_in_once(phone, another_browser, clock):
    another_browser.sign_in("ahlen")
    kept = another_browser.client.get_cookie("session").value
    assert second(another_browser, phone.code()).location == "/"
    another_browser.post("/sign-out", page="/profile")
    clock.move(minutes=1)
    another_browser.client.set_cookie("session", kept)
    assert second(another_browser, phone.code()).location == "/sign-in"
    assert another_browser.get("/profile").status_code == 302


def test_another_password_meanwhile_begins_anew(phone, another_browser, world):
    another_browser.sign_in("ahlen")
    new = {"hash": passwords.hash_of("ein anderes langes Passwort")}
    world.ask(SEED, "password.set", world.place("ahlen"), new)
    assert second(another_browser, phone.code()).location == "/sign-in"
    assert "Der erste Schritt gilt nicht mehr" in another_browser.get("/sign-in").text
    assert another_browser.get("/profile").status_code == 302


def test_another_browser_does_not_wait_for_anybody(phone, browser, another_browser, app):
    another_browser.sign_in("ahlen")
    third = Browser(app)
    assert third.post("/sign-in/second", {"code": phone.code()}, page="/sign-in").location == "/sign-in"
    assert third.get("/profile").status_code == 302


def test_a_hash_at_old_costs_is_renewed_before_the_second_step(phone, another_browser, world):
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with world.door.database.transaction() as connection:
        connection.execute(update(Person).values(password_hash=cheap))
    assert another_browser.sign_in("ahlen").location == "/sign-in/second"
    with world.door.database.reading() as connection:
        assert passwords.HASH.fullmatch(password_hash(connection, world.people["ahlen"]))
    assert second(another_browser, phone.code()).location == "/"


def test_what_waits_in_the_cookie_sets_no_password(phone, another_browser, world):
    another_browser.sign_in("ahlen")
    with another_browser.client.session_transaction() as cookie:
        proof = cookie["pending"]["proof"]
    body = {"hash": passwords.hash_of("ein anderes langes Passwort"), "proof": proof}
    assert world.refused("ahlen", "password.set", world.place("ahlen"), body) == "invalid"


def test_guessing_codes_is_slowed_down(phone, another_browser, app):
    app.config["SIGN_IN_LIMIT_ACCOUNT"] = "3 per minute"
    another_browser.sign_in("ahlen")
    assert [second(another_browser, "abcdef").status_code for _ in range(4)] == [422, 422, 422, 429]


def test_new_recovery_codes_replace_the_old(phone, browser, another_browser):
    answer = browser.post(f"{SECURITY}/recovery", page=SECURITY)
    new = re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", answer.text)
    another_browser.sign_in("ahlen")
    assert second(another_browser, phone.recovery[0]).status_code == 422
    assert second(another_browser, new[0]).status_code == 302


def test_removing_needs_to_show_who_one_is(phone, browser, another_browser, clock):
    clock.move(minutes=10)
    asked = browser.post(f"{CODES}/remove", page=SECURITY)
    assert asked.location.startswith("/confirm?next=")
    shown = {"password": "vier Worte reichen gut", "next": SECURITY}
    assert browser.post("/confirm", shown).location == SECURITY
    browser.post(f"{CODES}/remove", page=SECURITY)
    assert another_browser.sign_in("ahlen").location == "/"


def test_showing_who_one_is_leads_nowhere_else_and_wrong_is_refused(phone, browser):
    right = {"password": "vier Worte reichen gut", "next": "https://evil.example/"}
    assert browser.post("/confirm", right).location == "/"
    assert browser.post("/confirm", {"password": "etwas ganz anderes"}).status_code == 422
    assert browser.post("/confirm", {"code": phone.code()}).location == "/"
    assert browser.post("/confirm", {"code": phone.code()}).status_code == 422


@pytest.mark.parametrize("name", ["codes.remove", "code.use", "session.confirm"])
def test_nobody_gives_these_commands_themselves(world, name):
    body = {"code.use": {"step": 2}, "session.confirm": {"session": world.sessions["ahlen"]}}.get(name, {})
    assert world.refused("ahlen", name, world.place("ahlen"), body) == "not_found"


def test_an_administrator_has_the_rights_once_the_factor_is_set_up(app, browser, clock, world):
    def administers():
        with world.door.database.reading() as connection:
            credentials = [world.credential("administrator")]
            found = queries.known(connection, credentials, limits=strict)
        return {one.actor.holds(Role.ADMINISTRATOR, "house") for one in found.values()}

    house = app.extensions["house"]
    strict = replace(house.limits, administrators_need_second_factor=True)
    app.extensions["house"] = replace(house, limits=strict)
    try:
        browser.sign_in("administrator")
        assert "Zweiten Faktor einrichten" in browser.get("/profile").text
        assert administers() == {False}
        factor(browser, clock, "administrator")
        assert "Zweiten Faktor einrichten" not in browser.get("/profile").text
        with world.door.database.transaction() as connection:
            connection.execute(update(SessionRow).values(strong=True))
        assert administers() == {True}
    finally:
        app.extensions["house"] = house


@pytest.mark.usefixtures("on_postgres")
def test_a_house_that_is_busy_says_so(browser, world, database):
    """Not the form once more without a word, as if nothing had been typed."""
    browser.sign_in("ahlen")
    with database.transaction() as connection:
        places.lock(connection, [world.place("ahlen")])
        answer = browser.post("/confirm", {"password": PASSWORD})
    assert answer.status_code == 503
    assert "Senden Sie Ihre Eingabe in 1 Sekunde noch einmal." in answer.text
