"""Seats: who gets one, what a full team says, and what happens when their time comes."""

from datetime import timedelta

import pytest

from foundation import clock as house_clock
from foundation import commands, jobs
from foundation.errors import Code, Refusal
from foundation.policy import Grant, Role


def give(world, who="ahlen_2", team="ahlen", *, asker="administrator", once=None, **dates):
    body = {"team": world.teams[team], "person": world.people[who], **dates}
    answer = world.ask(asker, "seat.give", f"cohort/{world.cohort}", body, command_id=once or "")
    return answer.result["seat"]


def end(world, seat, *, asker="administrator", **dates):
    return world.ask(asker, "seat.end", f"cohort/{world.cohort}", {"seat": seat, **dates})


def members(world, team="ahlen"):
    teams = world.state(f"cohort/{world.cohort}")[1]["teams"]
    (found,) = [entry for entry in teams if entry["id"] == world.teams[team]]
    return [member["name"].partition(" · ")[2] for member in found["members"]]


def soon(**by):
    return house_clock.now() + timedelta(**by)


def test_a_seat_makes_a_participant_of_team_and_cohort(world):
    give(world)
    assert world.actor("ahlen_2").grants == {
        Grant(Role.PARTICIPANT, f"team/{world.teams['ahlen']}"),
        Grant(Role.PARTICIPANT, f"cohort/{world.cohort}"),
    }


def test_whoever_follows_the_cohort_sees_people_come(world):
    drawn, state = world.followed(f"cohort/{world.cohort}", lambda: give(world))
    assert drawn == state
    assert members(world) == ["Engagementförderung", "Stadtteilarbeit"]


def test_whoever_follows_the_cohort_sees_people_go(world):
    seat = give(world)
    drawn, state = world.followed(f"cohort/{world.cohort}", lambda: end(world, seat))
    assert drawn == state
    assert members(world) == ["Engagementförderung"]


def test_an_ended_seat_gives_no_rights(world):
    end(world, give(world))
    assert world.actor("ahlen_2").grants == frozenset()


def test_the_person_is_told_and_rights_at_the_cohort_have_a_new_version(world):
    told, version = len(world.events(world.place("ahlen_2"))), world.acl(f"cohort/{world.cohort}")
    seat = give(world)
    end(world, seat)
    assert world.events(world.place("ahlen_2"))[told:] == [("rights.changed", "{}")] * 2
    assert world.acl(f"cohort/{world.cohort}") == version + 2


def test_a_full_team_has_no_seat_left(world):
    give(world, "ahlen_2")
    with pytest.raises(Refusal) as refused:
        give(world, "stranger")
    assert (refused.value.code, refused.value.params) == (Code.CONFLICT, {"seats": 2})


def test_a_seat_that_was_ended_is_free_again(world):
    end(world, give(world, "ahlen_2"))
    give(world, "stranger")
    assert members(world) == ["Engagementförderung", "Bürgerbüro"]


def test_a_successor_can_be_settled_beforehand(world):
    seat = give(world, "ahlen_2")
    handover = soon(days=30)
    end(world, seat, valid_until=handover)
    give(world, "stranger", valid_from=handover)
    assert members(world) == ["Engagementförderung", "Stadtteilarbeit"]


def test_a_person_sits_in_one_team_of_a_cohort(world):
    assert (
        world.refused(
            "administrator",
            "seat.give",
            f"cohort/{world.cohort}",
            {"team": world.teams["menden"], "person": world.people["ahlen"]},
        )
        == "conflict"
    )


def test_a_person_may_come_back(world):
    end(world, give(world))
    give(world)
    assert members(world) == ["Engagementförderung", "Stadtteilarbeit"]


def test_a_seat_does_not_end_before_it_begins(world):
    now = house_clock.now()
    with pytest.raises(Refusal) as refused:
        give(world, valid_from=now, valid_until=now - timedelta(days=1))
    assert set(refused.value.fields) == {"valid_until"}


def test_a_seat_ends_once_and_not_later_than_settled(world):
    seat = give(world, valid_until=soon(days=1))
    with pytest.raises(Refusal) as refused:
        end(world, seat, valid_until=soon(days=2))
    assert set(refused.value.fields) == {"valid_until"}
    end(world, seat)
    with pytest.raises(Refusal) as refused:
        end(world, seat)
    assert refused.value.code is Code.CLOSED


def test_a_seat_that_has_not_begun_can_be_taken_back(world, clock):
    seat = give(world, valid_from=soon(days=1))
    end(world, seat)
    clock.move(days=2)
    assert members(world) == ["Engagementförderung"]


def test_rights_and_lists_follow_the_dates(world, clock):
    give(world, valid_from=soon(hours=1), valid_until=soon(hours=2))
    seen = []
    for _ in range(3):
        seen.append((members(world), bool(world.actor("ahlen_2").grants)))
        clock.move(hours=1, seconds=1)
    assert seen == [
        (["Engagementförderung"], False),
        (["Engagementförderung", "Stadtteilarbeit"], True),
        (["Engagementförderung"], False),
    ]


def test_when_the_time_has_come_whoever_follows_is_told(world, door, clock):
    give(world, valid_from=soon(hours=1), valid_until=soon(hours=2))
    for _ in range(2):
        clock.move(hours=1, seconds=1)
        seq, _ = world.state(f"cohort/{world.cohort}")
        jobs.carry_out_due(door)
        drawn = world.events(f"cohort/{world.cohort}", seq)
        assert [name for name, _ in drawn] == ["team.changed"]
    assert jobs.carry_out_due(door) == 0


def test_a_list_drawn_from_events_is_right_after_the_time_has_come(world, door, clock):
    give(world, valid_from=soon(hours=1))

    def time_passes():
        clock.move(hours=2)
        jobs.carry_out_due(door)

    drawn, state = world.followed(f"cohort/{world.cohort}", time_passes)
    assert drawn == state


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
def test_only_the_office_gives_and_ends_seats(world, who, code):
    seat, cohort = give(world), f"cohort/{world.cohort}"
    given = {"team": world.teams["menden"], "person": world.people["stranger"]}
    assert [
        world.refused(who, "seat.give", cohort, given),
        world.refused(who, "seat.end", cohort, {"seat": seat}),
    ] == [code, code]


def test_only_the_clock_turns_seats(world):
    seat = give(world)
    assert (
        world.refused("administrator", "seat.turn", f"cohort/{world.cohort}", {"seat": seat}) == "not_found"
    )


def test_what_does_not_exist_is_refused(world):
    cohort, nobody = f"cohort/{world.cohort}", "0" * 16
    person = {"person": world.people["ahlen_2"]}
    other = world.ask(
        "administrator",
        "cohort.create",
        "house",
        {"name": "Ein anderer", "starts_on": "2016-01-01", "ends_on": "2017-01-01"},
    ).result["cohort"]
    team = {"team": world.teams["ahlen"]}
    assert [
        world.refused("administrator", "seat.give", cohort, {"team": nobody, **person}),
        world.refused("administrator", "seat.give", cohort, {**team, "person": nobody}),
        world.refused("administrator", "seat.give", f"cohort/{other}", {**team, **person}),
        world.refused("administrator", "seat.end", cohort, {"seat": nobody}),
        world.refused("administrator", "seat.end", f"cohort/{other}", {"seat": give(world)}),
    ] == ["not_found"] * 5


def test_asked_twice_one_seat_is_given(world):
    once = commands.new_id()
    assert give(world, once=once) == give(world, once=once)
    assert members(world) == ["Engagementförderung", "Stadtteilarbeit"]


def change(world, seat, **dates):
    return world.ask("administrator", "seat.change", f"cohort/{world.cohort}", {"seat": seat, **dates})


def test_a_planned_end_is_moved_and_taken_away(world, door, clock):
    seat = give(world, valid_until=soon(minutes=5))
    change(world, seat, valid_until=soon(minutes=15))
    clock.move(minutes=10)
    jobs.carry_out_due(door)
    assert members(world) == ["Engagementförderung", "Stadtteilarbeit"]
    change(world, seat)
    clock.move(minutes=10)
    jobs.carry_out_due(door)
    assert members(world) == ["Engagementförderung", "Stadtteilarbeit"]
    end(world, seat)
    with pytest.raises(Refusal) as refused:
        change(world, seat)
    assert refused.value.code is Code.CLOSED


def test_what_has_begun_has_begun_and_nothing_ends_in_the_past(world):
    begun, later = give(world), give(world, "stranger", "menden", valid_from=soon(days=2))
    for seat, dates, field in (
        (begun, {"valid_from": soon(days=1)}, "valid_from"),
        (begun, {"valid_until": house_clock.now()}, "valid_until"),
        (later, {"valid_from": soon(days=3), "valid_until": soon(days=2)}, "valid_until"),
    ):
        with pytest.raises(Refusal) as refused:
            change(world, seat, **dates)
        assert set(refused.value.fields) == {field}
    change(world, later)
    assert members(world, "menden") == ["Ehrenamt", "Bürgerbüro"]


def test_a_seat_is_not_stretched_over_the_one_who_follows(world):
    seat, handover = give(world), soon(days=30)
    change(world, seat, valid_until=handover)
    give(world, "stranger", valid_from=handover)
    with pytest.raises(Refusal) as refused:
        change(world, seat)
    assert (refused.value.code, refused.value.params) == (Code.CONFLICT, {"seats": 2})
