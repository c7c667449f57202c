"""What becomes of ballots: issued with the poll; members mark a topic on that of their team, or abstain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection, insert, select, update

from foundation import policy
from foundation.bodies import PublicId, Text
from foundation.commands import Made, command
from foundation.places import Place
from foundation.policy import Actor
from foundation.transaction import Transaction
from people.cohorts.models import Team

from . import checks, counted, seen
from .events import BallotAbstained, BallotMarked
from .models import Ballot
from .papers import Papers, teams_of
from .policy import VotingPermission
from .rules.methods import BEST_GRADE, worth
from .seen import OnBallot


class MarkBallot(OnBallot):
    """What the team says about one topic; how high the value may be, the poll says.

    `reason`: a sentence to a concern or a grave objection.
    """

    topic: PublicId
    value: Annotated[int, Field(ge=0, le=BEST_GRADE)]
    reason: Annotated[Text, Field(max_length=300)] = ""


class Abstain(OnBallot):
    """Whether the team abstains."""

    value: bool


def issue(connection: Connection, poll: int, cohort: int) -> list[str]:
    """A ballot for every team that the cohort has now; the teams by public id. Nothing else makes ballots."""
    query = select(Team.id, Team.public_id).where(Team.cohort_id == cohort).order_by(Team.id)
    teams = connection.execute(query).all()
    if teams:
        connection.execute(insert(Ballot), [{"poll_id": poll, "team_id": team.id} for team in teams])
    return [team.public_id for team in teams]


def are_entered(connection: Connection, poll: int) -> bool:
    """Whether a facilitator has filled in a ballot whose team has not said yet that it is right."""
    query = select(Ballot.id).where(Ballot.poll_id == poll, Ballot.awaits).limit(1)
    return connection.execute(query).first() is not None


def _papers(transaction: Transaction, place: Place, asked: Sequence[tuple[Actor, MarkBallot]]) -> Papers:
    return Papers(
        transaction, place, ((team, body.topic) for actor, body in asked for team in teams_of(actor))
    )


@command("ballot.mark", MarkBallot, place="workshop", shares=_papers)
def mark(transaction: Transaction, actor: Actor, place: Place, body: MarkBallot, papers: Papers) -> Made:
    """Lifts an abstention. The same mark again changes nothing, not even whose it is."""
    policy.require(actor, VotingPermission.MARK, place)
    paper = papers.of(actor, poll=body.poll)
    topic = papers.topic(body.topic)
    checks.mark(paper.kind, body.value, body.reason)
    before, voted, aside = paper.values.get(topic, 0), paper.voted, paper.lies_aside
    same = paper.values.get(topic) == body.value and paper.reasons.get(topic) == body.reason
    if same and not aside:
        return None
    seen.require(transaction.connection, paper, body.base)
    papers.mark(paper, topic, body.value, reason=body.reason, by=actor.row or None)
    told = BallotMarked(
        poll=paper.poll_id,
        topic=body.topic,
        value=body.value,
        reason=body.reason,
        by=counted.by(actor),
        at=transaction.now,
        abstained=False,
    )
    transaction.append(f"{place.name}/team/{paper.team_id}", told, subjects=[actor.id])
    worth_more = worth(paper.kind, before) != worth(paper.kind, body.value)
    changed = {body.topic: papers.approvals[topic]} if worth_more else {}
    counted.tell(transaction, place, papers, paper, changed, voted=voted, aside=aside)
    return None


@command("ballot.abstain", Abstain, place="workshop")
def abstain(transaction: Transaction, actor: Actor, place: Place, body: Abstain) -> Made:
    """Lays the marks of the ballot aside; they count again when the abstention is lifted."""
    policy.require(actor, VotingPermission.ABSTAIN, place)
    papers = Papers(transaction, place, ((team, "") for team in teams_of(actor)))
    paper = papers.of(actor, poll=body.poll)
    if paper.abstained == body.value:
        return None
    seen.require(transaction.connection, paper, body.base)
    voted = paper.voted
    paper.abstained, paper.awaits = body.value, False
    this = Ballot.id == paper.ballot
    transaction.connection.execute(update(Ballot).where(this).values(abstained=body.value, awaits=False))
    papers.count()
    told = BallotAbstained(poll=paper.poll_id, value=body.value, by=counted.by(actor), at=transaction.now)
    transaction.append(f"{place.name}/team/{paper.team_id}", told, subjects=[actor.id])
    telling = counted.telling_of(transaction, place, papers, paper)
    telling.support(counted.wanted(transaction, paper), papers.voted, turnout=voted != paper.voted)
    if not paper.voted:
        telling.to(paper.team_id, None)
    if voted != paper.voted:
        if paper.voted:
            counted.first_vote(transaction, telling, papers, paper)
        counted.now_missing(transaction, place)
    return None
