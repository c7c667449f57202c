"""What becomes of ballots: issued with the poll; members mark a topic on that of their team, or abstain."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection, Row, Select, and_, bindparam, func, insert, select, update

from foundation import database, policy
from foundation.bodies import Body, PublicId
from foundation.commands import Made, command
from foundation.errors import Code, Refusal, not_found
from foundation.places import Place
from foundation.policy import Actor, Role
from foundation.text import N_
from foundation.transaction import Transaction
from people.cohorts.models import Team
from workshops.series.models import Workshop
from workshops.topics.models import Topic, TopicState

from . import queries
from .events import BallotAbstained, BallotMarked, MissingChanged, TallyChanged
from .models import Ballot, Mark, Poll
from .policy import VotingPermission
from .queries import COUNTS, STANDS, VOTED


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


@command("ballot.mark", MarkBallot, place="workshop")
def mark(transaction: Transaction, actor: Actor, place: Place, body: MarkBallot) -> Made:
    """Lifts an abstention. The same mark again changes nothing, not even whose it is."""
    policy.require(actor, VotingPermission.MARK, place)
    connection = transaction.connection
    paper = _paper(transaction, actor, place, topic=body.topic)
    if paper.topic is None:
        raise not_found()
    if paper.state == TopicState.WITHDRAWN:
        raise Refusal(Code.CLOSED, N_("Dieses Thema ist zurückgezogen."))
    if paper.value == body.value and not paper.abstained:
        return None
    this = Ballot.id == paper.ballot
    if paper.abstained or not paper.marked:
        connection.execute(update(Ballot).where(this).values(marked=True, abstained=False))
    written = {"value": body.value, "by_id": actor.row or None, "at": transaction.now}
    values = {"ballot_id": paper.ballot, "topic_id": paper.topic, **written}
    database.upsert(connection, Mark, ("ballot_id", "topic_id"), values)
    told = BallotMarked(
        poll=paper.poll_id,
        topic=body.topic,
        value=body.value,
        by={"id": actor.id, "name": actor.name},
        at=transaction.now,
        abstained=False,
    )
    transaction.append(f"{place.name}/team/{paper.team_id}", told, subjects=[actor.id])
    if paper.abstained:
        _tell_all(transaction, place, paper)
    elif bool(paper.value) != bool(body.value) or not _voted(paper):
        _tell_one(transaction, place, paper, body.topic if bool(paper.value) != bool(body.value) else None)
    return None


@command("ballot.abstain", Abstain, place="workshop")
def abstain(transaction: Transaction, actor: Actor, place: Place, body: Abstain) -> Made:
    """Lays the marks of the ballot aside; they count again when the abstention is lifted."""
    policy.require(actor, VotingPermission.ABSTAIN, place)
    paper = _paper(transaction, actor, place)
    if paper.abstained == body.value:
        return None
    this = Ballot.id == paper.ballot
    transaction.connection.execute(update(Ballot).where(this).values(abstained=body.value))
    told = BallotAbstained(
        poll=paper.poll_id,
        value=body.value,
        by={"id": actor.id, "name": actor.name},
        at=transaction.now,
    )
    transaction.append(f"{place.name}/team/{paper.team_id}", told, subjects=[actor.id])
    _tell_all(transaction, place, paper)
    return None


def _context() -> Select[*tuple[Any, ...]]:
    """Everything a mark depends on, in one read: the paper in front of the member."""
    return (
        select(
            Workshop.id.label("workshop"),
            Team.public_id.label("team_id"),
            Poll.id.label("poll"),
            Poll.public_id.label("poll_id"),
            Poll.opens_at,
            Poll.closes_at,
            Topic.id.label("topic"),
            Topic.state,
            Ballot.id.label("ballot"),
            Ballot.marked,
            Ballot.abstained,
            Mark.value,
        )
        .select_from(Workshop)
        .join(
            Team,
            and_(Team.cohort_id == Workshop.cohort_id, Team.public_id.in_(bindparam("own", expanding=True))),
        )
        .outerjoin(Poll, and_(Poll.workshop_id == Workshop.id, Poll.closed_at.is_(None)))
        .outerjoin(Topic, and_(Topic.workshop_id == Workshop.id, Topic.public_id == bindparam("topic")))
        .outerjoin(Ballot, and_(Ballot.poll_id == Poll.id, Ballot.team_id == Team.id))
        .outerjoin(Mark, and_(Mark.ballot_id == Ballot.id, Mark.topic_id == Topic.id))
        .where(Workshop.public_id == bindparam("workshop"))
        .order_by(Team.id)
        .limit(1)
    )


def _counts() -> Select[*tuple[Any, ...]]:
    approving = select(func.count()).select_from(Mark).join(Ballot, Ballot.id == Mark.ballot_id)
    voted = select(func.count()).select_from(Ballot).where(Ballot.poll_id == bindparam("poll"), VOTED)
    return select(
        approving.where(Mark.topic_id == bindparam("topic"), Ballot.poll_id == bindparam("poll"), COUNTS)
        .scalar_subquery()
        .label("approvals"),
        voted.scalar_subquery().label("voted"),
    )


_CONTEXT = _context()
_COUNTS = _counts()


def _paper(transaction: Transaction, actor: Actor, place: Place, *, topic: str = "") -> Row[*tuple[Any, ...]]:
    """The ballot of the actor's team while `opens_at <= now < closes_at` by this transaction's clock."""
    own = sorted(actor.scopes(Role.PARTICIPANT, prefix="team/"))
    found = transaction.connection.execute(
        _CONTEXT, {"own": own, "topic": topic, "workshop": place.id}
    ).first()
    if found is None:
        raise not_found()
    if found.poll is None:
        raise Refusal(Code.CLOSED, N_("Hier läuft keine Abstimmung."))
    if found.ballot is None:
        raise Refusal(
            Code.CLOSED,
            N_(
                "Als diese Abstimmung angesetzt wurde, war Ihr Team noch nicht dabei. "
                "Bei der nächsten stimmt es mit ab."
            ),
        )
    if transaction.now < found.opens_at:
        raise Refusal(Code.CLOSED, N_("Die Abstimmung hat noch nicht begonnen."))
    if found.closes_at is not None and found.closes_at <= transaction.now:
        raise Refusal(Code.CLOSED, N_("Die Abstimmung ist beendet. Ihre Änderung kam nach dem Schluss an."))
    return found


def _voted(paper: Row[*tuple[Any, ...]]) -> bool:
    return bool(paper.marked or paper.abstained)


def _tell_one(
    transaction: Transaction, place: Place, paper: Row[*tuple[Any, ...]], topic: str | None
) -> None:
    """The count of the one topic that was marked, and how many teams have voted."""
    counted = transaction.connection.execute(_COUNTS, {"topic": paper.topic, "poll": paper.poll}).one()
    approvals = counted.approvals if topic else None
    told = TallyChanged(poll=paper.poll_id, topic=topic, approvals=approvals, voted=counted.voted)
    transaction.append(place.name, told)
    if not _voted(paper):
        _tell_missing(transaction, place)


def _tell_all(transaction: Transaction, place: Place, paper: Row[*tuple[Any, ...]]) -> None:
    """The counts of everything the ballot approves: an abstention came or went."""
    connection = transaction.connection
    approved = select(Mark.topic_id).where(Mark.ballot_id == paper.ballot, Mark.value > 0)
    query = select(Topic.public_id, queries.approvals(paper.poll).label("approvals")).order_by(Topic.position)
    rows = connection.execute(
        query.where(Topic.id.in_(approved), Topic.workshop_id == paper.workshop, STANDS)
    ).all()
    voted = connection.execute(_COUNTS, {"topic": 0, "poll": paper.poll}).one().voted
    for row in rows:
        told = TallyChanged(poll=paper.poll_id, topic=row.public_id, approvals=row.approvals, voted=voted)
        transaction.append(place.name, told)
    still = connection.execute(select(VOTED).where(Ballot.id == paper.ballot)).scalar_one()
    if bool(still) != _voted(paper):
        if not rows:
            told = TallyChanged(poll=paper.poll_id, topic=None, approvals=None, voted=voted)
            transaction.append(place.name, told)
        _tell_missing(transaction, place)


def _tell_missing(transaction: Transaction, place: Place) -> None:
    missing = queries.missing(transaction.connection, place.id)
    transaction.append(f"{place.name}/facilitators", MissingChanged(missing=missing))
