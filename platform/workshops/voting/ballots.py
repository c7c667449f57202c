"""What becomes of ballots: issued with the poll; members mark a topic on that of their team, or abstain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection, insert, select, update

from foundation import policy
from foundation.bodies import Body, PublicId
from foundation.commands import Made, command
from foundation.places import Place
from foundation.policy import Actor
from foundation.transaction import Transaction
from people.cohorts.models import Team
from workshops.topics.models import Topic

from . import queries
from .events import BallotAbstained, BallotMarked, MissingChanged, TallyChanged
from .models import Ballot, Mark
from .papers import Paper, Papers
from .policy import VotingPermission
from .queries import STANDS


class MarkBallot(Body):
    """What the team says about one topic."""

    topic: PublicId
    value: Annotated[int, Field(ge=0, le=1)]


class Abstain(Body):
    """Whether the team abstains."""

    value: bool


def issue(connection: Connection, poll: int, cohort: int) -> list[str]:
    """A ballot for every team that the cohort has now; the teams by public id. Nothing else makes ballots."""
    query = select(Team.id, Team.public_id).where(Team.cohort_id == cohort).order_by(Team.id)
    teams = connection.execute(query).all()
    if teams:
        connection.execute(insert(Ballot), [{"poll_id": poll, "team_id": team.id} for team in teams])
    return [team.public_id for team in teams]


def _papers(transaction: Transaction, place: Place, asked: Sequence[tuple[Actor, MarkBallot]]) -> Papers:
    return Papers(transaction, place, ((actor, body.topic) for actor, body in asked))


@command("ballot.mark", MarkBallot, place="workshop", shares=_papers)
def mark(transaction: Transaction, actor: Actor, place: Place, body: MarkBallot, papers: Papers) -> Made:
    """Lifts an abstention. The same mark again changes nothing, not even whose it is."""
    policy.require(actor, VotingPermission.MARK, place)
    paper = papers.of(actor)
    topic = papers.topic(body.topic)
    before, voted, abstained = paper.values.get(topic), paper.voted, paper.abstained
    if before == body.value and not abstained:
        return None
    papers.mark(paper, topic, body.value, by=actor.row or None)
    told = BallotMarked(
        poll=paper.poll_id,
        topic=body.topic,
        value=body.value,
        by={"id": actor.id, "name": actor.name},
        at=transaction.now,
        abstained=False,
    )
    transaction.append(f"{place.name}/team/{paper.team_id}", told, subjects=[actor.id])
    if abstained:
        papers.write()
        papers.count()
        _tell_all(transaction, place, paper, papers.voted)
    elif bool(before) != bool(body.value):
        _tell(transaction, place, paper, papers.voted, topic=body.topic, approvals=papers.approvals[topic])
    elif not voted:
        _tell(transaction, place, paper, papers.voted)
    if not voted:
        _tell_missing(transaction, place, papers.missing)
    return None


@command("ballot.abstain", Abstain, place="workshop")
def abstain(transaction: Transaction, actor: Actor, place: Place, body: Abstain) -> Made:
    """Lays the marks of the ballot aside; they count again when the abstention is lifted."""
    policy.require(actor, VotingPermission.ABSTAIN, place)
    papers = Papers(transaction, place, [(actor, "")])
    paper = papers.of(actor)
    if paper.abstained == body.value:
        return None
    this = Ballot.id == paper.ballot
    transaction.connection.execute(update(Ballot).where(this).values(abstained=body.value))
    papers.count()
    told = BallotAbstained(
        poll=paper.poll_id,
        value=body.value,
        by={"id": actor.id, "name": actor.name},
        at=transaction.now,
    )
    transaction.append(f"{place.name}/team/{paper.team_id}", told, subjects=[actor.id])
    told_any = _tell_all(transaction, place, paper, papers.voted)
    if not paper.marked:
        if not told_any:
            _tell(transaction, place, paper, papers.voted)
        _tell_missing(transaction, place, queries.missing(transaction.connection, place.id))
    return None


def _tell(
    transaction: Transaction,
    place: Place,
    paper: Paper,
    voted: int,
    *,
    topic: str | None = None,
    approvals: int | None = None,
) -> None:
    told = TallyChanged(poll=paper.poll_id, topic=topic, approvals=approvals, voted=voted)
    transaction.append(place.name, told)


def _tell_all(transaction: Transaction, place: Place, paper: Paper, voted: int) -> bool:
    """The counts of everything the ballot approves, if anything: an abstention came or went."""
    approved = select(Mark.topic_id).where(Mark.ballot_id == paper.ballot, Mark.value > 0)
    query = select(Topic.public_id, queries.approvals(paper.poll).label("approvals")).order_by(Topic.position)
    here = query.where(Topic.id.in_(approved), Topic.workshop_id == paper.workshop, STANDS)
    rows = transaction.connection.execute(here).all()
    for row in rows:
        _tell(transaction, place, paper, voted, topic=row.public_id, approvals=row.approvals)
    return bool(rows)


def _tell_missing(transaction: Transaction, place: Place, missing: list[queries.State]) -> None:
    transaction.append(f"{place.name}/facilitators", MissingChanged(missing=missing))
