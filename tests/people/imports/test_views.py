"""The pages of lists: looked at first, taken in on request, taken back, and taken away as files."""

import html
import io
import re

import pytest

from people.imports.rules import BOM

HERE = "/admin/import"
LIST = "Kommune;Art;Name;E-Mail\r\nHamm;Stadt;Hamm · Ehrenamt;hamm@example.net\r\n"


@pytest.fixture
def office(browser):
    browser.sign_in("administrator")
    return browser


def field(page, name):
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', page.text)[1])


def look(office, world, text=LIST):
    return office.post(HERE, {"kind": "people", "cohort": world.cohort, "text": text})


def confirm(office, world, page, text=LIST):
    given = {"kind": "people", "cohort": world.cohort, "text": text, "confirm": "1"}
    return office.post(
        HERE, {**given, "digest": field(page, "digest"), "command_id": field(page, "command_id")}
    )


@pytest.mark.parametrize("page", [HERE, "/admin/export", f"{HERE}/template"])
def test_nobody_else_finds_them(browser, page):
    browser.sign_in("facilitator")
    assert browser.get(page).status_code == 404


def test_a_file_is_looked_at_and_changes_nothing(office, world):
    file = (io.BytesIO((BOM + LIST).encode()), "liste.csv")
    page = office.post(HERE, {"kind": "people", "cohort": world.cohort, "file": file, "text": "other"})
    assert page.status_code == 200
    assert "Eine Einladung: Hamm · Ehrenamt" in page.text
    assert "Liste aufnehmen</span>" in page.text
    assert "hamm@example.net" in page.text
    assert "Hamm" not in office.get("/admin/organisations").text


def test_what_was_looked_at_is_taken_in_and_back_again(office, world):
    answer = confirm(office, world, look(office, world))
    assert answer.location == f"{HERE}#taken"
    page = office.get(HERE)
    assert "Aufgenommen: Eine Kommune, Ein Team, Eine Einladung." in page.text
    office.post(f"{HERE}/undo", {"list": field(page, "list")}, page=HERE)
    page = office.get(HERE)
    assert "Zurückgenommen: Eine Kommune, Ein Team, Eine Einladung." in page.text
    assert "Liste zurücknehmen</span>" not in page.text
    assert "Hamm" not in office.get("/admin/organisations").text


def test_bad_lines_are_named_the_text_is_kept_and_nothing_is_offered(office, world):
    page = look(office, world, LIST.replace("hamm@", ""))
    assert "Zeile 2" in page.text
    assert "Das ist keine E-Mail-Adresse." in page.text
    assert "Hamm · Ehrenamt;example.net</textarea>" in page.text
    assert "Liste aufnehmen</span>" not in page.text


def test_when_the_house_has_changed_the_new_preview_is_shown(office, world):
    page = look(office, world)
    world.ask("administrator", "organisation.create", "house", {"name": "Hamm", "kind": "stadt"})
    again = confirm(office, world, page)
    assert again.status_code == 409
    assert "Inzwischen hat sich etwas geändert" in again.text
    assert field(again, "digest") != field(page, "digest")
    assert confirm(office, world, again).status_code == 302


def test_a_long_text_comes_back_in_the_form(office, world):
    text = "Name;Art;Region\n" + f"Ahlen;Stadt;{'x' * 300}\n" * 1600
    page = office.post(HERE, {"kind": "organisations", "text": text, "file": (io.BytesIO(), "")}, page=HERE)
    assert page.status_code == 200


def test_a_cohort_has_to_be_chosen(office):
    page = office.post(HERE, {"kind": "people", "cohort": "", "text": LIST})
    assert "Bitte wählen Sie einen Durchgang." in page.text


def test_a_cohort_that_cannot_be_one_is_not_there(office):
    for cohort in ("\0", "x", "0123456789abcdef"):
        assert office.post(HERE, {"kind": "people", "cohort": cohort, "text": LIST}).status_code == 404


def test_the_templates_are_as_excel_writes_them(office):
    file = office.get(f"{HERE}/template?kind=people")
    assert file.data.decode().startswith(BOM + '"Kommune";"Art";"Team"')
    assert file.headers["Content-Type"].startswith("text/csv")


def test_a_list_taken_away_is_noted(office, world):
    file = office.post("/admin/export", {"list": "people", "cohort": world.cohort})
    assert '"Ahlen";"Stadt";"Ahlen";"Ahlen · Engagementförderung";"ahlen@example.org";"Platz"' in file.text
    assert file.headers["Cache-Control"] == "no-store"
    assert "Programmverwaltung hat eine Liste als Datei geladen." in office.get("/admin/audit").text
    assert office.post("/admin/export", {"list": "people", "cohort": "0" * 16}).status_code == 404


def test_who_takes_a_list_away_shows_once_more_who_they_are(office, world, clock):
    clock.move(minutes=25)
    asked = office.get("/admin/export")
    assert (asked.status_code, asked.location) == (302, "/confirm?next=%2Fadmin%2Fexport")


def test_a_list_that_came_after_the_session_had_ended_is_given_back(office, world, clock):
    token = field(office.get(HERE), "csrf_token")
    clock.move(hours=13)
    given = {"csrf_token": token, "kind": "people", "cohort": world.cohort, "text": LIST}
    answer = office.client.post(HERE, data=given, headers={"Origin": "http://localhost"})
    assert (answer.status_code, "Hamm;Stadt;Hamm · Ehrenamt" in answer.text) == (401, True)
