"""What the wire bears besides votes: all cut off at once, clients that stop reading, and presence."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median

from bench import house, live, machine, sides
from bench.fanload import Fanload
from bench.house import House
from bench.live import following
from bench.rows import Row, row

SCREENS = 1000
STORMS = 10
MISSED = 40
"""Changes that are made while nobody is connected."""
RATE = live.RATE


def measure(*, quick: bool) -> list[Row]:
    """Ours alone, on SQLite, with a thousand screens."""
    machine.allow_many_sockets()
    times = 1 if quick else live.PAIRS
    with machine.scratch() as folder, machine.database("sqlite", folder) as url:
        here = house.furnish(url, people=live.PEOPLE, topics=live.PEOPLE // house.TEAMS)
        return [
            *_storms(here, folder, storms=2 if quick else STORMS),
            *_frozen(here, folder, times=times),
            *_presence(here, folder, times=times),
        ]


def _storms(here: House, folder: Path, *, storms: int) -> list[Row]:
    """Memory with what a browser offers, and the return of all at once."""
    with (
        sides.product(here, folder) as side,
        Fanload(side.urls, side.pids, side.scene, folder, screens=20) as few,
        Fanload(side.urls, side.pids, side.scene, folder, screens=SCREENS, compression=True) as client,
    ):
        few.connect()
        # Everybody has voted once: their connections are kept, and are not what grows later.
        few.stage(RATE, live.PEOPLE / RATE)
        (pid,) = side.pids
        before = machine.resident(pid)
        client.connect()
        few.stage(RATE, 1)
        full = machine.resident(pid)
        took = []
        # The last change is on the screens of the few; the many are told at once too, but not waited for.
        time.sleep(0.5)
        for _storm in range(storms):
            client.cut()
            missed = few.stage(200, MISSED / 200, warmup=0, limit=5000)["changes"]
            came = client.connect(at_once=0)
            took.append(came["seconds"])
            if came["came"] != SCREENS or came["caught_up"] != missed * SCREENS:
                raise AssertionError(f"after {missed} changes that they missed: {came}")
            sys.stderr.write(f"strain: back in {came['seconds']:.2f} s\n")
        time.sleep(1)
        after = machine.resident(pid)
    note = f"{SCREENS} cut at once; all are back and complete, each was sent only the {missed} it had missed"
    return [
        row(
            "memory_per_connection",
            (full - before) / SCREENS / 1024,
            "kB",
            note="with an offer of compression",
        ),
        row("memory_after_storms", after / full, "ratio", note=f"after {storms} storms by before"),
        row("return", median(took), "s", note=note),
        row("return_slowest", max(took), "s"),
    ]


def _frozen(here: House, folder: Path, *, times: int) -> list[Row]:
    """A tenth of the screens reads no more; what about the others?"""
    ratios, grown = [], []
    for _time in range(times):
        with following(lambda: sides.product(here, folder), folder, SCREENS) as (side, client, _rate):
            usual = client.stage(RATE, 6, limit=5000)
            memory = machine.resident(side.pids[0])
            client.freeze(SCREENS // 10)
            frozen = client.stage(RATE, 12, limit=5000)
            grown.append((machine.resident(side.pids[0]) - memory) / 1e6)
            ratios.append(frozen["last_p99_ms"] / usual["last_p99_ms"])
            if frozen["missing"] or frozen["gaps"]:
                raise AssertionError(f"the others lost something: {frozen}")
    return [
        row(
            "frozen_p99_ratio",
            median(ratios),
            "ratio",
            note="p99 of the others with a tenth frozen, by before",
        ),
        row("frozen_memory", median(grown), "MB", note=f"grown by, after {RATE * 12:.0f} changes"),
    ]


def _presence(here: House, folder: Path, *, times: int) -> list[Row]:
    ratios = []
    for _time in range(times):
        with following(lambda: sides.product(here, folder), folder, SCREENS) as (_side, client, _rate):
            usual = client.stage(RATE, 6, limit=5000)
            lively = client.stage(RATE, 6, limit=5000, presence=100)
            ratios.append(lively["last_p99_ms"] / usual["last_p99_ms"])
    return [
        row(
            "presence_p99_ratio", median(ratios), "ratio", note="votes with 100 presence events/s, by without"
        )
    ]
