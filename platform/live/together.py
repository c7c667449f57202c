"""Who asks and what came since: whoever wants to know at the same time shares one read.

A thousand clients that were cut at once return at once. What comes up while one read is under way is
answered by the next, with the same few queries for one and for many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from foundation import eventlog, places, streams
from foundation.door import Door
from foundation.errors import busy, not_found, unknown_actor
from foundation.eventlog import CaughtUp, Head
from foundation.lanes import Lanes, Passenger
from foundation.policy import Actor, Credential

MOST = 100
"""Questions that one read answers at most; nobody else has a turn meanwhile on SQLite."""


@dataclass(frozen=True)
class Begun:
    """A stream caught up with, by whom, and the version of rights that allowed it."""

    caught_up: CaughtUp
    acl_version: int
    reader: str

    @property
    def has_news(self) -> bool:
        return self.caught_up.events is None or bool(self.caught_up.events)


@dataclass(eq=False)
class _Question(Passenger):
    """Who it is; with a stream, also what came there after `seq` of that epoch. Refused until answered."""

    credential: Credential
    stream: str = ""
    epoch: str = ""
    seq: int = 0
    actor: Actor | None = None
    begun: Begun | None = None
    error: Exception | None = field(default_factory=busy)


class Together:
    """Safe to use from any thread. `most`: events that one answer holds."""

    def __init__(self, door: Door, *, most: int) -> None:
        self._door = door
        self._most = most
        self._lane: Lanes[_Question] = Lanes(self._carry, most=MOST)

    def find(self, credential: Credential) -> Actor | None:
        """Who the credential stands for now, if anybody."""
        return self._ask(_Question(credential)).actor

    def catch_up(self, credential: Credential, name: str, *, epoch: str, seq: int) -> Begun:
        """The events after `seq` of that epoch, for whoever the credential stands for now; rights first."""
        # What no stream is called may be what the database refuses to read, and the others share the read.
        looked_for = name if streams.match(name) else ""
        asked = self._ask(_Question(credential, looked_for, epoch, seq))
        if asked.actor is None:
            raise unknown_actor()
        if asked.begun is None:
            raise not_found()
        return asked.begun

    def _ask(self, question: _Question) -> _Question:
        self._lane.ride("", question)
        if question.error is not None:
            raise question.error
        return question

    def _carry(self, batch: Sequence[_Question]) -> None:
        try:
            with self._door.database.reading() as connection:
                self._answer(connection, batch)
        except Exception as error:  # noqa: BLE001 -- each of them gets it, where it is asked
            for question in batch:
                question.error = error

    def _answer(self, connection: Connection, batch: Sequence[_Question]) -> None:
        actors = self._door.identify(connection, {question.credential for question in batch})
        following = [question for question in batch if question.stream]
        found = places.find(connection, {_place_of(question) for question in following})
        heads = eventlog.heads(connection, {question.stream for question in following}) if found else {}
        known: dict[tuple[str, str, int], CaughtUp] = {}
        for question in batch:
            question.actor = actors.get(question.credential)
            place = found.get(_place_of(question)) if question.stream else None
            if question.actor and place and streams.may_read(question.actor, question.stream, place):
                key = question.stream, question.epoch, question.seq
                if key not in known:
                    head = heads.get(question.stream) or Head(place.epoch, 0, 0)
                    known[key] = self._caught_up(connection, question, head)
                question.begun = Begun(known[key], place.acl_version, question.actor.id)
            question.error = None

    def _caught_up(self, connection: Connection, question: _Question, head: Head) -> CaughtUp:
        name, epoch, seq = question.stream, question.epoch, question.seq
        return eventlog.catch_up(connection, name, head, epoch=epoch, seq=seq, most=self._most)


def _place_of(question: _Question) -> str:
    return streams.place_of(question.stream) or ""
