"""What becomes of an invitation when it is accepted: a person, a seat or a role, once."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from tests.people.conftest import HASH

from foundation import clock as house_clock
from foundation import jobs, policy
from foundation.errors import Code, Refusal
from foundation.policy import Grant, Role
from people.accounts.models import Person
from people.cohorts.models import Seat
from people.identities.models import Identity
from people.sign_in.policy import DOOR


def soon(**by):
    return house_clock.now() + timedelta(**by)


@pytest.fixture
def accept(world, desk):
    """Accept as the page does, which has seen the link; returns what was made."""

    def accept(invitation, *, link=None, **body):
        body = body or {"hash": HASH}
        asked = {"link": link or desk.link(invitation), **body}
        return world.ask(DOOR, "invitation.accept", "house", asked).result

    return accept


def grants(world, person):
    """What the person may, by public id."""
    world.people["new"] = person
    world.sessions.pop("new", None)
    world.open_session("new", token=str(house_clock.now()))
    return world.actor("new").grants


def person(database, public_id):
    with database.reading() as connection:
        return connection.execute(select(Person).where(Person.public_id == public_id)).one()


def count(database, table):
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def refused(accept, invitation, **body):
    with pytest.raises(Refusal) as no:
        accept(invitation, **body)
    return no.value.code


def test_a_stranger_becomes_a_person_with_a_seat(world, desk, accept, database):
    invitation = desk.invite(language="en")
    made = accept(invitation, hash=HASH, name="Ahlen · Neues Amt")
    row = person(database, made["person"])
    assert (row.email, row.name, row.language, row.password_hash) == (
        "neu@example.org", "Ahlen · Neues Amt", "en", HASH,
    )  # fmt: skip
    assert grants(world, made["person"]) == {
        Grant(Role.PARTICIPANT, f"team/{world.teams['ahlen']}"),
        Grant(Role.PARTICIPANT, f"cohort/{world.cohort}"),
    }
    (noted,) = desk.rows()
    assert (noted.person_id, noted.accepted_at is not None) == (row.id, True)
    assert list(desk.waiting()) == []


def test_whoever_follows_the_cohort_sees_them_come(world, desk, accept):
    invitation = desk.invite()
    drawn, state = world.followed(f"cohort/{world.cohort}", lambda: accept(invitation))
    assert drawn == state
    assert [member["name"] for member in state["teams"][0]["members"]] == [
        "Ahlen · Engagementförderung", "Ahlen · Neu",
    ]  # fmt: skip


def test_who_has_an_account_gets_the_seat_and_is_told(world, desk, accept, database):
    invitation, people = desk.invite("stranger@example.org"), count(database, Person)
    told, version = len(world.events(world.place("stranger"))), world.acl(f"cohort/{world.cohort}")
    accept(invitation, person=world.people["stranger"])
    assert world.events(world.place("stranger"))[told:] == [("rights.changed", "{}")]
    assert world.acl(f"cohort/{world.cohort}") == version + 1
    assert world.actor("stranger").holds(Role.PARTICIPANT, f"team/{world.teams['ahlen']}")
    assert count(database, Person) == people


def test_a_role_is_granted_with_its_scope(world, desk, accept):
    for role, scope, at in (
        ("coach", {"team": world.teams["menden"]}, f"team/{world.teams['menden']}"),
        ("facilitator", {"cohort": world.cohort}, f"cohort/{world.cohort}"),
        ("administrator", {}, "house"),
        ("network", {}, "house"),
    ):
        made = accept(desk.invite(f"{role}@example.net", role=role, **scope))
        assert Grant(Role(role), at) in grants(world, made["person"])


def test_a_guest_gets_to_the_workshop_and_no_further(world, desk, accept):
    meeting = {"starts_at": soon(days=9), "place": "Siegburg", "minutes": 240}
    made = world.ask("facilitator", "workshop.create", f"cohort/{world.cohort}", meeting).result["workshop"]
    guest = accept(desk.invite(role="expert", place=f"workshop/{made}"))["person"]
    assert grants(world, guest) == {Grant(Role.EXPERT, f"workshop/{made}")}


def test_a_link_is_used_once(desk, accept, database):
    invitation = desk.invite()
    link = desk.link(invitation)
    accept(invitation, link=link)
    people = count(database, Person)
    assert refused(accept, invitation, link=link, hash=HASH) is Code.CLOSED
    assert count(database, Person) == people


def test_two_at_once_make_one_person(desk, accept, database):
    invitation = desk.invite()
    link, before = desk.link(invitation), (count(database, Person), count(database, Seat))
    together, outcomes = threading.Barrier(2), []

    def go():
        together.wait()
        try:
            outcomes.append(accept(invitation, link=link)["person"])
        except Refusal as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([outcome for outcome in outcomes if outcome is Code.CLOSED]) == 1
    assert (count(database, Person), count(database, Seat)) == (before[0] + 1, before[1] + 1)


def test_links_that_are_replaced_withdrawn_or_too_old_open_nothing(world, desk, accept, clock):
    replaced = desk.invite()
    old = desk.link(replaced)
    desk.resend(replaced)
    withdrawn = desk.invite("weg@example.org", team=world.teams["menden"])
    gone = desk.link(withdrawn)
    desk.withdraw(withdrawn)
    codes = [refused(accept, None, link=link, hash=HASH) for link in (old, gone, "0" * 16)]
    clock.move(days=30, seconds=1)
    codes.append(refused(accept, replaced, hash=HASH))
    assert codes == [Code.CLOSED] * 4


def test_an_invitation_belongs_to_its_address(world, desk, accept):
    invitation = desk.invite("stranger@example.org")
    assert refused(accept, invitation, person=world.people["coach"]) is Code.NOT_FOUND
    accept(invitation, person=world.people["stranger"])


def test_no_second_account_comes_to_be_for_an_address(world, desk, accept):
    invitation = desk.invite("stranger@example.org")
    assert refused(accept, invitation, hash=HASH) is Code.INVALID
    accept(invitation, person=world.people["stranger"])


def test_who_is_locked_out_does_not_come_in_by_a_link(world, desk, accept, database):
    invitation = desk.invite("stranger@example.org")
    with database.transaction() as connection:
        connection.execute(update(Person).values(locked_at=house_clock.now()))
    assert refused(accept, invitation, person=world.people["stranger"]) is Code.NOT_FOUND


def test_an_account_needs_a_way_in(desk, accept):
    invitation = desk.invite()
    assert refused(accept, invitation, name="Ohne alles") is Code.INVALID
    assert refused(accept, invitation, hash="kein Hash") is Code.INVALID
    assert refused(accept, invitation, issuer="https://anmeldung.example.org") is Code.INVALID


def test_with_a_sign_in_service_there_is_no_password(desk, accept, database):
    made = accept(desk.invite(), issuer="https://anmeldung.example.org", subject="4711")
    row = person(database, made["person"])
    with database.reading() as connection:
        known = connection.execute(select(Identity.person_id, Identity.subject)).all()
    assert (row.password_hash, known) == (None, [(row.id, "4711")])


def test_an_account_at_the_service_that_is_somebodys_else_changes_nothing(world, desk, accept, database):
    there = {"issuer": "https://anmeldung.example.org", "subject": "4711"}
    accept(desk.invite(), **there)
    second, people = desk.invite("zwei@example.org", team=world.teams["menden"]), count(database, Person)
    assert refused(accept, second, **there) is Code.CONFLICT
    assert count(database, Person) == people
    accept(second)


def test_what_is_no_longer_there_is_said_and_the_link_stays_good(world, desk, accept, database):
    invitation, people = desk.invite(), count(database, Person)
    desk.settle(seats_per_team=1)
    with pytest.raises(Refusal) as no:
        accept(invitation)
    assert (no.value.code, "anders vergeben" in no.value.message) == (Code.CONFLICT, True)
    assert count(database, Person) == people
    desk.settle(seats_per_team=2)
    accept(invitation)


def test_a_seat_that_is_offered_is_given_to_nobody_else(world, desk, accept):
    """Whoever is invited and gets a seat without the link counts once."""
    invitation = desk.invite("ahlen_2@example.org")
    body = {"team": world.teams["ahlen"], "person": world.people["stranger"]}
    cohort = f"cohort/{world.cohort}"
    assert world.refused("administrator", "seat.give", cohort, body) == "conflict"
    world.ask("administrator", "seat.give", cohort, {**body, "person": world.people["ahlen_2"]})
    assert world.refused("administrator", "seat.give", cohort, body) == "conflict"
    desk.withdraw(invitation)
    assert world.refused("administrator", "seat.give", cohort, body) == "conflict"


def test_a_seat_begins_when_it_was_said_to(world, desk, accept, clock, door):
    later = {"team": world.teams["ahlen"], "valid_from": soon(days=3), "valid_until": soon(days=5)}
    made = accept(desk.invite(**later))
    seen = [grants(world, made["person"]) != frozenset()]
    for days in (3.1, 2):
        clock.move(days=days)
        jobs.carry_out_due(door)
        seen.append(grants(world, made["person"]) != frozenset())
    assert seen == [False, True, False]


def test_a_time_that_has_passed_is_offered_no_more(world, desk, accept, clock):
    invitation = desk.invite(team=world.teams["ahlen"], valid_until=soon(days=2))
    clock.move(days=3)
    assert refused(accept, invitation, hash=HASH) is Code.CONFLICT


def test_nobody_but_the_door_says_that_somebody_came(world, desk):
    body = {"link": desk.link(desk.invite()), "hash": HASH}
    for who in ("ahlen", "administrator", "stranger", policy.system("seed")):
        assert world.refused(who, "invitation.accept", "house", body) == "not_found"
