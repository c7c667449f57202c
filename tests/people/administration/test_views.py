"""The overview: is everybody on board, and what keeps somebody from coming?"""

from datetime import timedelta

import pytest
from sqlalchemy import update

from foundation import clock as house_clock
from people.accounts.models import Person
from people.cohorts.models import Cohort
from people.invitations.models import Invitation


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
    assert 'href="/admin/cohorts/new"' in page


@pytest.fixture
def running(world):
    """The cohort goes on for another year."""
    with world.door.database.transaction() as connection:
        ends_on = house_clock.now().date() + timedelta(days=365)
        connection.execute(update(Cohort).values(ends_on=ends_on))
    return f"/admin/cohorts/{world.cohort}"


def invite(world, *emails):
    for email in emails:
        body = {"email": f"{email}@example.org", "name": f"{email} · Neu", "role": "participant"}
        team = world.teams["ahlen" if email == "bounced" else "menden"]
        world.ask("administrator", "invitation.send", "house", {**body, "team": team})


def test_what_keeps_somebody_from_coming_stands_on_the_overview(office, world, running, database):
    page = office.get("/admin").text
    assert "Was noch im Weg steht" not in page
    assert f'href="{running}/invite"' in page
    assert f'href="{running}/invite?team={world.teams["menden"]}"' in page
    invite(world, "bounced", "late")
    now = house_clock.now()
    with database.transaction() as connection:
        for email, values in (
            ("bounced", {"bounced_at": now}),
            ("late", {"invited_at": now - timedelta(days=25)}),
        ):
            connection.execute(
                update(Invitation).where(Invitation.email == f"{email}@example.org").values(**values)
            )
        connection.execute(update(Person).where(Person.name == "Coach").values(bounced_at=now))
    page = office.get("/admin").text
    assert [
        words in page
        for words in (
            "die nicht ankamen",
            "bald abläuft",
            "deren Link abgelaufen ist",
            "deren E-Mail zurückkommt",
        )
    ] == [True, True, False, True]
    assert "Plätze: 4, davon 2 besetzt, 2 eingeladen und 0 leer." in page
    assert f'/admin/people/{world.people["coach"]}"' in page
    house_clock.move(timedelta(days=6))
    assert "deren Link abgelaufen ist" in world_office(world, office)


def world_office(world, office):
    """The session of the office has ended meanwhile."""
    world.open_session("administrator", token="later")
    office.sign_in("administrator")
    return office.get("/admin").text


def test_more_of_everything_is_no_more_queries_on_the_overview(office, world, running, queries_of):
    before = queries_of(lambda: office.get("/admin"))
    for number in range(3):
        body = {"name": f"Durchgang {number}", "starts_on": "2016-09-01", "ends_on": "2099-12-31"}
        cohort = world.ask("administrator", "cohort.create", "house", body).result["cohort"]
        team = {"organisation": world.organisation, "name": "Beckum"}
        world.ask("administrator", "team.create", f"cohort/{cohort}", team)
    invite(world, "bounced", "late")
    assert queries_of(lambda: office.get("/admin")) == before
