"""Another address holds once both mailboxes have said so."""

import threading

import pytest
from sqlalchemy import func, select, update

from foundation import clock as house_clock
from foundation.errors import Refusal
from people.accounts.models import Person
from people.links.models import LinkRow
from people.sign_in.models import SessionRow
from people.sign_in.policy import DOOR

NEW = "neu@example.org"


@pytest.fixture
def asked(browser):
    """The change is asked for by somebody who is signed in."""
    browser.sign_in("ahlen")

    def ask(address=NEW):
        return browser.post("/profile/address", {"address": address})

    return ask


def email(world, who="ahlen"):
    query = select(Person.email).where(Person.public_id == world.people[who])
    with world.door.database.reading() as connection:
        return connection.execute(query).scalar_one()


def confirm(browser, here):
    return browser.post(here)


@pytest.mark.parametrize("order", [("address_old", "address_new"), ("address_new", "address_old")])
def test_both_mailboxes_confirm_in_any_order(asked, browser, another_browser, world, path, mails, order):
    with world.door.database.transaction() as connection:
        connection.execute(update(Person).values(bounced_at=house_clock.now()))
    assert asked().location == "/profile/address"
    told = {(kind, who) for kind, who, _link in mails()}
    assert told == {("address_old", "ahlen@example.org"), ("address_new", NEW)}
    first, second = (path(kind) for kind in order)
    assert "das ist bestätigt" in confirm(another_browser, first).text
    assert email(world) == "ahlen@example.org"
    assert "Ihre Adresse ist geändert" in confirm(another_browser, second).text
    assert email(world) == NEW
    assert mails()[-1][:2] == ("address_changed", "ahlen@example.org")
    assert browser.get("/profile").status_code == 200
    with world.door.database.reading() as connection:
        bounced = select(Person.bounced_at).where(Person.email == NEW)
        assert connection.execute(bounced).scalar_one() is None
        assert connection.execute(select(func.count()).select_from(LinkRow)).scalar_one() == 0


def test_the_page_says_what_is_missing(asked, browser, another_browser, path):
    asked()
    page = browser.get("/profile/address").text
    assert (page.count("wartet auf Ihre Bestätigung"), NEW in page) == (2, True)
    confirm(another_browser, path("address_new"))
    assert browser.get("/profile/address").text.count("wartet auf Ihre Bestätigung") == 1


def test_a_change_can_be_dropped(asked, browser, another_browser, world, path):
    asked()
    here = path("address_new")
    assert browser.post("/profile/address/drop", page="/profile/address").status_code == 302
    assert another_browser.get(here).status_code == 404
    assert "Was noch fehlt" not in browser.get("/profile/address").text


def test_a_newer_wish_replaces_the_older(asked, another_browser, path):
    asked()
    older = [path("address_old"), path("address_new")]
    asked("anders@example.org")
    assert [another_browser.get(here).status_code for here in older] == [404, 404]


def test_an_address_that_somebody_has_looks_like_any_other_and_gets_no_mail(asked, browser, mails):
    def shown(address):
        answer = asked(address)
        page = browser.get("/profile/address").text
        return answer.location, page.count("wartet auf Ihre Bestätigung"), page.count("Was noch fehlt")

    assert shown("menden@example.org") == shown(NEW) == ("/profile/address", 2, 1)
    assert "menden@example.org" not in {who for _kind, who, _link in mails()}


def test_an_address_taken_meanwhile_is_not_taken_away(asked, another_browser, world, path):
    asked()
    confirm(another_browser, path("address_old"))
    with world.door.database.transaction() as connection:
        connection.execute(update(Person).where(Person.public_id == world.people["menden"]).values(email=NEW))
    answer = confirm(another_browser, path("address_new"))
    assert (answer.status_code, "inzwischen zu einem anderen Konto" in answer.text) == (409, True)
    assert (email(world), email(world, "menden")) == ("ahlen@example.org", NEW)


def test_looking_at_a_link_confirms_nothing(asked, another_browser, world, path):
    asked()
    for kind in ("address_old", "address_new"):
        here = path(kind)
        assert another_browser.get(here).status_code == 200
        assert another_browser.client.head(here).status_code == 200
    assert email(world) == "ahlen@example.org"


def test_a_link_confirms_once_and_for_a_day(asked, another_browser, path, clock):
    asked()
    old, new = path("address_old"), path("address_new")
    confirm(another_browser, old)
    assert another_browser.get(old).status_code == 404
    clock.move(hours=25)
    assert another_browser.get(new).status_code == 404


def test_of_two_confirmations_at_once_one_changes_the_address(asked, world, mails):
    asked()
    links = {kind: link for kind, _who, link in mails() if kind.startswith("address")}
    both, came = threading.Barrier(4, timeout=30), []

    def send(kind):
        both.wait()
        try:
            answer = world.ask(DOOR, "address.confirm", world.place("ahlen"), {"link": links[kind]})
            came.append(bool(answer.result))
        except Refusal as refusal:
            came.append(str(refusal.code))

    threads = [threading.Thread(target=send, args=(kind,)) for kind in (*links, *links)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, came)) == ["False", "True", "closed", "closed"]
    assert email(world) == NEW
    assert [kind for kind, _who, _link in mails()].count("address_changed") == 1


def test_somebody_elses_session_neither_helps_nor_changes(asked, another_browser, world, path):
    asked()
    another_browser.sign_in("menden")
    for kind in ("address_old", "address_new"):
        confirm(another_browser, path(kind))
    assert (email(world), email(world, "menden")) == (NEW, "menden@example.org")
    assert "Menden · Ehrenamt" in another_browser.get("/profile").text


def test_a_link_works_for_its_own_person_only(asked, world, mails):
    asked()
    link = mails()[0][2]
    assert world.refused(DOOR, "address.confirm", world.place("menden"), {"link": link}) == "closed"


@pytest.mark.parametrize("address", ["", "keine Adresse", "ahlen@example.org", f"{'x' * 260}@example.org"])
def test_what_is_no_new_address_is_said_at_its_field(asked, address):
    answer = asked(address)
    assert (answer.status_code, 'href="#field-address"' in answer.text) == (422, True)


def test_whoever_has_not_shown_lately_who_they_are_is_asked_first(asked, browser, world):
    with world.door.database.transaction() as connection:
        connection.execute(update(SessionRow).values(confirmed_at=None))
    assert browser.get("/profile/address").location == "/confirm?next=%2Fprofile%2Faddress"


def test_at_the_wire_nobody_asks_for_an_address_or_confirms_one(world):
    for who in ("ahlen", "menden", "administrator"):
        for name, body in (("address.ask", {"address": NEW}), ("address.confirm", {"link": "0" * 16})):
            assert world.refused(who, name, world.place("ahlen"), body) == "not_found"
