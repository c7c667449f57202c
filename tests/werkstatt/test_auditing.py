"""What an operator is told of the list of what was administered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, func, select, update
from tests.scene import Scene
from tests.serving import SECRET_KEY

from foundation import commands, policy
from foundation.audit import AuditRow
from foundation.database import Database
from foundation.door import Door
from people.sign_in.queries import identify_within
from people.sign_in.rules import SessionLimits
from werkstatt import keys
from werkstatt.cli import main
from werkstatt.settings import load


@pytest.fixture
def audited(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The scene's database with a chain that was sealed with the key of these settings."""
    told = {"database_url": scene.url, "secret_key": SECRET_KEY, "data_dir": str(tmp_path)}
    for name, value in told.items():
        monkeypatch.setenv(f"WERKSTATT_{name.upper()}", value)
    database = Database(scene.url)
    with database.transaction() as connection:
        connection.execute(delete(AuditRow))
    door = Door(database, identify_within(SessionLimits()), secret=keys.key(load(), keys.RECEIPTS))
    for number in range(3):
        body = {"name": f"Ort {number}", "kind": "stadt"}
        door.carry_out(policy.system("seed"), commands.ask("organisation.create", "house", body))
    yield database
    database.close()


def verify(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["audit", "verify", *arguments], catch_exceptions=False)


def test_a_list_that_is_whole_is_said_to_be_so(audited: Database) -> None:
    told = verify()
    assert told.exit_code == 0
    assert re.fullmatch(
        r"Einträge: 3\nErster: Nummer 1 vom .+ Uhr\nLetzter: Nummer 3 vom .+ Uhr\n"
        r"Prüfwert des letzten: [0-9a-f]{64}\nDas Protokoll ist unverändert\.\n",
        told.output,
    )
    head = told.output.split("Prüfwert des letzten: ")[1].split()[0]
    assert verify("--head", head).exit_code == 0


def test_what_was_changed_is_named(audited: Database) -> None:
    with audited.transaction() as connection:
        connection.execute(update(AuditRow).where(AuditRow.seq == 2).values(actor="somebody"))
    told = verify()
    assert (told.exit_code, "Eintrag 2 passt nicht" in told.output) == (1, True)


def test_what_was_cut_off_is_missed(audited: Database) -> None:
    head = verify().output.split("Prüfwert des letzten: ")[1].split()[0]
    with audited.transaction() as connection:
        last = connection.execute(select(func.max(AuditRow.seq))).scalar_one()
        connection.execute(delete(AuditRow).where(AuditRow.seq == last))
    assert verify().exit_code == 0
    told = verify("--head", head)
    assert (told.exit_code, "kommt nicht mehr vor" in told.output) == (1, True)
