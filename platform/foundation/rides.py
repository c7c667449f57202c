"""What goes through the door: who asked for what, what became of it, and who shares a transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from sqlalchemy import Connection

from foundation.commands import Answer, Command
from foundation.lanes import Passenger
from foundation.policy import Actor, Credential

Outcome = Answer | Exception


class Ride(Passenger):
    """Something on its way through the door, and what became of it. Told only after the commit."""

    name = ""
    outcome: Outcome | None = None

    def result(self) -> Answer:
        if self.outcome is None:
            raise RuntimeError(f"{self.name} was neither done nor refused")
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


class Request(Ride):
    """A command that somebody asked for."""

    def __init__(self, who: Credential | Actor, asked: Command) -> None:
        self.who = who
        self.asked = asked
        self.name = asked.name


class Errand(Ride):
    """Housekeeping in the lane."""

    name = "errand"

    def __init__(self, work: Callable[[Connection], object]) -> None:
        self.work = work


def runs(requests: Iterable[Request]) -> Iterator[Sequence[Request]]:
    """Place by place the same command one after the other; at each place in the order in which they came."""
    by_place = sorted(requests, key=lambda ride: ride.asked.place)
    for _, run in groupby(by_place, key=lambda ride: (ride.asked.place, ride.asked.name)):
        yield list(run)


def apart(batch: Sequence[Ride]) -> Iterator[Sequence[Ride]]:
    """Groups that share a transaction, in order; who must be alone is."""
    group: list[Ride] = []
    for ride in batch:
        if not isinstance(ride, Request) or ride.asked.declared.alone:
            if group:
                yield group
            yield [ride]
            group = []
        else:
            group.append(ride)
    if group:
        yield group
