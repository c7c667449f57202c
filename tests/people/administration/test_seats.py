"""The office's pages below a cohort: one team, and one seat with its days."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from foundation import clock as house_clock
from people.cohorts.models import Seat


def seat_of(world, office, name="Ahlen · Engagementförderung"):
    """The page of the seat, by the link beside the person's name."""
    page = office.get(f"/admin/cohorts/{world.cohort}").text
    return re.search(rf'href="([^"]+/seats/\w+)">Ändern oder beenden<span[^>]*>: {name}', page)[1]


def test_a_seat_gets_a_last_day_and_loses_it_again(office, world, database):
    here = seat_of(world, office)
    last = house_clock.first_day(house_clock.now()) + timedelta(days=30)
    assert office.post(here, {"valid_until": last.isoformat()}).status_code == 302
    with database.reading() as connection:
        seat = select(Seat.valid_until).where(Seat.public_id == here.rpartition("/")[2])
        assert connection.execute(seat).scalar_one() == house_clock.ends(last)
    page = office.get(f"/admin/cohorts/{world.cohort}").text
    assert "dabei, mit Ende" in page
    assert seat_of(world, office) == here
    assert f'value="{last.isoformat()}"' in office.get(here).text
    office.post(here, {"valid_until": ""})
    assert "dabei, mit Ende" not in office.get(f"/admin/cohorts/{world.cohort}").text


def test_a_last_day_that_is_over_comes_back_with_what_was_typed(office, world):
    here = seat_of(world, office)
    answer = office.post(here, {"valid_until": "2016-01-01"})
    assert (answer.status_code, 'value="2016-01-01"' in answer.text) == (422, True)
    assert office.get(f"{here}0").status_code == 404


def test_a_team_is_renamed_and_one_with_people_in_it_is_not_removed(office, world):
    here = f"/admin/cohorts/{world.cohort}/teams/{world.teams['menden']}"
    assert office.post(here, {"organisation": world.organisation, "name": "Ahlen"}).status_code == 422
    assert office.post(here, {"organisation": world.organisation, "name": "Menden, neu"}).status_code == 302
    refused = office.post(f"{here}/remove", page=here)
    assert (refused.status_code, "Dieses Team bleibt" in refused.text) == (409, True)
    assert "Menden, neu" in office.get(f"/admin/cohorts/{world.cohort}").text


def test_a_team_that_nobody_came_to_is_removed(office, world):
    cohort = f"/admin/cohorts/{world.cohort}"
    body = {"organisation": world.organisation, "name": "Beckum"}
    team = world.ask("administrator", "team.create", f"cohort/{world.cohort}", body).result["team"]
    assert office.post(f"{cohort}/teams/{team}/remove", page=f"{cohort}/teams/{team}").status_code == 302
    assert office.get(f"{cohort}/teams/{team}").status_code == 404


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01T00:00"])
def test_a_day_beyond_the_calendar_is_refused_in_its_field(office, world, day):
    answer = office.post(seat_of(world, office), {"valid_until": day})
    assert answer.status_code == 422
    assert 'href="#field-valid_until"' in answer.text
