"""The page of one's profile."""

import re

import pytest
from sqlalchemy import insert, select, update
from tests.people.conftest import HASH

from foundation import clock as house_clock
from people.accounts.models import Person
from people.accounts.queries import password_hash
from people.factors.models import OneTimeCode
from people.sign_in.models import SessionRow

PROFILE = {"name": "Ahlen · Ehrenamtsbüro", "language": "de", "theme": "light"}
CURRENT, NEW = "vier Worte reichen gut", "ein anderes langes Passwort"


def errors(answer):
    return re.findall(r'href="#field-(\w+)"', answer.text)


def command_id(answer):
    return re.search(r'name="command_id" value="([^"]+)"', answer.text)[1]


@pytest.fixture
def ahlen(browser):
    browser.sign_in("ahlen")
    return browser


def change_password(browser, **data):
    given = {"current": CURRENT, "password": NEW, "repeat": NEW, **data}
    return browser.post("/profile/password", given, page="/profile")


def test_a_changed_profile_is_shown_after_a_redirect(ahlen):
    answer = ahlen.post("/profile", PROFILE)
    assert (answer.status_code, answer.location) == (302, "/profile")
    page = ahlen.get("/profile").text
    assert "Ihr Profil ist gespeichert." in page
    assert 'value="Ahlen · Ehrenamtsbüro"' in page
    assert 'data-kern-theme="light"' in page


def test_a_form_sent_twice_counts_once(ahlen, world):
    seq, _ = world.state(world.place("ahlen"))
    once = command_id(ahlen.get("/profile"))
    for _ in range(2):
        assert ahlen.post("/profile", {**PROFILE, "command_id": once}).status_code == 302
    assert len(world.events(world.place("ahlen"), seq)) == 1


def test_what_is_wrong_is_said_at_its_field_and_the_input_stays(ahlen):
    answer = ahlen.post("/profile", {**PROFILE, "name": "", "theme": "pink"})
    assert (answer.status_code, errors(answer)) == (422, ["name", "theme"])
    assert "Bitte füllen Sie dieses Feld aus." in answer.text
    assert "Diese Auswahl gibt es nicht." in answer.text


def test_a_name_is_shown_as_it_was_typed(ahlen):
    ahlen.post("/profile", {**PROFILE, "name": "<b>Ahlen</b>"})
    page = ahlen.get("/profile").text
    assert "&lt;b&gt;Ahlen&lt;/b&gt;" in page
    assert "<b>Ahlen" not in page


def test_the_language_of_the_profile_goes_before_one_chosen_earlier(ahlen):
    ahlen.get("/language/en")
    ahlen.post("/profile", PROFILE)
    assert '<html lang="de"' in ahlen.get("/profile").text


def test_the_form_offers_the_language_in_which_it_is_read(ahlen):
    """Whoever saves a name after a visit to /language/en does not fall back into German."""
    ahlen.get("/language/en")
    chosen = re.search(r'value="(\w+)"[^>]* checked', ahlen.get("/profile").text)
    assert chosen[1] == "en"


def test_the_profile_says_in_which_zone_times_are(ahlen):
    assert "Alle Zeiten sind mitteleuropäische Zeit." in ahlen.get("/profile").text


def test_a_new_password_opens_the_door(ahlen, another_browser):
    assert change_password(ahlen).location == "/profile/security"
    assert "Ihr Passwort ist geändert." in ahlen.get("/profile/security").text
    assert another_browser.sign_in("ahlen", password=NEW).status_code == 302


def test_the_old_password_opens_it_no_more(ahlen, another_browser):
    change_password(ahlen)
    assert another_browser.sign_in("ahlen").status_code == 422


def test_a_new_password_signs_out_everywhere_else(ahlen, another_browser):
    another_browser.sign_in("ahlen")
    change_password(ahlen)
    assert [browser.get("/profile").status_code for browser in (ahlen, another_browser)] == [200, 302]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"current": "etwas ganz anderes"}, "current"),
        ({"current": ""}, "current"),
        ({"password": "zu kurz", "repeat": "zu kurz"}, "password"),
        ({"password": "x" * 201, "repeat": "x" * 201}, "password"),
        ({"repeat": "vertippt"}, "repeat"),
    ],
)
def test_a_password_that_does_not_fit_is_said_at_its_field(ahlen, another_browser, wrong, field):
    answer = change_password(ahlen, **wrong)
    assert (answer.status_code, errors(answer)) == (422, [field])
    assert NEW not in answer.text
    assert another_browser.sign_in("ahlen").status_code == 302


def test_a_password_form_sent_twice_is_no_mistake(ahlen):
    assert [change_password(ahlen).status_code for _ in range(2)] == [302, 302]


def test_guessing_the_present_password_is_slowed_down(ahlen, app):
    app.config["SIGN_IN_LIMIT_ACCOUNT"] = "3 per minute"
    answers = [change_password(ahlen, current="falsch").status_code for _ in range(4)]
    assert answers == [422, 422, 422, 429]


def test_the_password_alone_changes_nothing_where_there_is_a_second_factor(ahlen, world):
    now, person = house_clock.now(), select(Person.id).where(Person.public_id == world.people["ahlen"])
    with world.door.database.transaction() as connection:
        values = {"secret": "-", "made_at": now, "confirmed_at": now, "last_step": 0}
        connection.execute(insert(OneTimeCode).values(person_id=person.scalar_subquery(), **values))
    assert change_password(ahlen).location == "/confirm?next=%2Fprofile%2Fsecurity"
    with world.door.database.reading() as connection:
        assert password_hash(connection, world.people["ahlen"]) == HASH


@pytest.mark.usefixtures("ahlen", "without")
class TestAFirstPassword:
    HERE = "/profile/security/password"

    @pytest.fixture
    def without(self, world):
        with world.door.database.transaction() as connection:
            connection.execute(update(Person).values(password_hash=None))

    def test_whoever_has_none_gets_one_and_stays_signed_in(self, ahlen, another_browser):
        assert f'href="{self.HERE}"' in ahlen.get("/profile/security").text
        answer = ahlen.post(self.HERE, {"password": NEW, "repeat": NEW})
        assert answer.location == "/profile/security"
        assert "Ihr Passwort ist eingerichtet." in ahlen.get("/profile/security").text
        assert another_browser.sign_in("ahlen", password=NEW).location == "/"
        assert ahlen.get(self.HERE).location == "/profile/security"

    def test_what_will_not_do_is_said_at_its_field(self, ahlen):
        answer = ahlen.post(self.HERE, {"password": "zu kurz", "repeat": "zu kurz"})
        assert (answer.status_code, errors(answer)) == (422, ["password"])
        own = "ahlen@example.org"
        assert errors(ahlen.post(self.HERE, {"password": own, "repeat": own})) == ["password"]

    def test_first_one_shows_who_one_is(self, ahlen, world):
        with world.door.database.transaction() as connection:
            connection.execute(update(SessionRow).values(confirmed_at=None))
        asked = "/confirm?next=%2Fprofile%2Fsecurity%2Fpassword"
        sent = ahlen.post(self.HERE, {"password": NEW, "repeat": NEW}, page="/profile")
        assert (ahlen.get(self.HERE).location, sent.location) == (asked, asked)


def test_the_page_says_where_one_is_signed_in(ahlen, another_browser):
    linux = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    another_browser.client.environ_base["HTTP_USER_AGENT"] = linux
    another_browser.sign_in("ahlen")
    page = ahlen.get("/profile/security").text
    assert page.count("dieses Gerät") == 1
    assert "Firefox, Linux" in page
    assert page.count("Diese Sitzung beenden") == 2


def test_one_session_is_ended_by_itself(ahlen, another_browser):
    another_browser.sign_in("ahlen")
    newest = re.findall(r'name="session" value="(\w{16})"', ahlen.get("/profile/security").text)[0]
    answer = ahlen.post("/profile/sessions", {"session": newest}, page="/profile")
    assert answer.location == "/profile/security"
    assert [browser.get("/profile").status_code for browser in (ahlen, another_browser)] == [200, 302]


def test_all_others_are_ended_at_once(ahlen, another_browser):
    another_browser.sign_in("ahlen")
    ahlen.post("/profile/sessions", {"session": "others"}, page="/profile")
    page = ahlen.get("/profile/security").text
    assert "Alle anderen Sitzungen sind beendet." in page
    assert "Diese Sitzung beenden" not in page
    assert another_browser.get("/profile").status_code == 302


def test_a_session_that_is_gone_is_no_mistake(ahlen):
    answer = ahlen.post("/profile/sessions", {"session": "0" * 16}, page="/profile", follow_redirects=True)
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/profile", "/profile/password", "/profile/sessions"])
def test_nothing_of_it_without_signing_in(browser, path):
    assert browser.post(path, {}, page="/sign-in").status_code == 401
