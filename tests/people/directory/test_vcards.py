"""vCards as other programs read them: whole lines, nothing torn, nobody writes a property into a card."""

import re

from hypothesis import given
from hypothesis import strategies as st

from people.directory.vcards import LONGEST, written

SPOKEN = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n;,\\:"), min_size=1)


def read(file):
    """The properties of each card: unfolded, split at the first colon, unescaped."""
    cards = []
    for line in file.decode().replace("\r\n ", "").split("\r\n")[:-1]:
        name, _, value = line.partition(":")
        if line == "BEGIN:VCARD":
            cards.append([])
        elif line not in ("VERSION:4.0", "END:VCARD"):
            cards[-1].append((name, re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), value)))
    return cards


def test_a_card_looks_as_the_standard_has_it():
    card = (
        ("FN", "Kreis Olpe · Büro"),
        ("ORG", "Olpe, Kreis; Rat"),
        ("TITLE", ""),
        ("NOTE", "Bietet: C:\\\nSucht: 1"),
    )
    assert written([card]).decode() == (
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Kreis Olpe · Büro\r\nORG:Olpe\\, Kreis\\; Rat\r\n"
        "NOTE:Bietet: C:\\\\\\nSucht: 1\r\nEND:VCARD\r\n"
    )


def test_a_line_end_of_any_kind_begins_no_property():
    assert read(written([[("FN", "A\r\nEMAIL:b@example.org\rTEL:1\x0b\x00")]])) == [
        [("FN", "A\nEMAIL:b@example.org\nTEL:1")]
    ]


@given(st.lists(st.lists(st.tuples(st.sampled_from(["FN", "ORG", "NOTE"]), SPOKEN), max_size=3), max_size=3))
def test_what_is_written_is_read_again_and_no_line_is_too_long(cards):
    file = written(cards)
    assert read(file) == cards
    assert all(len(line) <= LONGEST and line.decode() for line in file.split(b"\r\n")[:-1])
