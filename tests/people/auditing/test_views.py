"""The page of what was administered: who, when, what, about whom."""

import re

import pytest
from sqlalchemy import update

from foundation import clock
from people.accounts.models import Person

HERE = "/admin/audit"


@pytest.fixture
def office(browser):
    browser.sign_in("administrator")
    return browser


def rows(page):
    cells = re.findall(r"<(?:td|th [^>]*scope=\"row\")[^>]*>([^<]*)</t[hd]>", page.text)
    return [tuple(cells[first + 1 : first + 3]) for first in range(0, len(cells), 3)]


def test_nobody_else_finds_it(browser):
    browser.sign_in("facilitator")
    assert browser.get(HERE).status_code == 404


def test_each_step_is_a_sentence_with_the_names_of_today(office, world):
    body = {"team": world.teams["ahlen"], "person": world.people["ahlen_2"]}
    world.ask("administrator", "seat.give", f"cohort/{world.cohort}", body)
    newest = rows(office.get(HERE))[0]
    assert newest == (
        "Programmverwaltung hat einen Platz vergeben.",
        "Ahlen, Ahlen · Stadtteilarbeit, Durchgang 2015/16",
    )


def test_who_was_erased_has_no_name_there(office, world, database):
    world.ask("administrator", "organisation.create", "house", {"name": "Hamm", "kind": "stadt"})
    with database.transaction() as connection:
        which = update(Person).where(Person.public_id == world.people["administrator"])
        connection.execute(which.values(erased_at=clock.now()))
    assert rows(office.get(HERE))[0] == ("ehemaliges Mitglied hat eine Kommune angelegt.", "Hamm")


def test_it_is_narrowed_to_a_group_and_to_a_person(office, world):
    world.ask("administrator", "organisation.create", "house", {"name": "Hamm", "kind": "stadt"})
    found = rows(office.get(f"{HERE}?group=organisation&person={world.people['administrator']}"))
    assert found == [("Programmverwaltung hat eine Kommune angelegt.", "Hamm")]
    assert {what for what, _ in rows(office.get(f"{HERE}?group=team"))} == {
        "Die Werkstatt selbst hat ein Team angelegt."
    }
    assert office.get(HERE).text.count(">Die Werkstatt selbst</option>") == 1
    assert {what for what, _ in rows(office.get(f"{HERE}?group=team&person=system"))} == {
        "Die Werkstatt selbst hat ein Team angelegt."
    }
    assert "Dazu steht nichts im Protokoll" in office.get(f"{HERE}?group=text").text


def test_a_long_list_has_pages_and_costs_the_same(office, world, queries_of):
    few = queries_of(lambda: office.get(HERE))
    for number in range(60):
        world.ask("administrator", "organisation.create", "house", {"name": f"Ort {number}", "kind": "stadt"})
    assert queries_of(lambda: office.get(HERE)) == few
    first = office.get(HERE).text
    older = re.search(r'href="(/admin/audit\?before=\d+)" rel="next"', first)[1]
    assert len(rows(office.get(HERE))) == 50
    assert rows(office.get(older))[0] == ("Programmverwaltung hat eine Kommune angelegt.", "Ort 9")


def test_a_number_that_no_entry_can_have_begins_with_the_newest(office):
    answers = [office.get(f"{HERE}?before={before}") for before in ("9" * 30, "-1", "x")]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert rows(answers[0]) == rows(office.get(HERE))
