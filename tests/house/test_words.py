"""English is complete: every German sentence of the sources has a translation with the same placeholders."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "platform" / "werkstatt" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
MARKS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@pytest.fixture(scope="module")
def sources():
    """What `python3 dev.py words` would find now."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT / "platform", methods, options, keywords=MARKS)
    return {text if isinstance(text, str) else text[0] for _file, _line, text, _comments, _context in found}


@pytest.fixture(scope="module")
def catalogue():
    with CATALOGUE.open("rb") as file:
        return [message for message in read_po(file, locale="en") if message.id]


def _forms(text):
    return [text] if isinstance(text, str) else list(text)


def test_every_sentence_of_the_sources_is_in_the_catalogue(sources, catalogue):
    assert sorted(sources - {_forms(message.id)[0] for message in catalogue}) == []


def test_every_sentence_is_translated(catalogue):
    assert [message.id for message in catalogue if message.fuzzy or not all(_forms(message.string))] == []


def test_the_catalogue_holds_nothing_the_sources_have_dropped(sources, catalogue):
    assert sorted({_forms(message.id)[0] for message in catalogue} - sources) == []


def test_a_translation_keeps_the_placeholders(catalogue):
    """The plural form decides: a singular may say "one" where German gives the number."""
    pairs = [(_forms(message.id)[-1], _forms(message.string)[-1]) for message in catalogue]
    assert [de for de, en in pairs if set(PLACEHOLDER.findall(de)) != set(PLACEHOLDER.findall(en))] == []
