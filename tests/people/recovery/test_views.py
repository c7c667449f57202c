"""A forgotten password: asked for by anybody, set by whoever has the mailbox."""

import re
import threading
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select, update
from tests.people.conftest import PASSWORD
from tests.people.letters import letters

from foundation import clock as house_clock
from foundation import jobs
from people.accounts.models import Person
from people.accounts.queries import account
from people.links.models import LinkRow
from people.sign_in import passwords
from people.sign_in.models import SessionRow

NEW = "ganz neue Worte hier"
FORM = {"password": NEW, "repeat": NEW}


def forget(browser, who="ahlen"):
    return browser.post("/forgot", {"email": f"{who}@example.org"})


def stored(world, who="ahlen"):
    with world.door.database.reading() as connection:
        return account(connection, f"{who}@example.org").password_hash


def sessions(world, who="ahlen"):
    with world.door.database.reading() as connection:
        query = select(func.count()).select_from(SessionRow).join(Person)
        return connection.execute(query.where(Person.public_id == world.people[who])).scalar_one()


def test_a_new_password_by_the_link_in_the_mail(browser, another_browser, world, path, mails):
    another_browser.sign_in("ahlen")
    assert forget(browser).location == "/forgot/sent"
    here = path("reset")
    answer = browser.post(here, FORM)
    assert (answer.status_code, answer.location) == (302, "/sign-in")
    assert passwords.fits(stored(world), NEW)
    assert sessions(world) == 0
    assert [kind for kind, _who, _link in mails()].count("password_changed") == 1
    assert "Ihr neues Passwort gilt" in browser.get("/sign-in").text
    assert another_browser.get("/profile").status_code == 302
    assert browser.sign_in("ahlen", password=NEW).status_code == 302


def test_the_mail_goes_to_the_mailbox_and_to_no_other(browser, mails):
    forget(browser, " AHLEN")
    assert [(kind, who) for kind, who, _link in mails()] == [("reset", "ahlen@example.org")]


def test_known_and_unknown_addresses_get_the_same_answer_for_the_same_work(browser, database):
    def work(who):
        asked = []

        def note(_connection, _cursor, statement, *_rest):
            asked.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        answer = forget(browser, who)
        event.remove(database.engine, "before_cursor_execute", note)
        return answer.status_code, answer.location, asked

    assert work("ahlen") == work("nobody")


def test_nobody_and_the_locked_and_the_erased_get_no_mail(browser, world, mails):
    moments = ({"locked_at": house_clock.now()}, {"erased_at": house_clock.now()})
    for who, values in zip(("ahlen", "menden"), moments, strict=True):
        with world.door.database.transaction() as connection:
            connection.execute(update(Person).where(Person.public_id == world.people[who]).values(**values))
    for who in ("nobody", "ahlen", "menden", "\x00"):
        assert forget(browser, who).location == "/forgot/sent"
    assert mails() == []


def test_a_mailbox_gets_a_few_mails_and_whoever_asks_sees_no_difference(browser, another_browser, app, mails):
    house = app.extensions["house"]
    settings = house.settings.model_copy(update={"mail_limit": "2 per hour"})
    app.extensions["house"] = replace(house, settings=settings)
    answers = [forget(browser), forget(another_browser), forget(browser), forget(another_browser)]
    assert {answer.location for answer in answers} == {"/forgot/sent"}
    assert len(mails()) == 2
    forget(browser, "menden")
    assert len(mails()) == 3


def test_looking_at_a_link_does_not_use_it_up(browser, path):
    forget(browser)
    here = path("reset")
    for _ in range(3):
        assert (browser.get(here).status_code, browser.client.head(here).status_code) == (200, 200)
    assert browser.post(here, FORM).location == "/sign-in"


def test_a_link_works_once(browser, path, world):
    forget(browser)
    here = path("reset")
    browser.post(here, FORM)
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/sign-in").text)[1]
    again = {"password": "noch einmal andere Worte", "repeat": "noch einmal andere Worte"}
    assert browser.get(here).status_code == 404
    assert browser.client.post(here, data={"csrf_token": token, **again}).status_code == 404
    assert passwords.fits(stored(world), NEW)


def test_of_two_at_once_one_wins(app, browser, another_browser, path, world):
    forget(browser)
    here, came = path("reset"), []
    both = threading.Barrier(2, timeout=30)

    def use(by, words):
        token = re.search(r'name="csrf_token" value="([^"]+)"', by.get(here).text)[1]
        both.wait()
        data = {"csrf_token": token, "password": words, "repeat": words}
        came.append((by.client.post(here, data=data).status_code, words))

    words = ("erste ganz neue Worte", "zweite ganz neue Worte")
    threads = [
        threading.Thread(target=use, args=each)
        for each in zip((browser, another_browser), words, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(status for status, _words in came) == [302, 404]
    assert passwords.fits(stored(world), next(words for status, words in came if status == 302))


def test_a_link_ends_after_half_an_hour(browser, path, clock):
    forget(browser)
    here = path("reset")
    clock.move(minutes=31)
    assert browser.get(here).status_code == 404


def test_a_newer_link_replaces_the_older(browser, path):
    forget(browser)
    older = path("reset")
    forget(browser)
    assert [browser.get(each).status_code for each in (older, path("reset"))] == [404, 200]


def test_a_forged_link_opens_nothing(browser, path):
    forget(browser)
    here = path("reset")
    forged = here[:-1] + ("0" if here[-1] != "0" else "1")
    other_kind = here.replace("/reset/", "/address/")
    assert [browser.get(each).status_code for each in (forged, other_kind, "/reset/x")] == [404] * 3
    assert 'href="/forgot"' in browser.get(forged).text.partition("<main")[2]


def test_who_is_locked_meanwhile_sets_nothing(browser, path, world):
    forget(browser)
    here = path("reset")
    with world.door.database.transaction() as connection:
        connection.execute(update(Person).values(locked_at=house_clock.now()))
    assert browser.post(here, FORM, page=here).status_code == 404


def test_somebody_elses_session_stays_and_gains_nothing(browser, path, world):
    forget(browser)
    here = path("reset")
    browser.sign_in("menden")
    assert browser.post(here, FORM).location == "/sign-in"
    assert "Menden · Ehrenamt" in browser.get("/profile").text
    assert (passwords.fits(stored(world), NEW), passwords.fits(stored(world, "menden"), NEW)) == (True, False)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"password": "zu kurz", "repeat": "zu kurz"}, "password"),
        ({"password": "Ahlen2026Ahlen", "repeat": "Ahlen2026Ahlen"}, "password"),
        ({"password": NEW, "repeat": "anders"}, "repeat"),
    ],
)
def test_a_password_that_will_not_do_leaves_the_link_as_it_is(browser, path, form, field):
    forget(browser)
    here = path("reset")
    answer = browser.post(here, form)
    assert (answer.status_code, f'href="#field-{field}"' in answer.text) == (422, True)
    assert form["password"] not in answer.text
    assert browser.post(here, FORM).status_code == 302


def test_the_page_says_nobodys_name_and_its_address_goes_nowhere(browser, path):
    forget(browser)
    answer = browser.get(path("reset"))
    assert ("ahlen@example.org" in answer.text, "Ahlen" in answer.text) == (False, False)
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_foreign_host_gets_no_page_and_no_mail(browser, mails):
    assert browser.get("/forgot", headers={"Host": "evil.example"}).status_code == 400
    assert mails() == []


def test_whatever_name_a_request_brings_the_link_bears_that_of_the_house(app, browser, world):
    named = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Forwarded-Proto": "ftp"}
    other = {"base_url": "http://127.0.0.1:4711", "headers": named}
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/forgot", **other).text)[1]
    sent = browser.client.post("/forgot", data={"csrf_token": csrf, "email": "ahlen@example.org"}, **other)
    assert sent.location == "/forgot/sent"
    jobs.carry_out_due(world.door)
    (letter,) = letters(app)
    said, links = re.subn(r"http://localhost/reset/\w{56}", "", letter)
    assert links == 2  # as text and as HTML
    assert not re.search("evil|127|4711|ftp", said)


def test_another_password_makes_the_link_worthless(browser, another_browser, path, world):
    forget(browser)
    here = path("reset")
    another_browser.sign_in("ahlen")
    given = {"current": PASSWORD, "password": NEW, "repeat": NEW}
    another_browser.post("/profile/password", given, page="/profile/security")
    assert passwords.fits(stored(world), NEW)
    assert browser.get(here).status_code == 404


def test_asking_twice_for_the_same_job_makes_one_link(browser, world, mails):
    forget(browser)
    jobs.carry_out_due(world.door)
    jobs.carry_out_due(world.door)
    with world.door.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(LinkRow)).scalar_one() == 1
    assert len(mails()) == 1


def test_an_empty_field_is_named(browser):
    answer = browser.post("/forgot", {"email": " "})
    assert (answer.status_code, 'href="#field-email"' in answer.text) == (422, True)


def test_what_was_typed_stays_where_there_were_too_many_tries(browser, app):
    browser.sign_in("ahlen")
    app.config["SIGN_IN_LIMIT_ADDRESS"] = "1 per minute"
    for path, field in (("/forgot", "email"), ("/profile/address", "address")):
        browser.post(path, {field: "neu@example.org"})
        again = browser.post(path, {field: "danach@example.org"})
        assert (again.status_code, 'value="danach@example.org"' in again.text) == (429, True)
