"""What people release for their cohort, and that nothing else is seen of them."""

import pytest

from foundation import commands
from people.directory import queries
from people.directory.rules import dialled, is_phone

RELEASED = {"office": "Ehrenamtsbüro", "offers": "Satzungen", "seeks": "Förderung", "phone": "+49 2382 59-0"}


def seen(world, who, **search):
    with world.door.database.reading() as connection:
        found = queries.people(connection, world.cohort, **search)
    return next((entry for entry in found if entry.id == world.people[who]), None)


def test_nothing_but_name_role_and_town_is_seen_at_first(world):
    entry = seen(world, "menden")
    assert (entry.name, entry.role, entry.team) == ("Menden · Ehrenamt", "participant", "Menden")
    assert not any((entry.office, entry.offers, entry.seeks, entry.email, entry.phone))


@pytest.mark.parametrize("shows", [{}, {"shows_email": True}, {"shows_phone": True}])
def test_contact_is_seen_only_as_released(world, shows):
    world.ask("menden", "directory.change", world.place("menden"), {**RELEASED, **shows})
    entry = seen(world, "menden")
    assert entry.office == "Ehrenamtsbüro"
    assert entry.email == ("menden@example.org" if "shows_email" in shows else "")
    assert entry.phone == ("+49 2382 59-0" if "shows_phone" in shows else "")


def test_asked_twice_it_is_done_once(world):
    place, asked = world.place("menden"), commands.new_id()
    answers = [world.ask("menden", "directory.change", place, RELEASED, command_id=asked) for _ in range(2)]
    assert answers[0] == answers[1]


def test_nobody_releases_for_somebody_else(world):
    for who in ("ahlen", "administrator"):
        assert world.refused(who, "directory.change", world.place("menden"), RELEASED) == "not_found"


def test_what_is_no_number_is_refused(world):
    for phone in ("ruf mich an", "javascript:1", "+"):
        body = {**RELEASED, "phone": phone}
        assert world.refused("menden", "directory.change", world.place("menden"), body) == "invalid"
    assert is_phone("02382 59-0")
    assert dialled("+49 (2382) 59-0") == "+492382590"


def test_a_search_looks_only_at_what_is_seen(world):
    world.ask("menden", "directory.change", world.place("menden"), RELEASED)
    assert seen(world, "menden", search="satzung menden") is not None
    assert seen(world, "menden", search="example.org") is None


def test_the_page_shows_the_cohort_to_its_own_only(browser, another_browser, world):
    browser.sign_in("menden")
    changed = browser.post("/profile/directory", {**RELEASED, "shows_email": "1"})
    assert (changed.status_code, changed.location) == (302, "/profile/directory")
    assert "menden@example.org" in browser.get("/profile/directory").text
    another_browser.sign_in("coach")
    page = another_browser.get("/people?search=ehrenamtsb").text
    assert "menden@example.org" in page
    assert "2382" not in page
    another_browser.client.delete_cookie("session")
    another_browser.sign_in("stranger")
    assert "Menden" not in another_browser.get("/people").text


def test_a_wrong_number_comes_back_in_the_form(browser):
    browser.sign_in("menden")
    answer = browser.post("/profile/directory", {**RELEASED, "phone": "abc"})
    assert answer.status_code == 422
    assert "Telefonnummer" in answer.text
    assert 'value="Satzungen"' in answer.text
