"""The style sheets know every class that pages and live parts use, and need nothing from elsewhere."""

import re

import pytest

from werkstatt.paths import STATIC

SOURCE = STATIC.parent
SHEETS = sorted((STATIC / "css").glob("*.css"))
RULES = "\n".join(re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S) for sheet in SHEETS)
USERS = sorted([*SOURCE.rglob("*.html"), *(STATIC / "js").rglob("*.js")])
SHARED_STATES = {"is-pending", "just-changed", "is-mine", "is-withdrawn", "is-chosen"}


def written(pattern):
    """What the pattern finds in templates and browser code, without names put together while drawing."""
    found = {word for user in USERS for word in re.findall(pattern, user.read_text())}
    return {word for word in found if not word.endswith(("-", "_"))}


def test_every_part_of_ours_that_is_used_has_a_look():
    """A piece of a part (`ws-state__text`) may look like what is around it; the part itself may not."""
    parts = {name.split("__")[0] for name in written(r"(?<=[\"' ])ws-[\w-]+(?=[\"' {$])")}
    assert parts - {name.split("__")[0] for name in re.findall(r"\.(ws-[\w-]+)", RULES)} == set()


def test_every_state_of_a_live_part_has_a_rule():
    states = written(r"(?<=[\"' ])(?:is-[a-z]+|just-changed)(?=[\"' ])")
    assert states - set(re.findall(r"\.(is-[\w-]+|just-changed)", RULES)) == set()
    assert states >= SHARED_STATES


def test_every_sign_that_is_named_is_drawn():
    drawn = set(re.findall(r"\.ws-icon--([\w-]+)", RULES))
    named = written(r"(?:ws-icon--|icon=[\"']|\"icon\": [\"']|icon\([\"'])([a-z-]+)")
    assert named - drawn == set()


def test_every_sheet_is_in_the_bundle():
    imported = set(re.findall(r'@import "\./([\w-]+\.css)"', (STATIC / "css" / "main.css").read_text()))
    assert imported == {sheet.name for sheet in SHEETS} - {"main.css"}


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_a_sheet_begins_with_what_it_is_for_and_asks_no_other_host(sheet):
    rules = sheet.read_text()
    assert rules.startswith("/*\n")
    for address in re.findall(r"url\(\"?([^\")]+)", rules):
        assert address.startswith(("data:image/svg+xml,", "@kern-ux/native/")), address
