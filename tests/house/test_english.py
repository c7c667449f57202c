"""English is complete where it is read: only names and what people wrote are the same in both languages."""

import re
from html.parser import HTMLParser

import pytest
from sqlalchemy import String, select
from tests.scene import PEOPLE

from foundation.database import Model
from people.house import HOUSE
from people.imports.rules import COLUMNS
from people.links.rules import PATHS, token

from .asker import Asker
from .conftest import House
from .rights import MAY_OPEN
from .test_pages import ELSEWHERE, address
from .test_words import PLACEHOLDER, catalogue, sources  # noqa: F401 -- fixtures

READERS = ("nobody", "member", "coach", "facilitator", "expert", "administrator")
READ_OUT = ("aria-label", "alt", "placeholder", "title", "data-label")
SILENT = ("script", "style", "svg", "code", "textarea")
HOST = re.compile(r"[\w-]+(\.[\w-]+)+")
BETWEEN = re.compile(r" [-·/|] |: ")
WORD = re.compile(r"[^\W\d_]{3,}")
NOT_OURS = {"Werkstatt", "Deutsch", "English", "UTC", "Outlook", "Thunderbird"}


class Words(HTMLParser):
    """What a page says: its texts, each in its parts, and the attributes that are read out."""

    def __init__(self, page):
        super().__init__()
        self.said, self._silent = set(), 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self._silent += tag in SILENT
        self.said |= {value for name, value in attrs if name in READ_OUT and value}

    def handle_endtag(self, tag):
        self._silent -= tag in SILENT

    def handle_data(self, data):
        if not self._silent and data.strip():
            self.said.update(BETWEEN.split(" ".join(data.split())))


@pytest.fixture(scope="module")
def shown(stage, tmp_path_factory):
    """A house to read in."""
    folder = tmp_path_factory.mktemp("shown")
    house = House(stage.copy("sqlite", folder), folder)
    yield house
    house.close()


@pytest.fixture(scope="module")
def same(catalogue):  # noqa: F811 -- a fixture
    """Sentences of ours that are the same in both languages."""
    return {message.id for message in catalogue if message.id == message.string}


@pytest.fixture(scope="module")
def to_come(sources, catalogue):  # noqa: F811 -- fixtures
    """What is marked and has no English at all yet, which `test_words.py` names."""
    there = {message.id if isinstance(message.id, str) else message.id[0] for message in catalogue}
    pieces = {
        piece
        for one in sources - there
        for part in BETWEEN.split(one)
        for piece in PLACEHOLDER.split(part)
        if WORD.search(piece)
    }
    return sorted(pieces, key=len, reverse=True)


@pytest.fixture(scope="module")
def written(shown):
    """Everything that stands in the database or in the first line of a list, longest first."""
    with shown.database.reading() as connection:
        found = {
            value
            for table in Model.metadata.sorted_tables
            for column in table.columns
            if isinstance(column.type, String)
            for (value,) in connection.execute(select(column).distinct())
            if isinstance(value, str) and WORD.search(value)
        }
    found |= {column.name for columns in COLUMNS.values() for column in columns.values()}
    parts = {part for value in found if len(value) < 200 for part in BETWEEN.split(value)}
    return sorted(found | parts, key=len, reverse=True)


def addresses(house, who):
    """All pages that somebody opens; whoever has not signed in also those behind a link."""
    for rule, opens in sorted(MAY_OPEN.items()):
        if opens[who] == "x" and not rule.startswith(("/language", *ELSEWHERE)):
            yield address(house.scene, rule)
    if who == "nobody":
        key = house.application.app.extensions[HOUSE].link_key
        yield from (f"{PATHS[purpose]}{token(link, key)}" for purpose, link in house.scene.links.items())


def without(text, pieces):
    for piece in pieces:
        text = text.replace(piece, "")
    return HOST.sub("", text)


@pytest.mark.parametrize("who", READERS)
def test_a_page_in_english_says_nothing_in_german(shown, same, to_come, written, who):
    asker = Asker(shown.application.app, who if who in PEOPLE else None)
    left, seen = {}, 0
    for here in addresses(shown, who):
        asker.get("/language/de")
        german = asker.get(here)
        if german.status_code != 200 or german.mimetype != "text/html":
            continue
        asker.get("/language/en")
        english = asker.get(here)
        assert '<html lang="en"' in english.text, here
        seen += 1
        for text in Words(german.text).said & Words(english.text).said - same:
            rests = [without(text, first + then) for first, then in ((to_come, written), (written, to_come))]
            if all(WORD.search(rest) and rest.strip(" :,.·–-()") not in {*same, *NOT_OURS} for rest in rests):
                left.setdefault(text, here)
    assert seen > 5
    assert left == {}
