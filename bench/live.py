"""The live part beside Node and Socket.IO doing the same work by the same way, in six rows."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from bench import house, machine, sides
from bench.fanload import Fanload
from bench.house import House
from bench.knees import is_well, knee
from bench.rows import Comparison, compared
from bench.sides import Side

PAIRS = 3
RATE = 40.0
"""Changes a second of a lively meeting."""
PEOPLE = 400
"""In twenty teams of twenty, with a topic each: as many as vote at the same time at most."""
ONE_A_MESSAGE = {"events_per_message": 1}

Start = Callable[[], AbstractContextManager[Side]]
Values = defaultdict[str, list[float]]
"""What was measured on a side, by name, a value a pair."""


def measure(*, quick: bool) -> list[Comparison]:
    """Pairs of fresh servers, ours and the peer in turn, on SQLite; the client has the other core."""
    machine.allow_many_sockets()
    sides.install()
    ours: Values = defaultdict(list)
    peers: Values = defaultdict(list)
    with machine.scratch() as folder, machine.database("sqlite", folder) as url:
        here = house.furnish(url, people=PEOPLE, topics=PEOPLE // house.TEAMS)
        for _pair in range(1 if quick else PAIRS):
            _pair_of(here, folder, ours, peers, seconds=2.0 if quick else 8.0)
    return compare(UNITS, ours, peers)


UNITS = {
    "cpu_per_delivery_1000": (
        "µs",
        "processor time of the server by deliveries, commands included, 40 changes/s",
    ),
    "last_screen_p99_1000": (
        "ms",
        "from when a change was due until it was on the last screen, 40 changes/s",
    ),
    "knee_1000": ("1/s", "changes with last-screen p99 <= 250 ms, one message a change"),
    "knee_batched_1000": ("1/s", "the same; ours with natural batching, the peer as it is"),
    "knee_batched_250": ("1/s", "the same"),
    "connect_rate": ("1/s", "1000 signed in and following a stream, 50 at a time"),
}


def _pair_of(here: House, folder: Path, ours: Values, peers: Values, *, seconds: float) -> None:
    def product() -> AbstractContextManager[Side]:
        return sides.product(here, folder)

    def single() -> AbstractContextManager[Side]:
        return sides.product(here, folder, settings=ONE_A_MESSAGE)

    def node() -> AbstractContextManager[Side]:
        return sides.node(here, folder)

    for start, values in ((product, ours), (node, peers)):
        with following(start, folder, 1000) as (side, client, rate):
            values["connect_rate"].append(rate)
            steady(client, values, 1000, seconds)
            values["knee_batched_1000"].append(knee(client, start=80, label=f"{side.name} 1000"))
    with following(single, folder, 1000) as (_side, client, _rate):
        ours["knee_1000"].append(knee(client, start=80, label="product 1000, one a message"))
    peers["knee_1000"].append(peers["knee_batched_1000"][-1])
    for start, values in ((product, ours), (node, peers)):
        with following(start, folder, 250) as (side, client, _rate):
            values["knee_batched_250"].append(knee(client, start=320, label=f"{side.name} 250"))


@contextmanager
def following(start: Start, folder: Path, screens: int) -> Iterator[tuple[Side, Fanload, float]]:
    """A fresh server with so many screens that follow it, warm; and how many of them came a second."""
    with start() as side, Fanload(side.urls, side.pids, side.scene, folder, screens=screens) as client:
        came = client.connect()
        client.stage(20, 1)
        yield side, client, came["came"] / came["seconds"]


def steady(client: Fanload, values: Values, screens: int, seconds: float) -> None:
    """What a delivery costs and how long the last screen waits at the usual rate: all have voted once."""
    client.stage(RATE, PEOPLE / RATE, limit=5000)
    stage = client.stage(RATE, seconds, limit=5000)
    if not is_well(stage, within=5000):
        raise AssertionError(f"at {RATE:g} changes a second to {screens} screens: {stage}")
    values[f"cpu_per_delivery_{screens}"].append(stage["cpu_per_delivery_us"])
    values[f"last_screen_p99_{screens}"].append(stage["last_p99_ms"])
    sys.stderr.write(f"{screens}: {stage['cpu_per_delivery_us']:.1f} µs, p99 {stage['last_p99_ms']:.1f} ms\n")


def compare(units: Mapping[str, tuple[str, str]], ours: Values, peers: Values) -> list[Comparison]:
    return [compared(name, ours[name], peers[name], unit, note=note) for name, (unit, note) in units.items()]
