"""What anybody gets to know who counts a vote again."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.workshops.voting.rules.elections import FOUR, LENGTHS, TEAMS, ten_teams

from werkstatt.cli import main
from workshops.voting import pabulib
from workshops.voting.pabulib import Kind, Vote


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The example of the ten teams."""
    vote = Vote(
        kind=Kind.APPROVAL,
        budget=pabulib.Decimal(360),
        costs={topic: pabulib.Decimal(minutes) for topic, minutes in LENGTHS.items()},
        ballots={
            team: {topic: pabulib.Decimal(1) for topic in marks}
            for team, marks in ten_teams().ballots.items()
        },
    )
    path = tmp_path / "ten.pb"
    path.write_text(pabulib.write(vote), encoding="utf-8")
    return path


def count(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["vote", "count", *map(str, arguments)])


def counted(*arguments: str | Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(count("--json", *arguments).stdout)
    return found


def test_the_ten_teams_in_one_line(file: Path) -> None:
    told = count(file)
    assert told.exit_code == 0
    assert told.stdout.count("\n") == 1
    assert told.stdout.startswith(f"{file}: ")


def test_as_json_with_exact_payments(file: Path) -> None:
    found = counted(file, "--completion", "none")
    assert (found["file"], found["rule"]) == (str(file), "equal-shares")
    assert found["cost"] == sum(LENGTHS[topic] for topic in found["chosen"])
    assert found["payments"]["Ehrenamtskarte"] == dict.fromkeys(TEAMS[6:], "15/2")
    for topic, paid in found["payments"].items():
        assert sum(map(Fraction, paid.values())) == LENGTHS[topic]


@pytest.mark.parametrize("completion", ["none", "raise-shares", "raise-shares+approvals"])
def test_each_completion(file: Path, completion: str) -> None:
    found = counted(file, "--completion", completion)
    assert sum(LENGTHS[topic] for topic in found["chosen"] if topic in FOUR) in (90, 150)
    assert found["cost"] <= 360


@pytest.mark.parametrize("rule", ["equal-shares", "approvals", "points", "score"])
def test_each_rule_for_approvals(file: Path, rule: str) -> None:
    found = counted(file, "--rule", rule)
    assert found["rule"] == rule
    assert bool(found["payments"]) is (rule == "equal-shares")


@pytest.mark.parametrize("rule", ["borda", "schulze", "approvals"])
def test_each_rule_for_orders(file: Path, rule: str) -> None:
    file.write_text(file.read_text().replace("vote_type;approval", "vote_type;ordinal"))
    assert counted(file, "--rule", rule)["chosen"]


def test_ties_go_by_id_or_by_the_seed(file: Path) -> None:
    tied = sorted(("Anerkennung", "Fördermittel"))
    assert [topic for topic in counted(file, "--rule", "approvals")["chosen"] if topic in tied] == tied
    drawn = sorted(tied, key=lambda topic: hashlib.sha256(f"7/{topic}".encode()).hexdigest())
    by_seed = counted(file, "--rule", "approvals", "--ties", "seed:7")["chosen"]
    assert [topic for topic in by_seed if topic in tied][: len(by_seed)] == [
        topic for topic in drawn if topic in by_seed
    ]


@pytest.mark.parametrize(
    "wrong", [("--ties", "row"), ("--ties", "seed:"), ("--rule", "consent"), ("--completion", "all")]
)
def test_what_does_not_exist_is_refused(file: Path, wrong: tuple[str, str]) -> None:
    assert count(file, *wrong).exit_code == 2


@pytest.mark.parametrize(
    ("kind", "rule"), [("approval", "borda"), ("ordinal", "equal-shares"), ("ordinal", "points")]
)
def test_a_rule_that_cannot_count_such_votes_says_so(file: Path, kind: str, rule: str) -> None:
    file.write_text(file.read_text().replace("vote_type;approval", f"vote_type;{kind}"))
    told = count(file, "--rule", rule)
    assert told.exit_code == 1
    assert f"{rule} kann Stimmen der Art {kind} nicht zählen" in told.stderr


def test_one_wrong_file_does_not_keep_the_others_from_being_counted(file: Path, tmp_path: Path) -> None:
    wrong, binary = tmp_path / "wrong.pb", tmp_path / "binary.pb"
    wrong.write_text(file.read_text().replace("budget;360", "budget;viel"), encoding="utf-8")
    binary.write_bytes(b"META\n\xff\xfe")
    told = count(wrong, binary, file)
    assert told.exit_code == 1
    assert f"{wrong}: Zeile" in told.stderr
    assert f"{binary}: Die Datei ist kein Text" in told.stderr
    assert told.stdout.startswith(f"{file}: ")


def test_a_file_that_is_too_large_is_not_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("werkstatt.counting.LARGEST", file.stat().st_size - 1)
    assert "zu groß" in count(file).stderr
    monkeypatch.setattr("werkstatt.counting.LARGEST", file.stat().st_size)
    assert count(file).exit_code == 0
