#!/usr/bin/env python3
"""Sets up what the house needs, then runs it: `python3 dev.py demo` in a fresh clone is enough.

Needs Python 3.11 with venv and nothing else; no Node, no database, no home directory. Everything lands in
`.venv`, `node_modules` and `var`. What is set up is noted in `.venv/werkstatt.json`, so that a second start
only compares a few hashes.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import build_hook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
ENDING = ".exe" if os.name == "nt" else ""
PYTHON = BIN / f"python{ENDING}"
NOTES = VENV / "werkstatt.json"
REQUIREMENTS = ROOT / "requirements"
OLDEST = (3, 11)
NEWEST = (3, 14)

HELP = """\
python3 dev.py BEFEHL [...]     (richtet beim ersten Mal alles Nötige ein)

  demo   Vorführung auf SQLite starten: [--port N] [--lively] [--fresh]
  run    werkstatt serve mit den Einstellungen der Umgebung: [--port N]
  test   die Tests; weitere Angaben gehen an pytest (-m slow: Störungen, Last und Angriffe)
  lint   ruff, mypy, import-linter, tsc
  bench  Messungen: [NAME] [--json DATEI]
  lock   requirements/*.txt und package-lock.json neu schreiben: [--upgrade]
  words  Texte aus den Quellen in die Übersetzungen übernehmen
  help   diese Übersicht
"""


PYTEST = ["python", "-m", "pytest", "-n", "auto", "--maxprocesses", "4", "--dist", "worksteal"]
# What each needs, and the program that then takes this one's place.
STARTS = {
    "demo": ("run", ["werkstatt", "demo"]),
    "run": ("run", ["werkstatt", "serve"]),
    "test": ("dev", [*PYTEST, "-m", "not slow"]),
    "bench": ("dev", ["python", "-m", "bench"]),
}


def main(arguments: Sequence[str]) -> int:
    name, rest = (arguments[0], list(arguments[1:])) if arguments else ("help", [])
    chores = {"lint": lint, "lock": lock, "words": words}
    try:
        if name in STARTS:
            kind, command = STARTS[name]
            set_up(kind)
            return become([str(program(command[0])), *command[1:], *rest])
        if name in chores:
            set_up("dev")
            return chores[name](rest)
    except SetUpFailed as failed:
        print(f"\n{failed}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if name in ("help", "-h", "--help"):
        print(HELP, end="")
        return 0
    print(f"»{name}« gibt es nicht.\n\n{HELP}", end="", file=sys.stderr)
    return 2


def lint(arguments: list[str]) -> int:
    """Runs every check even when an earlier one failed, and says at the end which did."""
    if arguments:
        raise SetUpFailed("lint nimmt keine Angaben.")
    fetch_compiler()
    checks = {
        "ruff check": [str(program("ruff")), "check", "."],
        "ruff format": [str(program("ruff")), "format", "--check", "."],
        "mypy": [str(PYTHON), "-m", "mypy"],
        "import-linter": [str(program("lint-imports"))],
        "tsc": [str(compiler()), "--project", "tsconfig.json"],
    }
    failed = []
    for name, command in checks.items():
        print(f"== {name}", flush=True)
        if subprocess.run(command, cwd=ROOT).returncode:
            failed.append(name)
    print(f"Nicht bestanden: {', '.join(failed)}" if failed else "lint: alles in Ordnung")
    return 1 if failed else 0


def lock(arguments: list[str]) -> int:
    """Pins for every system and Python at once, with hashes, and no word about where they came from."""
    shape = [
        *("--quiet", "--universal", "--generate-hashes", "--python-version", ".".join(map(str, OLDEST))),
        *("--custom-compile-command", "python3 dev.py lock"),
        *arguments,
    ]
    lists = {
        "uv": ["requirements/uv.in"],
        "build": ["requirements/build.in"],
        "run": ["pyproject.toml"],
        "dev": ["pyproject.toml", "--group", "dev", "--constraints", "requirements/run.txt"],
    }
    compiling = [str(program("uv")), "pip", "compile", *shape]
    commands = [[*compiling, *wanted, "-o", f"requirements/{name}.txt"] for name, wanted in lists.items()]
    if npm := shutil.which("npm", path=os.pathsep.join([os.environ.get("PATH", ""), str(BIN)])):
        commands.append([npm, "install", "--package-lock-only", "--ignore-scripts"])
    return max(subprocess.run(each, cwd=ROOT, env=environment()).returncode for each in commands)


def words(arguments: list[str]) -> int:
    """msgids are German, so German needs no catalogue; `en` follows what the sources say now."""
    pybabel, folder = str(program("pybabel")), "platform/werkstatt/translations"
    marks = ["-k", "lazy_gettext", "-k", "lazy_ngettext:1,2"]
    no_noise = ["--sort-by-file", "--add-location=file", "--no-wrap"]
    extract = [pybabel, "extract", "-F", "babel.cfg", *marks, *no_noise, "--omit-header"]
    template = VENV / "messages.pot"
    subprocess.run([*extract, "-o", str(template), "platform"], cwd=ROOT, check=True)
    quiet = ["--ignore-obsolete", "--no-fuzzy-matching", "--no-wrap", "--ignore-pot-creation-date"]
    update = [pybabel, "update", "--init-missing", *quiet, "-i", str(template), "-d", folder, "-l", "en"]
    return subprocess.run([*update, *arguments], cwd=ROOT).returncode


class SetUpFailed(RuntimeError):  # noqa: N818 -- it says what happened
    """A step went wrong; the message says to a person what to do next."""


def set_up(kind: str) -> None:
    """Make `.venv` hold what `kind` ("run", or "dev", which contains it) needs; build the browser's files."""
    if missing(kind):
        with alone():
            steps = missing(kind)  # another start may have done it meanwhile
            if steps and steps != ["bundle"]:
                print("Werkstatt wird eingerichtet (einmal, und nach Änderungen):", file=sys.stderr)
            for each in steps:
                STEPS[each](kind)


def missing(kind: str) -> list[str]:
    """What is to do, in order; nothing on a second start."""
    noted, wanted = read_notes(), wishes()
    if noted.get("python") != wanted["python"] or not PYTHON.exists():
        return ["python", "libraries", "package"]
    steps = []
    held = [name for name in ("run", "dev") if noted.get(name) == wanted[name]]
    if kind not in held and not (kind == "run" and "dev" in held):
        steps.append("libraries")
    if noted.get("package") != wanted["package"] or not build_hook.has_packages(ROOT):
        steps.append("package")
    elif not build_hook.is_current(ROOT):
        steps.append("bundle")
    return steps


def wishes() -> dict[str, str]:
    def of(*files: str) -> str:
        return hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in files)).hexdigest()

    return {
        "python": f"{sys.version_info[0]}.{sys.version_info[1]} {VENV}",
        "run": of("requirements/run.txt"),
        "dev": of("requirements/dev.txt"),
        "package": of("pyproject.toml", "requirements/build.txt", "package.json", "package-lock.json"),
    }


def read_notes() -> dict[str, str]:
    try:
        noted: dict[str, str] = json.loads(NOTES.read_text())
    except (OSError, ValueError):
        return {}
    return noted


def note(**done: str) -> None:
    NOTES.write_text(json.dumps({**read_notes(), **done}, indent=1))


def make_python(_kind: str) -> None:
    """The environment holds absolute paths, so that a moved checkout or another Python gets a new one."""
    with step(f"Umgebung für Python {sys.version_info[0]}.{sys.version_info[1]}"):
        shutil.rmtree(VENV, ignore_errors=True)
        advice = "Python kann hier keine Umgebung anlegen."
        carry_out([sys.executable, "-m", "venv", "--without-pip", str(VENV)], advice=advice)
        get_uv()
        note(python=wishes()["python"])


def get_uv() -> None:
    """By the pip of this Python; where it has none, or uv does not run, the environment gets a pip."""
    wanted = ["install", "--quiet", "--require-hashes", "-r", "requirements/uv.txt"]
    pip = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    subprocess.run([*pip, *wanted], cwd=ROOT, env=environment(), capture_output=True)
    if not uv_runs():
        carry_out([str(PYTHON), "-m", "ensurepip"], advice="Es fehlt pip. Debian: apt install python3-venv")
        subprocess.run([str(PYTHON), "-m", "pip", *wanted], cwd=ROOT, env=environment(), capture_output=True)


def get_libraries(kind: str) -> None:
    """uv fetches several at a time; where it does not run, pip does the same more slowly."""
    with step("Bibliotheken" if kind == "run" else "Bibliotheken und Werkzeuge für Tests"):
        advice = "Die Bibliotheken ließen sich nicht laden. Besteht eine Verbindung zum Paketverzeichnis?"
        carry_out([*installer(), "--require-hashes", "-r", f"requirements/{kind}.txt"], advice=advice)
        note(**{kind: wishes()[kind]})


def install_package(_kind: str) -> None:
    """An editable install: hatchling's hook fetches the browser packages, and Node where npm is missing."""
    build = ["--build-constraints", "requirements/build.txt", "--require-build-hashes"]
    again = [*build, "--reinstall-package", "werkstatt"] if uv_runs() else ["--force-reinstall"]
    with step("Dateien für den Browser"):
        carry_out(
            [*installer(), "--no-deps", *again, "-e", "."], advice="Die Werkstatt ließ sich nicht bauen."
        )
        note(package=wishes()["package"])


def rebuild(_kind: str) -> None:
    carry_out([str(PYTHON), "build_hook.py"], advice="Die Dateien für den Browser ließen sich nicht bauen.")


STEPS = {"python": make_python, "libraries": get_libraries, "package": install_package, "bundle": rebuild}


def fetch_compiler() -> None:
    """TypeScript is large and only lint needs it."""
    if build_hook.has_packages(ROOT, everything=True):
        return
    with alone(), step("Werkzeuge für den Browser-Code"):
        if not shutil.which("npm", path=os.pathsep.join([os.environ.get("PATH", ""), str(BIN)])):
            carry_out([*installer(), "-r", "requirements/build.txt"], advice="Node ließ sich nicht laden.")
        carry_out([str(PYTHON), "build_hook.py", "--lint"], advice="npm konnte die Werkzeuge nicht laden.")


def compiler() -> Path:
    """TypeScript's own program; the script of the same name in .bin would need Node."""
    found = next((ROOT / "node_modules" / "@typescript").glob(f"typescript-*/lib/tsc{ENDING}"), None)
    return found or ROOT / "node_modules" / ".bin" / "tsc"


def installer() -> list[str]:
    """Compiled at once: where Python may not write bytecode, every start would take four times as long."""
    if uv_runs():
        return [str(program("uv")), "pip", "install", "-q", "--compile-bytecode", "--python", str(PYTHON)]
    return [str(PYTHON), "-m", "pip", "install", "--quiet"]


def uv_runs() -> bool:
    uv = program("uv")
    return uv.exists() and subprocess.run([str(uv), "--version"], capture_output=True).returncode == 0


def program(name: str) -> Path:
    return BIN / f"{name}{ENDING}"


def environment() -> dict[str, str]:
    """Certificates are the system's, where a town hall keeps its own; without a HOME, caches lie here."""
    extra = {
        "VIRTUAL_ENV": str(VENV),
        "UV_SYSTEM_CERTS": "1",
        "NODE_USE_SYSTEM_CA": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PYTHONUTF8": "1",
    }
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 -- Path.home() raises where there is no home
    if not (home.is_dir() and os.access(home, os.W_OK)):
        caches = {"UV_CACHE_DIR": "uv", "PIP_CACHE_DIR": "pip", "npm_config_cache": "npm"}
        extra.update({name: str(VENV / "cache" / folder) for name, folder in caches.items()})
        extra["HOME"] = str(VENV / "cache")
    return {**os.environ, **extra}


@contextmanager
def step(title: str) -> Iterator[None]:
    began = time.monotonic()
    print(f"  {title} ", end="", flush=True, file=sys.stderr)
    yield
    print(f" {time.monotonic() - began:.1f} s".replace(".", ","), flush=True, file=sys.stderr)


def carry_out(command: list[str], *, advice: str) -> None:
    """A dot every two seconds shows that it goes on; `advice` is what a person reads when it failed."""
    out, err = subprocess.PIPE, subprocess.STDOUT
    with subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=out, stderr=err, text=True) as running:
        while True:
            try:
                said, _ = running.communicate(timeout=2)
                break
            except subprocess.TimeoutExpired:
                print(".", end="", flush=True, file=sys.stderr)
    if running.returncode:
        raise SetUpFailed(f"{said}\n{advice}")


def become(command: list[str]) -> int:
    """The program takes this one's place, so that signals and the exit code are its own."""
    os.chdir(ROOT)
    if os.name == "nt":  # execv there returns to the shell at once
        return subprocess.run(command).returncode
    sys.stdout.flush()
    return os.execv(command[0], command)


@contextmanager
def alone() -> Iterator[None]:
    """One set-up at a time; the lock is SQLite's, which works everywhere and ends with the process."""
    database = sqlite3.connect(ROOT / ".venv.lock", timeout=0.2, isolation_level=None)
    try:
        try:
            database.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            print("Ein anderer Start richtet gerade ein; einen Moment ...", file=sys.stderr)
            database.execute("PRAGMA busy_timeout = 900000")
            database.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        database.close()


def newer_python() -> str | None:
    names = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    return next((found for found in map(shutil.which, names) if found), None)


if __name__ == "__main__":
    if sys.version_info < OLDEST:
        better = newer_python()
        if better and os.name != "nt":
            os.execv(better, [better, *sys.argv])
        sys.exit(
            "Die Werkstatt braucht Python 3.11 oder neuer (the Werkstatt needs Python 3.11 or newer); "
            f"dies ist {sys.version_info[0]}.{sys.version_info[1]}."
        )
    sys.exit(main(sys.argv[1:]))
