"""A result as files: whoever reads the `.pb` and counts again comes to the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given
from tests.workshops.results.counted import counted, result_of
from tests.workshops.voting.rules.elections import TEAMS, ten_teams

from werkstatt.counting import count
from workshops.results.exporting import RULE, pb, text
from workshops.results.rules import Result
from workshops.results.telling import tell
from workshops.voting import pabulib
from workshops.voting.rules import BY_NAME
from workshops.voting.rules.election import Completion
from workshops.voting.rules.methods import Method
from workshops.voting.rules.ties import by_seed


@given(counted())
def test_what_is_written_read_and_counted_again_is_the_same_result(result: Result) -> None:
    if not result.topics:
        return
    vote = pabulib.read(pb(result, "3. Werkstatt-Treffen"))
    outcome = BY_NAME[vote.meta["rule"]](
        vote.election(by_seed(vote.meta["seed"]), Completion(vote.meta.get("completion", "none")))
    )
    assert list(outcome.chosen) == [topic.id for topic in result.chosen]
    assert vote.selected == frozenset(outcome.chosen)
    paid = {topic.id: dict(topic.payments) for topic in result.topics}
    assert {topic: dict(receipt.payments) for topic, receipt in outcome.receipts.items()} == paid
    assert (None if outcome.share is None else str(outcome.share)) == vote.meta.get("share")


@pytest.mark.parametrize("method", [method for method in Method if method is not Method.CONSENT])
def test_the_command_in_the_file_counts_it_again(method: Method, tmp_path) -> None:
    election = ten_teams(seed="5eed")
    if method in (Method.BORDA, Method.SCHULZE):
        ranked = {
            team: {topic: rank for rank, topic in enumerate(marks, start=1)}
            for team, marks in election.ballots.items()
        }
        election = replace(election, ballots=ranked)
    result = result_of(method, election)
    file = tmp_path / "result.pb"
    file.write_text(pb(result, "Treffen"), encoding="utf-8")
    comment = pabulib.read(file.read_text(encoding="utf-8")).meta["comment"]
    options = comment.partition(" FILE ")[2].split()
    said = CliRunner().invoke(count, [str(file), *options])
    chosen = [topic.id for topic in result.chosen]
    assert said.output == (
        f"{file}: {', '.join(chosen)} ({sum(topic.minutes for topic in result.chosen)} von 360)\n"
    )


def test_of_a_secret_poll_there_are_totals_and_no_votes() -> None:
    result = replace(result_of(Method.EQUAL_SHARES, ten_teams()), secret=True, teams=[])
    written = pb(result, "Treffen")
    assert pabulib.read(written).ballots == {}
    assert "Strategie;120;6;Thema Strategie;" in written
    assert "totals only" in written
    assert not [team for team in TEAMS if team in written]
    points = replace(result_of(Method.DOTS, ten_teams()), secret=True, teams=[])
    assert "project_id;cost;score;name;selected" in pb(points, "Treffen")
    for method in (Method.EQUAL_SHARES_POINTS, Method.SCHULZE):
        teams = replace(result_of(method, ten_teams()), secret=True, teams=[])
        assert "project_id;cost;votes;name;selected" in pb(teams, "Treffen"), method


def test_who_objects_gives_no_vote() -> None:
    objecting = {team: {"Strategie": 3 if number < 3 else 1} for number, team in enumerate(TEAMS)}
    result = result_of(Method.CONSENT, replace(ten_teams(), ballots=objecting))
    assert "Strategie;120;7;Thema Strategie;0" in pb(result, "Treffen")


def test_a_file_says_what_another_count_does_not_know() -> None:
    result = result_of(Method.EQUAL_SHARES, ten_teams(completion=Completion.NONE))
    assert "does not know" not in pb(result, "Treffen")
    richer = replace(result.teams[0], owns=result.first_share + 4)
    assert "brought along" in pb(replace(result, teams=[richer, *result.teams[1:]]), "Treffen")
    assert "least served" in pb(replace(result, by_lot=False), "Treffen")


def test_every_method_is_counted_by_the_rule_of_that_name() -> None:
    assert RULE.keys() == set(Method)
    assert set(RULE.values()) == set(BY_NAME)


def test_the_text_says_what_the_page_says(said_in) -> None:
    with said_in("de"):
        said = text(
            "Ergebnis der Abstimmung", "Donnerstag", tell(result_of(Method.EQUAL_SHARES, ten_teams(seed="0")))
        )
    assert (
        "- Thema Ehrenamtskarte, 30 Minuten: vier Teams zahlen je 7,5 ihrer 49 Minuten. "
        "Getragen von: Stadt 6, Stadt 7, Stadt 8, Stadt 9.\n"
    ) in said
    assert "Stadt 6, Stadt 7, Stadt 8, Stadt 9\n  Eigene Minuten je Team: 49 (36 am Anfang, 13" in said
    assert "- Startwert des Loses: 5eed\n" in said
