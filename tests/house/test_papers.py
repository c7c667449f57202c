"""The papers keep up with the code: settings, commands and pictures in them; the same English twice."""

import json
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from foundation import commands
from werkstatt import rooms  # noqa: F401 -- declares every command
from werkstatt.cli import ELSEWHERE, main
from werkstatt.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "deploy").glob("*.md")])
READMES = ["README.md", "README.en.md"]
SETTINGS = {field.alias or f"WERKSTATT_{name.upper()}" for name, field in Settings.model_fields.items()}
FOR_TESTS = {"WERKSTATT_TEST_DATABASE_URL", "WERKSTATT_TEST_REDIS_URL"}
NOT_ON_THE_WIRE = {
    "session.open",
    "password.set",
    "password.begin",
    "password.renew",
    "seat.turn",
    "role.turn",
    "notifications.unsubscribe",
    "poll.remind",
    "poll.reset",
    "invitation.accept",
    "identity.link",
    "identity.use",
    "identity.remove",
    "reset.request",
    "reset.make",
    "reset.use",
    "address.ask",
    "address.confirm",
    "codes.begin",
    "codes.confirm",
    "codes.remove",
    "code.use",
    "recovery.renew",
    "factors.drop",
    "passkey.add",
    "passkey.use",
    "passkey.rename",
    "passkey.remove",
    "session.confirm",
    "retention.run",
    "retention.warn",
}


def _paper(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", READMES)
def test_every_setting_is_explained_and_none_is_made_up(name):
    assert set(re.findall(r"WERKSTATT_[A-Z_]+", _paper(name))) - FOR_TESTS == SETTINGS


@pytest.mark.parametrize("name", READMES)
def test_the_defaults_are_those_of_the_settings(name):
    rows = re.findall(r"^\| `WERKSTATT_(\w+)` \| `([^`]+)` \|", _paper(name), re.MULTILINE)
    fields = {key.removeprefix("async_") or "async": key for key in Settings.model_fields}
    said = {fields[key.lower()]: value for key, value in rows}
    assert said == {key: str(Settings.model_fields[key].default) for key in said}
    assert len(said) > 8


@pytest.mark.parametrize("name", READMES)
def test_commands_that_are_named_exist(name):
    named = set(re.findall(r"^werkstatt ([a-z-]+)", _paper(name), re.MULTILINE))
    assert named <= {*main.commands, *ELSEWHERE}
    assert named >= {"check-config", "migrate", "create-admin", "serve"}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_what_a_paper_points_to_is_there(paper):
    text = paper.read_text(encoding="utf-8")
    targets = re.findall(r'\]\(([^)#]+)(?:#[^)]*)?\)|src="([^"]+)"', text)
    files = [link or picture for link, picture in targets if "://" not in (link or picture)]
    assert [target for target in files if not (paper.parent / target).exists()] == []


def test_pictures_are_small():
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs" / "images").glob("*.png")}
    assert [name for name, size in sizes.items() if size > 250_000] == []


def test_the_wire_names_every_command_and_none_that_does_not_exist():
    tables = re.findall(r"^\| `([a-z]+\.[a-z]+)` \| `(\w+)", _paper("docs/wire.md"), re.MULTILINE)
    declared = {name: known.place for name, known in commands.declared().items() if "." in name}
    assert dict(tables) == {name: place for name, place in declared.items() if name not in NOT_ON_THE_WIRE}


def test_a_german_sentence_has_the_same_english_on_pages_and_in_the_browser():
    browser = json.loads(_paper("platform/static/js/strings.en.json"))
    with (ROOT / "platform/werkstatt/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        pages = {message.id: message.string for message in read_po(file, locale="en") if message.id}
    both = pages.keys() & browser.keys()
    assert {text: pages[text] for text in both} == {text: browser[text] for text in both}
    assert both
