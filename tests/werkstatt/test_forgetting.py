"""What an operator is told of what would be forgotten, and of what was."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.scene import Scene
from tests.serving import SECRET_KEY
from tests.stored import fingerprint

from foundation import clock
from foundation.database import Database
from werkstatt.cli import main


def asked(*arguments: str) -> str:
    return CliRunner().invoke(main, ["retention", *arguments], catch_exceptions=False).output


def test_the_dry_run_says_what_the_run_does(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"database_url": scene.url, "secret_key": SECRET_KEY, "data_dir": str(tmp_path)}
    for name, value in told.items():
        monkeypatch.setenv(f"WERKSTATT_{name.upper()}", value)
    database = Database(scene.url)
    clock.move(timedelta(days=401))
    before = fingerprint(database)

    would_go = asked("--dry-run")

    assert fingerprint(database) == before
    *kinds, warned, total = would_go.splitlines()
    assert "Links aus E-Mails, älter als 7 Tage: 4" in kinds
    assert warned == "Konten, vor deren Löschen eine E-Mail warnt: 0"
    assert total.startswith("Zusammen: ")
    assert total.endswith(". Es wurde nichts verändert.")

    assert asked().splitlines() == [*kinds, warned, total.removesuffix(" Es wurde nichts verändert.")]
    assert fingerprint(database) != before
    assert asked("--dry-run").endswith("Zusammen: 0. Es wurde nichts verändert.\n")
    database.close()
