"""Who is told of a poll by mail: everybody when it opens, and before its end those whose team is missing."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from tests.workshops.voting.mails import VOTERS, have_been_sent, later, open_

from foundation import clock as house_clock
from foundation import commands, jobs, policy
from foundation.jobs import JobRow
from people.mail.models import MailRow
from workshops.voting import reminders

REMIND = policy.system("poll.remind")


@pytest.fixture
def topic(world):
    return world.propose()


@pytest.fixture
def reminded(told):
    return lambda: told("poll_closes_soon")


def remind(world, poll, *, command_id=""):
    return world.ask(REMIND, "poll.remind", {"poll": poll}, command_id=command_id)


def planned(world):
    """When reminders are due."""
    with world.door.database.reading() as connection:
        return (
            connection.execute(select(JobRow.due_at).where(JobRow.kind == reminders.REMIND)).scalars().all()
        )


def move(**by):
    """Time passes, and what is due is done."""
    house_clock.move(timedelta(**by))


def test_an_open_poll_is_told_to_the_members_of_all_teams_and_to_nobody_else(world, told):
    open_(world, closes_at=later(days=3))
    assert told() == VOTERS


def test_opening_costs_the_same_for_few_teams_and_for_many(world, told):
    """At a workshop of its own each time: the first round of one makes the streams of its teams."""
    few, many = world.add_workshop(), world.add_workshop()
    _, cost = world.count_statements(lambda: world.ask("facilitator", "poll.open", at=f"workshop/{few}"))
    for number in range(8):
        world.join(f"town_{number}")
    asked = world.count_statements(lambda: world.ask("facilitator", "poll.open", at=f"workshop/{many}"))
    assert (asked[1], len(told())) == (cost, 2 * len(VOTERS) + 8)


def test_a_mail_of_it_leads_to_the_ballot_and_says_until_when(world):
    closes_at = later(days=3)
    open_(world, closes_at=closes_at)
    with world.door.database.reading() as connection:
        params = json.loads(connection.execute(select(MailRow.params)).scalars().first())
    assert params == {
        "path": f"/workshops/{world.workshop}/poll",
        "place": f"workshop/{world.workshop}",
        "starts_at": "2016-04-28T07:00:00.000000Z",
        "until": closes_at,
    }


def test_a_poll_that_is_announced_is_told_when_it_opens(world, told):
    opens_at = later(days=2)
    open_(world, opens_at=opens_at)
    assert told() == VOTERS
    with world.door.database.reading() as connection:
        assert {house_clock.wire(at) for at in connection.execute(select(MailRow.due_at)).scalars()} == {
            opens_at
        }


def test_who_has_left_the_team_is_not_told(world, told):
    seats = "SELECT public_id FROM seat ORDER BY id"
    with world.door.database.reading() as connection:
        seat = connection.exec_driver_sql(seats).scalars().first()
    world.carry_out(policy.system("seed"), "seat.end", f"cohort/{world.cohort}", {"seat": seat})
    open_(world)
    assert told() == ["ahlen_2", "menden", "senden"]


def test_a_day_before_the_end_only_teams_that_are_missing_are_reminded(world, topic, reminded):
    open_(world, closes_at=later(days=3))
    world.mark("menden", topic)
    world.ask("senden", "ballot.abstain", {"value": True})
    move(days=1, hours=23)
    jobs.carry_out_due(world.door)
    assert reminded() == []
    move(days=2, minutes=1)
    jobs.carry_out_due(world.door)
    assert reminded() == ["ahlen", "ahlen_2"]
    assert jobs.carry_out_due(world.door) == 0


def test_what_was_taken_back_is_missing_again(world, reminded):
    poll = open_(world, closes_at=later(days=3))
    for value in (True, False):
        world.ask("menden", "ballot.abstain", {"value": value})
    move(days=2, minutes=1)
    remind(world, poll)
    assert reminded() == VOTERS


@pytest.mark.parametrize("closes_in", [timedelta(hours=29), timedelta(hours=2)])
def test_a_short_poll_needs_no_reminder(world, closes_in):
    open_(world, closes_at=house_clock.wire(house_clock.now() + closes_in))
    assert planned(world) == []


def test_a_poll_without_an_end_has_no_reminder(world):
    open_(world)
    assert planned(world) == []


def test_a_closed_poll_reminds_nobody_and_takes_back_what_waits(world, topic, told, reminded):
    poll = open_(world, closes_at=later(days=3))
    world.mark("menden", topic)
    world.ask("facilitator", "poll.close")
    assert planned(world) == []
    assert told() == []
    move(days=2, minutes=1)
    assert refused(world, poll) == "closed"
    assert reminded() == []


def refused(world, poll):
    return world.refused(REMIND, "poll.remind", {"poll": poll})


def test_a_poll_that_is_opened_again_has_its_reminder_before_its_new_end(world, reminded):
    poll = open_(world, closes_at=later(days=3))
    world.ask("facilitator", "poll.close")
    world.ask("facilitator", "poll.reopen", {"closes_at": later(days=5)})
    [at] = planned(world)
    assert timedelta(days=3, hours=23) < at - house_clock.now() < timedelta(days=4, minutes=1)
    move(days=2, minutes=1)
    assert refused(world, poll) == "closed"
    move(days=4, minutes=1)
    jobs.carry_out_due(world.door)
    assert reminded() == VOTERS


def test_opened_again_with_the_same_end_it_reminds_once(world, reminded):
    closes_at = later(days=3)
    open_(world, closes_at=closes_at)
    for _ in range(2):
        world.ask("facilitator", "poll.close")
        world.ask("facilitator", "poll.reopen", {"closes_at": closes_at})
    assert len(planned(world)) == 1
    move(days=2, minutes=1)
    jobs.carry_out_due(world.door)
    assert reminded() == VOTERS


def test_opened_again_it_is_told_to_those_whose_mail_was_taken_back_and_to_nobody_twice(world, told):
    open_(world)
    have_been_sent(world, "ahlen", "menden")
    world.ask("facilitator", "poll.close")
    assert told() == ["ahlen", "menden"]
    world.ask("facilitator", "poll.reopen", {})
    assert told() == VOTERS


def test_a_mail_that_waits_knows_the_new_end(world, told):
    open_(world, closes_at=later(days=3))
    have_been_sent(world, "ahlen")
    closes_at = later(days=9)
    world.ask("facilitator", "poll.change", {"closes_at": closes_at})
    assert told() == VOTERS
    with world.door.database.reading() as connection:
        waits = select(MailRow.params).where(MailRow.sent_at.is_(None))
        ends = [json.loads(params)["until"] for params in connection.execute(waits).scalars()]
    assert ends == [closes_at] * 3


def test_the_reminder_of_an_earlier_round_finds_nothing_to_do(world):
    first = open_(world, closes_at=later(days=3))
    world.ask("facilitator", "poll.close")
    open_(world, closes_at=later(days=3))
    move(days=2, minutes=1)
    assert refused(world, first) == "closed"


def test_asked_twice_it_reminds_once(world, reminded):
    poll, asked = open_(world, closes_at=later(days=3)), commands.new_id()
    move(days=2, minutes=1)
    assert remind(world, poll, command_id=asked) == remind(world, poll, command_id=asked)
    assert reminded() == VOTERS


def test_it_tells_nothing_in_any_stream(world):
    poll = open_(world, closes_at=later(days=3))
    move(days=2, minutes=1)
    before = world.heads()
    remind(world, poll)
    assert world.heads() == before


def test_only_the_house_reminds(world):
    poll = open_(world, closes_at=later(days=3))
    for who in ("facilitator", "administrator", "ahlen"):
        assert world.refused(who, "poll.remind", {"poll": poll}) == "not_found"


def test_a_poll_that_is_set_otherwise_is_told_once_and_reminds_of_its_new_end(world, told, topic):
    open_(world, closes_at=later(days=3))
    (before,) = planned(world)
    world.ask("facilitator", "poll.change", {"closes_at": later(days=5)})
    (after,) = planned(world)
    assert told() == VOTERS
    assert timedelta(days=2) - timedelta(minutes=1) < after - before < timedelta(days=2, minutes=1)


def test_an_announced_poll_that_is_moved_is_told_at_its_new_time(world, told, topic):
    open_(world, opens_at=later(days=1), closes_at=later(days=3))
    moved = later(days=2)
    world.ask("facilitator", "poll.change", {"opens_at": moved, "closes_at": later(days=4)})
    with world.door.database.reading() as connection:
        due = set(connection.execute(select(MailRow.due_at)).scalars())
    assert (told(), {house_clock.wire(moment) for moment in due}) == (VOTERS, {moved})
