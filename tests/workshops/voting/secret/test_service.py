"""A secret poll from its opening to its result: cast once, counted without names, and never opened again."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from foundation import clock as house_clock
from foundation import commands, policy
from foundation.errors import Refusal
from people.mail.models import MailRow
from workshops.agenda.models import Agenda, Block
from workshops.voting.models import Ballot, Mark, Poll
from workshops.voting.rules.methods import Method
from workshops.voting.secret import box
from workshops.voting.secret.models import PollBox

from .conftest import SECRET, VOTERS


def rows(world, table):
    with world.door.database.reading() as connection:
        return [tuple(row) for row in connection.execute(select(table.__table__))]


def sheets(secret):
    """What lies in the box, by the key of the team: version, abstention, numbers of topics."""
    with secret.world.door.database.reading() as connection:
        poll = connection.execute(select(Poll.id)).scalars().all()[-1]
        found = box.look(connection, secret.world.door.vault, poll)
    return sorted((sheet.version, sheet.abstained, len(sheet.marks)) for sheet in found.values())


def agenda(world):
    found = world.state()["agenda"]
    return found and [(block["title"], block["approvals"]) for block in found["blocks"]]


def code(secret, who, *topics, **how):
    try:
        secret.cast(who, *topics, **how)
    except Refusal as refusal:
        return str(refusal.code)
    return None


def test_the_totals_are_told_after_the_close_and_nothing_before(secret):
    world, before = secret.world, secret.world.state()
    for who in VOTERS[:5]:
        secret.cast(who, 0, 1)
    secret.cast("unna", 0, 2)
    assert world.state() == before
    assert (before["poll"]["voted"], before["poll"]["tally"]) == (None, None)
    with world.everything_is_told():
        secret.close()
    poll = world.state()["poll"]
    assert (poll["voted"], poll["teams"]) == (6, 6)
    assert [poll["tally"][topic] for topic in secret.topics] == [6, 5, 1, 0]
    assert agenda(world) == [("Strategie", 6), ("Netzwerk", 5), ("Ehrenamtskarte", 1)]


@pytest.mark.parametrize("method", list(Method))
def test_every_method_counts_a_secret_poll(unopened, method):
    unopened.open(method=method)
    for who in VOTERS:
        unopened.cast(who, p0=1, **({"p1": 2} if method in ("dots", "borda", "schulze", "score") else {}))
    unopened.close()
    assert unopened.world.state()["poll"]["voted"] == 6
    assert "Strategie" in [title for title, _ in agenda(unopened.world)]


def test_four_ballots_are_one_too_few_and_nothing_of_them_is_kept(secret):
    for who in VOTERS[:4]:
        secret.cast(who, 0)
    with secret.world.everything_is_told():
        secret.close()
    state = secret.world.state()
    assert (state["agenda"], state["poll"]["voted"], state["poll"]["tally"]) == (None, None, {})
    assert state["poll"]["closed_at"]
    assert {topic["state"] for topic in state["topics"]} == {"proposed"}
    assert rows(secret.world, PollBox) == rows(secret.world, Agenda) == rows(secret.world, Block) == []


def test_abstentions_and_empty_papers_do_not_help_to_make_up_the_number(secret):
    for who in VOTERS[:4]:
        secret.cast(who, 0)
    secret.cast("luenen", 0, abstained=True)
    secret.cast("unna")
    secret.close()
    assert secret.world.state()["agenda"] is None


def test_five_are_enough_and_all_who_cast_are_counted_as_there(secret):
    for who in VOTERS[:5]:
        secret.cast(who, 0)
    secret.cast("unna", 1, abstained=True)
    secret.close()
    assert agenda(secret.world) == [("Strategie", 5)]
    assert secret.world.state()["poll"]["voted"] == 6


def test_after_too_few_a_new_round_can_be_opened_in_secret_or_not(secret):
    secret.close()
    secret.open()
    secret.close()
    secret.world.ask("facilitator", "poll.open")
    assert secret.world.state()["poll"]["round"] == 3


def test_a_number_that_can_never_come_together_is_refused_at_the_opening(unopened):
    with pytest.raises(Refusal) as refused:
        unopened.open(quorum=7)
    assert set(refused.value.fields) == {"quorum"}
    unopened.open(quorum=6)


def test_of_what_teams_paid_only_how_many_they_were_is_written_down(unopened):
    unopened.open(method="equal_shares")
    blank = rows(unopened.world, Ballot)
    for who in VOTERS:
        unopened.cast(who, 0, 1)
    unopened.close()
    query = select(Block.title, Block.payments, Block.payers, Block.funds).where(Block.position.is_not(None))
    with unopened.world.door.database.reading() as connection:
        found = {tuple(row) for row in connection.execute(query)}
    assert found == {("Strategie", None, 6, None), ("Netzwerk", None, 6, None)}
    assert (rows(unopened.world, Ballot), rows(unopened.world, Mark)) == (blank, [])


def test_asked_twice_is_done_once_and_what_came_in_between_stays(secret):
    first, second = commands.new_id(), commands.new_id()
    secret.cast("ahlen", 0, command_id=first)
    secret.cast("ahlen", 0, command_id=first)
    secret.cast("ahlen", 1, 2, base=1, command_id=second)
    secret.cast("ahlen", 0, command_id=first)
    assert sheets(secret)[-1] == (2, False, 2)
    assert code(secret, "ahlen", 3, command_id=first) == "id_reused"


def test_the_second_member_has_to_see_what_the_first_has_written(secret):
    secret.cast("ahlen", 0)
    assert code(secret, "ahlen_2", 1) == "stale"
    assert code(secret, "ahlen_2", 1, base=1) is None
    assert code(secret, "ahlen", 0, base=1) == "stale"
    assert sheets(secret)[-1] == (2, False, 1)


def test_marks_on_what_is_not_there_are_refused_and_on_what_was_withdrawn_left_out(unopened):
    unopened.world.ask("ahlen", "topic.withdraw", {"topic": unopened.topics[3]})
    unopened.open()
    elsewhere = {"poll": unopened.poll, "base": 0, "marks": {"0" * 16: 1}}
    assert unopened.world.refused("ahlen", "ballot.cast", elsewhere) == "not_found"
    unopened.cast("ahlen", 0, 3)
    assert sheets(unopened)[-1] == (1, False, 1)


def test_a_topic_that_came_after_the_opening_is_voted_on_too(secret):
    secret.topics.append(secret.world.propose(title="Fördermittel", minutes=15))
    for who in VOTERS:
        secret.cast(who, 4)
    secret.close()
    assert agenda(secret.world) == [("Fördermittel", 6)]


def test_ballots_are_taken_from_the_beginning_to_the_end_and_from_those_who_have_one(unopened, monkeypatch):
    now = house_clock.now()
    opens, closes = now + timedelta(hours=1), now + timedelta(hours=2)
    unopened.open(opens_at=house_clock.wire(opens), closes_at=house_clock.wire(closes))
    unopened.world.join("werne")
    outcomes = []
    for moment in (now, opens, closes - timedelta(microseconds=1), closes):
        monkeypatch.setattr(house_clock, "now", lambda moment=moment: moment)
        outcomes.append(code(unopened, "ahlen", 0, base=len([one for one in outcomes if one is None])))
    assert outcomes == ["closed", None, None, "closed"]
    monkeypatch.setattr(house_clock, "now", lambda: opens)
    assert code(unopened, "werne", 0) == "closed"


@pytest.mark.parametrize(
    ("name", "body"), [("ballot.mark", {"value": 1}), ("ballot.abstain", {"value": True})]
)
def test_nothing_is_written_on_an_open_ballot_of_a_secret_poll(secret, name, body):
    body = body | {"topic": secret.topics[0]} if name == "ballot.mark" else body
    assert secret.world.refused("ahlen", name, body) == "closed"


def test_nothing_is_cast_into_the_box_of_an_open_poll(unopened):
    unopened.world.ask("facilitator", "poll.open")
    assert code(unopened, "ahlen", 0) == "closed"


def test_a_closed_secret_poll_is_not_opened_again(secret):
    for who in VOTERS:
        secret.cast(who, 0)
    secret.close()
    with pytest.raises(Refusal, match="closed") as refused:
        secret.world.ask("facilitator", "poll.reopen")
    assert "vernichtet" in refused.value.message


def test_an_announced_poll_may_become_secret_and_open_again(unopened):
    later = {"opens_at": house_clock.wire(house_clock.now() + timedelta(hours=1))}
    unopened.world.ask("facilitator", "poll.open", later)
    assert unopened.keys == set()
    unopened.world.ask("facilitator", "poll.change", {**SECRET, **later})
    assert len(unopened.keys) == 1
    unopened.world.ask("facilitator", "poll.change", later)
    unopened.work()
    assert unopened.keys == set()
    assert rows(unopened.world, PollBox) == []


def test_the_clock_closes_a_secret_poll(unopened, monkeypatch):
    closes = house_clock.now() + timedelta(hours=1)
    unopened.open(closes_at=house_clock.wire(closes))
    for who in VOTERS:
        unopened.cast(who, 0)
    monkeypatch.setattr(house_clock, "now", lambda: closes)
    unopened.work()
    assert agenda(unopened.world) == [("Strategie", 6)]
    unopened.work()
    assert unopened.keys == set()


def test_everybody_is_reminded_as_nobody_knows_who_has_voted(unopened, monkeypatch):
    now, world = house_clock.now(), unopened.world
    unopened.open(closes_at=house_clock.wire(now + timedelta(hours=40)))
    for who in VOTERS:
        unopened.cast(who, 0)
    monkeypatch.setattr(house_clock, "now", lambda: now + timedelta(hours=20))
    world.ask(policy.system("poll.remind"), "poll.remind", {"poll": unopened.poll})
    with world.door.database.reading() as connection:
        query = select(MailRow.params).where(MailRow.kind == "poll_closes_soon")
        found = [json.loads(params) for params in connection.execute(query).scalars()]
    assert len(found) == len(VOTERS) + 1
    assert {facts["secret"] for facts in found} == {"yes"}


def test_a_paper_that_was_on_its_way_when_the_poll_ended_is_not_for_the_next(secret):
    """Asked again with the same id: the new box knows nothing of it, and must not take it for new."""
    once = commands.new_id()
    before = secret.poll
    secret.cast("ahlen", 0, command_id=once)
    secret.close()
    secret.open()
    body = {"poll": before, "base": 0, "marks": {secret.topics[0]: 1}}
    assert secret.world.refused("ahlen", "ballot.cast", body) == "closed"
    assert sheets(secret) == [(0, False, 0)] * len(sheets(secret))
