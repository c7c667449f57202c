"""The office's pages: cohorts with their seats, and accounts."""

import re

import pytest

NEW = "/admin/cohorts/new"
DAYS = {"starts_on": "2027-09-01", "ends_on": "2028-12-31", "seats_per_team": "3"}


@pytest.fixture
def office(browser):
    browser.sign_in("administrator")
    return browser


def test_for_everybody_else_the_pages_are_not_there(browser, world):
    browser.sign_in("facilitator")
    paths = ["", "/cohorts", "/cohorts/new", f"/cohorts/{world.cohort}", "/people"]
    paths.append(f"/people/{world.people['ahlen']}")
    assert [browser.get(f"/admin{path}").status_code for path in paths] == [404] * len(paths)


def test_what_does_not_exist_is_not_found(office):
    paths = ["/admin/cohorts/0000000000000000", "/admin/people/0000000000000000"]
    assert [office.get(path).status_code for path in paths] == [404, 404]


def test_without_a_running_cohort_the_overview_says_what_to_do(office):
    page = office.get("/admin").text
    assert "Zurzeit läuft kein Durchgang" in page
    assert f'href="{NEW}"' in page


def test_a_cohort_and_its_team_are_made_and_the_seats_counted(office, world):
    made = office.post(NEW, {"name": "Durchgang 2027/28", **DAYS})
    assert made.status_code == 302
    added = office.post(
        f"{made.location}/teams", {"organisation": world.organisation, "name": "Ahlen"}, page=made.location
    )
    assert added.status_code == 302
    assert "Von 3 Plätzen sind 0 besetzt, 0 eingeladen und 3 leer." in office.get("/admin").text


def test_a_cohort_that_ends_before_it_begins_comes_back_with_what_was_typed(office):
    answer = office.post(NEW, {"name": "Verkehrt", **DAYS, "ends_on": "2026-01-01"})
    assert answer.status_code == 422
    assert "Der letzte Tag liegt vor dem ersten." in answer.text
    assert 'value="Verkehrt"' in answer.text


def test_the_cohort_shows_who_sits_where_and_what_is_empty(office, world):
    page = office.get(f"/admin/cohorts/{world.cohort}").text
    assert "Ahlen · Engagementförderung" in page
    assert page.count("leerer Platz") == 2
    assert "Moderation" in page


def test_an_ended_seat_is_empty_and_stands_among_the_past_ones(office, world):
    here = f"/admin/cohorts/{world.cohort}"
    seat = re.search(rf'action="({here}/seats/[^"]+/end)"', office.get(here).text)[1]
    assert office.post(seat, page=here).status_code == 302
    page = office.get(here).text
    assert "Der Platz ist beendet." in page
    assert page.count("leerer Platz") == 3
    assert "Frühere Plätze" in page


def test_accounts_are_found_by_name_and_by_address(office):
    by_name = office.get("/admin/people?search=stadtteil").text
    assert "ahlen_2@example.org" in by_name
    assert "menden@example.org" not in by_name
    assert "Menden · Ehrenamt" in office.get("/admin/people?search=menden@").text
    assert "Kein Konto gefunden" in office.get("/admin/people?search=100%25").text


def test_a_role_is_ended_on_the_page_of_the_account(office, world):
    here = f"/admin/people/{world.people['coach']}"
    role = re.search(rf'action="({here}/roles/[^"]+/end)"', office.get(here).text)[1]
    office.post(role, page=here)
    assert "Die Rolle ist beendet." in office.get(here).text
    assert not world.actor("coach").grants


def test_the_last_administrator_stays_one(office, world):
    here = f"/admin/people/{world.people['administrator']}"
    role = re.search(rf'action="({here}/roles/[^"]+/end)"', office.get(here).text)[1]
    office.post(role, page=here)
    assert office.get("/admin").status_code == 200


def test_more_people_are_no_more_queries(office, world, queries_of):
    here = f"/admin/cohorts/{world.cohort}"
    before = [queries_of(lambda path=path: office.get(path)) for path in (here, "/admin/people")]
    for name in ("Beckum", "Soest", "Unna"):
        office.post(f"{here}/teams", {"organisation": world.organisation, "name": name}, page=here)
        body = {"name": name, "email": f"{name.lower()}@example.org"}
        world.ask("administrator", "person.create", "house", body)
    after = [queries_of(lambda path=path: office.get(path)) for path in (here, "/admin/people")]
    assert after == before


@pytest.mark.parametrize(("choice", "role"), [("seat:ahlen", "participant"), ("coach:menden", "coach")])
def test_who_has_an_account_is_taken_in_without_an_invitation(office, world, choice, role):
    here, (what, team) = f"/admin/cohorts/{world.cohort}", choice.split(":")
    form = {"email": "Stranger@example.org", "as": f"{what}:{world.teams[team]}"}
    assert office.post(f"{here}/people", form, page=here).status_code == 302
    assert {str(grant.role) for grant in world.actor("stranger").grants} == {role}


def test_an_address_without_an_account_is_said_so(office, world):
    here = f"/admin/cohorts/{world.cohort}"
    answer = office.post(f"{here}/people", {"email": "nobody@example.org", "as": "facilitator"}, page=here)
    assert answer.status_code == 422
    assert "Zu dieser Adresse gibt es kein Konto." in answer.text
    assert 'value="nobody@example.org"' in answer.text


def test_an_invitation_takes_an_empty_seat_and_gives_it_back_when_withdrawn(office, world):
    here = f"/admin/cohorts/{world.cohort}"
    invited = {
        "role": "participant",
        "team": world.teams["ahlen"],
        "email": "neu@example.org",
        "name": "Ahlen · Sport",
    }
    world.ask("administrator", "invitation.send", "house", invited)
    page = office.get(here).text
    assert page.count("leerer Platz") == 1
    assert "neu@example.org" in page
    withdraw = re.search(r'action="(/admin/invitations/[^"]+/withdraw)"', page)[1]
    assert office.post(withdraw, page=here).status_code == 302
    assert office.get(here).text.count("leerer Platz") == 2


def test_what_a_cohort_page_leads_to_is_there(office, world):
    page = office.get(f"/admin/cohorts/{world.cohort}").text
    links = set(re.findall(r'href="(/admin/cohorts/[^"]+/(?:invite|succeed)[^"]*)"', page))
    assert len(links) == 5
    assert {office.get(link.replace("&amp;", "&")).status_code for link in links} == {200}
