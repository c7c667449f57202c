"""Votes as files: what is written can be read again, and what is wrong is named with its line."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshops.voting.pabulib import Kind, Vote, WrongFileError, read, write
from workshops.voting.rules.election import Completion
from workshops.voting.rules.equal_shares import equal_shares
from workshops.voting.rules.ties import by_id

FILE = """META
key;value
description;Themen des Treffens
country;Deutschland
budget;360
num_projects;3
num_votes;3
vote_type;approval
PROJECTS
project_id;cost;name
a;90;Anerkennung
b;120.5;"Netz; Werk"
c;60;
VOTES
voter_id;vote
1;a,b
2;c
3;
"""


def wrongs(text: str) -> list[str]:
    with pytest.raises(WrongFileError) as refused:
        read(text)
    return [str(wrong) for wrong in refused.value.wrongs]


def changed(before: str, after: str) -> str:
    assert FILE.count(before) == 1
    return FILE.replace(before, after)


def test_what_a_file_says() -> None:
    vote = read(FILE)
    assert (vote.kind, vote.budget) == (Kind.APPROVAL, 360)
    assert vote.costs == {"a": 90, "b": Decimal("120.5"), "c": 60}
    assert vote.names["b"] == "Netz; Werk"
    assert vote.ballots == {"1": {"a": 1, "b": 1}, "2": {"c": 1}, "3": {}}
    assert vote.selected is None
    assert vote.meta["description"] == "Themen des Treffens"


def test_a_mark_in_front_other_line_ends_and_empty_lines_do_not_matter() -> None:
    assert read("\ufeff" + FILE.replace("\n", "\r\n").replace("PROJECTS", "\r\n \r\nprojects")) == read(FILE)


def test_costs_with_decimals_are_counted_exactly() -> None:
    election = read(FILE).election(by_id, Completion.NONE)
    assert {topic.id: topic.minutes for topic in election.topics} == {"a": 900, "b": 1205, "c": 600}
    assert (election.minutes, election.unit) == (3600, 10)
    assert equal_shares(election).chosen == ["a", "c"]


def test_points_and_ranks() -> None:
    points = changed("vote_type;approval", "vote_type;cumulative").replace(
        "voter_id;vote\n1;a,b\n2;c\n3;\n", ""
    )
    assert read(points + "voter_id;vote;points\n1;a,b;3,1.5\n2;c;2\n3;;\n").ballots == {
        "1": {"a": 3, "b": Decimal("1.5")}, "2": {"c": 2}, "3": {},
    }  # fmt: skip
    ranks = read(changed("vote_type;approval", "vote_type;ordinal").replace("1;a,b", '1;"b,a"'))
    assert ranks.ballots["1"] == {"b": 1, "a": 2}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("budget;360\n", "", "budget muss"),
        ("budget;360", "budget;viel", "Zeile 5: budget muss eine Zahl über null sein, nicht „viel“."),
        ("budget;360", "budget;-1", "Zeile 5: budget"),
        ("budget;360", "budget;NaN", "Zeile 5: budget"),
        ("budget;360", "budget;1e999", "Zeile 5: budget"),
        ("vote_type;approval", "vote_type;secret", "Zeile 8: vote_type muss eine dieser Arten sein"),
        ("num_votes;3", "num_votes;4", "Zeile 7: Die Datei hat nicht so viele"),
        ("num_votes;3", "num_votes;3\nmax_length;1", "Zeile 17: So viele Projekte"),
        ("num_votes;3", "num_votes;3\nmin_length;1", "Zeile 19: So viele Projekte"),
        ("num_votes;3", "num_votes;3\nmax_length;x", "Zeile 8: Hier gehört eine Zahl hin"),
        ("country;Deutschland", "budget;300", "Zeile 5: Die Angabe budget steht zweimal da."),
        ("project_id;cost;name", "id;cost;name", "Zeile 10: In der Kopfzeile fehlt die Spalte project_id."),
        ("a;90;Anerkennung", "a;0;Anerkennung", "Zeile 11: Die Kosten müssen"),
        ("a;90;Anerkennung", "a;90", "Zeile 11: So viele Zellen"),
        ("a;90;Anerkennung", "b;90;Anerkennung", "Zeile 12: Das Projekt b steht zweimal da."),
        ("a;90;Anerkennung", ";90;Anerkennung", "Zeile 11: Ein Projekt braucht eine Kennung"),
        ("1;a,b", "1;a,x", "Zeile 16: Das Projekt x gibt es hier nicht."),
        ("1;a,b", "1;a,a", "Zeile 16: Das Projekt a steht zweimal in dieser Stimme."),
        ("1;a,b", "2;a,b", "Zeile 17: Die Stimme von 2 steht zweimal da."),
        ("1;a,b", ";a,b", "Zeile 16: Wer abstimmt, braucht eine Kennung."),
        ("vote_type;approval", "vote_type;choose-1", "Zeile 16: Hier darf nur ein Projekt gewählt werden."),
        ("vote_type;approval", "vote_type;scoring", "Zeile 15: In der Kopfzeile fehlt die Spalte points."),
        ("META", "META\nMETA", "Zeile 2: Der Abschnitt META steht zweimal da."),
        ("META", "x;y\nMETA", "Zeile 1: Diese Zeile steht vor dem ersten Abschnitt."),
        ("PROJECTS", "VOTES\nPROJECTS", "Zeile 15: Der Abschnitt VOTES steht zweimal da."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(before: str, after: str, said: str) -> None:
    assert any(wrong.startswith(said) for wrong in wrongs(changed(before, after)))


def test_everything_wrong_is_named_at_once_in_the_order_of_the_lines() -> None:
    found = wrongs(changed("a;90", "a;-90").replace("2;c", "2;c,d").replace("budget;360", "budget;0"))
    assert [wrong.partition(":")[0] for wrong in found] == ["Zeile 5", "Zeile 11", "Zeile 17"]


def test_points_that_are_missing_or_wrong() -> None:
    scored = FILE.replace("approval", "scoring").replace(
        "voter_id;vote\n1;a,b\n2;c\n3;\n", "voter_id;vote;points\n"
    )
    found = wrongs(scored + "1;a,b;3\n2;c;-1\n3;a;viel\n")
    assert [wrong.partition(":")[0] for wrong in found] == ["Zeile 16", "Zeile 17", "Zeile 18"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "Guten Tag",
        "META\nPROJECTS\nVOTES\n",
        "\0",
        '"' * 9,
        "META\nkey;value\nx;" + "y" * 200_000,
    ],
)
def test_something_else_is_refused(text: str) -> None:
    assert wrongs(text)


@given(st.text(alphabet=st.sampled_from('METAPROJCSVky;,."\n\r0123456789-eNa '), max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    with pytest.raises(WrongFileError):
        read(text)


@st.composite
def votes(draw: st.DrawFn) -> Vote:
    words = st.text(
        st.characters(exclude_categories=["C", "Z"], exclude_characters=","), min_size=1, max_size=6
    )
    amounts = st.decimals(min_value="0.01", max_value=10**9, places=2)
    kind = draw(st.sampled_from(Kind))
    costs = draw(st.dictionaries(words, amounts, min_size=1, max_size=5))
    most = 1 if kind is Kind.ONE else None
    chosen = st.lists(st.sampled_from(sorted(costs)), unique=True, max_size=most)

    def said(projects: list[str]) -> dict[str, Decimal]:
        if kind is Kind.ORDINAL:
            return {project: Decimal(rank) for rank, project in enumerate(projects, 1)}
        value = st.integers(1, 9).map(Decimal) if kind.has_points else st.just(Decimal(1))
        return {project: draw(value) for project in projects}

    ballots = {
        voter: said(draw(chosen)) for voter in draw(st.lists(words, unique=True, min_size=1, max_size=5))
    }
    return Vote(
        kind=kind,
        budget=draw(amounts),
        costs=costs,
        ballots=ballots,
        names={
            project: draw(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=9))
            for project in costs
        },
        selected=frozenset(draw(chosen)) or None,
    )


@given(votes())
def test_what_is_written_can_be_read_again(vote: Vote) -> None:
    again = read(write(vote))
    assert again.kind == vote.kind
    assert (again.budget, again.costs, again.names, again.selected) == (
        vote.budget,
        vote.costs,
        vote.names,
        vote.selected,
    )
    assert again.ballots == vote.ballots


def test_a_name_of_several_lines_stays_in_its_line() -> None:
    vote = Vote(
        kind=Kind.APPROVAL,
        budget=Decimal(9),
        costs={"a": Decimal(1)},
        ballots={"1": {"a": Decimal(1)}},
        names={"a": "x\ry\nz"},
        meta={"description": "eins\rzwei"},
    )
    again = read(write(vote))
    assert (again.names["a"], again.meta["description"]) == ("x y z", "eins zwei")


def test_many_digits_are_counted_exactly_and_too_many_refused() -> None:
    exact = read(changed("budget;360", "budget;123456789012345678").replace("a;90", "a;0.00000000000000001"))
    assert exact.election(by_id, Completion.NONE).minutes == 123456789012345678 * 10**17
    for said in ("1234567890123456789", "1_0", "+5", "1e3", "٣"):
        assert any(
            wrong.startswith("Zeile 5: budget") for wrong in wrongs(changed("budget;360", f"budget;{said}"))
        )
