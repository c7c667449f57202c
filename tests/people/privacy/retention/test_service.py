"""What is older than its period goes, once a night, and nothing else."""

import threading

import pytest
from sqlalchemy import select

from foundation import audit, commands, jobs
from foundation.audit import AuditRow
from foundation.database import Database
from foundation.eventlog import EventRow, StreamRow
from foundation.jobs import JobRow
from foundation.receipts import ReceiptRow
from people.imports.models import ImportRow
from people.invitations.models import Invitation
from people.links.models import LinkRow
from people.mail.models import MailRow
from people.privacy.models import RetentionRun
from people.privacy.retention import queries, service
from people.privacy.retention.rules import Kind
from people.sign_in.models import Device


def read(database, *columns):
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(select(*columns))]


def would_go(database, periods, clock):
    with database.reading() as connection:
        return queries.would_go(connection, periods, clock.now())


def forget(door, periods, clock):
    return service.go_through(door, periods, round_=commands.new_id(), now=clock.now())


def test_the_dry_run_changes_nothing_and_says_what_the_round_takes(aged, database, periods, clock):
    before = {table: read(database, *table.__table__.columns) for table in (MailRow, EventRow, AuditRow)}
    said = would_go(database, periods, clock)
    assert {table: read(database, *table.__table__.columns) for table in before} == before
    assert said[Kind.INVITATIONS] == said[Kind.MAILS] == 3
    assert said[Kind.LINKS] == said[Kind.DEVICES] == said[Kind.IMPORTS] == 1
    assert min(said[Kind.RECEIPTS], said[Kind.EVENTS], said[Kind.AUDIT]) > 1

    assert forget(aged.door, periods, clock) == said
    assert set(would_go(database, periods, clock).values()) == {0}


def test_what_is_younger_stays_and_what_is_planned_for_later(aged, database, periods, clock):
    forget(aged.door, periods, clock)
    assert sorted(read(database, Invitation.public_id)) == [
        ("new accepted",), ("new open",), ("new withdrawn",)
    ]  # fmt: skip
    assert sorted(read(database, MailRow.public_id)) == [
        ("new failed",), ("new planned",), ("new sent",), ("new waiting",), ("old planned",)
    ]  # fmt: skip
    for table in (LinkRow, ImportRow):
        assert read(database, table.public_id) == [("new",)]
    assert read(database, Device.key) == [("new",)]
    for table, kind in ((ReceiptRow, Kind.RECEIPTS), (EventRow, Kind.EVENTS), (AuditRow, Kind.AUDIT)):
        oldest = min(moment for (moment,) in read(database, table.at))
        assert clock.now() - oldest < periods[kind]


def test_streams_have_no_gap_and_the_chain_holds_afterwards(aged, database, periods, clock):
    forget(aged.door, periods, clock)
    kept = {}
    for stream, seq in read(database, EventRow.stream, EventRow.seq):
        kept.setdefault(stream, []).append(seq)
    for stream, head, trimmed in read(database, StreamRow.name, StreamRow.head, StreamRow.trimmed):
        assert sorted(kept.get(stream, [])) == list(range(trimmed + 1, head + 1))
    assert kept
    with database.reading() as connection:
        found = audit.look(connection, key=b"secret")
    assert (found.broken, found.entries, found.first > 1) == (None, 1, True)


@pytest.mark.parametrize("most", [1, 2, 1000])
def test_a_round_takes_a_little_at_a_time_until_nothing_is_left(
    aged, database, periods, clock, monkeypatch, most
):
    monkeypatch.setattr(service, "MOST", most)
    said = would_go(database, periods, clock)
    asked = len(read(database, ReceiptRow.id))
    assert forget(aged.door, periods, clock) == said
    steps = len(read(database, ReceiptRow.id)) - (asked - said[Kind.RECEIPTS])
    assert steps == sum(gone // most + 1 for gone in said.values())


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
        ((due_at,),) = read(database, JobRow.due_at)
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
        assert len(read(database, JobRow.id)) == (1 if act is service.keep_planned else 0)
    if other is not aged.door:
        other.database.close()
    with database.reading() as connection:
        (one,) = queries.rounds(connection, most=5)
    assert sum(tried) == 1
    assert one.removed[Kind.MAILS] == said[Kind.MAILS]


@pytest.mark.parametrize("who", ["administrator", "ahlen", "coach", "facilitator"])
def test_nobody_makes_the_house_forget_but_itself(world, clock, who):
    body = {"round": commands.new_id(), "kind": "audit", "before": clock.now()}
    assert world.refused(who, "retention.run", "house", body) == "not_found"
