"""The wheel holds the whole house and runs where there is no checkout."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "platform"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built from the checkout with the hatchling of this environment, so that nothing is fetched."""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out], cwd=ROOT, check=True
    )
    (built,) = out.glob("werkstatt-*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel, tmp_path_factory):
    """Runs Python with the unpacked wheel and the installed libraries, but without the editable install."""
    installed = tmp_path_factory.mktemp("installed")
    zipfile.ZipFile(wheel).extractall(installed)
    data = tmp_path_factory.mktemp("data")
    libraries = sysconfig.get_path("purelib")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("WERKSTATT_")},
        "PYTHONPATH": os.pathsep.join([str(installed), libraries]),
        "WERKSTATT_DATA_DIR": str(data),
        "WERKSTATT_SECRET_KEY": "a key that only this test knows, and long enough",
        "WERKSTATT_BASE_URL": "http://localhost:8000",
    }

    def run(program, *arguments):
        # -S keeps the .pth file of the editable install from being read.
        command = [sys.executable, "-S", "-c", program, *arguments]
        done = subprocess.run(command, cwd=data, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run.installed, run.data = installed, data
    return run


def _names(wheel):
    return set(zipfile.ZipFile(wheel).namelist())


def test_every_room_is_in_the_wheel(wheel):
    rooms = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    tops = {name.split("/")[0] for name in _names(wheel)}
    assert {top for top in tops if not top.endswith(".dist-info")} == rooms


def test_every_file_that_is_not_python_is_in_the_wheel(wheel):
    """Templates, migrations, translations, texts: what a room reads at run time."""
    kinds = {".html", ".txt", ".md", ".json", ".mako", ".po", ".py", ".c"}
    rooms = [path.parent for path in SOURCE.glob("*/__init__.py")]
    files = (path for room in rooms for path in room.rglob("*") if path.suffix in kinds)
    assert {path.relative_to(SOURCE).as_posix() for path in files} - _names(wheel) == set()


def test_the_built_browser_files_are_in_the_wheel(wheel):
    built = SOURCE / "static" / "dist"
    wanted = {f"werkstatt/static/dist/{path.name}" for path in built.iterdir()}
    private = {f"werkstatt/static/dist/{name}" for name in ("stamp", "meta.json")}
    assert wanted - _names(wheel) == private


def test_every_catalogue_is_compiled_in_the_wheel(wheel):
    names = _names(wheel)
    catalogues = {name for name in names if name.endswith(".po")}
    assert {name.removesuffix("po") + "mo" for name in catalogues} - names == set()


def test_it_runs_from_the_wheel_and_not_from_the_checkout(elsewhere):
    inside = elsewhere.installed / "werkstatt"
    where = elsewhere(
        "import werkstatt, werkstatt.paths as p; print(werkstatt.__file__, p.STATIC, sep='\\n')"
    )
    assert where.splitlines() == [str(inside / "__init__.py"), str(inside / "static")]


def test_the_settings_are_checked_outside_the_checkout(elsewhere):
    elsewhere("from werkstatt.cli import main; main()", "check-config")


def test_the_database_is_made_outside_the_checkout(elsewhere):
    elsewhere("from werkstatt.cli import main; main()", "migrate")
    assert list(elsewhere.data.glob("*.sqlite3"))
