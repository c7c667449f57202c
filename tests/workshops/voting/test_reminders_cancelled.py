"""Nobody is asked by mail to vote for a workshop that is cancelled; once it takes place, everybody once."""

from datetime import timedelta

import pytest
from tests.workshops.voting.mails import VOTERS, have_been_sent, later, open_

from foundation import clock as house_clock
from foundation import jobs, policy

SEED, REMIND = policy.system("seed"), policy.system("poll.remind")


@pytest.fixture(autouse=True)
def here(world):
    world.workshop = world.add_workshop(starts_at="2098-06-09T07:00:00.000000Z")
    world.propose()


def cancel(world):
    world.ask(SEED, "workshop.cancel")


def reinstate(world):
    world.ask(SEED, "workshop.reinstate")


def test_what_waits_is_held_back_and_told_when_it_takes_place_after_all(world, told):
    open_(world, opens_at=later(days=1))
    cancel(world)
    assert told() == []
    reinstate(world)
    assert told() == VOTERS


def test_nobody_is_told_twice(world, told):
    open_(world)
    have_been_sent(world, "ahlen", "menden")
    cancel(world)
    assert told() == ["ahlen", "menden"]
    reinstate(world)
    assert told() == VOTERS


@pytest.mark.parametrize("ends", ["closed", "due"])
def test_of_a_poll_that_is_over_by_then_nobody_hears(world, told, ends):
    open_(world, closes_at=later(days=3))
    cancel(world)
    if ends == "closed":
        world.ask("facilitator", "poll.close")
    else:
        house_clock.move(timedelta(days=3, minutes=1))
    reinstate(world)
    assert (told(), told("poll_closes_soon")) == ([], [])


def test_nobody_is_reminded_while_it_is_cancelled(world, told):
    poll = open_(world, closes_at=later(days=3))
    cancel(world)
    house_clock.move(timedelta(days=2, minutes=1))
    assert world.refused(REMIND, "poll.remind", {"poll": poll}) == "closed"
    jobs.carry_out_due(world.door)
    assert told("poll_closes_soon") == []


def test_taken_back_before_its_time_the_reminder_comes_as_planned(world, told):
    open_(world, closes_at=later(days=3))
    cancel(world)
    reinstate(world)
    assert told("poll_closes_soon") == []
    house_clock.move(timedelta(days=2, minutes=1))
    jobs.carry_out_due(world.door)
    assert told("poll_closes_soon") == VOTERS


def test_taken_back_within_the_last_day_those_who_are_missing_are_reminded_at_once(world, told):
    open_(world, closes_at=later(days=3))
    world.ask("menden", "ballot.abstain", {"value": True})
    house_clock.move(timedelta(days=2, minutes=1))
    jobs.carry_out_due(world.door)
    have_been_sent(world, "ahlen")
    cancel(world)
    assert told("poll_closes_soon") == ["ahlen"]
    reinstate(world)
    assert told("poll_closes_soon") == ["ahlen", "ahlen_2", "senden"]


def test_a_reminder_that_is_due_and_made_up_for_comes_once(world, told):
    open_(world, closes_at=later(days=3))
    cancel(world)
    house_clock.move(timedelta(days=2, minutes=1))
    reinstate(world)
    jobs.carry_out_due(world.door)
    assert told("poll_closes_soon") == VOTERS


def test_a_short_poll_is_not_reminded_of(world, told):
    open_(world, closes_at=later(hours=20))
    cancel(world)
    reinstate(world)
    assert (told(), told("poll_closes_soon")) == (VOTERS, [])


def test_that_a_secret_poll_begins_again_is_told_when_it_takes_place(world, told):
    poll = open_(world, secret=True, show="end", quorum=3)
    have_been_sent(world, *VOTERS)
    cancel(world)
    for key in world.door.vault.kept():
        world.door.vault.destroy(key)
    world.ask(policy.system("poll.reset"), "poll.reset", {"poll": poll})
    assert told("poll_reset") == []
    reinstate(world)
    assert (told("poll_reset"), told()) == (VOTERS, VOTERS)
