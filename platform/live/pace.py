"""How often one may ask at the wire. Counted in the memory of this process: nobody's vote waits for Redis."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from math import ceil

from limits import parse_many

REMEMBERED = 4096
"""Counts that are kept before those are forgotten whose time is over."""


class TooOftenError(Exception):
    """More than the pace allows. `wait` says in how many whole seconds one may ask again."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"again in {wait} s")
        self.wait = wait


class Pace:
    """A limit as an operator writes it, like `40 per second`, kept for each asker by itself.

    A window begins with the first question in it. The library that reads what the operator wrote would
    count too, but starts a thread for it.
    """

    def __init__(self, allowed: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._windows = [(item.amount, float(item.get_expiry())) for item in parse_many(allowed)]
        self._monotonic = monotonic
        self._counts: dict[tuple[int, tuple[str, ...]], tuple[int, float]] = {}
        self._forget_at = REMEMBERED
        self._lock = threading.Lock()

    def keep(self, *asker: str) -> None:
        """Count once more; raises `TooOftenError`. Whoever is named by an address is named by its seal."""
        now = self._monotonic()
        with self._lock:
            if len(self._counts) >= self._forget_at:
                self._forget(now)
            for number, (most, seconds) in enumerate(self._windows):
                count, until = self._counts.get((number, asker), (0, 0.0))
                if now >= until:
                    count, until = 0, now + seconds
                if count >= most:
                    raise TooOftenError(max(1, ceil(until - now)))
                self._counts[number, asker] = count + 1, until

    def __len__(self) -> int:
        """How many counts are kept."""
        return len(self._counts)

    def _forget(self, now: float) -> None:
        self._counts = {key: (count, until) for key, (count, until) in self._counts.items() if until > now}
        # Where many are there at once, not each of them looks for those who have gone.
        self._forget_at = max(REMEMBERED, 2 * len(self._counts))
