"""What is older than its period goes, once a night, and nothing else."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from foundation import audit, commands, jobs
from foundation.audit import AuditRow
from foundation.database import Database
from foundation.eventlog import EventRow, StreamRow
from foundation.jobs import JobRow
from foundation.receipts import ReceiptRow
from people.accounts.models import Person
from people.cohorts.models import RoleGrant, Seat
from people.imports.models import ImportRow
from people.invitations.models import Invitation
from people.links.models import LinkRow
from people.mail.models import MailRow
from people.privacy.models import RetentionRun
from people.privacy.retention import queries, service
from people.privacy.retention.rules import Kind
from people.sign_in.models import Device


def read(database, *columns, where=None):
    query = select(*columns) if where is None else select(*columns).where(where)
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(query)]


NIGHTS = JobRow.kind == service.JOB


def would_go(database, periods, clock):
    with database.reading() as connection:
        return queries.would_go(connection, periods, clock.now())


def forget(door, periods, clock):
    return service.go_through(door, periods, round_=commands.new_id(), now=clock.now())


@pytest.fixture
def told(aged, periods, clock):
    """Those whose accounts nobody uses were told, and the notice is over today."""
    clock.move(days=-30)
    service.warn_unused(aged.door, periods, now=clock.now())
    clock.move(days=30)
    return aged


def test_the_dry_run_changes_nothing_and_says_what_the_round_takes(told, database, periods, clock):
    before = {table: read(database, *table.__table__.columns) for table in (MailRow, EventRow, AuditRow)}
    said = would_go(database, periods, clock)
    assert {table: read(database, *table.__table__.columns) for table in before} == before
    assert said[Kind.INVITATIONS] == 3
    assert said[Kind.MAILS] == 3 + said[Kind.ACCOUNTS]
    assert said[Kind.LINKS] == said[Kind.DEVICES] == said[Kind.IMPORTS] == 1
    assert said[Kind.ACCOUNTS] == 2
    assert min(said[Kind.RECEIPTS], said[Kind.EVENTS], said[Kind.AUDIT]) > 1

    assert forget(told.door, periods, clock) == said
    assert set(would_go(database, periods, clock).values()) == {0}


def test_what_is_younger_stays_and_what_is_planned_for_later(aged, database, periods, clock):
    forget(aged.door, periods, clock)
    assert sorted(read(database, Invitation.public_id)) == [
        ("new accepted",), ("new open",), ("new withdrawn",)
    ]  # fmt: skip
    assert sorted(read(database, MailRow.public_id, where=MailRow.kind == "reset")) == [
        ("new failed",), ("new planned",), ("new sent",), ("new waiting",), ("old planned",)
    ]  # fmt: skip
    for table in (LinkRow, ImportRow):
        assert read(database, table.public_id) == [("new",)]
    assert read(database, Device.key) == [("new",)]
    for table, kind in ((ReceiptRow, Kind.RECEIPTS), (EventRow, Kind.EVENTS), (AuditRow, Kind.AUDIT)):
        oldest = min(moment for (moment,) in read(database, table.at))
        assert clock.now() - oldest < periods[kind]


def test_streams_have_no_gap_and_the_chain_holds_afterwards(told, database, periods, clock):
    forget(told.door, periods, clock)
    kept = {}
    for stream, seq in read(database, EventRow.stream, EventRow.seq):
        kept.setdefault(stream, []).append(seq)
    for stream, head, trimmed in read(database, StreamRow.name, StreamRow.head, StreamRow.trimmed):
        assert sorted(kept.get(stream, [])) == list(range(trimmed + 1, head + 1))
    assert kept
    with database.reading() as connection:
        found = audit.look(connection, key=b"secret")
    assert (found.broken, found.entries, found.first > 1) == (None, 3, True)


def test_a_round_takes_a_little_at_a_time_until_nothing_is_left(told, database, periods, clock, monkeypatch):
    most = 2
    monkeypatch.setattr(service, "MOST", most)
    said = would_go(database, periods, clock)
    asked = len(read(database, ReceiptRow.id))
    assert forget(told.door, periods, clock) == said
    steps = len(read(database, ReceiptRow.id)) - (asked - said[Kind.RECEIPTS])
    accounts = said.pop(Kind.ACCOUNTS)
    assert steps == accounts + sum(gone // most + 1 for gone in said.values())


def test_the_report_has_numbers_and_no_content(aged, database, periods, clock):
    said = forget(aged.door, periods, clock)
    with database.reading() as connection:
        (one,) = queries.rounds(connection, most=5)
    assert one.removed == {kind: count for kind, count in said.items() if count}
    assert "example.org" not in repr(read(database, *RetentionRun.__table__.columns))


def test_a_round_that_was_broken_off_goes_on_and_is_one_in_the_report(aged, database, periods, clock):
    said = would_go(database, periods, clock)
    round_, now = commands.new_id(), clock.now()
    some = {kind: periods[kind] for kind in (Kind.LINKS, Kind.MAILS)}
    service.go_through(aged.door, some, round_=round_, now=now)
    service.go_through(aged.door, periods, round_=round_, now=now)
    with database.reading() as connection:
        (one,) = queries.rounds(connection, most=5)
    assert one.removed == {kind: count for kind, count in said.items() if count}


def test_the_night_is_planned_once_and_again_when_it_is_over(aged, database, periods, clock):
    brought = {service.JOB: service.nightly(periods)}
    nights = set()
    for _ in range(3):
        for _ in range(2):
            service.keep_planned(aged.door)
        ((due_at,),) = read(database, JobRow.due_at, where=NIGHTS)
        nights.add(due_at)
        assert jobs.carry_out_due(aged.door, brought) == 0
        clock.move(days=1)
        assert jobs.carry_out_due(aged.door, brought) == 1
        assert jobs.carry_out_due(aged.door, brought) == 0
    assert len(nights) == len(read(database, RetentionRun.round)) == 3


def test_a_night_that_nobody_was_there_for_is_made_up_for(aged, database, periods, clock):
    service.keep_planned(aged.door)
    clock.move(days=40)
    assert jobs.carry_out_due(aged.door, {service.JOB: service.nightly(periods)}) == 1
    assert len(read(database, RetentionRun.round)) == 1


def test_two_processes_plan_one_night_and_go_through_it_once(aged, database, database_kind, periods, clock):
    """On SQLite there is only one; there its loops share the door."""
    other = aged.door
    if database_kind == "postgres":
        other = type(aged.door)(
            Database(database.url.render_as_string(hide_password=False)), aged.door.identify, secret=b"secret"
        )
    said = would_go(database, periods, clock)
    tried = []

    def work(door):
        tried.append(jobs.carry_out_due(door, {service.JOB: service.nightly(periods)}))

    for act in (service.keep_planned, work):
        threads = [threading.Thread(target=act, args=(door,)) for door in (aged.door, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        clock.move(days=1)
        assert len(read(database, JobRow.id, where=NIGHTS)) == (1 if act is service.keep_planned else 0)
    if other is not aged.door:
        other.database.close()
    with database.reading() as connection:
        (one,) = queries.rounds(connection, most=5)
    assert sum(tried) == 1
    assert one.removed[Kind.MAILS] == said[Kind.MAILS]


def test_an_account_goes_when_nobody_has_used_it_and_nothing_is_left_of_it(told, database, periods, clock):
    names = {world_id: who for who, world_id in told.people.items()}
    forget(told.door, periods, clock)
    erased = read(database, Person.public_id, where=Person.erased_at.is_not(None))
    assert sorted(names[person] for (person,) in erased) == ["ahlen_2", "stranger"]
    assert read(database, Person.email, where=Person.email.startswith("stranger")) == []


def _signed_in(own, day):
    return update(Person).where(Person.id == own).values(signed_in_at=day)


def _made(own, day):
    return update(Person).where(Person.id == own).values(created_at=day)


def _seated(own, day):
    some = Seat.id == select(Seat.id).limit(1).scalar_subquery()
    return update(Seat).where(some).values(person_id=own, valid_until=day)


def _granted(own, day):
    some = RoleGrant.id == select(RoleGrant.id).where(RoleGrant.role == "coach").scalar_subquery()
    return update(RoleGrant).where(some).values(person_id=own, valid_until=day)


def _invited(own, day):
    offer = {"email": "stranger@example.org", "name": "neu", "language": "de", "role": "network"}
    return insert(Invitation).values(public_id="again", invited_at=day, **offer)


@pytest.mark.parametrize("act", [_signed_in, _made, _seated, _granted, _invited])
@pytest.mark.parametrize("days", [20, 40])
def test_whoever_was_there_within_the_period_stays_and_is_warned_anew(
    told, database, periods, clock, act, days
):
    """Those from whom a seat and a role are taken here have been there lately themselves."""
    stranger = select(Person.id).where(Person.public_id == told.people["stranger"])
    with database.engine.connect() as connection, connection.begin() as trial:
        lately = Person.public_id.in_([told.people[who] for who in ("ahlen", "menden", "coach")])
        connection.execute(update(Person).where(lately).values(signed_in_at=clock.now()))
        assert queries.would_go(connection, periods, clock.now())[Kind.ACCOUNTS] == 2
        own = connection.execute(stranger).scalar_one()
        connection.execute(act(own, clock.now() - timedelta(days=days)))
        assert queries.would_go(connection, periods, clock.now())[Kind.ACCOUNTS] == 1
        trial.rollback()


def test_accounts_are_no_rows_to_be_taken_away(world, clock):
    body = {"round": commands.new_id(), "kind": "accounts", "before": clock.now()}
    assert world.refused(service.HOUSE, "retention.run", "house", body) == "invalid"
