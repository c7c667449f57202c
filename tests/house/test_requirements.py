"""Everything that is fetched is pinned and hashed, and no file says from which host."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LISTS = ("run", "dev", "build", "uv")


def _pins(name):
    """{package: version} of one list; a package that differs by system may stand there twice."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return [(re.match(r"([\w.-]+)(?:\[[\w,-]+\])?==([^\s;]+)", line), line) for line in lines]


def _plain(requirement):
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement).group()).lower()


@pytest.mark.parametrize("name", LISTS)
def test_every_line_pins_one_version_with_its_hashes(name):
    assert [line for pin, line in _pins(name) if not pin or "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("name", LISTS)
def test_no_list_says_where_packages_come_from(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert "://" not in text
    known = re.compile(r"\s*$|\s*#|\s+--hash=sha256:|[\w.\[\]-]+==")
    assert [line for line in text.splitlines() if not known.match(line)] == []


def test_what_runs_is_what_was_tested():
    run, dev = ({pin.groups() for pin, _line in _pins(name)} for name in ("run", "dev"))
    assert run - dev == set()


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("run", PROJECT["project"]["dependencies"]),
        ("dev", PROJECT["dependency-groups"]["dev"]),
        ("build", PROJECT["build-system"]["requires"]),
    ],
)
def test_the_lists_follow_pyproject(name, wanted):
    pinned = {_plain(pin.group(1)) for pin, _line in _pins(name)}
    assert {_plain(each) for each in wanted} - pinned == set()


def test_browser_packages_are_named_by_exact_version():
    package = json.loads((ROOT / "package.json").read_text())
    versions = {**package["dependencies"], **package["devDependencies"]}
    assert {
        name: found for name, found in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", found)
    } == {}


def test_the_browser_lock_follows_package_json_and_names_no_host():
    package = json.loads((ROOT / "package.json").read_text())
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    here = lock.pop("")
    assert (here["dependencies"], here["devDependencies"]) == (
        package["dependencies"],
        package["devDependencies"],
    )
    assert [name for name, entry in lock.items() if "resolved" in entry or "integrity" not in entry] == []
