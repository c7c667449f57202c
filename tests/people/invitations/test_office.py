"""The office's pages: to invite, to send once more, to withdraw, to pass a seat on."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from foundation import clock as house_clock
from foundation.errors import Code, Refusal
from people.cohorts.models import Seat
from people.invitations import queries
from people.invitations.models import Invitation

NEW = {"name": "Ahlen · Neu", "email": "neu@example.org", "language": "de"}


@pytest.fixture
def office(browser):
    browser.sign_in("administrator")
    return browser


@pytest.fixture
def cohort(world):
    return f"/admin/cohorts/{world.cohort}"


@pytest.fixture
def seat(database):
    with database.reading() as connection:
        return connection.execute(select(Seat.public_id).order_by(Seat.id)).scalars().first()


def fields(answer):
    assert answer.status_code == 422
    return re.findall(r'href="#field-(\w+)"', answer.text)


def test_the_office_invites_to_a_team(office, desk, cohort, world):
    page = office.get(f"{cohort}/invite?team={world.teams['menden']}").text
    assert f'<option value="{world.teams["menden"]}" selected>Menden</option>' in page
    sent = office.post(
        f"{cohort}/invite", {**NEW, "role": "participant", "team": world.teams["menden"], "language": "en"}
    )
    assert (sent.status_code, sent.location) == (302, cohort)
    (entry,) = desk.waiting()
    assert (entry.name, entry.email, entry.team_name) == (NEW["name"], NEW["email"], "Menden")
    assert [language for _, language, _ in desk.mails()] == ["en"]
    assert "Die Einladung an Ahlen · Neu ist unterwegs." in office.get("/profile").text


def test_the_office_invites_somebody_to_facilitate(office, desk, cohort):
    here = f"{cohort}/invite?role=facilitator"
    assert 'name="team"' not in office.get(here).text
    office.post(f"{cohort}/invite", {**NEW, "role": "facilitator"}, page=here)
    assert [entry.role for entry in desk.waiting()] == ["facilitator"]


def test_the_office_invites_a_guest_to_a_workshop_that_is_not_over(office, desk, cohort, world, database):
    here = f"{cohort}/invite?role=expert"
    assert "Noch kein Treffen" in office.get(here).text
    made = [
        world.ask(
            "facilitator",
            "workshop.create",
            f"cohort/{world.cohort}",
            {"starts_at": house_clock.now() + timedelta(days=days), "place": "Siegburg", "minutes": 240},
        ).result["workshop"]
        for days in (-9, 9)
    ]
    page = office.get(here).text
    assert re.findall(r'<option value="workshop/(\w+)"', page) == made[1:]
    assert "Werkstatt-Treffen, " in page
    guest = {**NEW, "role": "expert", "place": f"workshop/{made[1]}"}
    assert fields(office.post(f"{cohort}/invite", guest, page=here)) == ["valid_until"]
    assert fields(office.post(f"{cohort}/invite", {**guest, "valid_until": "bald"}, page=here)) == [
        "valid_until"
    ]
    stay = {"valid_from": "2098-11-30T09:00", "valid_until": "2098-11-30T18:00"}
    office.post(f"{cohort}/invite", {**guest, **stay}, page=here)
    assert [entry.place for entry in desk.waiting()] == [f"workshop/{made[1]}"]
    with database.reading() as connection:
        held = connection.execute(select(Invitation.valid_from, Invitation.valid_until)).one()
    assert tuple(held) == (datetime(2098, 11, 30, 8, tzinfo=UTC), datetime(2098, 11, 30, 17, tzinfo=UTC))


def test_the_page_of_a_cohort_names_the_guests_of_its_workshops(office, cohort, world):
    starts_at = house_clock.now() + timedelta(days=9)
    body = {"starts_at": starts_at, "place": "Siegburg", "minutes": 240}
    workshop = world.ask("facilitator", "workshop.create", f"cohort/{world.cohort}", body).result["workshop"]
    guest = {"person": world.people["stranger"], "role": "expert", "place": f"workshop/{workshop}"}
    world.ask("administrator", "role.grant", "house", guest)
    page = office.get(cohort).text
    assert re.search(
        rf'{world.people["stranger"]}">[^<]+</a>, Gast: 1\. Werkstatt-Treffen, .+, Siegburg', page
    )


def test_the_office_invites_into_the_office_and_the_network(office, world, database):
    for role in ("administrator", "network"):
        sent = office.post("/admin/invite", {**NEW, "email": f"{role}@example.net", "role": role})
        assert sent.location == "/admin"
    with database.reading() as connection:
        found = [entry.role for entry in queries.open_everywhere(connection) if entry.cohort is None]
        assert (found, list(queries.open_in(connection, world.cohort))) == (["administrator", "network"], [])


def test_a_role_that_is_not_given_here_is_none(office, cohort, desk):
    assert fields(office.post(f"{cohort}/invite", {**NEW, "role": "administrator"})) == ["team"]
    assert desk.rows() == []


def test_what_is_wrong_stands_at_its_field_and_the_input_stays(office, desk, cohort, world):
    for given, wrong in (
        ({"email": "niemand"}, ["email"]),
        ({"email": "", "name": "", "team": ""}, ["name", "email", "team"]),
        ({"email": "menden@example.org"}, ["email"]),
    ):
        form = {**NEW, "role": "participant", "team": world.teams["ahlen"], **given}
        answer = office.post(f"{cohort}/invite", form)
        assert fields(answer) == wrong
        for name in ("name", "email"):
            assert f'value="{form[name]}"' in answer.text
    assert desk.rows() == []


def test_a_form_sent_twice_invites_once(office, desk, cohort, world):
    page = office.get(f"{cohort}/invite").text
    once = re.search(r'name="command_id" value="([^"]+)"', page)[1]
    form = {**NEW, "role": "participant", "team": world.teams["ahlen"], "command_id": once}
    assert [office.post(f"{cohort}/invite", form).status_code for _ in range(2)] == [302, 302]
    assert len(desk.rows()) == 1


def test_to_the_programme_administration_invites_who_has_shown_who_they_are(office, desk, clock):
    form = {**NEW, "role": "administrator"}
    clock.move(minutes=11)
    assert office.get("/admin/invite?role=administrator").location.startswith("/confirm?next=")
    assert office.post("/admin/invite", form, page="/admin/invite").location.startswith("/confirm?next=")
    assert desk.rows() == []
    body = {"role": "administrator", "email": "neu@example.org"}
    with pytest.raises(Refusal) as refused:
        desk.invite(**body)
    assert refused.value.code is Code.CLOSED


def test_a_seat_is_offered_from_one_day_until_another(office, desk, cohort, world, database):
    here = f"{cohort}/invite"
    seat = {**NEW, "role": "participant", "team": world.teams["ahlen"]}
    for impossible in ("2016-01-01", "9999-12-31", "0001-01-01T00:00"):
        assert fields(office.post(here, {**seat, "valid_until": impossible})) == ["valid_until"]
    office.post(here, {**seat, "valid_from": "2098-01-01", "valid_until": "2098-06-30"})
    with database.reading() as connection:
        held = connection.execute(select(Invitation.valid_from, Invitation.valid_until)).one()
    assert tuple(held) == (datetime(2097, 12, 31, 23, tzinfo=UTC), datetime(2098, 6, 30, 22, tzinfo=UTC))
    page = office.get(cohort).text
    assert "Beginnt am 01.01.2098. Endet am 30.06.2098." in page


def test_an_invitation_is_sent_again_from_its_button(office, desk, cohort):
    invitation = desk.invite()
    before = desk.mails()
    sent = office.post(f"/admin/invitations/{invitation}/resend", page="/profile")
    assert sent.location == cohort
    assert (len(desk.mails()), desk.mails() == before) == (1, False)
    assert "Der frühere Link gilt nicht mehr." in office.get("/profile").text


def test_the_address_is_corrected_on_a_page(office, desk, cohort):
    invitation = desk.invite("nue@example.org")
    here = f"/admin/invitations/{invitation}/resend"
    assert 'value="nue@example.org"' in office.get(here).text
    for wrong in ("menden@example.org", ""):
        assert fields(office.post(here, {"email": wrong})) == ["email"]
    assert office.post(here, {"email": "neu@example.org"}).location == cohort
    assert [entry.email for entry in desk.waiting()] == ["neu@example.org"]


def test_an_invitation_is_withdrawn_from_its_button(office, desk, cohort):
    invitation = desk.invite()
    for words in ("Die Einladung ist zurückgezogen.", "schon angenommen oder zurückgezogen"):
        sent = office.post(f"/admin/invitations/{invitation}/withdraw", page="/profile")
        assert sent.location == cohort
        assert words in office.get("/profile").text
    assert office.get(f"/admin/invitations/{invitation}/resend").status_code == 404


def test_a_seat_is_passed_on_and_the_page_says_what_happens(office, desk, cohort, world, seat):
    here = f"{cohort}/seats/{seat}/succeed"
    page = office.get(here).text
    assert "Ahlen · Engagementförderung kommt ab sofort nicht mehr an diesen Durchgang" in page
    assert "bleibt beim Team" in page
    assert fields(office.post(here, {**NEW, "email": "ahlen@example.org"})) == ["email"]
    assert office.post(here, NEW).location == cohort
    assert [entry.email for entry in desk.waiting()] == ["neu@example.org"]
    assert world.actor("ahlen").grants == frozenset()
    second = office.post(here, {**NEW, "email": "zweite@example.org"}, page="/profile")
    assert [second.location, office.get(here).location] == [cohort] * 2
    assert "ist schon beendet oder weitergegeben" in office.get(cohort).text
    assert [entry.email for entry in desk.waiting()] == ["neu@example.org"]


def test_for_others_there_are_no_such_pages(browser, desk, cohort, seat):
    invitation = desk.invite()
    browser.sign_in("facilitator")
    pages = (
        f"{cohort}/invite", "/admin/invite", f"/admin/invitations/{invitation}/resend",
        f"/admin/invitations/{invitation}/withdraw", f"{cohort}/seats/{seat}/succeed",
    )  # fmt: skip
    assert [browser.get(page).status_code for page in pages] == [404] * 5
    assert [browser.post(page, NEW, page="/profile").status_code for page in pages] == [404] * 5
    assert len(desk.mails()) == 1


def test_what_is_not_there_is_not_found(office, world, cohort):
    nothing = "0" * 16
    for page in (
        f"/admin/cohorts/{nothing}/invite",
        f"/admin/invitations/{nothing}/resend",
        f"{cohort}/seats/{nothing}/succeed",
    ):
        assert office.get(page).status_code == 404
        assert office.post(page, NEW, page="/profile").status_code == 404


def test_another_address_for_the_office_is_typed_only_after_one_has_shown_who_one_is(office, desk, clock):
    here = f"/admin/invitations/{desk.invite(role='administrator')}/resend"
    shown = office.get(here)
    clock.move(minutes=11)
    asked = [office.get(here), office.post(here, {"email": "fremd@example.org"}, page="/profile")]
    assert shown.status_code == 200
    assert [answer.location for answer in asked] == [f"/confirm?{urlencode({'next': here})}"] * 2
    assert [row.email for row in desk.rows()] == ["neu@example.org"]


def test_whose_seat_it_was_is_not_named_once_they_are_erased(office, cohort, seat, world):
    world.ask("administrator", "person.erase", world.place("ahlen"), {"sure": True})
    office.get(f"{cohort}/seats/{seat}/succeed")
    assert "Der Platz von ehemaliges Mitglied ist schon beendet" in office.get(cohort).text
