"""What people release for their cohort, and that nothing else is seen of them."""

import json
import re

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
    assert (entry.name, entry.parts) == ("Menden · Ehrenamt", {"participant": ("Menden",)})
    assert not any((entry.office, entry.offers, entry.seeks, entry.email, entry.phone))


def test_a_coach_of_several_teams_is_seen_with_all_of_them(world, browser):
    for role in (
        {"role": "coach", "team": world.teams["menden"]},
        {"role": "facilitator", "cohort": world.cohort},
    ):
        world.ask("administrator", "role.grant", "house", {"person": world.people["coach"], **role})
    assert seen(world, "coach").parts == {"coach": ("Ahlen", "Menden"), "facilitator": ()}
    browser.sign_in("menden")
    assert "Coach · Ahlen, Menden · Moderation" in browser.get("/people").text


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
    assert not re.search(r"\b2382\b|49\D{0,3}2382", page)
    another_browser.client.delete_cookie("session")
    another_browser.sign_in("stranger")
    assert "Menden" not in another_browser.get("/people").text


def test_a_wrong_number_comes_back_in_the_form(browser):
    browser.sign_in("menden")
    answer = browser.post("/profile/directory", {**RELEASED, "phone": "abc"})
    assert answer.status_code == 422
    assert "Telefonnummer" in answer.text
    assert 'value="Satzungen"' in answer.text


def test_a_card_says_what_the_page_says_and_nothing_else(browser, another_browser, world):
    """What is not released is neither on the page, nor in a stream, nor in a file."""
    given = {**RELEASED, "phone": "+49 2382 77777777", "shows_email": True}
    world.ask("menden", "directory.change", world.place("menden"), given)
    hidden = {"phone": "+49 2382 88888888", "office": "Amt für Nichts"}
    world.ask("ahlen", "directory.change", world.place("ahlen"), hidden)
    browser.sign_in("coach")
    contacts = f"/cohorts/{world.cohort}/contacts"
    page, cards = browser.get("/people").text, browser.get(f"{contacts}.vcf")
    assert f'href="{contacts}/{world.people["menden"]}.vcf"' in page
    assert f'href="{contacts}/{world.people["ahlen"]}.vcf"' not in page
    assert (cards.mimetype, cards.headers["Content-Disposition"]) == (
        "text/vcard", "attachment; filename=Kontakte.vcf"
    )  # fmt: skip
    assert re.findall(r"^(?:FN|EMAIL|ORG|TITLE|TEL|NOTE):.*", cards.text, re.MULTILINE) == [
        "FN:Menden · Ehrenamt\r",
        "ORG:Menden\r",
        "TITLE:Ehrenamtsbüro\r",
        "EMAIL:menden@example.org\r",
        "NOTE:Bietet: Satzungen\\nSucht: Förderung\r",
    ]
    one = {who: browser.get(f"{contacts}/{world.people[who]}.vcf").text for who in ("ahlen", "menden")}
    assert one["menden"] == cards.text
    assert "EMAIL" not in one["ahlen"]
    stream = json.dumps(world.state(f"cohort/{world.cohort}"))
    for secret in ("77777777", "88888888", "ahlen@example.org"):
        assert not any(secret in told for told in (page, cards.text, *one.values(), stream)), secret
    assert "menden@example.org" not in stream


def test_the_cards_of_a_cohort_are_for_the_cohort(browser, world):
    world.ask("menden", "directory.change", world.place("menden"), {"shows_email": True})
    browser.sign_in("stranger")
    for path in ("contacts.vcf", f"contacts/{world.people['menden']}.vcf"):
        assert browser.get(f"/cohorts/{world.cohort}/{path}").status_code == 404


def test_where_nobody_has_released_anything_there_are_no_cards(browser, world):
    browser.sign_in("coach")
    assert ".vcf" not in browser.get("/people").text
    for path in ("contacts.vcf", f"contacts/{world.people['stranger']}.vcf"):
        assert browser.get(f"/cohorts/{world.cohort}/{path}").status_code == 404
