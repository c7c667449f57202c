"""The command `werkstatt`: what it offers, and how light it is before one is asked for."""

from __future__ import annotations

import subprocess
import sys

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
