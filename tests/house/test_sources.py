"""What every source file keeps to, whoever wrote it."""

import ast
import functools
import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILT = {"node_modules", "var", "dist", "build", "htmlcov", "test-results", "__pycache__"}
TEXT = {"", ".py", ".js", ".css", ".html", ".md", ".toml", ".txt", ".in", ".json", ".yml", ".yaml", ".cfg"}
TEXT |= {".conf", ".sh", ".service", ".target", ".po", ".env", ".example", ".npmrc"}
LONGEST = 350

# The dots are doubled, so that this file does not hold what it forbids.
HOSTS = re.compile("pypi..org|pythonhosted..org|npmjs..(org|com)|debian..org".replace("..", r"\."))
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|tmp|home)/")


@functools.cache
def _files(*endings):
    """Every file of ours with one of these endings, as (path from the root, text)."""
    found = []
    for folder, inside, names in os.walk(ROOT):
        inside[:] = [name for name in inside if name not in BUILT and (name[0] != "." or name == ".ci")]
        for path in (Path(folder, name) for name in names):
            if path.suffix in endings and not path.name.startswith((".venv.lock", ".coverage")):
                found.append((path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")))
    return sorted(found)


def _python():
    return _files(".py")


def _rooms():
    return [(name, text) for name, text in _python() if name.startswith("platform/")]


def _imported(text):
    """The first names of what a module imports from elsewhere."""
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_there_are_sources_to_look_at():
    names = [name for name, _text in _files(*TEXT)]
    assert {"dev.py", "README.md", "platform/werkstatt/cli.py", ".ci/run", "package-lock.json"} <= set(names)


def test_only_serve_imports_eventlet():
    """It is being retired: leaving it must cost one file."""
    importers = {name for name, text in _python() if "eventlet" in _imported(text)}
    assert importers <= {"platform/werkstatt/serve.py"}


def test_who_lets_somebody_in_asks_for_the_second_factor():
    """Only where it is asked for, and at the demo's door, is anybody signed in directly."""
    direct = {
        name for name, text in _rooms() if re.search(r"^from .*\bentering import .*\benter\b", text, re.M)
    }
    assert direct - {"platform/people/factors/views.py"} == {
        "platform/people/factors/proving.py",
        "platform/werkstatt/demo/door.py",
    }


def test_every_module_begins_with_a_sentence():
    silent = []
    for name, text in _python():
        docstring = ast.get_docstring(ast.parse(text)) or ""
        if not docstring.split("\n\n")[0].rstrip().endswith((".", ":", "?")):
            silent.append(name)
    assert silent == []


def test_every_browser_module_begins_with_a_comment():
    modules = [(name, text) for name, text in _files(".js") if name.startswith("platform/static/js/")]
    assert [name for name, text in modules if not text.startswith(("//", "/*"))] == []


def test_every_module_stays_short():
    """But for migrations, which list what they change."""
    files = [
        (name, text)
        for name, text in _files(".py", ".js", ".css", ".html")
        if "/migrations/versions/" not in name
    ]
    assert [name for name, text in files if text.count("\n") > LONGEST] == []


def test_every_exception_to_a_rule_carries_its_reason_on_its_line():
    unexplained = r"#\s*(noqa|pragma: no (cover|branch))\b(?!.* -- \S)"
    excuse = re.compile(unexplained + r"|#\s*type:\s*ignore\b(?!\[[\w, -]+\]\s+#\s*\S)")
    waiver = re.compile(r"@ts-(ignore|expect-error)\s*(\*/)?\s*$|@ts-nocheck")
    bare = [
        f"{name}:{number}"
        for rule, endings in ((excuse, (".py",)), (waiver, (".js",)))
        for name, text in _files(*endings)
        for number, line in enumerate(text.splitlines(), 1)
        if rule.search(line) and name != "tests/house/test_sources.py"
    ]
    assert bare == []


def test_no_module_imports_inside_a_function():
    inside = []
    for name, text in _rooms():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                inside += [
                    f"{name}:{at.lineno}"
                    for at in ast.walk(node)
                    if isinstance(at, ast.Import | ast.ImportFrom)
                ]
    assert inside == []


def test_no_file_names_a_package_registry():
    assert [name for name, text in _files(*TEXT) if HOSTS.search(text)] == []


def test_no_file_names_a_folder_of_somebodys_machine():
    assert [name for name, text in _files(*TEXT) if MACHINE.search(text)] == []
