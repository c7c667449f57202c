"""What members do in a secret poll, and how one goes on whose box was lost."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy import select, update

from foundation import policy
from foundation.bodies import Body, PublicId
from foundation.commands import Command, Made, command
from foundation.errors import Code, Refusal, not_found
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from foundation.vault import LostError
from workshops.topics.models import STANDING, Topic
from workshops.voting import checks, desk, queries, reminders
from workshops.voting.events import PollReset
from workshops.voting.models import Poll, What
from workshops.voting.papers import Papers, teams_of
from workshops.voting.policy import VotingPermission

from . import box, rules


class CastBallot(Body):
    """The whole paper of the team as it shall be, and the version of it that the asker has seen.

    `pad`: as many dots as it takes to be as long as any other, for whoever sees only how much is sent.
    """

    poll: PublicId
    base: Annotated[int, Field(ge=0, le=2**31)]
    marks: Annotated[
        dict[PublicId, Annotated[int, Field(ge=0, le=rules.MOST_MARKS)]], Field(max_length=rules.MOST_MARKS)
    ]
    abstained: bool = False
    pad: Annotated[str, Field(max_length=8_000, pattern=r"^\.*$")] = ""


class ResetPoll(Body):
    """The secret poll whose box is lost."""

    poll: PublicId


@command("ballot.cast", CastBallot, place="workshop", unlinkable=True)
def cast(transaction: Transaction, actor: Actor, place: Place, body: CastBallot, asked: Command) -> Made:
    """Put the paper into the box. Marks on topics that were withdrawn in the meantime are left out."""
    policy.require(actor, VotingPermission.CAST, place)
    paper = Papers(transaction, place, ((team, "") for team in teams_of(actor))).of(
        actor, poll=body.poll, secret=True
    )
    connection = transaction.connection
    query = select(Topic.public_id, Topic.id, Topic.state).where(Topic.workshop_id == paper.workshop)
    topics = {row.public_id: row for row in connection.execute(query)}
    if not body.marks.keys() <= topics.keys():
        raise not_found()
    checks.whole(paper.kind, body.marks, dots=paper.dots)
    sheets = box.take(connection, transaction.vault, paper.poll)
    before = sheets[paper.team]
    sheets[paper.team] = rules.written(
        before,
        rules.asked_as(asked.id, actor.id, asked.digest),
        base=body.base,
        marks={
            topics[topic].id: value for topic, value in body.marks.items() if topics[topic].state in STANDING
        },
        abstained=body.abstained,
    )
    if sheets[paper.team] is not before:
        box.put_back(transaction, paper.poll, sheets.values())
    return None


@command("poll.reset", ResetPoll, place="workshop")
def reset(transaction: Transaction, actor: Actor, place: Place, body: ResetPoll) -> Made:
    """Begin the round again with empty papers: after a restore, or when the key is lost. All are told."""
    policy.require(actor, VotingPermission.RESET, place)
    connection = transaction.connection
    poll = queries.last(connection, place.id)
    if poll is None or poll.id != body.poll or not poll.secret or poll.closed_at is not None:
        raise Refusal(Code.CLOSED, N_("Hier läuft keine Abstimmung."))
    try:
        box.look(connection, transaction.vault, poll.row)
    except LostError:
        box.make(transaction, poll.row)
    else:
        raise Refusal(Code.CLOSED, N_("Die Stimmzettel dieser Abstimmung sind noch da."))
    if poll.opens_at > transaction.now:
        return None
    connection.execute(update(Poll).where(Poll.id == poll.row).values(reset_at=transaction.now))
    told = queries.state(connection, queries.last(connection, place.id)) or {}
    transaction.append(place.name, PollReset(poll=told))
    desk.note(transaction, place, poll.workshop, What.RESET, actor)
    reminders.announce_again(transaction, place, poll.id)
    return None
