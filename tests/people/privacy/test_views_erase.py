"""The pages before and after somebody is erased."""

import re
from html import unescape

import pytest
from sqlalchemy import func, or_, select

from foundation import clock as house_clock
from foundation.database import Model
from foundation.personal import Fate
from people.privacy import finding, foreseeing
from people.privacy.labels import GOES, STAYS
from werkstatt import rooms  # noqa: F401 -- declares every table

HERE = "/profile/data/erase"


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2])).split())


def test_one_looks_first_ticks_and_is_gone(browser, another_browser):
    browser.sign_in("ahlen")
    page = browser.get(HERE)
    assert "Name, E-Mail-Adresse, Passwort und Einstellungen des Kontos" in words(page)
    assert "gemeinsamen Geschichte der Gruppe" in words(page)
    unsure = browser.post(HERE)
    assert (unsure.status_code, "Bitte kreuzen Sie an" in words(unsure)) == (422, True)
    done = browser.post(HERE, {"sure": "1"})
    assert (done.status_code, done.location) == (302, "/goodbye")
    left = browser.get("/goodbye")
    assert "Danke, dass Sie dabei waren." in words(left)
    assert left.headers["Clear-Site-Data"] == '"storage"'
    assert browser.client.get_cookie("device") is None
    assert "/sign-in" in browser.get("/profile").location
    again = another_browser.sign_in("ahlen")
    assert (again.status_code, "passen nicht zusammen" in words(again)) == (422, True)


def test_the_page_of_the_goodbye_is_only_for_who_has_gone(browser):
    assert browser.get("/goodbye").location == "/sign-in"
    browser.sign_in("ahlen")
    assert browser.get("/goodbye").location == "/"


def test_the_office_sees_whom_it_erases_and_a_former_member_afterwards(browser, world):
    browser.sign_in("administrator")
    here = f"/admin/people/{world.people['ahlen']}/erase"
    assert "Ahlen · Engagementförderung, ahlen@example.org" in words(browser.get(here))
    done = browser.post(here, {"sure": "1"})
    assert (done.status_code, done.location) == (302, "/admin/people")
    assert "Das Konto ist gelöscht." in browser.get("/admin/people").text
    cohort = words(browser.get(f"/admin/cohorts/{world.cohort}"))
    assert "ehemaliges Mitglied, seit" in cohort
    assert "Engagementförderung" not in cohort
    assert browser.get(here).status_code == 404


def test_what_is_in_the_way_is_said_instead_of_a_button(browser, world):
    browser.sign_in("administrator")
    own = browser.get(f"/admin/people/{world.people['administrator']}/erase")
    assert own.location == HERE
    page = browser.get(HERE)
    assert "keine Programmverwaltung mehr" in words(page)
    assert 'name="sure"' not in page.text


def test_who_has_not_shown_lately_who_they_are_is_asked_first(browser, world, clock):
    browser.sign_in("administrator")
    clock.move(minutes=11)
    for path in (HERE, f"/admin/people/{world.people['ahlen']}/erase"):
        assert browser.get(path).location.startswith("/confirm?next="), path


def test_what_was_foreseen_is_what_happens(browser, world, database):
    browser.sign_in("ahlen")
    person = world.people["ahlen"]
    with database.reading() as connection:
        who = finding.who(connection, person)
        before = _rows(connection, who)
        found = foreseeing.foresee(connection, person, house_clock.now())
    browser.post(HERE, {"sure": "1"})
    with database.reading() as connection:
        after = _rows(connection, who)
    gone = {(GOES[name], rows) for name, rows in before.items() if rows and not after[name]}
    goes = {(one.what, one.count) for one in found.goes}
    assert gone == {one for one in goes if one[0] != GOES["person"]}
    assert GOES["session"] in {what for what, _ in gone}
    assert {one.what for one in found.stays} == {
        STAYS[name] for name in ("person", "seat", "event", "erasure")
    }


def _rows(connection, who):
    found = {}
    for table, told in finding.tables():
        conditions = finding.naming(table, told, who)
        if conditions:
            query = select(func.count()).select_from(table).where(or_(*conditions.values()))
            found[table.name] = connection.execute(query).scalar_one()
    return found


TABLES = {mapper.class_.__tablename__: mapper.class_ for mapper in Model.registry.mappers}


@pytest.mark.parametrize("name", sorted(name for name, kind in TABLES.items() if kind.__about__.persons))
def test_what_becomes_of_each_table_is_called_by_words_for_people(name):
    fates = {*TABLES[name].__about__.persons.values()}
    if Fate.DELETED in fates or name == "person":
        assert name in GOES
    if fates - {Fate.DELETED}:
        assert name in STAYS
