"""The pages of organisations and programmes."""

import pytest
from sqlalchemy import insert

from people.cohorts.models import Organisation

LIST = "/admin/organisations"
OLPE = {"name": "Olpe", "kind": "kreis", "region": "Südwestfalen", "claim": "kreis-olpe"}


@pytest.fixture
def office(browser):
    browser.sign_in("administrator")
    return browser


@pytest.mark.parametrize("page", [LIST, f"{LIST}/new", "/admin/programmes"])
def test_nobody_else_finds_them(browser, page):
    browser.sign_in("facilitator")
    assert browser.get(page).status_code == 404


def test_an_organisation_is_made_found_changed_and_removed(office):
    assert office.post(f"{LIST}/new", OLPE).location == LIST
    listed = office.get(f"{LIST}?search=südw")
    assert ("Olpe" in listed.text, "Ahlen" in listed.text) == (True, False)
    (here,) = {part.split('"')[0] for part in listed.text.split(f'href="{LIST}/')[1:]} - {"new"}
    assert office.post(f"{LIST}/{here}", {**OLPE, "region": "Sauerland"}).location == LIST
    assert "Sauerland" in office.get(LIST).text
    assert office.post(f"{LIST}/{here}/remove", page=f"{LIST}/{here}").location == LIST
    assert "Olpe" not in office.get(LIST).text


def test_what_is_wrong_is_said_in_place_and_the_input_kept(office):
    answer = office.post(f"{LIST}/new", {**OLPE, "kind": ""})
    assert answer.status_code == 422
    assert 'id="field-kind-error"' in answer.text
    assert 'value="Südwestfalen"' in answer.text


def test_one_in_use_says_so_and_offers_no_removal(office, world):
    here = f"{LIST}/{world.organisation}"
    assert "lässt sie sich nicht entfernen" in office.get(here).text
    refused = office.post(f"{here}/remove", page=here)
    assert (refused.status_code, "wird noch gebraucht" in refused.text) == (409, True)


def test_a_long_list_has_pages(office, database):
    with database.transaction() as connection:
        connection.execute(
            insert(Organisation),
            [
                {"public_id": f"{number:016}", "name": f"Ort {number:03}", "kind": "stadt", "region": ""}
                for number in range(60)
            ],
        )
    first, second = office.get(LIST).text, office.get(f"{LIST}?page=2").text
    assert ("Ort 059" in first, "Ort 059" in second) == (False, True)
    assert ('rel="next"' in first, 'rel="next"' in second) == (True, False)


def test_a_programme_is_made_and_renamed(office):
    assert office.post("/admin/programmes", {"name": "Engagiert"}).location == "/admin/programmes"
    listed = office.get("/admin/programmes").text
    programme = listed.split("?programme=")[1][:16]
    office.post("/admin/programmes", {"name": "Engagiert in NRW", "programme": programme})
    assert "Engagiert in NRW" in office.get(f"/admin/programmes?programme={programme}").text
    assert office.post("/admin/programmes", {"name": ""}).status_code == 422
    assert office.get("/admin/programmes?programme=nothing").status_code == 404
