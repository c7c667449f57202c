"""The office's pages of cohorts: made, changed, and who sits where."""

import re
from datetime import timedelta

import pytest

from foundation import clock as house_clock

NEW = "/admin/cohorts/new"
DAYS = {"starts_on": "2027-09-01", "ends_on": "2028-12-31", "seats_per_team": "3"}


def test_a_cohort_and_its_team_are_made_and_the_seats_counted(office, world):
    made = office.post(NEW, {"name": "Durchgang 2027/28", **DAYS})
    assert made.status_code == 302
    added = office.post(
        f"{made.location}/teams", {"organisation": world.organisation, "name": "Ahlen"}, page=made.location
    )
    assert added.status_code == 302
    assert "Plätze: 3, davon 0 besetzt, 0 eingeladen und 3 leer." in office.get("/admin").text


def test_a_cohort_that_ends_before_it_begins_comes_back_with_what_was_typed(office):
    answer = office.post(NEW, {"name": "Verkehrt", **DAYS, "ends_on": "2026-01-01"})
    assert answer.status_code == 422
    assert "Der letzte Tag liegt vor dem ersten." in answer.text
    assert 'value="Verkehrt"' in answer.text


@pytest.mark.parametrize(("field", "day"), [("starts_on", "0001-01-01"), ("ends_on", "9999-12-31")])
def test_a_cohort_has_days_that_can_be_kept(office, field, day):
    answer = office.post(NEW, {"name": "Von je her", **DAYS, field: day})
    assert answer.status_code == 422
    assert "Diese Angabe ist nicht gültig." in answer.text


def test_the_cohort_shows_who_sits_where_and_what_is_empty(office, world):
    page = office.get(f"/admin/cohorts/{world.cohort}").text
    assert "Ahlen · Engagementförderung" in page
    assert page.count("leerer Platz") == 2
    assert "Moderation" in page


def test_an_ended_seat_is_empty_and_stands_among_the_past_ones(office, world):
    here = f"/admin/cohorts/{world.cohort}"
    seat = re.search(rf'href="({here}/seats/[0-9a-z]+)"', office.get(here).text)[1]
    assert office.post(f"{seat}/end", page=seat).status_code == 302
    page = office.get(here).text
    assert "Der Platz ist beendet." in page
    assert page.count("leerer Platz") == 3
    assert "Frühere Plätze" in page


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
    nobody = office.post(f"{here}/people", {"email": " ", "as": "facilitator"}, page=here)
    assert "Bitte geben Sie eine E-Mail-Adresse an" in nobody.text


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


def test_a_cohort_is_changed_on_its_page_and_takes_no_less_than_it_has(office, world):
    here = f"/admin/cohorts/{world.cohort}/change"
    form = {"name": "Umbenannt", "starts_on": "2015-09-01", "ends_on": "2017-12-31", "seats_per_team": "2"}
    answer = office.post(here, {**form, "places_teams": "1", "places_people": "9"})
    assert (answer.status_code, "Es gibt schon 2 Teams." in answer.text) == (422, True)
    assert 'value="Umbenannt"' in answer.text
    assert office.post(here, {**form, "places_teams": "2", "places_people": ""}).status_code == 302
    page = office.get(here).text
    assert 'value="Umbenannt"' in page
    assert re.search(r'name="places_teams"[^>]+value="2"', page)
    assert "2 von 2" in office.get(f"/admin/cohorts/{world.cohort}").text


def test_who_has_an_account_gets_a_seat_from_a_day_on(office, world, clock):
    here = f"/admin/cohorts/{world.cohort}"
    first = house_clock.first_day(house_clock.now()) + timedelta(days=3)
    form = {"email": "stranger@example.org", "as": f"seat:{world.teams['ahlen']}"}
    days = {"valid_from": first.isoformat(), "valid_until": (first + timedelta(days=9)).isoformat()}
    wrong = office.post(f"{here}/people", {**form, **days, "valid_until": "2016-01-01"}, page=here)
    assert (wrong.status_code, "Das Ende liegt vor dem Anfang." in wrong.text) == (422, True)
    office.post(f"{here}/people", {**form, **days}, page=here)
    assert not world.actor("stranger").grants
    page = office.get(here).text
    assert "beginnt später" in page
    assert page.count("leerer Platz") == 1
