"""Votes per second on one place through the real HTTP door, by how many vote at once."""

from __future__ import annotations

import selectors
import sys
import time
from statistics import median

from tests.serving import Server

from bench import house, machine
from bench.house import House
from bench.lines import Sender
from bench.rows import Row, percentile, row

VOTERS = (1, 4, 20)


def measure(*, quick: bool) -> list[Row]:
    """Each voter sends the next mark as soon as the answer to the last one is here."""
    seconds = 1.0 if quick else 5.0
    rows = []
    for kind in machine.kinds():
        with machine.scratch() as folder, machine.database(kind, folder) as url:
            here = house.furnish(url, people=max(VOTERS))
            with Server(url, folder, settings={"log_level": "warning"}) as server, machine.apart(server.pid):
                if kind == "sqlite":
                    took = machine.fsync_seconds(folder) * 1000
                    rows.append(
                        row("disk_fsync", took, "ms", note="4 kB, median of 50: the floor of a commit")
                    )
                for voters in VOTERS:
                    rows += _stage(server, here, kind, voters, seconds)
    return rows


def _stage(server: Server, here: House, kind: str, voters: int, seconds: float) -> list[Row]:
    senders = [Sender(server.url, here.place, voter) for voter in here.voters[:voters]]
    vote(senders, seconds / 5)
    before, begun = machine.used(server.pid), time.perf_counter()
    answers = vote(senders, seconds)
    took, processor = time.perf_counter() - begun, machine.used(server.pid) - before
    for sender in senders:
        sender.line.close()
    sys.stderr.write(f"votes: {kind}, {voters} at once: {len(answers) / took:.0f}/s\n")
    name = f"{kind}_{voters}"
    note = f"{voters} at once, {took:.0f} s; server {processor / took:.0%} of a core"
    return [
        row(f"votes_{name}", len(answers) / took, "votes/s", note=note),
        row(f"votes_answer_p50_{name}", median(answers) * 1000, "ms"),
        row(f"votes_answer_p99_{name}", percentile(answers, 99) * 1000, "ms"),
        row(
            f"votes_cpu_{name}",
            processor / len(answers) * 1000,
            "ms/vote",
            note="processor time of the server",
        ),
    ]


def vote(senders: list[Sender], seconds: float) -> list[float]:
    """Seconds from each command to its answer."""
    answers = []
    with selectors.DefaultSelector() as selector:
        for sender in senders:
            selector.register(sender.line, selectors.EVENT_READ, sender)
        until = time.perf_counter() + seconds
        for sender in senders:
            sender.send(time.perf_counter())
        while any(sender.busy for sender in senders):
            for key, _mask in selector.select(10):
                sender = key.data
                if sender.take() is not None:
                    now = time.perf_counter()
                    answers.append(now - sender.due)
                    if now < until:
                        sender.send(now)
    return answers
