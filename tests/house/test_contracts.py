"""Who may import whom: the contracts of pyproject.toml hold, and each of them can be broken."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"

BREACHES = {
    "rooms": [
        ("people.cohorts", "workshops"),
        ("foundation.clock", "people"),
        ("resources.items", "live"),
        ("live.wire", "workshops.voting.service"),
        ("workshops.voting.service", "coaching"),
        ("workshops.voting.policy", "werkstatt"),
    ],
    "feature": [
        ("workshops.voting.service", "workshops.voting.views"),
        ("workshops.voting.models", "workshops.voting.policy"),
        ("workshops.voting.policy", "workshops.voting.service"),
        ("workshops.voting.queries", "workshops.voting.forms"),
        ("people.sign_in.service", "people.sign_in.views"),
        ("people.models", "people.service"),
    ],
    "meaning": [
        ("workshops.voting.models", "flask"),
        ("workshops.voting.rules", "flask_babel"),
        ("workshops.voting.events", "flask_socketio"),
        ("people.sign_in.policy", "werkzeug"),
        ("people.service", "flask_login"),
        ("foundation.door", "flask"),
    ],
    "rules": [
        ("workshops.voting.rules", "sqlalchemy"),
        ("people.sign_in.rules", "foundation.database"),
    ],
    "values": [
        ("workshops.voting.rules", "workshops.voting.models"),
        ("workshops.voting.events", "workshops.voting.models"),
        ("people.sign_in.events", "people.models"),
    ],
    "socketio": [
        ("workshops.voting.views", "flask_socketio"),
        ("people.sign_in.views", "socketio"),
        ("foundation.streams", "engineio"),
    ],
    "doors": [
        ("workshops.voting.views", "people.sign_in.forms"),
        ("workshops.voting.service", "people.sign_in.rules"),
        ("live.wire", "people.sign_in.views"),
    ],
}


def _lint(folder, *, rooms):
    """Runs import-linter with the contracts in `folder` on the rooms in `rooms`."""
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(rooms), "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )


def _house(folder):
    """A house in which every feature has every file and nothing imports anything."""
    files = ["models", "rules", "events", "policy", "service", "queries", "views", "forms"]
    features = ["people", "people/sign_in", "workshops/voting"]
    modules = {f"{room}/__init__" for room in CONTRACTS["root_packages"]}
    modules |= {f"{feature}/{name}" for feature in features for name in [*files, "__init__"]}
    modules |= {"people/cohorts", "resources/items", "live/wire"}
    modules |= {f"foundation/{name}" for name in ("clock", "door", "streams", "database", "eventlog")}
    for module in modules:
        path = folder / f"{module}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_contracts_hold():
    checked = _lint(ROOT, rooms=ROOT / "platform")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_contracts_are_those_that_are_broken_here():
    assert [contract["id"] for contract in CONTRACTS["contracts"]] == list(BREACHES)


def test_a_house_without_imports_breaks_nothing(tmp_path):
    checked = _lint(_house(tmp_path), rooms=tmp_path)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("contract", CONTRACTS["contracts"], ids=lambda contract: contract["id"])
def test_a_forbidden_import_breaks_its_contract(tmp_path, contract):
    house, breaches = _house(tmp_path), BREACHES[contract["id"]]
    for importer, imported in breaches:
        (house / f"{importer.replace('.', '/')}.py").write_text(f"import {imported}\n")
    said = _lint(house, rooms=house).stdout
    assert f"{contract['name']} BROKEN" in said
    assert [breach for breach in breaches if " -> ".join(breach) not in said] == []
