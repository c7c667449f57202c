"""The paper of a team in a secret poll, for its members while the poll is open."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from foundation import clock, eventlog
from foundation.errors import not_found
from foundation.policy import Actor, Role
from foundation.vault import Vault
from people.cohorts.models import Team
from workshops.series.models import Workshop
from workshops.topics.models import Topic
from workshops.voting.models import Ballot, Poll

from . import box
from .rules import MOST_MARKS

LENGTH = 1024 + MOST_MARKS * 32
"""Bytes of the answer, whatever is on the paper."""


def paper(connection: Connection, vault: Vault, actor: Actor, workshop: str) -> str:
    """As JSON with blanks behind it. Refused as missing for everybody who may not cast it now."""
    teams = actor.scopes(Role.PARTICIPANT, prefix="team/")
    now = clock.now()
    query = (
        select(Poll.id, Poll.public_id, Workshop.id.label("workshop"))
        .add_columns(Team.id.label("team"), Team.public_id.label("team_id"))
        .join(Workshop, Workshop.id == Poll.workshop_id)
        .join(Ballot, Ballot.poll_id == Poll.id)
        .join(Team, Team.id == Ballot.team_id)
        .where(Workshop.public_id == workshop, Team.public_id.in_(teams), Poll.secret)
        .where(Poll.closed_at.is_(None), Poll.opens_at <= now)
        .where(Poll.closes_at.is_(None) | (Poll.closes_at > now))
        .order_by(Team.id)
        .limit(1)
    )
    row = connection.execute(query).first()
    if row is None:
        raise not_found()
    topics = select(Topic.id, Topic.public_id).where(Topic.workshop_id == row.workshop)
    public = {topic.id: topic.public_id for topic in connection.execute(topics)}
    sheet = box.take(connection, vault, row.id)[row.team]
    said: dict[str, Any] = {
        "poll": row.public_id,
        "team": row.team_id,
        "version": sheet.version,
        "abstained": sheet.abstained,
        "marks": {public[topic]: value for topic, value in sheet.marks.items() if topic in public},
    }
    return eventlog.encode(said).ljust(LENGTH)
