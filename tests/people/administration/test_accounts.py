"""The office's pages of accounts: found, looked at, with seats and roles."""

import re
from datetime import timedelta

from sqlalchemy import insert, select, update

from foundation import clock as house_clock
from foundation import jobs
from foundation.policy import Role
from people.accounts.models import Person
from people.cohorts.models import Cohort
from people.cohorts.queries import grants
from people.factors.models import OneTimeCode

PASSWORD = "vier Worte reichen gut"


def test_accounts_are_found_by_name_by_address_and_by_town(office):
    by_name = office.get("/admin/people?search=stadtteil").text
    assert "ahlen_2@example.org" in by_name
    assert "menden@example.org" not in by_name
    assert "Menden · Ehrenamt" in office.get("/admin/people?search=menden@").text
    by_town = office.get("/admin/people?search=Ahlen").text
    assert "menden@example.org" in by_town
    assert "facilitator@example.org" not in by_town
    assert "Kein Konto gefunden" in office.get("/admin/people?search=100%25").text


def test_a_role_is_ended_on_the_page_of_the_account(office, world):
    here = f"/admin/people/{world.people['coach']}"
    role = re.search(rf'href="({here}/roles/\w+)"', office.get(here).text)[1]
    last = house_clock.first_day(house_clock.now()) + timedelta(days=30)
    assert office.post(role, {"valid_until": "2016-01-01"}).status_code == 422
    assert office.post(role, {"valid_until": last.isoformat()}).status_code == 302
    assert f'value="{last.isoformat()}"' in office.get(role).text
    office.post(f"{role}/end", page=role)
    assert "Die Rolle ist beendet." in office.get(here).text
    assert office.get(role).status_code == 404
    assert not world.actor("coach").grants


def test_the_last_administrator_stays_one(office, world):
    here = f"/admin/people/{world.people['administrator']}"
    assert f'href="{here}/administrator"' in office.get(here).text
    assert office.post(f"{here}/administrator").status_code == 409
    assert office.get("/admin").status_code == 200


def test_a_role_is_given_from_a_day_on_and_begins_by_itself(office, world, clock, door):
    person = world.people["stranger"]
    here = f"/admin/people/{person}/roles"
    assert "Nichts zur Auswahl" in office.get(f"{here}?role=facilitator").text
    with world.door.database.transaction() as connection:
        connection.execute(update(Cohort).values(ends_on=house_clock.now().date() + timedelta(days=365)))
    missing = office.post(here, {"role": "coach", "team": ""})
    assert (missing.status_code, "Bitte wählen Sie ein Team aus." in missing.text) == (422, True)
    first = house_clock.first_day(house_clock.now()) + timedelta(days=1)
    form = {"role": "coach", "team": world.teams["menden"], "valid_from": first.isoformat()}
    assert office.post(here, form, page=f"{here}?role=coach").status_code == 302
    assert "beginnt später" in office.get(f"/admin/people/{person}").text
    told = len(world.events(world.place("stranger")))
    clock.move(days=2)
    jobs.carry_out_due(door)
    assert world.events(world.place("stranger"))[told:] == [("rights.changed", "{}")]
    world.open_session("stranger", token="later")
    with door.database.reading() as connection:
        held = grants(connection, [row_of(connection, person)])
    assert {(grant.role, grant.scope) for found in held.values() for grant in found} == {
        (Role.COACH, f"team/{world.teams['menden']}"),
        (Role.COACH, f"cohort/{world.cohort}"),
    }


def row_of(connection, person):
    return connection.execute(select(Person.id).where(Person.public_id == person)).scalar_one()


def test_a_guest_gets_an_end_and_the_network_needs_nothing(office, world):
    with world.door.database.transaction() as connection:
        connection.execute(update(Cohort).values(ends_on=house_clock.now().date() + timedelta(days=365)))
    meeting = {"starts_at": house_clock.now() + timedelta(days=9), "place": "Siegburg", "minutes": 240}
    made = world.ask("facilitator", "workshop.create", f"cohort/{world.cohort}", meeting).result["workshop"]
    here = f"/admin/people/{world.people['stranger']}/roles"
    form = {"role": "expert", "place": f"workshop/{made}"}
    missing = office.post(here, form)
    assert (missing.status_code, "wann der Besuch endet" in missing.text) == (422, True)
    assert office.post(here, {**form, "valid_until": "2099-01-01T18:00"}).status_code == 302
    assert office.post(here, {"role": "network"}).status_code == 302
    assert {str(grant.role) for grant in world.actor("stranger").grants} == {"expert", "network"}


def test_an_administrator_is_made_and_ended_by_who_has_shown_who_they_are(office, world, clock, database):
    here = f"/admin/people/{world.people['stranger']}/administrator"
    clock.move(minutes=11)
    assert office.get(here).location == "/confirm?next=" + here.replace("/", "%2F")
    body = {"person": world.people["stranger"], "role": "administrator"}
    assert world.refused("administrator", "role.grant", "house", body) == "closed"
    office.post("/confirm", {"password": PASSWORD, "next": here}, page=f"/confirm?next={here}")
    assert office.post(here).status_code == 302
    with database.reading() as connection:
        held = grants(connection, [row_of(connection, world.people["stranger"])])
    assert [grant.role for found in held.values() for grant in found] == [Role.ADMINISTRATOR]
    assert office.post(here).status_code == 302
    own = f"/admin/people/{world.people['administrator']}/administrator"
    last = office.post(own)
    assert (last.status_code, "Das ist die letzte Person der Programmverwaltung" in last.text) == (409, True)


def test_an_account_is_locked_signed_out_and_unlocked_on_its_page(office, another_browser, world):
    another_browser.sign_in("ahlen")
    here = f"/admin/people/{world.people['ahlen']}"
    office.post(f"{here}/sign-out", page=here)
    assert another_browser.get("/profile").status_code == 302
    office.post(f"{here}/lock", page=here)
    page = office.get(here).text
    assert "Das Konto ist gesperrt, und alle Sitzungen sind beendet." in page
    assert [action in page for action in (f"{here}/unlock", f"{here}/lock")] == [True, False]
    office.post(f"{here}/unlock", page=here)
    assert another_browser.sign_in("ahlen").status_code == 302
    own = office.get(f"/admin/people/{world.people['administrator']}").text
    assert "/lock" not in own


def test_before_an_administrator_is_locked_the_page_asks_who_one_is(office, world, clock):
    body = {"person": world.people["stranger"], "role": "administrator"}
    world.ask("administrator", "role.grant", "house", body)
    here = f"/admin/people/{world.people['stranger']}"
    clock.move(minutes=11)
    assert office.post(f"{here}/lock", page=here).location == "/confirm?next=" + here.replace("/", "%2F")
    office.post("/confirm", {"password": PASSWORD, "next": here}, page=f"/confirm?next={here}")
    assert office.post(f"{here}/lock", page=here).location == here
    assert world.actor("stranger") is None


def test_whether_there_is_a_second_factor_is_said_and_nothing_more(office, world, database):
    here = f"/admin/people/{world.people['ahlen']}"
    assert "nicht eingerichtet" in office.get(here).text
    with database.transaction() as connection:
        row = row_of(connection, world.people["ahlen"])
        now = house_clock.now()
        codes = {"secret": "sealed", "made_at": now, "confirmed_at": now, "last_step": 1}
        connection.execute(insert(OneTimeCode).values(person_id=row, **codes))
    page = office.get(here).text
    assert "nicht eingerichtet" not in page
    assert "eingerichtet" in page
