"""dev.py starts with a bare Python, says what it can do, and does nothing twice."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ("demo", "run", "test", "lint", "bench", "lock", "words", "help")


def _dev(*arguments):
    return subprocess.run([sys.executable, "dev.py", *arguments], cwd=ROOT, capture_output=True, text=True)


def test_help_names_every_command():
    said = _dev("help")
    assert said.returncode == 0
    named = [line.split()[0] for line in said.stdout.splitlines() if line.startswith("  ")]
    assert named == list(COMMANDS)


def test_no_command_is_answered_with_help():
    assert _dev().stdout == _dev("help").stdout


def test_an_unknown_command_is_refused_with_help():
    said = _dev("fly")
    assert (said.returncode, said.stdout) == (2, "")
    assert "»fly« gibt es nicht." in said.stderr


@pytest.mark.parametrize("name", ["dev.py", "build_hook.py"])
def test_an_old_python_can_read_far_enough_to_say_that_it_is_too_old(name):
    ast.parse((ROOT / name).read_text(), feature_version=(3, 8))


def test_setting_up_needs_the_standard_library_only():
    """build_hook.py imports hatchling and Babel where they are, and does without where they are not."""
    wanted = (
        "import sys; sys.modules.update(hatchling=None, babel=None); import dev; print(dev.main(['help']))"
    )
    said = subprocess.run([sys.executable, "-S", "-c", wanted], cwd=ROOT, capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (0, "")
