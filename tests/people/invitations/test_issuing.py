"""What is looked at before somebody is invited, by the page and by lists from a spreadsheet alike."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from foundation import clock as house_clock
from foundation import policy
from foundation.errors import Code, Refusal
from foundation.policy import Role
from people.accounts.models import Person
from people.cohorts.models import Seat, Team


def wrong(desk, email="neu@example.org", **body):
    """The fields that are refused."""
    with pytest.raises(Refusal) as refused:
        desk.invite(email, **body)
    assert refused.value.code is Code.INVALID
    return set(refused.value.fields)


def soon(**by):
    return house_clock.now() + timedelta(**by)


def give(world, who, team, **dates):
    body = {"team": world.teams[team], "person": world.people[who], **dates}
    return world.ask("administrator", "seat.give", f"cohort/{world.cohort}", body).result["seat"]


def end(world, seat, **dates):
    world.ask("administrator", "seat.end", f"cohort/{world.cohort}", {"seat": seat, **dates})


def test_a_mail_goes_to_the_address_with_ids_only(desk):
    invitation = desk.invite(" Neu@Example.ORG ", language="en")
    assert desk.mails() == [
        ("neu@example.org", "en", {"link": desk.link(invitation), "invitation": invitation})
    ]


def test_nobody_is_made_before_they_come(desk, database):
    desk.invite()
    (row,) = desk.rows()
    assert (row.email, row.name, row.person_id, row.accepted_at) == (
        "neu@example.org",
        "Ahlen · Neu",
        None,
        None,
    )


def test_what_is_no_address_is_refused(desk):
    for email in ("ahlen", "a b@example.org", "zwei@example.org, drei@example.org", "@", " "):
        assert wrong(desk, email) == {"email"}


def test_a_team_takes_as_many_as_it_has_places_offers_included(desk):
    desk.invite()
    with pytest.raises(Refusal) as refused:
        desk.invite("noch@example.org")
    assert set(refused.value.fields) == {"team"}
    assert refused.value.fields["team"][1] == {"seats": 2}


def test_a_seat_to_come_counts_as_well(desk, world):
    give(world, "ahlen_2", "ahlen", valid_from=soon(days=10))
    assert wrong(desk) == {"team"}
    desk.invite(valid_until=soon(days=9), team=world.teams["ahlen"])


def test_a_withdrawn_offer_is_free_again(desk):
    desk.withdraw(desk.invite())
    desk.invite("noch@example.org")
    assert [entry.email for entry in desk.waiting()] == ["noch@example.org"]


def test_an_offer_that_ran_out_keeps_its_place_until_it_is_withdrawn(desk, clock):
    desk.invite()
    clock.move(days=31)
    assert [entry.expired for entry in desk.waiting()] == [True]
    with pytest.raises(Refusal) as refused:
        desk.invite("noch@example.org", asker=policy.system("office"))
    assert set(refused.value.fields) == {"team"}


def test_a_cohort_takes_as_many_people_as_it_has_places(desk, world):
    desk.settle(places_people=3)
    desk.invite(team=world.teams["menden"])
    assert wrong(desk, "noch@example.org") == {"team"}


def seats_of(world, team):
    query = select(Seat.public_id).join(Team, Team.id == Seat.team_id)
    with world.door.database.reading() as connection:
        return connection.execute(query.where(Team.public_id == world.teams[team])).scalars().all()


def test_a_cohort_takes_as_many_teams_as_it_has_places(desk, world, clock):
    """A team takes a place until its last seat is over; then another may come, and it does not come back."""
    desk.settle(places_teams=2)
    cohort, another = f"cohort/{world.cohort}", {"organisation": world.organisation, "name": "Senden"}
    assert world.refused("administrator", "team.create", cohort, another) == "conflict"
    seated = {"team": world.teams["ahlen"], "person": world.people["ahlen_2"]}
    world.ask("administrator", "seat.give", cohort, seated)
    for seat in seats_of(world, "menden"):
        world.ask("administrator", "seat.end", cohort, {"seat": seat})
    clock.move(seconds=1)
    third = world.ask("administrator", "team.create", cohort, another).result["team"]
    desk.invite(team=third)
    assert wrong(desk, "noch@example.org", team=world.teams["menden"]) == {"team"}
    desk.settle(places_teams=3)
    desk.invite("noch@example.org", team=world.teams["menden"])


def test_nobody_is_invited_to_the_same_twice(desk, world):
    desk.invite()
    assert wrong(desk) == {"email"}
    assert wrong(desk, " NEU@example.org", team=world.teams["menden"]) == {"email"}
    coach = {"role": "coach", "team": world.teams["menden"]}
    desk.invite(**coach)
    assert wrong(desk, **coach) == {"email"}
    desk.invite(role="coach", team=world.teams["ahlen"])


def test_who_has_a_seat_is_not_invited_to_another_one(desk, world):
    assert wrong(desk, "menden@example.org") == {"email"}


def test_who_had_a_seat_may_be_invited_again(desk, world):
    end(world, give(world, "ahlen_2", "ahlen"))
    desk.invite("ahlen_2@example.org")


def test_who_has_a_role_is_not_invited_to_it(desk, world):
    for who, body in (
        ("coach", {"role": "coach", "team": world.teams["ahlen"]}),
        ("facilitator", {"role": "facilitator", "cohort": world.cohort}),
        ("administrator", {"role": "administrator"}),
    ):
        assert wrong(desk, f"{who}@example.org", **body) == {"email"}
    desk.invite("coach@example.org", role="coach", team=world.teams["menden"])


def test_who_is_locked_out_is_not_invited(desk, world, database):
    with database.transaction() as connection:
        connection.execute(
            update(Person).where(Person.email == "stranger@example.org").values(locked_at=house_clock.now())
        )
    assert wrong(desk, "stranger@example.org") == {"email"}


def test_role_and_scope_fit_together(desk):
    for body, fields in (
        ({"role": "participant"}, {"team"}),
        ({"role": "coach"}, {"team"}),
        ({"role": "facilitator"}, {"cohort"}),
        ({"role": "expert"}, {"place"}),
        ({"role": "administrator", "place": "house"}, {"place"}),
        ({"role": "participant", "name": " "}, {"name"}),
        ({"role": "participant", "name": "x" * 121}, {"name"}),
        ({"role": "guest"}, {"role"}),
    ):
        assert wrong(desk, **body) == fields


def test_what_does_not_exist_is_not_there(desk, world):
    nothing = "0" * 16
    for body in (
        {"role": "participant", "team": nothing},
        {"role": "participant", "team": world.teams["ahlen"], "cohort": nothing},
        {"role": "facilitator", "cohort": nothing},
        {"role": "expert", "place": f"workshop/{nothing}"},
        {"role": "expert", "place": f"cohort/{world.cohort}"},
        {"role": "expert", "place": "house"},
        {"role": "expert", "place": world.place("ahlen")},
    ):
        with pytest.raises(Refusal) as refused:
            desk.invite(**body)
        assert refused.value.code is Code.NOT_FOUND, body


def test_a_time_that_is_over_is_refused(desk, world):
    team = world.teams["ahlen"]
    assert wrong(desk, team=team, valid_until=soon(days=-1)) == {"valid_until"}
    assert wrong(desk, team=team, valid_from=soon(days=2), valid_until=soon(days=1)) == {"valid_until"}


def test_a_guest_is_invited_to_a_workshop_of_the_cohort(desk, world):
    meeting = {"starts_at": soon(days=9), "place": "Siegburg", "minutes": 240}
    made = world.ask("facilitator", "workshop.create", f"cohort/{world.cohort}", meeting).result["workshop"]
    desk.invite(role="expert", place=f"workshop/{made}")
    assert [(entry.role, entry.place) for entry in desk.waiting()] == [(Role.EXPERT, f"workshop/{made}")]
