"""What becomes of ballots: issued with the poll; members mark a topic on that of their team, or abstain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection, insert, select, update

from foundation import bodies, policy
from foundation.bodies import Body, PublicId
from foundation.commands import Made, command
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from people.cohorts.models import Team
from workshops.topics.models import Topic

from . import queries, tallies
from .events import BallotAbstained, BallotMarked, MissingChanged
from .models import Ballot, Mark
from .papers import Paper, Papers
from .policy import VotingPermission
from .rules.methods import BEST_GRADE, Kind, highest, worth
from .settings import Show
from .telling import Telling


class MarkBallot(Body):
    """What the team says about one topic; how high the value may be, the poll says."""

    topic: PublicId
    value: Annotated[int, Field(ge=0, le=BEST_GRADE)]


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
    _check(paper, body.value)
    before, voted, aside = paper.values.get(topic, 0), paper.voted, paper.lies_aside
    if paper.values.get(topic) == body.value and not aside:
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
    worth_more = worth(paper.kind, before) != worth(paper.kind, body.value)
    changed = {body.topic: papers.approvals[topic]} if worth_more else {}
    if aside:
        papers.write()
        papers.count()
        changed = _on(transaction, paper)
    telling = _telling(transaction, place, papers, paper)
    telling.support(changed, papers.voted, turnout=not voted)
    if not voted:
        _first_vote(transaction, telling, papers, paper)
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
    has_voted = paper.marked or body.value
    telling = _telling(transaction, place, papers, paper)
    telling.support(_on(transaction, paper), papers.voted, turnout=not paper.marked)
    if not has_voted:
        telling.to(paper.team_id, None)
    if not paper.marked:
        if body.value:
            _first_vote(transaction, telling, papers, paper)
        _tell_missing(transaction, place, queries.missing(transaction.connection, place.id))
    return None


def _telling(transaction: Transaction, place: Place, papers: Papers, paper: Paper) -> Telling:
    return Telling(
        transaction=transaction,
        place=place,
        poll=paper.poll_id,
        show=paper.show,
        readers=lambda: papers.readers,
    )


def _on(transaction: Transaction, paper: Paper) -> dict[str, int]:
    """The support of everything that the ballot wants, as it is written."""
    wanted = select(Mark.topic_id).where(Mark.ballot_id == paper.ballot, Mark.value > 0)
    this = (paper.poll, paper.workshop, paper.kind)
    return tallies.running(transaction.connection, *this, Topic.id.in_(wanted))


def _first_vote(transaction: Transaction, telling: Telling, papers: Papers, paper: Paper) -> None:
    """From now on the team sees what those see who have voted."""
    if telling.show == Show.OWN:
        papers.write()
        running = tallies.running(transaction.connection, paper.poll, paper.workshop, paper.kind)
        telling.to(paper.team_id, {topic: support for topic, support in running.items() if support})


def _check(paper: Paper, value: int) -> None:
    """Whether a mark for itself can say that here."""
    if paper.kind in (Kind.DOTS, Kind.ORDER):
        raise bodies.invalid(value=N_("Auf diesem Stimmzettel wird alles auf einmal gespeichert."))
    most = highest(paper.kind, paper.dots, 0)
    if value > most:
        raise bodies.invalid(value=(N_("Der größte mögliche Wert ist %(le)s."), {"le": most}))


def _tell_missing(transaction: Transaction, place: Place, missing: list[queries.State]) -> None:
    transaction.append(f"{place.name}/facilitators", MissingChanged(missing=missing))
