"""What was backed up is there again, in either database, and nothing opens that had been closed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update
from tests.scene import SEED, Scene, credential, open_door
from tests.stored import fingerprint
from tests.werkstatt.backup.conftest import Open

from foundation import clock, commands
from foundation.audit import AuditRow
from foundation.database import Database
from foundation.eventlog import StreamRow
from foundation.jobs import JobRow
from foundation.places import PlaceRow
from foundation.receipts import ReceiptRow
from people.invitations.models import Invitation
from people.links.models import LinkRow
from people.links.rules import Purpose
from people.mail.models import MailRow
from people.privacy.models import Erasure
from werkstatt import migrating, rooms
from werkstatt.backup import archive, making, restoring, verifying
from werkstatt.backup.making import LEFT_OUT
from werkstatt.backup.restoring import NotEmptyError, Restored
from workshops.topics.models import Topic
from workshops.voting.models import Poll

KEY = b"the key of the audit log"
OTHERWISE = {*LEFT_OUT, "link", "place", "stream", "job", "audit"}
"""Tables that are not to be as they were."""


def put_back(database: Database, file: Path, *, erased: Collection[str] = ()) -> Restored:
    with archive.opened(file, identity=None, scratch=file.parent) as found:
        return restoring.restore(database, found, erased=dict.fromkeys(erased, clock.now()), key=KEY)


def rows(database: Database, table: type) -> list[tuple[object, ...]]:
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(select(table))]


@pytest.mark.parametrize("target", ["sqlite", "postgres"])
def test_every_row_is_there_again_in_either_database(
    scene: Scene, saved: Path, opened: Open, empty: Callable[[str], str], target: str
) -> None:
    before, restored = opened(scene.url), opened(empty(target))
    put_back(restored, saved)
    assert migrating.is_current(restored)
    wanted, found = fingerprint(before), fingerprint(restored)
    assert {name for name in wanted if wanted[name] != found[name]} <= OTHERWISE
    for table in (StreamRow.head, StreamRow.name, PlaceRow.name):
        assert sorted(rows(before, table)) == sorted(rows(restored, table))


@pytest.mark.parametrize("target", ["sqlite", "postgres"])
def test_rows_that_point_at_later_ones_of_their_table_are_there_again(
    scene: Scene, opened: Open, empty: Callable[[str], str], target: str, tmp_path: Path
) -> None:
    """A topic may become part of a younger one, a poll take minutes along from one that was opened later."""
    before, restored = opened(scene.url), opened(empty(target))
    pointing = {Topic.id: Topic.merged_into_id, Poll.id: Poll.carries_from_id}
    for number, points in pointing.items():
        with before.transaction() as connection:
            first, last = connection.execute(select(func.min(number), func.max(number))).one()
            connection.execute(update(number.class_).where(number == first).values({points.key: last}))
    put_back(restored, making.make(before, tmp_path / "saved.tar", recipient="").file)
    wanted, found = fingerprint(before), fingerprint(restored)
    assert (wanted["topic"], wanted["poll"]) == (found["topic"], found["poll"])


def test_that_somebody_went_back_stands_in_the_audit_log(
    saved: Path, opened: Open, empty: Callable[[str], str]
) -> None:
    restored = opened(empty("sqlite"))
    put_back(restored, saved)
    newest = select(AuditRow.actor, AuditRow.command).order_by(AuditRow.seq.desc()).limit(1)
    with restored.reading() as connection:
        assert connection.execute(newest).one() == ("system/command-line", "backup.restore")


def test_work_goes_on_after_a_restore(
    scene: Scene, saved: Path, opened: Open, empty: Callable[[str], str], database_kind: str
) -> None:
    """New rows get numbers after the old ones, and new events follow the old ones."""
    restored = opened(empty(database_kind))
    put_back(restored, saved)
    door = open_door(restored)
    body = {"name": "Neu im Haus", "email": "neu@example.org"}
    made = door.carry_out(SEED, commands.ask("person.create", "house", body))
    assert made.result["person"]
    with pytest.raises(Exception, match="unknown_actor"):
        door.carry_out(credential("member"), commands.ask("person.create", "house", body))


def test_readers_take_a_snapshot_after_a_restore(
    scene: Scene, saved: Path, opened: Open, empty: Callable[[str], str], database_kind: str
) -> None:
    before, restored = opened(scene.url), opened(empty(database_kind))
    put_back(restored, saved)
    for table in (PlaceRow, StreamRow):
        assert not set(rows(before, table.epoch)) & set(rows(restored, table.epoch))


def test_ways_back_into_accounts_do_not_return_but_invitations_do(
    scene: Scene, opened: Open, empty: Callable[[str], str], tmp_path: Path, database_kind: str
) -> None:
    before, now = opened(scene.url), clock.now()
    links = [
        {"public_id": f"{number:016}", "purpose": purpose, "subject": "", "made_at": now, "ends_at": now}
        for number, purpose in enumerate(Purpose)
    ]
    with before.transaction() as connection:
        connection.execute(insert(LinkRow), links)
        job = {"id": "a", "kind": "mail", "due_at": now, "payload": "{}", "claimed_until": now}
        connection.execute(insert(JobRow).values(job))
    restored = opened(empty(database_kind))
    put_back(restored, making.make(before, tmp_path / "saved.tar", recipient="").file)
    assert set(rows(restored, LinkRow.purpose)) == {(Purpose.INVITATION,)}
    claims = rows(restored, JobRow.claimed_until)
    assert claims == [(None,)] * len(claims) != []


def test_only_an_empty_database_takes_a_backup(
    scene: Scene, saved: Path, opened: Open, empty: Callable[[str], str], database_kind: str
) -> None:
    before = opened(scene.url)
    held = fingerprint(before)
    with pytest.raises(NotEmptyError):
        put_back(before, saved)
    assert fingerprint(before) == held
    migrated = empty(database_kind)
    migrating.upgrade(migrated)
    target = opened(migrated)
    with target.transaction() as connection:
        rooms.furnish(connection)
    put_back(target, saved)
    assert fingerprint(target)["person"] == held["person"]


def test_whom_a_list_names_must_be_erased_again(
    scene: Scene, opened: Open, empty: Callable[[str], str], tmp_path: Path, database_kind: str
) -> None:
    """The list in the backup names somebody who is still in it."""
    before, now = opened(scene.url), clock.now()
    with before.transaction() as connection:
        connection.execute(insert(Erasure).values(person=scene.people["former"], at=now))
    file = making.make(before, tmp_path / "saved.tar", recipient="").file
    restored = opened(empty(database_kind))
    assert [person for person, _ in put_back(restored, file).erased_again] == [scene.people["former"]]


def test_who_was_only_invited_then_and_is_erased_now_is_not_invited_again(
    scene: Scene, saved: Path, opened: Open, empty: Callable[[str], str], database_kind: str
) -> None:
    """In the backup there is no account yet, and the invitation bears name and address."""
    before, restored = opened(scene.url), opened(empty(database_kind))
    with before.reading() as connection:
        invited = select(Invitation.email).where(Invitation.public_id == scene.invitation)
        email = connection.execute(invited).scalar_one()
    put_back(restored, saved, erased=[scene.invitation])
    assert scene.invitation in {row[0] for row in rows(before, LinkRow.subject)}
    for column in (Invitation.email, LinkRow.subject, MailRow.address):
        assert {email, scene.invitation} & {row[0] for row in rows(restored, column)} == set()


def test_a_backup_during_a_storm_is_consistent(scene: Scene, opened: Open, tmp_path: Path) -> None:
    """Every answer that is in the backup has its effect there, and every stream all its events."""
    database, done = opened(scene.url), threading.Event()
    door = open_door(database)

    def propose() -> None:
        number = 0
        while not done.is_set():
            number += 1
            body = {"title": f"Thema {number}", "question": "", "minutes": 30}
            door.carry_out(
                credential("member"), commands.ask("topic.propose", scene.place("collecting"), body)
            )

    storm = threading.Thread(target=propose)
    storm.start()
    try:
        made = [making.make(database, tmp_path / f"{n}.tar", recipient="").file for n in range(3)]
    finally:
        done.set()
        storm.join()
    for number, file in enumerate(made):
        with archive.opened(file, identity=None, scratch=tmp_path) as found:
            assert verifying.problems(found, key=b"the scene", scratch=tmp_path) == []
        target = opened(f"sqlite:///{tmp_path}/{number}.sqlite3")
        put_back(target, file)
        with target.reading() as connection:
            topics = set(connection.execute(select(Topic.public_id)).scalars())
            answers = connection.execute(
                select(ReceiptRow.answer).where(ReceiptRow.answer.contains('"topic":'))
            ).scalars()
            count = 0
            for answer in answers:
                count += 1
                assert any(topic in answer for topic in topics)
            assert count == connection.execute(select(func.count()).select_from(Topic)).scalar_one()
