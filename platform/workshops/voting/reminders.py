"""What members are told of a poll by mail: that it is open, and before its end that they are missing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, select, true

from foundation import clock, commands, jobs, policy
from foundation.bodies import Body, PublicId
from foundation.commands import Made, command
from foundation.door import Door
from foundation.errors import Code, Refusal
from foundation.jobs import Job
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from people.accounts.models import Person
from people.cohorts.models import Seat
from people.cohorts.queries import valid
from people.mail import service as mail
from people.mail.service import Kind
from workshops.series import queries as series
from workshops.series.models import Workshop

from . import queries
from .models import Ballot, Poll
from .policy import VotingPermission
from .tallies import VOTED

REMIND = "poll.remind"
AHEAD = timedelta(hours=24)
SHORTEST = timedelta(hours=30)
"""A poll that is over sooner is still fresh in mind when the reminder would come."""


def announce(transaction: Transaction, place: Place, poll: str) -> None:
    """Tell the members of all teams with a ballot that the poll is open, once it is; nobody twice."""
    told = mail.told(transaction.connection, Kind.POLL_OPENED, _matter(poll))
    _notify(transaction, place, poll, Kind.POLL_OPENED, Person.public_id.not_in(told))


def announce_again(transaction: Transaction, place: Place, poll: str) -> None:
    """Tell all of them that they have to vote once more: nobody knows who has voted before."""
    _notify(transaction, place, poll, Kind.POLL_RESET, true())


def hold_back(transaction: Transaction, place: Place) -> None:
    """The workshop is cancelled: whoever has not been asked to vote yet is not asked now."""
    poll = queries.last(transaction.connection, place.id)
    if poll is not None:
        mail.withdraw(transaction, _matter(poll.id), f"{_matter(poll.id)}/reset")


def go_on(transaction: Transaction, place: Place) -> None:
    """The workshop takes place after all: what was held back of its poll is told now, to nobody twice."""
    connection, now = transaction.connection, transaction.now
    poll = queries.last(connection, place.id)
    if poll is None or poll.closed_at is not None or (poll.closes_at is not None and poll.closes_at <= now):
        return
    announce(transaction, place, poll.id)
    if poll.reset_at is not None:
        told = mail.told(connection, Kind.POLL_RESET, f"{_matter(poll.id)}/reset")
        _notify(transaction, place, poll.id, Kind.POLL_RESET, Person.public_id.not_in(told))
    if poll.closes_at is None or poll.closes_at - poll.opens_at < SHORTEST:
        return
    if poll.closes_at - now <= AHEAD:
        jobs.cancel(connection, _job(poll.id, poll.closes_at))
        told = mail.told(connection, Kind.POLL_CLOSES_SOON, _matter(poll.id))
        _notify(transaction, place, poll.id, Kind.POLL_CLOSES_SOON, ~VOTED & Person.public_id.not_in(told))


def plan(transaction: Transaction, place: Place, poll: str) -> None:
    """Remind those who are missing, a day before the end, if there is an end that is far enough ahead."""
    times = transaction.connection.execute(
        select(Poll.opens_at, Poll.closes_at).where(Poll.public_id == poll)
    ).one()
    if times.closes_at is None or times.closes_at - max(times.opens_at, transaction.now) < SHORTEST:
        return
    jobs.schedule(
        transaction.connection,
        REMIND,
        times.closes_at - AHEAD,
        {"place": place.name, "poll": poll},
        id=_job(poll, times.closes_at),
    )


def give_up(transaction: Transaction, poll: str, closes_at: datetime | None) -> None:
    """The poll does not go on to that end: nobody is reminded, and what waits to be sent is taken back."""
    if closes_at is not None:
        jobs.cancel(transaction.connection, _job(poll, closes_at))
    mail.withdraw(transaction, _matter(poll))


class RemindOfPoll(Body):
    """Which poll of the workshop it was when the reminder was planned."""

    poll: PublicId


@command(REMIND, RemindOfPoll, place="workshop")
def remind(transaction: Transaction, actor: Actor, place: Place, body: RemindOfPoll) -> Made:
    """Members of teams that have neither marked nor abstained. What is over or ends later is left alone.

    In a secret poll all have done neither, as far as anybody knows.
    """
    policy.require(actor, VotingPermission.REMIND, place)
    poll = queries.last(transaction.connection, place.id)
    if poll is None or poll.id != body.poll or poll.closed_at is not None or poll.closes_at is None:
        raise Refusal(Code.CLOSED, N_("Hier läuft keine Abstimmung."))
    if not timedelta(0) < poll.closes_at - transaction.now <= AHEAD:
        raise Refusal(Code.CLOSED, N_("Es ist nicht die Zeit, an diese Abstimmung zu erinnern."))
    series.refuse_if_cancelled(transaction.connection, place.id)
    _notify(transaction, place, poll.id, Kind.POLL_CLOSES_SOON, ~VOTED)
    return None


@jobs.job(REMIND)
def remind_when_due(door: Door, job: Job) -> None:
    asked = commands.ask(REMIND, job.payload["place"], {"poll": job.payload["poll"]}, id=job.id)
    door.carry_out(policy.system(REMIND), asked)


def _notify(
    transaction: Transaction, place: Place, poll: str, kind: Kind, which: ColumnElement[bool]
) -> None:
    connection = transaction.connection
    row = connection.execute(
        select(Poll.opens_at, Poll.closes_at, Poll.secret, Workshop.starts_at, Workshop.cancelled_at)
        .join(Workshop, Workshop.id == Poll.workshop_id)
        .where(Poll.public_id == poll)
    ).one()
    if row.cancelled_at is not None:
        return  # nobody is asked to prepare what does not take place
    mail.notify(
        transaction,
        kind,
        persons=_members(connection, poll, which),
        params={
            "path": f"/workshops/{place.id}/poll",
            "starts_at": clock.wire(row.starts_at),
            **({"secret": "yes"} if row.secret else {}),
        },
        key=_matter(poll) if kind is not Kind.POLL_RESET else f"{_matter(poll)}/reset",
        place=place.name,
        due_at=row.opens_at,
        until=row.closes_at,
    )


def _members(connection: Connection, poll: str, which: ColumnElement[bool]) -> Sequence[str]:
    """Who sits now in a team with a ballot, as far as that holds of both, by public id; one query."""
    query = (
        select(Person.public_id)
        .join(Seat, Seat.person_id == Person.id)
        .join(Ballot, Ballot.team_id == Seat.team_id)
        .join(Poll, Poll.id == Ballot.poll_id)
        .where(Poll.public_id == poll, which, valid(Seat, clock.now()))
        .distinct()
    )
    return connection.execute(query).scalars().all()


def _matter(poll: str) -> str:
    return f"poll/{poll}"


def _job(poll: str, closes_at: datetime) -> str:
    """The id of the reminder of that end, so that whoever closes the poll can cancel it without a note."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{REMIND}/{poll}/{clock.wire(closes_at)}"))
