"""Passkeys are set up, renamed and removed, and what goes with them is said before."""

import re
from dataclasses import replace

import pyotp
import pytest
from sqlalchemy import update
from tests.people.conftest import PASSWORD
from tests.people.factors.authenticator import FALSE, Authenticator, asked
from tests.people.factors.passkey_pages import CODE, PASSKEYS, SECURITY, add, rows, sign_in, strong

from foundation import clock as house_clock
from people.accounts.models import Person
from people.factors.models import Passkey, RecoveryCode
from people.factors.passkeys import MOST
from people.mail.models import MailRow
from people.sign_in.policy import DOOR


def test_the_first_factor_brings_recovery_codes_and_a_mail(device, browser, database):
    assert len(device.recovery) == len(rows(database, RecoveryCode.id)) == 10
    assert [row.kind for row in rows(database, MailRow.kind)] == ["factor_changed"]
    assert [(row.name, row.transports, row.used_at) for row in rows(
        database, Passkey.name, Passkey.transports, Passkey.used_at
    )] == [("Mein Gerät", "usb", None)]  # fmt: skip
    assert "noch nicht benutzt" in browser.get(SECURITY).text
    another = add(browser, Authenticator())
    assert (another.location, len(rows(database, RecoveryCode.id))) == (SECURITY, 10)


def test_the_authenticator_learns_no_address_and_keeps_one_passkey_a_person(device, browser, world):
    question = asked(browser.get(PASSKEYS))
    assert device.handle == world.people["ahlen"].encode()
    assert len(question["excludeCredentials"]) == 1
    assert question["rp"]["id"] == "localhost"
    assert question["authenticatorSelection"]["userVerification"] == "required"
    assert question["authenticatorSelection"]["residentKey"] == "required"


def test_a_falsified_passkey_is_not_kept(browser, database):
    browser.sign_in("ahlen")
    for why in ("another origin", "another party", "nobody verified", "nobody there"):
        assert add(browser, Authenticator(), **FALSE[why]).status_code == 422
    assert rows(database, Passkey.id) == []


def test_who_came_in_without_the_factor_cannot_bring_another(browser, another_browser, world):
    """A session from before the factor was set up knows the password, and that is no longer enough."""
    another_browser.sign_in("ahlen")
    browser.sign_in("ahlen")
    device = Authenticator()
    add(browser, device)
    for path in (PASSKEYS, f"{SECURITY}/codes/remove", "/profile/address"):
        assert another_browser.get(path).location.startswith("/confirm?next=")
    assert another_browser.post("/confirm", {"password": PASSWORD}).status_code == 422
    assert world.refused("ahlen", "person.erase", world.place("ahlen"), {"sure": True}) == "closed"
    answer = device.use(asked(another_browser.get("/confirm")))
    assert another_browser.post("/confirm", {"answer": answer}).status_code == 302
    assert another_browser.get(PASSKEYS).status_code == 200


def test_renaming_is_for_ones_own(device, browser, another_browser, database):
    passkey = rows(database, Passkey.public_id)[0].public_id
    page = f"{PASSKEYS}/{passkey}"
    assert browser.post(page, {"name": "  Blauer Schlüssel "}).location == SECURITY
    assert "Blauer Schlüssel" in browser.get(SECURITY).text
    assert browser.post(page, {"name": ""}).status_code == 422
    another_browser.sign_in("menden")
    assert another_browser.get(page).status_code == 404
    for path in (page, f"{page}/remove"):
        assert another_browser.post(path, {"name": "mein"}, page="/profile").status_code == 404
    assert [row.name for row in rows(database, Passkey.name)] == ["Blauer Schlüssel"]


def test_removing_the_last_factor_ends_recovery_codes_and_strength(
    device, browser, another_browser, database
):
    page = f"{PASSKEYS}/{rows(database, Passkey.public_id)[0].public_id}"
    assert "keinen zweiten Faktor mehr" in browser.get(page).text
    browser.post(f"{page}/remove", page=page)
    assert [rows(database, column) for column in (Passkey.id, RecoveryCode.id)] == [[], []]
    assert strong(database) == []
    assert [row.kind for row in rows(database, MailRow.kind)] == ["factor_changed"] * 2
    assert sign_in(another_browser, device).status_code == 422
    assert another_browser.sign_in("ahlen").location == "/"


def test_the_only_way_in_stays(device, browser, database):
    with database.transaction() as connection:
        connection.execute(update(Person).values(password_hash=None))
    page = f"{PASSKEYS}/{rows(database, Passkey.public_id)[0].public_id}"
    assert browser.post(f"{page}/remove", page=page).location == page
    assert "einziger Weg in die Werkstatt" in browser.get(page).text
    assert len(rows(database, Passkey.id)) == 1


def test_a_password_is_no_way_in_where_nobody_signs_in_by_one(device, browser, app, database):
    house = app.extensions["house"]
    settings = house.settings.model_copy(update={"passwords": False})
    app.extensions["house"] = replace(house, settings=settings)
    page = f"{PASSKEYS}/{rows(database, Passkey.public_id)[0].public_id}"
    browser.post(f"{page}/remove", page=page)
    assert len(rows(database, Passkey.id)) == 1


def test_removing_one_of_two_keeps_recovery_codes_and_weakens_other_sessions(
    device, browser, another_browser, database
):
    add(browser, Authenticator())
    sign_in(another_browser, device)
    page = f"{PASSKEYS}/{rows(database, Passkey.public_id)[0].public_id}"
    browser.post(f"{page}/remove", page=page)
    assert len(rows(database, RecoveryCode.id)) == 10
    assert browser.get(PASSKEYS).status_code == 200
    assert another_browser.get(PASSKEYS).location.startswith("/confirm?next=")


def test_codes_of_an_app_beside_a_passkey_leave_the_recovery_codes(device, browser, database):
    browser.post(f"{SECURITY}/codes/begin", page=SECURITY)
    before = set(rows(database, RecoveryCode.key))
    confirm_codes(browser)
    assert browser.get(f"{SECURITY}/codes/remove").status_code == 200
    browser.post(f"{SECURITY}/codes/remove")
    assert set(rows(database, RecoveryCode.key)) == before
    new = re.findall(CODE, browser.post(f"{SECURITY}/recovery", page=SECURITY).text)
    assert (len(new), set(new) & set(device.recovery)) == (10, set())


def confirm_codes(browser):

    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", browser.get(f"{SECURITY}/codes").text)[1].replace(
        " ", ""
    )
    code = pyotp.TOTP(secret).at(house_clock.now())
    assert browser.post(f"{SECURITY}/codes", {"code": code}).location == SECURITY


def test_nobody_keeps_more_than_ten(device, browser, world, database):
    for number in range(MOST - 1):
        body = {
            "credential": f"made{number:04}", "public_key": "key", "sign_count": 0, "name": "Schlüssel",
            "session": world.sessions["ahlen"],
        }  # fmt: skip
        world.ask(DOOR, "passkey.add", world.place("ahlen"), body)
    assert browser.get(PASSKEYS).location == SECURITY
    body["credential"] = "onemore1"
    assert world.refused(DOOR, "passkey.add", world.place("ahlen"), body) == "conflict"


def test_a_passkey_is_set_up_once(device, browser, another_browser):
    another_browser.sign_in("menden")
    assert add(another_browser, device).status_code == 422


@pytest.fixture
def strict(app):
    house = app.extensions["house"]
    limits = replace(house.limits, administrators_need_second_factor=True)
    app.extensions["house"] = replace(house, limits=limits)
    yield
    app.extensions["house"] = house


@pytest.mark.usefixtures("strict")
def test_an_administrator_is_told_what_goes_with_the_last_factor(browser, another_browser, database):
    browser.sign_in("administrator")
    assert browser.get("/admin").status_code == 404
    device = Authenticator()
    assert "ruhen" not in add(browser, device).text
    assert browser.get("/admin").status_code == 200
    page = f"{PASSKEYS}/{rows(database, Passkey.public_id)[0].public_id}"
    assert "ruhen Ihre Rechte als Programmverwaltung" in browser.get(page).text
    browser.post(f"{page}/remove", page=page)
    assert browser.get("/admin").status_code == 404
    assert "Zweiten Faktor einrichten" in browser.get(SECURITY).text


@pytest.mark.usefixtures("strict")
def test_an_administrator_who_has_a_factor_is_asked_to_show_it(browser, another_browser):
    another_browser.sign_in("administrator")
    browser.sign_in("administrator")
    device = Authenticator()
    add(browser, device)
    assert "Zweiten Faktor zeigen" in another_browser.get("/profile").text
    answer = device.use(asked(another_browser.get("/confirm")))
    another_browser.post("/confirm", {"answer": answer})
    assert another_browser.get("/admin").status_code == 200


def test_a_house_without_a_name_takes_no_passkeys(browser, app):
    house = app.extensions["house"]
    settings = house.settings.model_copy(update={"base_url": "https://192.0.2.7"})
    app.extensions["house"] = replace(house, settings=settings)
    browser.sign_in("ahlen")
    assert browser.get(PASSKEYS).location == SECURITY
    assert "nur unter einer Nummer zu erreichen" in browser.get(SECURITY).text
    app.extensions["house"] = house
