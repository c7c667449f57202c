"""Lanes: who comes while a transaction is being written is carried by the next one.

A lane is the queue in front of something that is written by one at a time. Whoever gets the turn
takes everybody who waits along, in order of arrival; nobody waits longer than needed when alone.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar


class Passenger:
    """Something that waits to be carried out; `done` is set when it was its turn, however that ended."""

    done = False


P = TypeVar("P", bound=Passenger)


@dataclass
class _Lane(Generic[P]):
    turn: threading.Lock = field(default_factory=threading.Lock)
    waiting: deque[P] = field(default_factory=deque)
    users: int = 0


class Lanes(Generic[P]):
    """Lanes by key, made when needed and gone when empty."""

    def __init__(self, carry: Callable[[list[P]], None], *, most: int = 64) -> None:
        self._carry = carry
        self._most = most
        self._lanes: dict[str, _Lane[P]] = {}
        self._door = threading.Lock()

    def ride(self, key: str, passenger: P) -> None:
        """Return when the passenger has been carried.

        What `carry` raises reaches the one who had the turn; whoever is not carried by then never will be.
        """
        with self._door:
            lane = self._lanes.setdefault(key, _Lane())
            lane.users += 1
            lane.waiting.append(passenger)
        try:
            with lane.turn:
                if not passenger.done:
                    # Lets those who are ready queue up: with green threads nobody can while SQLite writes.
                    time.sleep(0)
                while not passenger.done:
                    self._take(lane)
        finally:
            with self._door:
                if not passenger.done and passenger in lane.waiting:
                    lane.waiting.remove(passenger)
                lane.users -= 1
                if not lane.users:
                    self._lanes.pop(key, None)

    def _take(self, lane: _Lane[P]) -> None:
        batch = [lane.waiting.popleft() for _ in range(min(self._most, len(lane.waiting)))]
        try:
            self._carry(batch)
        finally:
            for passenger in batch:
                passenger.done = True
