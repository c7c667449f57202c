"""A facilitator fills in the ballot of a team in the room; it counts once the team says that it is right."""

from __future__ import annotations

from sqlalchemy import update

from foundation import bodies, policy
from foundation.bodies import Body, PublicId
from foundation.commands import Made, command
from foundation.errors import Code, Refusal
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction

from . import checks, counted, seen
from .events import BallotConfirmed, BallotEntered
from .models import Ballot
from .papers import Papers, teams_of
from .policy import VotingPermission
from .seen import OnBallot
from .whole import Marks


class EnterBallot(Body):
    """What the team says, by topic."""

    poll: PublicId | None = None
    team: PublicId
    marks: Marks


class ConfirmBallot(OnBallot):
    """What was entered for the team, as its member has seen it, is what it wants."""


@command("ballot.enter", EnterBallot, place="workshop")
def enter(transaction: Transaction, actor: Actor, place: Place, body: EnterBallot) -> Made:
    """Not over what the team has written itself; what was entered before and waits is replaced."""
    policy.require(actor, VotingPermission.ENTER, place)
    papers = Papers(transaction, place, [(body.team, "")], whole=True)
    paper = papers.at(body.team, poll=body.poll)
    if paper.secret:
        raise Refusal(
            Code.CLOSED, N_("In einer geheimen Abstimmung füllt jedes Team seinen Stimmzettel selbst aus.")
        )
    if paper.voted:
        raise Refusal(Code.CLOSED, N_("Dieses Team hat schon selbst abgestimmt."))
    checks.whole(paper.kind, body.marks, dots=paper.dots)
    if not any(body.marks.values()):
        raise bodies.invalid(marks=N_("Bitte tragen Sie ein, was das Team will."))
    otherwise = papers.otherwise(paper, body.marks)
    if not otherwise:
        return None
    for topic, value in otherwise.items():
        papers.note(paper, papers.topic(topic), value, by=actor.row or None)
    paper.version += 1
    papers.write()
    entered = {"marked": True, "awaits": True, "entered_by_id": actor.row or None, "version": paper.version}
    transaction.connection.execute(update(Ballot).where(Ballot.id == paper.ballot).values(entered))
    told = BallotEntered(
        poll=paper.poll_id,
        marks=papers.says(paper),
        version=paper.version,
        by=counted.by(actor),
        at=transaction.now,
    )
    transaction.append(f"{place.name}/team/{paper.team_id}", told, subjects=[actor.id])
    counted.now_missing(transaction, place)
    return None


@command("ballot.confirm", ConfirmBallot, place="workshop")
def confirm(transaction: Transaction, actor: Actor, place: Place, body: ConfirmBallot) -> Made:
    """Any member may; where nothing waits any more, another has been faster."""
    policy.require(actor, VotingPermission.CONFIRM, place)
    papers = Papers(transaction, place, ((team, "") for team in teams_of(actor)))
    paper = papers.of(actor, poll=body.poll)
    if not paper.awaits:
        return None
    seen.require(transaction.connection, paper, body.base)
    voted, aside = paper.voted, paper.lies_aside
    papers.take(paper)
    told = BallotConfirmed(poll=paper.poll_id, by=counted.by(actor), at=transaction.now)
    transaction.append(f"{place.name}/team/{paper.team_id}", told, subjects=[actor.id])
    counted.tell(transaction, place, papers, paper, {}, voted=voted, aside=aside)
    return None
