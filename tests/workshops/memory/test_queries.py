"""What polls remember of those before: minutes that go on, and whose wishes came up."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select, update

from foundation import clock
from people.cohorts.models import Team
from workshops.memory import queries
from workshops.voting.models import Ballot, Poll
from workshops.voting.rules.ties import by_seed

from .conftest import ROLE, SHARES, vote

TEAMS = ("ahlen", "menden", "senden")


def written(world, column, at=""):
    """By team, what stands in that column of the ballots of the last poll."""
    place = (at or f"workshop/{world.workshop}").removeprefix("workshop/")
    poll = world.state(f"workshop/{place}")["poll"]["id"]
    query = (
        select(Team.public_id, getattr(Ballot, column))
        .join(Ballot, Ballot.team_id == Team.id)
        .join(Poll, Poll.id == Ballot.poll_id)
        .where(Poll.public_id == poll)
    )
    with world.door.database.reading() as connection:
        found = dict(connection.execute(query).all())
    return tuple(found[world.teams[team]] for team in TEAMS)


def owns(world, at=""):
    workshop = at.removeprefix("workshop/")
    return tuple(world.state(world.stream(team, workshop))["owns"] for team in TEAMS)


def test_where_teams_own_minutes_each_owns_the_same_and_is_told(world):
    with world.everything_is_told():
        world.ask(ROLE, "poll.open", SHARES)
    assert owns(world) == ("120", "120", "120")


def test_where_they_do_not_nothing_is_owned(world):
    world.ask(ROLE, "poll.open", {"method": "approval"})
    assert owns(world) == (None, None, None)


def test_until_somebody_votes_shares_follow_the_settings(world):
    world.ask(ROLE, "poll.open", SHARES)
    seen = []
    for settings in ({"minutes": 240}, {"minutes": 240, "show": "end"}, {"method": "borda"}):
        before = world.heads()[world.stream("ahlen")]
        with world.everything_is_told():
            world.ask(ROLE, "poll.change", {**SHARES, **settings})
        seen.append((owns(world)[0], [name for name, _ in world.events(world.stream("ahlen"), before)]))
    told = ["ballot.share_changed"]
    assert seen == [("80", told), ("80", []), (None, told)]


def test_what_a_team_did_not_spend_goes_on_to_the_next_workshop(world, later):
    """Ahlen pays 90 of 120, the others nothing; the next 360 are shared out by 150, 240 and 240."""
    vote(world, {"A": (90, "ahlen")}, **SHARES)
    assert written(world, "paid") == ("90", "0", "0")
    with world.everything_is_told(later[0].removeprefix("workshop/")):
        world.ask(ROLE, "poll.open", {**SHARES, "carries": True}, at=later[0])
    shares = [Fraction(own) for own in owns(world, later[0])]
    assert shares == [Fraction(600, 7), Fraction(960, 7), Fraction(960, 7)]
    assert sum(shares) == 360


def test_it_goes_on_and_on_as_long_as_it_is_not_spent(world, later):
    vote(world, {"A": (90, "ahlen")}, **SHARES)
    vote(world, {"B": (60, "menden")}, at=later[0], carries=True, **SHARES)
    left = [Fraction(8571, 100), Fraction(7714, 100), Fraction(13714, 100)]
    world.ask(ROLE, "poll.open", {**SHARES, "carries": True}, at=later[1])
    shares = [Fraction(own) for own in owns(world, later[1])]
    assert shares == [360 * (120 + part) / (360 + sum(left)) for part in left]


def test_without_the_setting_nothing_is_brought_and_what_was_left_is_gone(world, later):
    vote(world, {"A": (90, "ahlen")}, **SHARES)
    vote(world, {"B": (120, "menden")}, at=later[0], **SHARES)
    assert owns(world, later[0]) == ("120", "120", "120")
    world.ask(ROLE, "poll.open", {**SHARES, "carries": True}, at=later[1])
    assert [Fraction(own) for own in owns(world, later[1])] == [144, 72, 144]


def test_a_workshop_without_shares_of_its_own_is_passed_over(world, later):
    vote(world, {"A": (90, "ahlen")}, **SHARES)
    vote(world, {"B": (60, "menden")}, at=later[0])
    world.ask(ROLE, "poll.open", {**SHARES, "carries": True}, at=later[1])
    assert Fraction(owns(world, later[1])[0]) == Fraction(600, 7)


def test_what_is_not_adopted_or_comes_later_is_not_brought(world, later):
    vote(world, {"A": (90, "ahlen")}, adopt=False, **SHARES)
    vote(world, {"B": (90, "ahlen")}, at=later[1], **SHARES)
    world.ask(ROLE, "poll.open", {**SHARES, "carries": True}, at=later[0])
    assert owns(world, later[0]) == ("120", "120", "120")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["by date", "the later one first"])
def test_what_is_left_goes_on_to_one_workshop_only(world, later, order):
    vote(world, {"A": (90, "ahlen")}, **SHARES)
    one, other = (later[at] for at in order)
    world.ask(ROLE, "poll.open", {**SHARES, "carries": True}, at=one)
    assert world.refused(ROLE, "poll.open", {**SHARES, "carries": True}, at=other) == "closed"
    world.ask(ROLE, "poll.open", SHARES, at=other)
    assert world.refused(ROLE, "poll.change", {**SHARES, "carries": True}, at=other) == "closed"
    world.ask(ROLE, "poll.change", {**SHARES, "carries": True, "minutes": 180}, at=one)
    assert owns(world, one) == ("36", "72", "72")
    assert owns(world, other) == ("120", "120", "120")


@pytest.mark.parametrize("how", ["another round", "another setting", "cancelled", "taken back"])
def test_what_is_not_taken_along_after_all_is_there_for_another(world, later, how):
    vote(world, {"A": (90, "ahlen")}, **SHARES)
    carries = {**SHARES, "carries": True}
    begins = {"opens_at": clock.now() + timedelta(days=1)} if how == "taken back" else {}
    world.ask(ROLE, "poll.open", {**carries, **begins}, at=later[0])
    match how:
        case "another round":
            world.ask(ROLE, "poll.close", at=later[0])
            world.ask(ROLE, "poll.open", SHARES, at=later[0])
        case "another setting":
            world.ask(ROLE, "poll.change", SHARES, at=later[0])
        case "cancelled":
            world.ask(ROLE, "workshop.cancel", {"reason": ""}, at=later[0])
        case "taken back":
            world.ask(ROLE, "poll.close", at=later[0])
    world.ask(ROLE, "poll.open", carries, at=later[1])
    assert owns(world, later[1]) == ("600/7", "960/7", "960/7")
    if how == "taken back":
        assert world.refused(ROLE, "poll.reopen", at=later[0]) == "closed"


def test_what_went_on_from_a_workshop_is_taken_even_if_that_is_cancelled_afterwards(world, later):
    carries = {**SHARES, "carries": True}
    vote(world, {"A": (90, "ahlen")}, **SHARES)
    vote(world, {"B": (60, "menden")}, at=later[0], **carries)
    world.ask(ROLE, "poll.open", carries, at=later[1])
    world.ask(ROLE, "workshop.cancel", {"reason": ""}, at=later[0])
    last = f"workshop/{world.add_workshop(starts_at='2099-01-01T08:00:00Z')}"
    assert world.refused(ROLE, "poll.open", carries, at=last) == "closed"
    world.ask(ROLE, "poll.change", SHARES, at=later[1])
    world.ask(ROLE, "poll.open", carries, at=last)
    assert Fraction(owns(world, last)[0]) == Fraction(600, 7)


@pytest.mark.parametrize("adopt", [False, True], ids=["open", "adopted"])
def test_a_workshop_takes_place_after_all_only_with_minutes_that_no_other_has(world, later, adopt):
    carries = {**SHARES, "carries": True}
    vote(world, {"A": (90, "ahlen")}, **SHARES)
    if adopt:
        vote(world, {"B": (60, "menden")}, at=later[0], **carries)
    else:
        world.ask(ROLE, "poll.open", carries, at=later[0])
    world.ask(ROLE, "workshop.cancel", {"reason": ""}, at=later[0])
    world.ask(ROLE, "poll.open", carries, at=later[1])
    assert world.refused(ROLE, "workshop.reinstate", at=later[0]) == "closed"
    world.ask(ROLE, "poll.change", SHARES, at=later[1])
    world.ask(ROLE, "workshop.reinstate", at=later[0])
    assert Fraction(owns(world, later[0])[0]) == Fraction(600, 7)


def test_a_team_that_is_new_brings_nothing(world, later):
    vote(world, {"A": (120, "ahlen"), "B": (120, "menden"), "C": (120, "senden")}, **SHARES)
    world.join("hilden")
    world.ask(ROLE, "poll.open", {**SHARES, "carries": True}, at=later[0])
    new = world.state(world.stream("hilden", later[0].removeprefix("workshop/")))["owns"]
    assert (owns(world, later[0]), new) == (("90", "90", "90"), "90")


def test_what_is_brought_along_buys_what_an_equal_share_cannot(world, later):
    """Menden wants 130 minutes: by equal shares 120 are its own, with what it brings 137."""
    vote(world, {"A": (90, "ahlen")}, **SHARES)
    assert vote(world, {"B": (130, "menden")}, at=later[0], adopt=False, **SHARES) == []
    assert vote(world, {"C": (130, "menden")}, at=later[0], carries=True, **SHARES) == ["C"]
    assert written(world, "paid", later[0]) == ("0", "130", "0")


def test_the_close_writes_down_what_each_team_got_whatever_the_method(world):
    vote(world, {"A": (90, "ahlen menden"), "B": (60, "ahlen"), "C": (300, "senden")}, adopt=False)
    assert written(world, "served") == (150, 90, 0)
    assert written(world, "paid") == (None, None, None)


def test_who_abstains_wants_nothing(world):
    topic = world.propose(minutes=60)
    world.ask(ROLE, "poll.open")
    world.mark("ahlen", topic)
    world.mark("menden", topic)
    world.ask("menden", "ballot.abstain", {"value": True})
    world.ask(ROLE, "poll.close")
    assert written(world, "served") == (60, 0, 0)


@pytest.mark.parametrize("command", ["poll.reopen", "poll.open"])
def test_a_count_that_is_void_is_forgotten(world, command):
    vote(world, {"A": (90, "ahlen")}, adopt=False, **SHARES)
    world.ask(ROLE, command)
    with world.door.database.reading() as connection:
        kept = connection.execute(select(Ballot.paid, Ballot.served).distinct()).all()
    assert kept == [(None, None)]


def test_a_secret_poll_leaves_nothing_behind(world, later):
    """Also where something was written: it does not count."""
    topic = world.propose(minutes=90)
    held = {**SHARES, "secret": True, "show": "end", "quorum": 3}
    poll = world.ask(ROLE, "poll.open", held).result["poll"]
    for who in ("ahlen", "menden", "senden"):
        world.ask(who, "ballot.cast", {"poll": poll, "base": 0, "marks": {topic: 1}})
    world.ask(ROLE, "poll.close")
    assert (written(world, "paid"), written(world, "served")) == ((None,) * 3, (None,) * 3)
    with world.door.database.transaction() as connection:
        connection.execute(update(Ballot).values(paid="90", served=90))
    world.ask(ROLE, "agenda.adopt")
    world.ask(ROLE, "poll.open", {**SHARES, "carries": True, "ties": "least_served"}, at=later[0])
    assert owns(world, later[0]) == ("120", "120", "120")
    assert written(world, "served_before", later[0]) == (0, 0, 0)


def _set_seed(world, first, second):
    """As if the lot that was drawn were for the first of two topics."""
    seeds = (f"{number:016x}" for number in range(1000))
    seed = next(seed for seed in seeds if min((first, second), key=by_seed(seed)) == first)
    with world.door.database.transaction() as connection:
        connection.execute(update(Poll).where(Poll.closed_at.is_(None)).values(seed=seed))


@pytest.mark.parametrize(("ties", "wins"), [("seed", "Für Ahlen"), ("least_served", "Für Menden")])
def test_least_served_goes_before_the_lot(world, later, ties, wins):
    """Ahlen has got 90 minutes before and the lot is for it; there is room for one of two topics."""
    vote(world, {"A": (90, "ahlen senden")})
    of_ahlen = world.propose("ahlen", title="Für Ahlen", minutes=200, at=later[0])
    of_menden = world.propose("menden", title="Für Menden", minutes=200, at=later[0])
    world.ask(ROLE, "poll.open", {"ties": ties}, at=later[0])
    _set_seed(world, of_ahlen, of_menden)
    world.ask("ahlen", "ballot.mark", {"topic": of_ahlen, "value": 1}, at=later[0])
    world.ask("menden", "ballot.mark", {"topic": of_menden, "value": 1}, at=later[0])
    world.ask(ROLE, "poll.close", at=later[0])
    assert [block["title"] for block in world.state(later[0])["agenda"]["blocks"]] == [wins]


def test_what_ties_go_by_is_fixed_with_the_opening(world, later):
    """The workshop before is settled, and then put on a later day, only while the vote goes on."""
    vote(world, {"A": (90, "ahlen")})
    vote(world, {"C": (60, "menden")}, at=later[0], adopt=False)
    world.ask(ROLE, "poll.open", {"ties": "least_served"}, at=later[1])
    before = written(world, "served_before", later[1])
    world.ask(ROLE, "agenda.adopt", at=later[0])
    moved = {"title": "Verschoben", "starts_at": "2016-12-01T09:00:00Z", "place": "Ahlen", "minutes": 360}
    world.ask(ROLE, "workshop.change", moved)
    assert before == written(world, "served_before", later[1]) == (90, 0, 0)
    world.ask(ROLE, "poll.change", {"ties": "least_served"}, at=later[1])
    assert written(world, "served_before", later[1]) == (0, 60, 0)
    world.ask(ROLE, "poll.change", {"ties": "seed"}, at=later[1])
    assert written(world, "served_before", later[1]) == (None, None, None)


def test_what_was_announced_can_be_read_for_a_recount(world, later):
    vote(world, {"A": (90, "ahlen"), "B": (60, "ahlen senden")})
    world.ask(ROLE, "poll.open", {"ties": "least_served"}, at=later[0])
    with world.door.database.reading() as connection:
        row = connection.execute(select(Poll.id).order_by(Poll.id.desc()).limit(1)).scalar_one()
        found = queries.announced(connection, row)
    assert found == dict(zip((world.teams[team] for team in TEAMS), (150, 0, 60), strict=True))


def test_opening_and_closing_cost_the_same_for_three_teams_and_for_thirty(world, later):
    vote(world, {"A": (90, "ahlen")}, **SHARES)
    settings = {**SHARES, "carries": True, "ties": "least_served"}

    def opened_and_closed(place):
        def work():
            world.ask(ROLE, "poll.open", {**settings, "closes_at": None}, at=place)
            world.ask(ROLE, "poll.close", at=place)

        return work

    opened_and_closed(later[0])()
    _, few = world.count_statements(opened_and_closed(later[0]))
    for number in range(27):
        world.join(f"stadt{number}")
    opened_and_closed(later[0])()
    _, many = world.count_statements(opened_and_closed(later[0]))
    assert many == few
