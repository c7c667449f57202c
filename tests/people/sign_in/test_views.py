"""Signing in and out at the page."""

import logging
import re
import statistics
import time

import argon2
import pytest
from sqlalchemy import func, select, update

from foundation import clock as house_clock
from people.accounts.models import Person
from people.accounts.queries import password_hash
from people.mail.models import MailRow
from people.sign_in import passwords
from people.sign_in.limits import ACCOUNT, ADDRESS
from people.sign_in.models import Device

TOGETHER = "E-Mail-Adresse und Passwort passen nicht zusammen."


def cookie(browser):
    return browser.client.get_cookie("session").value


def words(answer):
    """The page without the token, the time and the question to passkeys, which are others each time."""
    text = re.sub(r'name="csrf_token" value="[^"]+"|"(csrf|now|challenge)": ?"[^"]+"', "", answer.text)
    return re.sub(r'value="[^"@]+@example.org"', "", text)


def test_whoever_knows_the_password_gets_in(browser):
    answer = browser.sign_in("ahlen")
    assert (answer.status_code, answer.location) == (302, "/")
    assert "Ahlen · Engagementförderung" in browser.get("/profile").text


def test_the_address_may_be_typed_in_any_case(browser, world):
    answer = browser.post("/sign-in", {"email": " AHLEN@example.ORG ", "password": "vier Worte reichen gut"})
    assert answer.status_code == 302


def test_sign_in_leads_back_to_where_one_wanted_to_go(browser):
    asked = browser.get("/profile?tab=1")
    assert asked.location == "/sign-in?next=%2Fprofile%3Ftab%3D1"
    assert 'value="/profile?tab=1"' in browser.get(asked.location).text
    assert browser.sign_in("ahlen", next="/profile?tab=1").location == "/profile?tab=1"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_sign_in_leads_nowhere_else(browser, elsewhere):
    assert browser.sign_in("ahlen", next=elsewhere).location == "/"


def test_who_is_in_already_goes_on(browser):
    browser.sign_in("ahlen")
    assert browser.get("/sign-in?next=/people").location == "/people"


def lock(world):
    with world.door.database.transaction() as connection:
        connection.execute(update(Person).values(locked_at=house_clock.now()))


def forget_passwords(world):
    with world.door.database.transaction() as connection:
        connection.execute(update(Person).values(password_hash=None))


def test_every_reason_looks_the_same(browser, world):
    wrong = browser.sign_in("ahlen", password="etwas ganz anderes")
    unknown = browser.sign_in("nobody")
    odd = browser.sign_in("ahlen\x00")
    forget_passwords(world)
    without = browser.sign_in("ahlen")
    lock(world)
    locked = browser.sign_in("ahlen")
    answers = [wrong, unknown, odd, without, locked]
    assert [answer.status_code for answer in answers] == [422] * 5
    assert len({words(answer) for answer in answers}) == 1
    assert TOGETHER in wrong.text


def test_one_hash_is_compared_whoever_it_is(browser, world):
    compared = []

    def count(work):
        compared.append(1)
        return work()

    passwords.compute(count)
    try:
        browser.sign_in("ahlen", password="etwas ganz anderes")
        browser.sign_in("nobody")
        forget_passwords(world)
        browser.sign_in("ahlen")
        lock(world)
        browser.sign_in("ahlen")
    finally:
        passwords.compute(lambda work: work())
    assert len(compared) == 4


def test_an_unknown_address_takes_as_long_as_a_known_one(browser):
    def seconds(who):
        begun = time.perf_counter()
        browser.sign_in(who, password="etwas ganz anderes")
        return time.perf_counter() - begun

    pairs = [(seconds("ahlen"), seconds("nobody")) for _ in range(9)]
    known, unknown = (statistics.median(side) for side in zip(*pairs, strict=True))
    assert 0.5 < unknown / known < 2


def test_what_was_typed_stays_except_the_password(browser):
    answer = browser.sign_in("ahlen", password="etwas ganz anderes", next="/people")
    assert 'value="ahlen@example.org"' in answer.text
    assert 'value="/people"' in answer.text
    assert "etwas ganz anderes" not in answer.text


def test_what_is_missing_is_said_at_its_field(browser):
    answer = browser.post("/sign-in", {"email": " ", "password": ""})
    assert answer.status_code == 422
    assert re.findall(r'href="#field-(\w+)"', answer.text) == ["email", "password"]
    assert 'id="field-email-error"' in answer.text


def test_a_form_without_its_token_is_refused(browser):
    browser.get("/sign-in")
    data = {"email": "ahlen@example.org", "password": "vier Worte reichen gut"}
    assert browser.client.post("/sign-in", data=data).status_code == 403
    assert browser.get("/profile").status_code == 302


def test_nothing_of_the_cookie_before_is_kept(browser):
    browser.get("/sign-in")
    with browser.client.session_transaction() as session:
        session["left"] = "by somebody else"
        token = session["csrf_token"]
    browser.sign_in("ahlen")
    with browser.client.session_transaction() as session:
        assert "left" not in session
        assert session.get("csrf_token") != token


def test_a_cookie_from_before_does_not_become_signed_in(browser, another_browser):
    """Whoever plants a cookie in somebody's browser gains nothing when that person signs in."""
    another_browser.get("/sign-in")
    planted = cookie(another_browser)
    browser.client.set_cookie("session", planted)
    browser.sign_in("ahlen")
    another_browser.client.set_cookie("session", planted)
    assert another_browser.get("/profile").status_code == 302


def test_signing_out_ends_the_session_and_the_cookie(browser, another_browser, world):
    browser.sign_in("ahlen")
    kept = cookie(browser)
    assert browser.post("/sign-out", page="/profile").location == "/sign-in"
    another_browser.client.set_cookie("session", kept)
    assert another_browser.get("/profile").status_code == 302
    assert len(world.state(world.place("ahlen"))[1]["sessions"]) == 1


def test_signing_in_again_ends_the_session_before(browser, world):
    browser.sign_in("ahlen")
    page = browser.get("/profile").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    data = {"email": "menden@example.org", "password": "vier Worte reichen gut", "csrf_token": token}
    assert browser.client.post("/sign-in", data=data).status_code == 302
    assert "Menden · Ehrenamt" in browser.get("/profile").text
    assert len(world.state(world.place("ahlen"))[1]["sessions"]) == 1


def test_signing_out_twice_is_no_mistake(browser):
    browser.sign_in("ahlen")
    page = browser.get("/profile").text
    data = {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page)[1]}
    kept = cookie(browser)
    browser.client.post("/sign-out", data=data)
    browser.client.set_cookie("session", kept)
    assert browser.client.post("/sign-out", data=data).location == "/sign-in"


def test_whoever_was_away_too_long_is_told_so(browser, clock):
    browser.sign_in("ahlen")
    clock.move(hours=13)
    answer = browser.get("/profile", follow_redirects=True)
    assert "Ihre Anmeldung ist abgelaufen." in answer.text


def test_pages_that_are_looked_at_keep_a_session_alive(browser, clock):
    browser.sign_in("ahlen")
    for _ in range(3):
        clock.move(hours=11)
        assert browser.get("/profile").status_code == 200


def test_the_cookie_is_for_this_site_and_no_script(browser, app):
    app.config["SESSION_COOKIE_SECURE"] = True
    browser.client.get("/sign-in", base_url="https://localhost")
    kept = browser.client.get_cookie("session")
    assert (kept.http_only, kept.same_site, kept.secure, kept.expires) == (True, "Lax", True, None)


def told_of_devices(world):
    with world.door.database.reading() as connection:
        query = select(func.count()).select_from(MailRow).where(MailRow.kind == "device_new")
        return connection.execute(query).scalar_one()


def test_a_device_is_known_again_after_signing_out(browser, another_browser, world):
    browser.sign_in("ahlen")
    kept = browser.client.get_cookie("device").value
    browser.post("/sign-out", page="/profile")
    browser.sign_in("ahlen")
    assert (browser.client.get_cookie("device").value, told_of_devices(world)) == (kept, 0)
    another_browser.sign_in("ahlen", password="etwas ganz anderes")
    assert (another_browser.client.get_cookie("device"), told_of_devices(world)) == (None, 0)
    another_browser.sign_in("ahlen")
    assert told_of_devices(world) == 1


def test_a_device_is_known_for_each_person_by_itself(browser, another_browser, world):
    """And its cookie lets nobody in, nor does the database hold what stands in it."""
    another_browser.sign_in("menden")
    browser.sign_in("ahlen")
    browser.post("/sign-out", page="/profile")
    browser.sign_in("menden")
    assert told_of_devices(world) == 1
    with world.door.database.reading() as connection:
        keys = connection.execute(select(Device.key)).scalars().all()
    token = browser.client.get_cookie("device").value
    assert (len(set(keys)), any(token in key for key in keys)) == (3, False)
    browser.client.delete_cookie("session")
    assert browser.get("/profile").status_code == 302


def test_the_cookie_of_a_device_is_for_this_site_and_no_script(browser):
    browser.sign_in("ahlen")
    kept = browser.client.get_cookie("device")
    assert (kept.http_only, kept.same_site, kept.secure, kept.max_age) == (True, "Lax", False, 400 * 86_400)
    browser.client.set_cookie("device", "<made up>")
    browser.post("/sign-out", page="/profile")
    browser.sign_in("ahlen")
    assert len(browser.client.get_cookie("device").value) == 43


def test_a_hash_at_old_costs_is_renewed_at_sign_in(browser, world):
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("vier Worte reichen gut")
    with world.door.database.transaction() as connection:
        connection.execute(update(Person).values(password_hash=cheap))
    assert browser.sign_in("ahlen").location == "/"
    with world.door.database.reading() as connection:
        assert passwords.HASH.fullmatch(password_hash(connection, world.people["ahlen"]))


class TestTooManyAttempts:
    @pytest.fixture(autouse=True)
    def limits(self, app):
        app.config[ACCOUNT] = "3 per minute"
        app.config[ADDRESS] = "6 per minute"

    def statuses(self, browser, who, times):
        return [browser.sign_in(who, password="falsch").status_code for _ in range(times)]

    def test_an_account_takes_a_few_from_one_address(self, browser):
        assert self.statuses(browser, "ahlen", 4) == [422, 422, 422, 429]

    def test_the_right_password_does_not_help_then(self, browser):
        self.statuses(browser, "ahlen", 3)
        assert browser.sign_in("ahlen").status_code == 429

    def test_others_behind_the_same_address_get_in(self, browser, another_browser):
        self.statuses(browser, "ahlen", 4)
        assert another_browser.sign_in("menden").status_code == 302

    def test_an_address_takes_so_many_for_all(self, browser):
        answers = [*self.statuses(browser, "ahlen", 3), *self.statuses(browser, "menden", 3)]
        assert [*answers, *self.statuses(browser, "coach", 1)] == [422] * 6 + [429]

    def test_from_elsewhere_the_account_is_still_open(self, browser):
        self.statuses(browser, "ahlen", 4)
        browser.client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
        assert browser.sign_in("ahlen").status_code == 302

    def test_many_addresses_of_one_line_are_one(self, browser):
        tries = ["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4", "2001:db8:0:1::1"]
        answers = []
        for address in tries:
            browser.client.environ_base["REMOTE_ADDR"] = address
            answers += self.statuses(browser, "ahlen", 1)
        assert answers == [422, 422, 422, 429, 422]

    def test_the_page_says_how_long_to_wait_and_keeps_the_address(self, browser):
        self.statuses(browser, "ahlen", 3)
        answer = browser.sign_in("ahlen")
        wait = int(answer.headers["Retry-After"])
        assert 1 <= wait <= 60
        assert f"Bitte warten Sie {wait} Sekunde" in answer.text
        assert 'value="ahlen@example.org"' in answer.text

    def test_nothing_in_the_log_says_who_or_from_where(self, browser, caplog):
        browser.client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
        with caplog.at_level(logging.DEBUG):
            self.statuses(browser, "ahlen", 5)
        assert "exceeded" in caplog.text
        assert "ahlen" not in caplog.text
        assert "192.0.2.7" not in caplog.text

    def test_looking_at_the_page_is_no_attempt(self, browser):
        assert [browser.get("/sign-in").status_code for _ in range(9)] == [200] * 9
