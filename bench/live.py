"""From the click to the last screen, and what a subscriber costs the server: time, processor, memory."""

from __future__ import annotations

import selectors
import sys
import time
from collections import Counter
from statistics import median
from typing import Any

from tests.serving import Server
from tests.visiting import Visitor

from bench import house, machine
from bench.house import House
from bench.lines import PER_PERSON, Screen, Sender, connect
from bench.rows import Row, percentile, row

SCREENS = (20, 250, 1000)
RATE = 10.0
"""Changes a second, each sent when it is due whatever became of those before."""


SENDERS = 4


class Arrivals:
    """When each number was on the last of all screens."""

    def __init__(self, screens: int) -> None:
        self._screens = screens
        self._seen: Counter[int] = Counter()
        self.complete: dict[int, float] = {}

    def note(self, last: int, newest: int) -> None:
        now = time.perf_counter()
        for seq in range(last + 1, newest + 1):
            self._seen[seq] += 1
            if self._seen[seq] == self._screens:
                self.complete[seq] = now


def measure(*, quick: bool) -> list[Row]:
    """On SQLite, a fresh server for each number of screens; screens are raw sockets in this process."""
    machine.allow_many_sockets()
    changes = 20 if quick else 100
    rows = []
    with machine.scratch() as folder, machine.database("sqlite", folder) as url:
        here = house.furnish(url, people=max(SCREENS) // PER_PERSON + 1)
        for screens in SCREENS:
            with Server(url, folder, settings={"log_level": "warning"}) as server, machine.apart(server.pid):
                rows += _stage(server, here, screens, changes)
    return rows


def _stage(server: Server, here: House, screens: int, changes: int) -> list[Row]:
    cookies = [house.cookie(token) for token in here.tokens]
    senders = [Sender(server.url, here.place, voter) for voter in here.voters[:SENDERS]]
    _warm_up(server, here, senders, cookies)
    arrivals = Arrivals(screens)
    begun = Visitor(server.url, cookie=cookies[0]).snapshot(here.place)
    memory, started = machine.resident(server.pid), time.perf_counter()
    shown = connect(server.url, screens, cookies=cookies, begun=begun, note=arrivals.note)
    connecting = time.perf_counter() - started
    memory = machine.resident(server.pid) - memory
    _follow(here.place, senders, shown, arrivals, changes=changes // 5)
    ours, theirs = time.process_time(), machine.used(server.pid)
    started = time.perf_counter()
    waits, missing = _follow(here.place, senders, shown, arrivals, changes=changes)
    took = time.perf_counter() - started
    ours, theirs = time.process_time() - ours, machine.used(server.pid) - theirs
    for line in (*senders, *shown):
        line.line.close()
    if missing:
        raise AssertionError(f"{missing} of {changes} changes did not reach all {screens} screens")
    sys.stderr.write(f"live: {screens} screens: {median(waits) * 1000:.1f} ms\n")
    note = f"{len(waits)} changes at {RATE:g}/s; the client was busy {ours / took:.0%} of its core"
    return [
        row(f"last_screen_p50_{screens}", median(waits) * 1000, "ms", note=note),
        row(f"last_screen_p99_{screens}", percentile(waits, 99) * 1000, "ms"),
        row(
            f"cpu_per_delivery_{screens}",
            theirs / (len(waits) * screens) * 1e6,
            "µs",
            note=f"processor time of the server by {len(waits) * screens} deliveries, commands included",
        ),
        *(_connections(screens, connecting, memory) if screens == max(SCREENS) else []),
    ]


def _connections(screens: int, seconds: float, memory: int) -> list[Row]:
    return [
        row(
            "connect_rate",
            screens / seconds,
            "1/s",
            note=f"{screens} signed in, upgraded and following a stream, 50 at a time",
        ),
        row(
            "memory_per_connection",
            memory / screens / 1024,
            "kB",
            note="resident memory of the server",
        ),
    ]


def _warm_up(server: Server, here: House, senders: list[Sender], cookies: list[str]) -> None:
    """Everything has been used once before memory is looked at."""
    begun = Visitor(server.url, cookie=cookies[0]).snapshot(here.place)
    arrivals = Arrivals(20)
    shown = connect(server.url, 20, cookies=cookies, begun=begun, note=arrivals.note)
    _follow(here.place, senders, shown, arrivals, changes=10)
    for screen in shown:
        screen.line.close()
    time.sleep(1)


def _follow(
    stream: str, senders: list[Sender], shown: list[Screen], arrivals: Arrivals, *, changes: int
) -> tuple[list[float], int]:
    """Seconds from when each change was due until it was on the last screen, and how many never were."""
    due_at: dict[int, float] = {}
    free, sent = list(senders), 0
    started = time.perf_counter() + 0.05
    until = started + changes / RATE + 10
    with selectors.DefaultSelector() as selector:
        for each in (*senders, *shown):
            selector.register(each.line, selectors.EVENT_READ, each)
        while time.perf_counter() < until:
            due = started + sent / RATE
            if sent < changes and free and time.perf_counter() >= due:
                free.pop(0).send(due)
                sent += 1
                continue
            if sent == changes and len(free) == len(senders) and due_at.keys() <= arrivals.complete.keys():
                break
            wait = max(0.0, due - time.perf_counter()) if sent < changes else 0.1
            for key, _mask in selector.select(wait):
                _hear(key.data, stream, due_at, free)
    waits = [arrivals.complete[seq] - due for seq, due in due_at.items() if seq in arrivals.complete]
    return waits, changes - len(waits)


def _hear(each: Any, stream: str, due_at: dict[int, float], free: list[Sender]) -> None:
    answer = each.take()
    if isinstance(each, Sender) and answer is not None:
        due_at[answer["seqs"][stream]] = each.due
        free.append(each)
