"""What a secret poll leaves behind: looked for in every row, file, event, log and backup."""

import random
import tarfile
import uuid
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select, text

from foundation import commands, eventlog
from foundation.database import Model
from foundation.errors import Refusal
from foundation.jobs import JobRow
from foundation.transaction import Transaction
from foundation.vault import LostError
from werkstatt.backup import making
from workshops.voting.models import Poll
from workshops.voting.secret import box, rules
from workshops.voting.secret.models import PollBox

from .conftest import VOTERS


def everything(world):
    """Every column of every row, by table."""
    with world.door.database.reading() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in Model.metadata.sorted_tables
        }


def changed(before, after):
    return {table for table, found in after.items() if found != before[table]}


def sealed(world):
    with world.door.database.reading() as connection:
        return connection.execute(select(PollBox.sealed)).scalar_one()


TABLES = """
    SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
LOG = """
    SELECT pg_read_binary_file('pg_wal/' || name) FROM pg_ls_waldir()
    WHERE name BETWEEN pg_walfile_name(CAST(:since AS pg_lsn)) AND pg_walfile_name(pg_current_wal_lsn())
"""


class Disk:
    """The bytes of the database and of its log, as they lie on the disk; of a log that others write too,
    what was written since this was made."""

    def __init__(self, world):
        self._database = world.door.database
        self._since = self._asked("SELECT pg_current_wal_lsn()")[0] if self._shared else None

    @property
    def _shared(self):
        return self._database.engine.dialect.name == "postgresql"

    def _asked(self, query, **values):
        with self._database.reading() as connection:
            return connection.execute(text(query), values).scalars().all()

    def read(self):
        if not self._shared:
            path = self._database.url.database
            return Path(path).read_bytes() + Path(f"{path}-wal").read_bytes()
        with self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CHECKPOINT"))
        return b"".join(self._asked(TABLES) + self._asked(LOG, since=self._since))


def box_of(world):
    with world.door.database.reading() as connection:
        poll = connection.execute(select(Poll.id)).scalar_one()
        return box.look(connection, world.door.vault, poll)


def test_a_mark_in_an_open_poll_would_be_found(world):
    """What is looked for below is there where nothing is secret."""
    topic = world.propose()
    world.ask("facilitator", "poll.open")
    before = everything(world)
    world.mark("ahlen", topic)
    assert changed(before, everything(world)) >= {"receipt", "event", "stream", "ballot", "mark"}


def test_nothing_in_the_database_changes_but_the_box(secret):
    before = everything(secret.world)
    for number, who in enumerate([*VOTERS, "ahlen_2"]):
        was = everything(secret.world)
        secret.cast(who, number % 4, base=int(who == "ahlen_2"), abstained=who == "unna")
        assert changed(was, everything(secret.world)) == {"poll_box"}
    after = everything(secret.world)
    assert changed(before, after) == {"poll_box"}
    assert len(after["poll_box"]) == len(before["poll_box"]) == 1


def test_the_box_is_as_long_as_ever_whatever_is_put_into_it(secret):
    dice, seen, versions = random.Random(5), set(), dict.fromkeys(VOTERS, 0)
    for _ in range(40):
        who = dice.choice(VOTERS)
        topics = dice.sample(range(4), dice.randrange(5))
        secret.cast(who, *topics, base=versions[who], abstained=dice.random() < 0.2)
        versions[who] += 1
        seen.add(sealed(secret.world))
    assert len(seen) == 40
    assert {len(one) for one in seen} == {len(VOTERS) * rules.SHEET + 28}


def test_neither_the_paper_nor_the_command_lies_on_the_disk(secret):
    disk, command = Disk(secret.world), commands.new_id()
    secret.cast("ahlen", 0, 2, command_id=command)
    plain = next(sheet for sheet in box_of(secret.world).values() if sheet.marks)
    packed = rules.pack([plain])
    written = disk.read()
    assert sealed(secret.world)[-32:] in written
    marks = packed[rules.SHEET - rules.MOST_MARKS * 10 :][:20]
    for trace in (command.encode(), uuid.UUID(command).bytes, marks, plain.asked[0].digest):
        assert len(trace) >= 16
        assert trace not in written
    secret.close()
    secret.work()
    assert command.encode() not in disk.read()


def test_nothing_is_logged_of_a_ballot_and_nothing_tells_the_streams(secret):
    heads = secret.world.heads()
    with structlog.testing.capture_logs() as logged:
        secret.cast("ahlen", 0, 2)
        with pytest.raises(Refusal):
            secret.cast("ahlen", 1)
    assert logged == []
    assert secret.world.heads() == heads


def test_every_answer_is_the_same(secret):
    answers = [secret.cast("ahlen", 0, 1, 2), secret.cast("menden"), secret.cast("senden", 1, abstained=True)]
    assert {eventlog.encode(answer.as_dict()) for answer in answers} == {'{"seqs":{},"result":{}}'}


def test_neither_facilitators_nor_administrators_learn_who_is_missing(secret):
    streams = [secret.world.stream(), secret.world.stream("facilitators"), secret.world.stream("ahlen")]
    before = [secret.world.state(stream) for stream in streams]
    assert before[1]["missing"] == []
    for who in VOTERS[:5]:
        secret.cast(who, 0)
    assert [secret.world.state(stream) for stream in streams] == before
    secret.close()
    told = secret.world.state(secret.world.stream("facilitators"))
    assert told["missing"] == []
    ballot = secret.world.state(secret.world.stream("ahlen"))
    assert (ballot["marks"], ballot["abstained"], ballot["version"]) == ({}, False, 0)


def test_after_the_close_no_row_says_which_team_wanted_what(secret):
    """Two polls in which the teams have changed places end in the same rows."""
    found = []
    for turn in (VOTERS, VOTERS[::-1]):
        if found:
            secret.open()
        for number, who in enumerate(turn):
            secret.cast(who, 0, *([1] if number < 2 else []))
        secret.close()
        agenda = secret.world.state()["agenda"]
        found.append([(block["title"], block["approvals"]) for block in agenda["blocks"]])
        rows = everything(secret.world)
        names = [secret.world.teams[who] for who in VOTERS]
        assert not [row for row in rows["block"] + rows["agenda"] if any(name in row for name in names)]
        assert rows["mark"] == rows["poll_box"] == []
        assert all(", False, False, 0, False, None, None, None, None, None)" in row for row in rows["ballot"])
    assert found[0] == found[1] == [("Strategie", 6), ("Netzwerk", 2)]


def test_the_key_is_destroyed_once_the_close_is_committed_and_then_nothing_opens_the_box(secret):
    for who in VOTERS:
        secret.cast(who, 0)
    kept, name = sealed(secret.world), next(iter(secret.keys))
    assert secret.world.door.vault.open(name, kept, about=secret.poll)
    secret.close()
    # As after a crash: the commit is there, the key too, and the work that destroys it is not forgotten.
    assert secret.keys == {name}
    with secret.world.door.database.reading() as connection:
        kinds = connection.execute(select(JobRow.kind)).scalars().all()
    assert box.DESTROY in kinds
    secret.work()
    assert secret.keys == set()
    with pytest.raises(LostError):
        secret.world.door.vault.open(name, kept, about=secret.poll)


def test_a_close_that_is_broken_off_destroys_nothing(secret):
    secret.cast("ahlen", 0)
    before = everything(secret.world)

    def break_off(connection):
        transaction = Transaction(connection, vault=secret.world.door.vault)
        box.remove(transaction, connection.execute(select(Poll.id)).scalar_one())
        raise LookupError

    with pytest.raises(LookupError):
        secret.world.door.write(break_off)
    secret.work()
    assert everything(secret.world) == before
    assert len(secret.keys) == 1
    assert [sheet.version for sheet in box_of(secret.world).values()].count(1) == 1


def test_no_backup_has_the_box_and_no_database_or_backup_the_key(secret, tmp_path, monkeypatch):
    monkeypatch.setattr(making.MigrationContext, "get_current_revision", lambda _: "now")
    secret.cast("ahlen", 0)
    file = making.make(secret.world.door.database, tmp_path / "saved.tar", recipient="").file
    saved = file.read_bytes()
    name = next(iter(secret.keys))
    key = (tmp_path / "keys" / f"{name}.key").read_bytes()
    with tarfile.open(file) as archive:
        tables = archive.getnames()
    assert "tables/poll.jsonl" in tables
    assert "tables/poll_box.jsonl" not in tables
    assert sealed(secret.world) not in saved
    assert not any(form in saved for form in (key, key.hex().encode(), name.encode()))
    assert not any(
        key.hex() in row or repr(key) in row for rows in everything(secret.world).values() for row in rows
    )
