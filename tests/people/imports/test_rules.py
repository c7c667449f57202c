"""How lists are read, as spreadsheets write them, and written so that nothing of them is carried out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from people.imports.rules import BOM, COLUMNS, MOST_LINES, Kind, decoded, read, written


def cells(text, kind=Kind.ORGANISATIONS):
    table = read(kind, text)
    assert table.wrong == []
    return [dict(line.cells) for line in table.lines]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_file_is_read_however_it_was_saved(encoding, delimiter, end):
    text = end.join(delimiter.join(row) for row in (["Name", "Art"], ["Münster", "Stadt"], ["", ""]))
    assert cells(decoded(text.encode(encoding))) == [{"name": "Münster", "kind": "Stadt"}]


def test_columns_may_stand_in_any_order_and_language_and_case():
    assert cells("KIND;Region ;name\nstadt;Lippe;Lemgo") == [
        {"kind": "stadt", "region": "Lippe", "name": "Lemgo"}
    ]


def test_what_excel_adds_is_taken_away():
    assert cells('sep=;\nName;Art\n"Ahlen; Westf.";Stadt')[0]["name"] == "Ahlen; Westf."
    assert cells("Name;Art\n'=A1;'-x")[0] == {"name": "=A1", "kind": "-x"}
    assert cells('Name;Art\n"=""0123""";Stadt')[0]["name"] == "0123"


def test_lines_keep_their_numbers_and_empty_ones_are_left_out():
    table = read(Kind.ORGANISATIONS, "\nName;Art\n\n;\nAhlen;Stadt\n")
    assert [(line.number, line.cells["name"]) for line in table.lines] == [(4, "Ahlen")]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", [(0, "")]),
        ("Name;Art", [(0, "")]),
        ("Name;Region\nAhlen;x", [(1, "Art")]),
        ("Name;Art;Name\nAhlen;Stadt;x", [(1, "Name")]),
        ("Name;Art\nAhlen;Stadt;x", [(2, "")]),
        ('Name;Art\n"Ahlen;Stadt\nHamm;Stadt', [(2, "")]),
        ("Name;Art\nAh\x07len;Stadt", [(2, "")]),
        ("Name;Art\n" + "Ahlen;Stadt\n" * (MOST_LINES + 1), [(0, "")]),
        ("Name;Art\n" + "x" * 500_001, [(0, "")]),
    ],
)
def test_what_cannot_be_read_is_named_by_line_and_column(text, wrong):
    assert [(one.line, one.column) for one in read(Kind.ORGANISATIONS, text).wrong] == wrong


def test_columns_that_mean_nothing_are_named():
    assert read(Kind.ORGANISATIONS, "Name;Art;Stand\nAhlen;Stadt;da").unread == ["Stand"]


WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=12).filter(
    lambda text: not text.startswith('="')
)


@settings(max_examples=60)
@given(st.lists(st.tuples(WORDS.filter(bool), WORDS, WORDS, WORDS), min_size=1, max_size=5))
def test_what_is_written_is_read_again(rows):
    head = [column.name for column in COLUMNS[Kind.ORGANISATIONS].values()]
    content = written(head, rows)
    assert content.startswith(BOM.encode())
    assert [tuple(one.values()) for one in cells(decoded(content))] == rows


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_no_cell_is_carried_out(cell):
    assert f'"\'{cell}"' in written(["Name"], [[cell]]).decode()
