"""How often one may ask at the wire. Counted in the memory of this process: nobody's vote waits for Redis."""

from __future__ import annotations

from math import ceil

from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from foundation import clock


class TooOftenError(Exception):
    """More than the pace allows. `wait` says in how many whole seconds one may ask again."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"again in {wait} s")
        self.wait = wait


class Pace:
    """A limit as an operator writes it, like `40 per second`, kept for each asker by itself."""

    def __init__(self, allowed: str) -> None:
        self._items = parse_many(allowed)
        self._counter = FixedWindowRateLimiter(MemoryStorage())

    def keep(self, *asker: str) -> None:
        """Count once more; raises `TooOftenError`."""
        for item in self._items:
            if not self._counter.hit(item, *asker):
                until = self._counter.get_window_stats(item, *asker).reset_time
                raise TooOftenError(max(1, ceil(until - clock.now().timestamp())))
