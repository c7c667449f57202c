"""Forgetting: a few rows of one kind, a word to the owner of an account that will go, and the whole night."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Annotated, cast

from pydantic import Field
from sqlalchemy import Connection, Table, delete, select, tuple_, update

from foundation import audit, bodies, clock, commands, eventlog, jobs, policy
from foundation.bodies import Body, WireMoment
from foundation.commands import Made, command
from foundation.database import upsert
from foundation.door import Door
from foundation.errors import Code, Refusal, not_found
from foundation.jobs import Job, JobRow
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from people.accounts.models import Person
from people.mail import service as mail
from people.privacy.models import RetentionRun

from .policy import RetentionPermission
from .queries import ROWS, next_to_warn, next_unused
from .rules import NOTICE, Kind, Periods, goes_at, job_of, next_night

MOST = 1000
"""Rows that go in one transaction: others wait for it no longer than for any other change."""
JOB = jobs.brought_along("retention.run")
"""The work of one night; it needs the periods, so the worker brings who does it."""
HOUSE = policy.system("retention")


class Forget(Body):
    """What of one kind is older than that, at most `MOST` at once; counted in the round (a UUID)."""

    round: Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$")]
    kind: Annotated[Kind, Field(strict=False)]
    before: WireMoment


@command("retention.run", Forget, place="house")
def run(transaction: Transaction, actor: Actor, place: Place, body: Forget) -> Made:
    """Returns how much went as `gone`. The round's numbers are written with it."""
    policy.require(actor, RetentionPermission.RUN, place)
    if body.kind is Kind.ACCOUNTS:
        # Accounts are erased one by one, by a command of their own.
        raise bodies.invalid(kind=N_("Diese Auswahl gibt es nicht."))
    gone = _forget(transaction.connection, body.kind, body.before)
    _count(transaction.connection, body.round, body.kind, gone, transaction.now)
    return {"gone": str(gone)}


def _forget(connection: Connection, kind: Kind, before: datetime) -> int:
    if kind is Kind.EVENTS:
        return eventlog.trim(connection, before, most=MOST)
    if kind is Kind.AUDIT:
        return audit.trim(connection, before, most=MOST)
    table, old = ROWS[kind]
    key = list(cast(Table, table.__table__).primary_key.columns)
    some = select(*key).where(old(before)).limit(MOST)
    return connection.execute(delete(table).where(tuple_(*key).in_(some))).rowcount


def _count(connection: Connection, round_: str, kind: Kind, gone: int, now: datetime) -> None:
    query = select(RetentionRun.at, RetentionRun.removed).where(RetentionRun.round == round_)
    row = connection.execute(query.with_for_update()).first()
    removed = json.loads(row.removed) if row else {}
    removed[kind] = removed.get(kind, 0) + gone
    told = {"round": round_, "at": row.at if row else now, "removed": eventlog.encode(removed)}
    upsert(connection, RetentionRun, ("round",), told)


class Warn(Body):
    """The owner of the account is told that it goes if nobody uses it."""


@command("retention.warn", Warn, place="person")
def warn(transaction: Transaction, actor: Actor, place: Place, _body: Warn) -> Made:
    """Once within the notice. What counts is that the mail stands in the outbox, whoever takes it when."""
    policy.require(actor, RetentionPermission.WARN, place)
    lately = Person.warned_at >= transaction.now - NOTICE
    row = (Person.public_id == place.id) & Person.erased_at.is_(None) & lately.is_not(True)
    told = update(Person).where(row).values(warned_at=transaction.now)
    if transaction.connection.execute(told).rowcount == 0:
        raise not_found()
    until = clock.wire(goes_at(transaction.now))
    mail.post(transaction, mail.Kind.ACCOUNT_ENDS, person=place.id, params={mail.UNTIL: until})
    return None


def warn_unused(door: Door, periods: Periods, *, now: datetime) -> int:
    """Tell the owners of accounts that will go, one by one; returns how many."""
    warned = 0
    while (person := _next(door, next_to_warn, periods, now)) is not None:
        with _unless_gone():
            door.carry_out(HOUSE, commands.ask("retention.warn", f"person/{person}"))
            warned += 1
    return warned


def go_through(door: Door, periods: Periods, *, round_: str, now: datetime) -> dict[Kind, int]:
    """One round; returns how much of each kind went. Whoever begins it again, or at the same time as
    somebody else, only takes what is left.
    """
    return {kind: _work_off(door, periods, kind, round_, now) for kind in periods}


def _work_off(door: Door, periods: Periods, kind: Kind, round_: str, now: datetime) -> int:
    if kind is Kind.ACCOUNTS:
        return _erase_unused(door, periods, round_, now)
    removed, gone = 0, MOST
    while gone >= MOST:
        body = {"round": round_, "kind": kind, "before": now - periods[kind]}
        answer = door.carry_out(HOUSE, commands.ask("retention.run", "house", body))
        gone = int(answer.result["gone"])
        removed += gone
    return removed


def _erase_unused(door: Door, periods: Periods, round_: str, now: datetime) -> int:
    """One by one, each looked at once more before: somebody may have come back a moment ago."""
    erased = 0
    while (person := _next(door, next_unused, periods, now)) is not None:
        with _unless_gone():
            door.carry_out(HOUSE, commands.ask("person.erase", f"person/{person}", {"sure": True}))
            door.write(partial(_count, round_=round_, kind=Kind.ACCOUNTS, gone=1, now=clock.now()))
            erased += 1
    return erased


def _next(
    door: Door, which: Callable[[Connection, Periods, datetime], str | None], periods: Periods, now: datetime
) -> str | None:
    with door.database.reading() as connection:
        return which(connection, periods, now)


@contextmanager
def _unless_gone() -> Iterator[None]:
    """Another process may have been faster."""
    try:
        yield
    except Refusal as refusal:
        if refusal.code is not Code.NOT_FOUND:
            raise


def nightly(periods: Periods) -> Callable[[Door, Job], None]:
    """Who does the work of a night."""

    def work(door: Door, job: Job) -> None:
        go_through(door, periods, round_=job.id, now=clock.now())
        warn_unused(door, periods, now=clock.now())

    return work


def keep_planned(door: Door) -> None:
    """Make sure that the next night is planned: at the start, and again when one is over."""
    with door.database.reading() as connection:
        if jobs.next_due(connection, JOB) is not None:
            return
    door.write(partial(_plan, at=next_night(clock.now())))


def _plan(connection: Connection, *, at: datetime) -> None:
    """Once, whoever else plans it too: the job of a night has its own id."""
    known = connection.execute(select(JobRow.id).where(JobRow.id == job_of(at))).first()
    if known is None:
        jobs.schedule(connection, JOB, at, {}, id=job_of(at))
