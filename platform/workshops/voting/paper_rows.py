"""The statements by which papers are read and written, each put together once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, bindparam, func, null, select, union_all, update

from foundation import database
from foundation.prepared import Prepared
from people.cohorts.models import Team
from workshops.series.models import Workshop
from workshops.topics.models import Topic

from . import tallies
from .models import Ballot, Mark, Poll
from .rules.methods import Kind


def _papers() -> Select[*tuple[Any, ...]]:
    """Everything that marks depend on, in one read."""
    asked = database.elements("asked")
    team, topic = asked.c.value[0].as_string(), asked.c.value[1].as_string()
    return (
        select(
            Workshop.id.label("workshop"),
            Team.id.label("team"),
            Team.public_id.label("team_id"),
            Poll.id.label("poll"),
            Poll.public_id.label("poll_id"),
            Poll.method,
            Poll.dots,
            Poll.show,
            Poll.secret,
            Poll.opens_at,
            Poll.closes_at,
            Topic.id.label("topic"),
            Topic.public_id.label("topic_id"),
            Topic.state,
            Ballot.id.label("ballot"),
            Ballot.marked,
            Ballot.abstained,
            Ballot.awaits,
            Ballot.version,
            Mark.value,
            Mark.reason,
        )
        .select_from(asked)
        .join(Team, Team.public_id == team)
        .join(
            Workshop, and_(Workshop.cohort_id == Team.cohort_id, Workshop.public_id == bindparam("workshop"))
        )
        .outerjoin(Poll, and_(Poll.workshop_id == Workshop.id, Poll.closed_at.is_(None)))
        .outerjoin(Topic, and_(Topic.workshop_id == Workshop.id, Topic.public_id == topic))
        .outerjoin(Ballot, and_(Ballot.poll_id == Poll.id, Ballot.team_id == Team.id))
        .outerjoin(Mark, and_(Mark.ballot_id == Ballot.id, Mark.topic_id == Topic.id))
    )


def _every_topic() -> Select[*tuple[Any, ...]]:
    """Every topic of the workshop, with what a ballot says about it."""
    return (
        select(Topic.id.label("topic"), Topic.public_id.label("topic_id"), Topic.state, Mark.value)
        .outerjoin(Mark, and_(Mark.topic_id == Topic.id, Mark.ballot_id == bindparam("ballot")))
        .where(Topic.workshop_id == bindparam("workshop"))
        .order_by(Topic.position)
    )


def _counts(kind: Kind) -> Any:
    """Support by topic, and without a topic how many have voted."""
    topics = database.elements("topics")
    approvals = (
        select(Mark.topic_id, tallies.summed(kind))
        .join(Ballot, Ballot.id == Mark.ballot_id)
        .where(Mark.topic_id.in_(select(topics.c.value[0].as_integer())))
        .where(Ballot.poll_id == bindparam("poll"), tallies.COUNTS)
        .group_by(Mark.topic_id)
    )
    voted = (
        select(null(), func.count())
        .select_from(Ballot)
        .where(Ballot.poll_id == bindparam("poll"), tallies.VOTED)
    )
    return union_all(approvals, voted)


PAPERS = Prepared(_papers())
EVERY_TOPIC = Prepared(_every_topic())
COUNTS = {kind: Prepared(_counts(kind)) for kind in Kind}
FILL = Prepared(
    update(Ballot)
    .where(Ballot.id == bindparam("ballot"))
    .values(marked=True, abstained=False, awaits=False, version=bindparam("numbered"))
)
