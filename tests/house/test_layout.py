"""The rooms lie where they belong: platform/ stays a plain folder, and every room travels in the wheel."""

import ast
import platform
import subprocess
import sys
import sysconfig
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "platform"
ROOMS = {
    path.name for path in SOURCE.iterdir() if path.is_dir() and path.name not in ("static", "__pycache__")
}
STDLIB = Path(sysconfig.get_path("stdlib"))
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_platform_is_the_standard_librarys():
    assert Path(platform.__file__) == STDLIB / "platform.py"


def test_platform_is_the_standard_librarys_when_the_repository_root_is_on_the_path():
    asked = [sys.executable, "-c", "import platform; print(platform.__file__)"]
    found = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    assert Path(found) == STDLIB / "platform.py"


def test_the_source_root_holds_folders_only():
    assert [path.name for path in SOURCE.iterdir() if not path.is_dir()] == []


def test_every_room_is_a_package_with_a_sentence():
    silent = []
    for room in ROOMS:
        begins = SOURCE / room / "__init__.py"
        if not begins.is_file() or not ast.get_docstring(ast.parse(begins.read_text())):
            silent.append(room)
    assert silent == []


def test_every_folder_of_modules_inside_a_room_is_a_package():
    """A folder without __init__.py would be importable in the checkout and yet be no part of any contract."""
    folders = {path.parent for room in ROOMS for path in (SOURCE / room).rglob("*.py")}
    bare = {
        folder.relative_to(SOURCE).as_posix() for folder in folders if not (folder / "__init__.py").is_file()
    }
    assert bare - {"werkstatt/migrations", "werkstatt/migrations/versions"} == set()


def test_no_room_takes_a_name_that_is_taken():
    others = {name for name, owners in packages_distributions().items() if set(owners) != {"werkstatt"}}
    assert ROOMS & (others | set(sys.stdlib_module_names)) == set()


def test_every_room_travels_in_the_wheel():
    sources = SETTINGS["tool"]["hatch"]["build"]["targets"]["wheel"]["sources"]
    assert sources == {f"platform/{room}": room for room in ROOMS} | {"platform/static": "werkstatt/static"}


def test_every_room_is_under_the_import_contracts():
    assert set(SETTINGS["tool"]["importlinter"]["root_packages"]) == ROOMS


def test_no_module_is_called_after_nothing_in_particular():
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "core"}
    found = [path.relative_to(ROOT).as_posix() for path in SOURCE.rglob("*.py") if path.stem in vague]
    assert found == []


def test_tests_mirror_the_rooms_path_for_path():
    """`tests/people/accounts/test_service.py` is about `platform/people/accounts/service.py`.

    Three kinds are about more than one module: `test_rights.py`, every command and stream against every
    role; `test_storm.py`, many commands at once; `test_pages.py`, what all pages of a room share.
    """
    wide = {"rights", "storm", "pages"}
    astray = []
    for test in (path for room in ROOMS for path in (ROOT / "tests" / room).rglob("test_*.py")):
        folder = SOURCE / test.parent.relative_to(ROOT / "tests")
        name = test.stem.removeprefix("test_")
        here = {path.stem for path in folder.iterdir()} if folder.is_dir() else set()
        if not any(name == known or name.startswith(f"{known}_") for known in here | wide | {folder.name}):
            astray.append(test.relative_to(ROOT).as_posix())
    assert astray == []
