"""The one door: a command becomes rows and events in one transaction, exactly once, or is refused.

What queues up in a lane is written as one transaction, with a savepoint and an answer for each.
Order inside: who asks, asked before?, the verb (policy, rules, rows, events), the stored answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import structlog
from prometheus_client import Histogram
from sqlalchemy import Connection
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    TimeoutError,  # noqa: A004 -- SQLAlchemy's name for a pool that had no connection to give
)

from foundation import audit, clock, commands, places, receipts, rides, streams
from foundation.commands import Answer, Command, Shared
from foundation.database import Database, waited_too_long
from foundation.errors import Code, Refusal, busy, id_reused, not_found
from foundation.eventlog import Event
from foundation.lanes import Lanes
from foundation.places import Place
from foundation.policy import Actor, Credential
from foundation.receipts import Key, Receipt
from foundation.rides import Errand, Outcome, Request, Ride
from foundation.text import N_
from foundation.transaction import Transaction
from foundation.vault import NO_VAULT, Vault

log = structlog.get_logger()

Identify = Callable[[Connection, Collection[Credential]], Mapping[Credential, Actor]]
"""Who the credentials stand for now; invalid ones are missing. The same few queries for one and for many."""
Listener = Callable[[Sequence[Event]], None]

ATTEMPTS = 4
"""How often a command is tried when the database breaks off its transaction."""


class _PlacesMovedError(Exception):
    """The further places of a command were others once they were locked."""


_BROKEN_OFF = (OperationalError, InterfaceError, InternalError, IntegrityError, _PlacesMovedError)
"""What may go well at the next attempt: a deadlock, a lost connection, the same id on two ways at once."""


@dataclass(frozen=True)
class _Done:
    """A command that was carried out. What it has written gets its numbers when all is written."""

    fingerprint: str
    actor: Actor
    made: Mapping[str, str]
    written: Mapping[str, int]

    def answer(self, held: Mapping[str, Place]) -> Answer:
        """What the asker may know."""
        seqs = {
            name: seq
            for name, seq in self.written.items()
            if streams.may_read(self.actor, name, held.get(streams.place_of(name) or ""))
        }
        return Answer(seqs, self.made)


_UNSAID = Answer({}, {})
"""The answer to every unlinkable command."""


class Door:
    """Carries commands out, so many `together` at most, and tells the listeners what was committed.

    `vault`: where keys lie, for those verbs that need one.
    """

    def __init__(
        self,
        database: Database,
        identify: Identify,
        *,
        secret: bytes,
        together: int = 64,
        vault: Vault = NO_VAULT,
    ) -> None:
        self.database = database
        self.vault = vault
        self.identify = identify
        self.listeners: list[Listener] = []
        self._secret = secret
        self._lanes: Lanes[Ride] = Lanes(self._carry, most=together)
        self.took = Histogram(
            "werkstatt_transaction_seconds",
            "From the beginning of a transaction until it is committed",
            buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 3, 10),
            registry=None,
        )
        self.carried = Histogram(
            "werkstatt_commands_per_transaction",
            "Commands that were written together",
            buckets=(1, 2, 5, 10, 20, 50, 100),
            registry=None,
        )

    def carry_out(self, who: Credential | Actor, asked: Command) -> Answer:
        """Carry the command out for whoever the credential stands for when it is written.

        Raises `Refusal`; `busy` means that asking again with the same id is right.
        """
        ride = Request(who, asked)
        if self.database.is_sqlite:
            self._lanes.ride("", ride)
        elif asked.declared.alone:
            self._carry([ride])
        else:
            self._lanes.ride(asked.place, ride)
        return ride.result()

    def write(self, work: Callable[[Connection], object]) -> None:
        """Housekeeping that no stream tells about (last seen, claims), in the same lane as commands."""
        errand = Errand(work)
        if self.database.is_sqlite:
            self._lanes.ride("", errand)
        else:
            self._carry([errand])
        errand.result()

    def _carry(self, batch: Sequence[Ride]) -> None:
        for group in rides.apart(batch):
            self._write(group)

    def _write(self, group: Sequence[Ride]) -> None:
        """One transaction for the group; if that does not come to its end, one more for each by itself."""
        try:
            self._transact(group)
        except Exception as error:  # noqa: BLE001 -- this is the door: the one who asked gets it, the lane goes on
            final = _final(error, alone=len(group) == 1)
            for ride in group:
                if final is None:
                    self._insist(ride)
                else:
                    ride.outcome = final

    def _insist(self, ride: Ride) -> None:
        """Try one by itself until the database carries it, it is refused, or it is too much."""
        last: Refusal = busy()
        for attempt in range(ATTEMPTS):
            time.sleep(0.05 * attempt**2)
            try:
                self._transact([ride])
            except Exception as error:  # noqa: BLE001 -- this is the door: the one who asked gets it, the lane goes on
                final = _final(error, alone=True)
                if final is not None:
                    ride.outcome = final
                    return
                log.warning("broken_off", command=ride.name, error=type(error).__name__, attempt=attempt)
                last = _conflict() if isinstance(error, IntegrityError) else busy()
            else:
                return
        ride.outcome = last

    def _transact(self, group: Sequence[Ride]) -> None:
        """Write the group and commit; only then does anybody learn what became of it."""
        self.carried.observe(len(group))
        with self.took.time(), self.database.transaction() as connection:
            transaction = Transaction(connection, alone=len(group) == 1, vault=self.vault)
            requests = [ride for ride in group if isinstance(ride, Request)]
            outcomes = self._answer(transaction, requests) if requests else {}
            for errand in group:
                if isinstance(errand, Errand):
                    errand.work(connection)
                    outcomes[errand] = Answer({}, {})
        for ride, outcome in outcomes.items():
            ride.outcome = outcome
        self._tell(transaction.events)

    def _tell(self, events: Sequence[Event]) -> None:
        for listener in self.listeners if events else ():
            try:
                listener(events)
            except Exception:
                # What is committed stays so, and whoever asked for it is told so.
                log.exception("listener_broke")

    def _answer(self, transaction: Transaction, requests: Sequence[Request]) -> dict[Ride, Outcome]:
        connection = transaction.connection
        transaction.places = self._lock(connection, requests)
        transaction.now = clock.now()
        actors = self._actors(connection, requests)
        keys = {ride: (actor.id, ride.asked.id) for ride, actor in actors.items()}
        given = receipts.given(
            connection, [key for ride, key in keys.items() if not ride.asked.declared.unlinkable]
        )
        done: dict[Key, _Done] = {}
        outcomes: dict[Ride, Outcome] = {ride: _unknown() for ride in requests if ride not in actors}
        for run in rides.runs(actors):
            shared = self._shared(transaction, run, actors)
            for ride in run:
                key, fingerprint = keys[ride], commands.fingerprint(ride.asked, self._secret)
                before = given.get(key) or done.get(key)
                if before is not None and before.fingerprint != fingerprint:
                    outcomes[ride] = id_reused()
                elif key in given:
                    outcomes[ride] = given[key].answer
                elif before is None:
                    result = self._attempt(transaction, actors[ride], ride.asked, fingerprint, shared)
                    if not isinstance(result, _Done):
                        outcomes[ride] = result
                    elif ride.asked.declared.unlinkable:
                        outcomes[ride] = _UNSAID
                    else:
                        done[key] = result
            if shared is not None:
                shared.write()
        transaction.flush()
        fresh = {key: Receipt(one.fingerprint, one.answer(transaction.places)) for key, one in done.items()}
        receipts.keep(connection, fresh, transaction.now)
        return {ride: fresh[keys[ride]].answer for ride in requests if ride not in outcomes} | outcomes

    def _lock(self, connection: Connection, requests: Sequence[Request]) -> dict[str, Place]:
        names, asked = {ride.asked.place for ride in requests}, requests[0].asked
        touches = asked.declared.touches if len(requests) == 1 else None
        if touches is None:
            return places.lock(connection, names)
        if not self._actors(connection, requests):
            # Nobody waits for a stranger: who is unknown keeps no place from others.
            raise _unknown()
        place = places.find(connection, names).get(asked.place)
        if place is None:
            return {}
        further = set(touches(connection, place, asked.body))
        found = places.lock(connection, names | further)
        if set(touches(connection, place, asked.body)) != further:
            raise _PlacesMovedError
        return found

    def _actors(self, connection: Connection, requests: Sequence[Request]) -> dict[Request, Actor]:
        credentials = {ride.who for ride in requests if isinstance(ride.who, Credential)}
        known = self.identify(connection, credentials) if credentials else {}
        found = {ride: ride.who if isinstance(ride.who, Actor) else known.get(ride.who) for ride in requests}
        return {ride: actor for ride, actor in found.items() if actor is not None}

    def _shared(
        self, transaction: Transaction, run: Sequence[Request], actors: Mapping[Request, Actor]
    ) -> Shared | None:
        first = run[0].asked
        place, shares = transaction.places.get(first.place), first.declared.shares
        if place is None or shares is None:
            return None
        return shares(transaction, place, [(actors[ride], ride.asked.body) for ride in run])

    def _attempt(
        self,
        transaction: Transaction,
        actor: Actor,
        asked: Command,
        fingerprint: str,
        shared: Shared | None,
    ) -> _Done | Exception:
        """One command of the transaction; what it refuses or breaks is undone to before it.

        Of one that shares only a refusal is undone; any mistake breaks off the whole transaction.
        """
        unlinkable = asked.declared.unlinkable
        try:
            with transaction.attempt(savepoint=shared is None, silent=unlinkable) as written:
                place = transaction.places.get(asked.place)
                if place is None:
                    raise not_found()
                further = (shared,) if shared is not None else (asked,) if unlinkable else ()
                made = asked.declared.verb(transaction, actor, place, asked.body, *further) or {}
                if asked.declared.leaves_entry(actor):
                    self._audit(transaction, actor, asked, made)
                return _Done(fingerprint, actor, made, written)
        except Refusal as refusal:
            return refusal
        except IntegrityError as error:
            if shared is not None:
                raise
            log.warning("constraint_violated", command=asked.name, error=type(error.orig).__name__)
            return _conflict()
        except Exception as error:
            if shared is not None or isinstance(error, DBAPIError):
                raise
            return error

    def _audit(self, transaction: Transaction, actor: Actor, asked: Command, made: Mapping[str, str]) -> None:
        audit.note(
            transaction.connection,
            key=self._secret,
            at=transaction.now,
            actor=actor.id,
            command=asked.name,
            place=asked.place,
            about=audit.named(asked.body, made),
        )


def _final(error: Exception, *, alone: bool) -> Exception | None:
    """What is to be told of a transaction that was broken off; None if it is worth another attempt."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, TimeoutError) or (isinstance(error, DBAPIError) and waited_too_long(error)):
        return busy()
    return error if alone and not isinstance(error, _BROKEN_OFF) else None


def _conflict() -> Refusal:
    return Refusal(Code.CONFLICT, N_("Das ist inzwischen schon anders. Bitte laden Sie die Seite neu."))


def _unknown() -> Refusal:
    return Refusal(Code.UNKNOWN_ACTOR, N_("Bitte melden Sie sich an."))
