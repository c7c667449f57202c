"""The command `werkstatt`: what it offers, and how light it is before one is asked for."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.serving import ROOT

from werkstatt.cli import ELSEWHERE, main


def test_every_command_says_in_german_what_it_does() -> None:
    shown = CliRunner().invoke(main, ["--help"])
    assert shown.exit_code == 0
    for name in {*main.commands, *ELSEWHERE}:
        assert f"  {name}  " in shown.output
        assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0


def test_a_command_that_does_not_exist_is_refused() -> None:
    assert CliRunner().invoke(main, ["praise"]).exit_code == 2


def test_nothing_of_the_house_is_imported_before_a_command_needs_it() -> None:
    """`serve` hands the process over: whatever were imported here would be imported twice."""
    heavy = "('flask', 'sqlalchemy', 'foundation')"
    asked = f"import sys, werkstatt.cli; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT / "platform", capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[dict[str, str]]:
    """The environments that servers would have begun with; the data lies in the test's own folder."""
    seen: list[dict[str, str]] = []

    def begin(_program: str, _arguments: list[str], environment: dict[str, str]) -> Any:
        seen.append(environment)
        raise SystemExit

    monkeypatch.setattr(os, "execve", begin)
    monkeypatch.setenv("WERKSTATT_DATA_DIR", str(tmp_path))
    return seen


def test_the_demo_keeps_its_secret_for_itself(handed_over: list[dict[str, str]], tmp_path: Path) -> None:
    for _ in range(2):
        CliRunner().invoke(main, ["demo"])
    first, second = (environment["WERKSTATT_SECRET_KEY"] for environment in handed_over)
    assert first == second == (tmp_path / "demo" / "secret").read_text()
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "demo" / "secret").stat().st_mode) == 0o600


@pytest.mark.parametrize("left", ["secret", "secret.part"])
def test_a_demo_that_was_broken_off_while_it_made_its_secret_makes_another(
    handed_over: list[dict[str, str]], tmp_path: Path, left: str
) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / left).touch()
    CliRunner().invoke(main, ["demo"])
    assert len(handed_over[0]["WERKSTATT_SECRET_KEY"]) >= 32
    assert [file.name for file in (tmp_path / "demo").iterdir()] == ["secret"]
