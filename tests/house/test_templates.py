"""Pages hold what the content security policy lets through, and mark as safe what is safe in one place."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = {path: path.read_text() for path in (ROOT / "platform").rglob("templates/**/*.html")}
MODULES = {path: path.read_text() for path in (ROOT / "platform" / "static" / "js").rglob("*.js")}

STYLE = re.compile(r"<style\b|<[^>]*\sstyle\s*=", re.IGNORECASE)
HANDLER = re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
FOREIGN = re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE)
SAFE = re.compile(r"\|\s*safe\b|\bMarkup\(")
BLOCKED = r"styleMap|\sstyle=|\bnew Function\b|\beval\("
UNESCAPED = r"unsafeHTML|unsafeSVG|innerHTML|insertAdjacentHTML"
BINDING = re.compile(f"{BLOCKED}|{UNESCAPED}")


def _where(pattern, files):
    return sorted({path.relative_to(ROOT).as_posix() for path, text in files.items() if pattern.search(text)})


def test_no_template_carries_a_style():
    assert _where(STYLE, TEMPLATES) == []


def test_no_template_carries_a_script_that_runs():
    """Data for the browser is JSON in an element that is not executed; programs come from a file."""
    running = [
        path.relative_to(ROOT).as_posix()
        for path, text in TEMPLATES.items()
        for attributes in SCRIPT.findall(text)
        if "src=" not in attributes and 'type="application/json"' not in attributes
    ]
    assert running == []


def test_no_template_carries_an_event_handler():
    assert _where(HANDLER, TEMPLATES) == []


def test_no_template_fetches_from_another_host():
    loading = re.compile(r"<(?:script|img|iframe|link|form)\b[^>]*" + FOREIGN.pattern, re.IGNORECASE)
    assert _where(loading, TEMPLATES) == []


def test_at_most_one_template_marks_text_as_safe():
    assert len(_where(SAFE, TEMPLATES)) <= 1


def test_only_the_text_module_makes_markup():
    modules = {path: path.read_text() for path in (ROOT / "platform").rglob("*.py")}
    assert set(_where(re.compile(r"\bMarkup\("), modules)) <= {"platform/foundation/text.py"}


def test_no_browser_module_writes_what_the_policy_blocks_or_nobody_escaped():
    assert _where(BINDING, MODULES) == []
