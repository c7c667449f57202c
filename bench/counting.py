"""How long the agenda engine takes: the method of equal shares, as ballots and topics become more."""

from __future__ import annotations

import random
import sys
import time
from dataclasses import replace

from bench.rows import Row, row
from workshops.voting.rules.election import Candidate, Completion, Election
from workshops.voting.rules.equal_shares import equal_shares
from workshops.voting.rules.ties import by_id

LARGE = (10_000, 100)
WORKSHOP = (100, 30)
SIZES = ((1_000, 100), (3_000, 100), LARGE, (10_000, 25), (10_000, 50))
DENSE = 0.5


def measure(*, quick: bool) -> list[Row]:
    """Ballots name one to ten topics, some of them liked more than others; half of all in the dense case."""
    sizes = SIZES[:1] if quick else SIZES
    rows = []
    for ballots, topics in sizes:
        vote = _drawn(ballots, topics)
        rows += [
            _took(f"equal_shares_{ballots}x{topics}", replace(vote, completion=Completion.NONE)),
            _took(f"equal_shares_{ballots}x{topics}_completed", vote),
        ]
    if not quick:
        dense = _drawn(*LARGE, share=DENSE)
        rows += [
            _took("equal_shares_dense", replace(dense, completion=Completion.NONE)),
            _took("equal_shares_dense_completed", dense),
        ]
    return [*rows, _took("equal_shares_workshop", _drawn(*WORKSHOP, share=0.2), unit="ms", times=20)]


def _took(name: str, election: Election, *, unit: str = "s", times: int = 1) -> Row:
    """The fastest of so many times."""
    took = []
    for _time in range(times):
        begun = time.perf_counter()
        outcome = equal_shares(election)
        took.append(time.perf_counter() - begun)
    note = f"{len(outcome.chosen)} chosen, each owned {float(outcome.share or 0):.0f} in the end"
    sys.stderr.write(f"{name}: {min(took):.3f} s\n")
    return row(name, min(took) * (1000 if unit == "ms" else 1), unit, note=note)


def _drawn(ballots: int, topics: int, *, share: float = 0) -> Election:
    """A hundred units for each ballot; a topic costs half a hundredth to a tenth of it all."""
    draw = random.Random(7)
    budget = 100 * ballots
    names = [f"topic{number}" for number in range(topics)]
    liked = [draw.random() ** 2 + 0.02 for _topic in names]
    said = {}
    for number in range(ballots):
        if share:
            chosen = {name for name in names if draw.random() < share}
        else:
            chosen = set(draw.choices(names, liked, k=draw.randint(1, 10)))
        said[f"voter{number}"] = dict.fromkeys(sorted(chosen), 1)
    return Election(
        topics=[Candidate(name, draw.randint(budget // 200, budget // 10)) for name in names],
        teams=list(said),
        ballots=said,
        minutes=budget,
        ties=by_id,
    )
