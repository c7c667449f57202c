"""Roles: where each holds, who gives them, and when they end."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from foundation import clock as house_clock
from foundation import commands, jobs
from foundation.errors import Code, Refusal
from foundation.policy import Grant, Role
from people.cohorts.models import RoleGrant


def grant(world, role, who="stranger", *, once="", **scope):
    body = {"person": world.people[who], "role": role, **scope}
    return world.ask("administrator", "role.grant", "house", body, command_id=once).result["role"]


def scope_of(world, role):
    return {
        "coach": {"team": world.teams["menden"]},
        "facilitator": {"cohort": world.cohort},
        "administrator": {},
    }[role]


def test_a_role_holds_where_it_belongs(world):
    held = {}
    for role in ("coach", "facilitator", "administrator"):
        made = grant(world, role, **scope_of(world, role))
        held[role] = world.actor("stranger").grants
        world.ask("administrator", "role.end", "house", {"role": made})
    assert held == {
        "coach": {
            Grant(Role.COACH, f"team/{world.teams['menden']}"),
            Grant(Role.COACH, f"cohort/{world.cohort}"),
        },
        "facilitator": {Grant(Role.FACILITATOR, f"cohort/{world.cohort}")},
        "administrator": {Grant(Role.ADMINISTRATOR, "house")},
    }
    assert world.actor("stranger").grants == frozenset()


def test_a_person_may_hold_several_roles(world):
    grant(world, "facilitator", "ahlen", cohort=world.cohort)
    assert world.actor("ahlen").grants == {
        Grant(Role.PARTICIPANT, f"team/{world.teams['ahlen']}"),
        Grant(Role.PARTICIPANT, f"cohort/{world.cohort}"),
        Grant(Role.FACILITATOR, f"cohort/{world.cohort}"),
    }


def test_a_role_holds_from_its_beginning_until_its_end(world, clock):
    now = house_clock.now()
    dates = {"valid_from": now + timedelta(hours=1), "valid_until": now + timedelta(hours=2)}
    grant(world, "facilitator", cohort=world.cohort, **dates)
    held = []
    for _ in range(3):
        held.append(len(world.actor("stranger").grants))
        clock.move(hours=1, seconds=1)
    assert held == [0, 1, 0]


@pytest.mark.parametrize("role", ["coach", "facilitator", "administrator"])
def test_the_person_is_told_and_rights_have_a_new_version_where_the_role_holds(world, role):
    place = "house" if role == "administrator" else f"cohort/{world.cohort}"
    told, version = len(world.events(world.place("stranger"))), world.acl(place)
    made = grant(world, role, **scope_of(world, role))
    world.ask("administrator", "role.end", "house", {"role": made})
    assert world.events(world.place("stranger"))[told:] == [("rights.changed", "{}")] * 2
    assert world.acl(place) == version + 2


@pytest.mark.parametrize(
    ("role", "scope", "fields"),
    [
        ("coach", "facilitator", {"team", "cohort"}),
        ("coach", "administrator", {"team"}),
        ("facilitator", "coach", {"team", "cohort"}),
        ("facilitator", "administrator", {"cohort"}),
        ("administrator", "coach", {"team"}),
        ("participant", "coach", {"role"}),
        ("king", "administrator", {"role"}),
    ],
)
def test_a_role_and_its_scope_go_together(world, role, scope, fields):
    with pytest.raises(Refusal) as refused:
        grant(world, role, **scope_of(world, scope))
    assert (refused.value.code, set(refused.value.fields)) == (Code.INVALID, fields)


def test_a_role_is_given_once_at_a_time(world):
    made = grant(world, "facilitator", cohort=world.cohort)
    with pytest.raises(Refusal) as refused:
        grant(world, "facilitator", cohort=world.cohort)
    assert refused.value.code is Code.CONFLICT
    world.ask("administrator", "role.end", "house", {"role": made})
    grant(world, "facilitator", cohort=world.cohort)


def test_a_role_ends_once(world):
    made = grant(world, "administrator")
    world.ask("administrator", "role.end", "house", {"role": made})
    assert world.refused("administrator", "role.end", "house", {"role": made}) == "closed"


def test_what_does_not_exist_is_refused(world):
    nobody, someone = "0" * 16, {"person": world.people["stranger"]}
    asked = [
        ("role.grant", {"person": nobody, "role": "administrator"}),
        ("role.grant", {**someone, "role": "coach", "team": nobody}),
        ("role.grant", {**someone, "role": "facilitator", "cohort": nobody}),
        ("role.end", {"role": nobody}),
    ]
    answers = [world.refused("administrator", name, "house", body) for name, body in asked]
    assert answers == ["not_found"] * 4


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("administrator", None),
        ("ahlen", "not_found"),
        ("coach", "not_found"),
        ("facilitator", "not_found"),
        ("stranger", "not_found"),
    ],
)
def test_only_the_office_gives_and_ends_roles(world, who, code):
    made = grant(world, "facilitator", cohort=world.cohort)
    body = {"person": world.people["stranger"], "role": "administrator"}
    assert [
        world.refused(who, "role.grant", "house", body),
        world.refused(who, "role.end", "house", {"role": made}),
    ] == [code, code]


def test_asked_twice_one_role_is_given(world):
    once = commands.new_id()
    assert grant(world, "administrator", once=once) == grant(world, "administrator", once=once)


def test_a_guest_comes_to_a_place_within_a_cohort(world):
    meeting = {"starts_at": house_clock.now() + timedelta(days=9), "place": "Siegburg", "minutes": 240}
    made = world.ask("facilitator", "workshop.create", f"cohort/{world.cohort}", meeting).result["workshop"]
    places = ["house", f"cohort/{world.cohort}", world.place("ahlen"), f"workshop/{made}"]
    body = {"person": world.people["stranger"], "role": "expert"}
    codes = [
        world.refused("administrator", "role.grant", "house", {**body, "place": place}) for place in places
    ]
    assert codes == ["not_found", "not_found", "not_found", None]


def test_a_role_gets_an_end_that_comes_by_itself_and_can_be_moved(world, clock, door):
    made = grant(world, "facilitator", cohort=world.cohort)
    for minutes in (5, 15):
        body = {"role": made, "valid_until": house_clock.now() + timedelta(minutes=minutes)}
        world.ask("administrator", "role.change", "house", body)
    held = []
    for _ in range(2):
        told = len(world.events(world.place("stranger")))
        clock.move(minutes=10)
        jobs.carry_out_due(door)
        held.append((len(world.actor("stranger").grants), len(world.events(world.place("stranger"))) > told))
    assert held == [(1, True), (0, True)]
    assert world.refused("administrator", "role.change", "house", {"role": made}) == "closed"


def test_a_role_is_not_stretched_over_the_same_role_later(world):
    now = house_clock.now()
    first = grant(world, "facilitator", cohort=world.cohort, valid_until=now + timedelta(days=1))
    grant(world, "facilitator", cohort=world.cohort, valid_from=now + timedelta(days=2))
    assert world.refused("administrator", "role.change", "house", {"role": first}) == "conflict"


def test_the_last_administrator_gets_no_end(world, database):
    with database.reading() as connection:
        query = select(RoleGrant.public_id).where(RoleGrant.role == "administrator")
        last = connection.execute(query).scalar_one()
    body = {"role": last, "valid_until": house_clock.now() + timedelta(days=1)}
    assert world.refused("administrator", "role.change", "house", body) == "conflict"
    grant(world, "administrator")
    world.ask("administrator", "role.change", "house", body)
