"""Backup, check and restore as an operator types them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.scene import PEOPLE, Scene, open_door
from tests.werkstatt.backup.conftest import Open, Run

from foundation import clock
from people.privacy import erasures
from werkstatt.holding import hold
from workshops.voting import queries
from workshops.voting.secret import box

PASSWORD = "vier neue Worte reichen"


def test_from_the_first_account_to_the_same_account_elsewhere(
    run: Run, database_url: str, empty: Callable[[str], str], database_kind: str, tmp_path: Path
) -> None:
    assert run(database_url, "migrate").exit_code == 0
    run(database_url, "create-admin", "--email", "a@example.org", "--name", "Amt", "--password", PASSWORD)
    saved = run(database_url, "backup", "--to", tmp_path / "saved.tar")
    assert saved.exit_code == 0
    assert "nicht verschlüsselt" in saved.output
    checked = run(database_url, "backup", "verify", tmp_path / "saved.tar")
    assert (checked.exit_code, "vollständig" in checked.output) == (0, True)
    again = run(database_url, "backup", "--to", tmp_path / "saved.tar")
    assert (again.exit_code, "gibt es schon" in again.output) == (1, True)
    other = empty(database_kind)
    restored = run(other, "restore", tmp_path / "saved.tar")
    assert restored.exit_code == 0
    assert "Alle Sitzungen sind beendet" in restored.output
    changed = run(other, "set-password", "--email", "a@example.org", "--password", f"{PASSWORD} mehr")
    assert changed.exit_code == 0
    twice = run(other, "restore", tmp_path / "saved.tar")
    assert (twice.exit_code, "stehen schon Daten" in twice.output) == (1, True)


def test_a_backup_lies_in_the_data_folder_by_default(run: Run, scene: Scene, tmp_path: Path) -> None:
    assert run(scene.url, "backup").exit_code == 0
    (file,) = (tmp_path / "var" / "backups").iterdir()
    assert file.name.startswith("werkstatt-20")
    assert file.suffix == ".tar"
    checked = run(scene.url, "backup", "verify", file)
    assert (checked.exit_code, "WERKSTATT_SECRET_KEY" in checked.output) == (1, True)


def test_a_server_that_runs_keeps_its_database(
    run: Run, saved: Path, tmp_path: Path, on_sqlite: None
) -> None:
    with hold(tmp_path / "var"):
        refused = run(f"sqlite:///{tmp_path}/new.sqlite3", "restore", saved)
    assert (refused.exit_code, "zuerst an" in refused.output) == (1, True)
    assert not (tmp_path / "new.sqlite3").exists()


@pytest.mark.parametrize("command", [["backup", "verify"], ["restore"]])
def test_what_is_no_backup_is_told_in_a_sentence(
    run: Run, tmp_path: Path, on_sqlite: None, command: list[str]
) -> None:
    (tmp_path / "letter.txt").write_text("Sehr geehrte Damen und Herren")
    refused = run(f"sqlite:///{tmp_path}/new.sqlite3", *command, tmp_path / "letter.txt")
    assert (refused.exit_code, "keine Sicherung" in refused.output) == (1, True)


def test_who_was_erased_after_the_backup_is_erased_again(
    run: Run, scene: Scene, saved: Path, empty: Callable[[str], str], database_kind: str, tmp_path: Path
) -> None:
    """The list lies beside the database: what was put back holds no name, address or word of the person."""
    marks = [PEOPLE["member"].encode(), b"member@example.org"]
    assert all(mark in saved.read_bytes() for mark in marks)
    at = clock.wire(clock.now())
    erasures.note(tmp_path / "var" / erasures.FILE, scene.people["member"], at)
    url = empty(database_kind)
    restored = run(url, "restore", saved)
    assert (restored.exit_code, "1 Personen" in restored.output) == (0, True)
    assert run(url, "backup", "--to", tmp_path / "after.tar").exit_code == 0
    places = [tmp_path / "after.tar", *tmp_path.glob("restored.sqlite3*")]
    assert {place.name for place in places} >= {"after.tar"}
    for place in places:
        assert [mark for mark in marks if mark in place.read_bytes()] == [], place.name


def test_a_secret_poll_that_ran_when_the_backup_was_made_begins_again(
    run: Run, scene: Scene, saved: Path, empty: Callable[[str], str], database_kind: str, tmp_path: Path,
    opened: Open,
) -> None:  # fmt: skip
    url = empty(database_kind)
    restored = run(url, "restore", saved)
    assert (restored.exit_code, "1 geheime Abstimmungen" in restored.output) == (0, True)
    door = open_door(opened(url), keys=tmp_path / "var" / "keys")
    with door.database.reading() as connection:
        poll = queries.last(connection, scene.workshops["sealed"])
        assert poll is not None
        assert (poll.id, poll.closed_at, poll.reset_at is None) == (scene.polls["sealed"], None, False)
        sheets = box.look(connection, door.vault, poll.row)
        assert [sheet.version for sheet in sheets.values()] == [0, 0, 0]
        log = queries.handled(connection, scene.workshops["sealed"])
    assert [entry["what"] for entry in log] == ["opened", "reset"]
