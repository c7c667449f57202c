"""More and fewer screens, a full house that votes at once, PostgreSQL, and several processes of one house."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from bench import house, live, machine, sides
from bench.fanload import Fanload
from bench.house import House
from bench.knees import knee
from bench.live import Values, following, steady
from bench.rows import Comparison, Row, compared, row
from bench.sides import Side

REDIS = os.environ.get("WERKSTATT_TEST_REDIS_URL", "")
CROWD = 1000


def measure(*, quick: bool) -> list[Row]:
    """Comparisons come as a row for the ratio: ours by the peer's."""
    machine.allow_many_sockets()
    sides.install()
    pairs, seconds = (1, 2.0) if quick else (live.PAIRS, 8.0)
    with machine.scratch() as folder, machine.database("sqlite", folder) as url:
        here = house.furnish(url, people=live.PEOPLE, topics=live.PEOPLE // house.TEAMS)
        rows = _sizes(here, folder, pairs=pairs, seconds=seconds)
        rows += _floor(here, folder, seconds=seconds)
    with machine.scratch() as folder, machine.database("sqlite", folder) as url:
        rows += _crowd(url, folder, times=pairs)
    if machine.POSTGRES:
        with machine.scratch() as folder, machine.database("postgres", folder) as url:
            here = house.furnish(url, people=live.PEOPLE, topics=live.PEOPLE // house.TEAMS)
            rows += _postgres(here, folder, times=pairs)
            rows += _processes(here, folder) if REDIS else []
    return rows


def _sizes(here: House, folder: Path, *, pairs: int, seconds: float) -> list[Row]:
    ours: Values = defaultdict(list)
    peers: Values = defaultdict(list)
    both: list[tuple[Callable[[House, Path], AbstractContextManager[Side]], Values]]
    both = [(sides.product, ours), (sides.node, peers)]
    for _pair in range(pairs):
        for start, values in both:
            for screens in (20, 250, 2000):
                with following(lambda start=start: start(here, folder), folder, screens) as (
                    side,
                    client,
                    _rate,
                ):
                    if screens > 20:
                        steady(client, values, screens, seconds)
                    if screens != 250:
                        label = f"{side.name} {screens}"
                        begun = 640.0 if screens == 20 else 40.0
                        values[f"knee_batched_{screens}"].append(knee(client, start=begun, label=label))
    units = {"cpu": "µs", "last": "ms", "knee": "1/s"}
    found = [compared(name, ours[name], peers[name], units[name.partition("_")[0]]) for name in sorted(ours)]
    return [each for comparison in found for each in _told(comparison)]


def _told(found: Comparison) -> list[Row]:
    note = f"node {found['node']:g}{found['note']}"
    return [
        row(found["name"], found["product"], found["unit"], note=note),
        row(f"{found['name']}_ratio", found["ratio"], "ratio"),
    ]


def _floor(here: House, folder: Path, *, seconds: float) -> list[Row]:
    """What a broadcast costs at least: a bare WebSocket server that knows nobody and keeps nothing."""
    values: Values = defaultdict(list)
    with following(lambda: sides.node(here, folder, program="floor.js"), folder, 1000) as (
        _side,
        client,
        _rate,
    ):
        steady(client, values, 1000, seconds)
        values["knee_1000"].append(knee(client, start=80, label="floor 1000"))
    units = {"cpu_per_delivery_1000": "µs", "last_screen_p99_1000": "ms", "knee_1000": "1/s"}
    return [row(f"floor_{name}", values[name][0], unit) for name, unit in units.items()]


def _crowd(url: str, folder: Path, *, times: int) -> list[Row]:
    """Everybody of a full house votes once within ten seconds, and everybody's screen shows it."""
    here = house.furnish(url, people=CROWD, teams=CROWD // 20, topics=20)
    stages = []
    for _time in range(times):
        with following(lambda: sides.product(here, folder), folder, CROWD) as (_side, client, _rate):
            stages.append(client.stage(CROWD / 10, 10, warmup=0, limit=5000))
    return [
        row(
            "crowd_last_screen_p99",
            median(_all(stages, "last_p99_ms")),
            "ms",
            note=f"{CROWD} vote within 10 s",
        ),
        row("crowd_refused", sum(_all(stages, "refused")), "votes"),
        row("crowd_lost", sum(_all(stages, "missing")), "votes"),
    ]


def _postgres(here: House, folder: Path, *, times: int) -> list[Row]:
    stages, asked = [], []
    for _time in range(times):
        with following(lambda: sides.product(here, folder), folder, 250) as (_side, client, _rate):
            stages.append(client.stage(640, 4, limit=5000))
            asked.append(client.stage(640, 4, limit=5000, tick=10))
            sys.stderr.write(f"postgres: {stages[-1]}, asked besides: {asked[-1]}\n")
    late = (
        "time that an empty question waited at most, asked every 10 ms: the server's longest stall is shorter"
    )
    return [
        row(
            "postgres_250_640_p99",
            median(_all(stages, "last_p99_ms")),
            "ms",
            note="250 screens, 640 changes/s",
        ),
        row("postgres_250_640_stall", median(_all(asked, "tick_max_ms")), "ms", note=late),
        row("postgres_250_640_lost", sum(_all([*stages, *asked], "missing")), "votes"),
    ]


def _processes(here: House, folder: Path) -> list[Row]:
    """Voters and screens are spread over the processes, which share one core; numbers tell what is lost."""
    rows = []
    for servers in (1, 2, 4):
        with _house_of(here, folder, servers) as client:
            client.connect()
            client.stage(20, 1)
            stage = client.stage(live.RATE, 8, limit=5000)
            most = knee(client, start=80, label=f"{servers} processes")
        wrong = stage["missing"] + stage["gaps"] + stage["twice"]
        note = f"{servers} processes on one core, PostgreSQL and Redis; lost, out of order or twice: {wrong}"
        rows += [
            row(f"processes_{servers}_last_screen_p99", stage["last_p99_ms"], "ms", note=note),
            row(f"processes_{servers}_cpu_per_delivery", stage["cpu_per_delivery_us"], "µs"),
            row(f"processes_{servers}_knee", most, "1/s"),
        ]
    return rows


@contextmanager
def _house_of(here: House, folder: Path, servers: int) -> Iterator[Fanload]:
    with (
        sides.product(here, folder, servers=servers, redis_url=REDIS) as side,
        Fanload(side.urls, side.pids, side.scene, folder, screens=250) as client,
    ):
        yield client


def _all(stages: list[dict[str, Any]], name: str) -> list[float]:
    return [stage[name] for stage in stages]
