"""What anybody types to count a vote again from its file; no database is needed."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import click

from workshops.voting import pabulib
from workshops.voting.pabulib import Kind, Vote, WrongFileError
from workshops.voting.rules import BY_NAME
from workshops.voting.rules.election import Completion, Outcome
from workshops.voting.rules.ties import TieOrder, by_id, by_seed

LARGEST = 200_000_000
"""Bytes of a file; the largest votes that are published have a tenth of that."""

RANKED = {"borda", "schulze"}
GRADED = {"equal-shares", "points", "score"}
RECOUNTED = [name for name in BY_NAME if name != "consent"]
"""Consent has no place in a `.pb` file."""


def _ties(_ctx: click.Context, _param: click.Parameter, said: str) -> TieOrder:
    if said == "by-id":
        return by_id
    seed = said.removeprefix("seed:")
    if seed in ("", said):
        raise click.BadParameter(f"„{said}“ ist weder by-id noch seed:N.")
    return by_seed(seed)


@click.group("vote")
def group() -> None:
    """Zählt Abstimmungen nach."""


@group.command()
@click.argument(
    "files",
    metavar="FILE.pb...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--rule", type=click.Choice(RECOUNTED), default="equal-shares", show_default=True, help="Die Regel."
)
@click.option(
    "--completion",
    type=click.Choice([each.value for each in Completion]),
    default=Completion.RAISE_SHARES_AND_APPROVALS.value,
    show_default=True,
    help="Wie equal-shares füllt, was niemand bezahlen kann.",
)
@click.option(
    "--ties",
    callback=_ties,
    metavar="by-id|seed:N",
    default="by-id",
    show_default=True,
    help="Was bei Gleichstand vorgeht: die kleinste Kennung oder das Los mit diesem Startwert.",
)
@click.option("--json", "as_json", is_flag=True, help="Je Datei eine Zeile JSON, mit allen Zahlungen.")
def count(*, files: Sequence[Path], rule: str, completion: str, ties: TieOrder, as_json: bool) -> None:
    """Zählt Abstimmungen aus Pabulib-Dateien aus, je Datei eine Zeile."""
    failed = False
    for file in files:
        try:
            vote = _read(file, rule)
        except WrongFileError as error:
            failed = True
            for wrong in error.wrongs:
                click.echo(f"{file}: {wrong}", err=True)
            continue
        election = vote.election(ties, Completion(completion))
        outcome = BY_NAME[rule](election)
        cost = sum((vote.costs[project] for project in outcome.chosen), Decimal(0))
        if as_json:
            told = {
                "file": str(file),
                "rule": rule,
                "chosen": list(outcome.chosen),
                "cost": _number(cost),
                "payments": _payments(outcome, election.unit),
            }
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            click.echo(f"{file}: {', '.join(outcome.chosen) or '-'} ({cost:f} von {vote.budget:f})")
    if failed:
        sys.exit(1)


def _read(file: Path, rule: str) -> Vote:
    if file.stat().st_size > LARGEST:
        raise WrongFileError([pabulib.Wrong(0, "Die Datei ist zu groß.")])
    try:
        vote = pabulib.read(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise WrongFileError([pabulib.Wrong(0, "Die Datei ist kein Text in UTF-8.")]) from None
    is_ordinal = vote.kind is Kind.ORDINAL
    if (rule in RANKED and not is_ordinal) or (rule in GRADED and is_ordinal):
        raise WrongFileError([pabulib.Wrong(0, f"{rule} kann Stimmen der Art {vote.kind} nicht zählen.")])
    return vote


def _payments(outcome: Outcome, unit: int) -> dict[str, dict[str, str]]:
    """By project, by voter, in units of the currency; fractions where it does not come out even."""
    return {
        project: {voter: str(Fraction(paid, unit)) for voter, paid in receipt.payments.items()}
        for project, receipt in outcome.receipts.items()
        if receipt.payments
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
