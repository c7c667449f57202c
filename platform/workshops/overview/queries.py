"""Reads for the overview and the series: every workshop of a cohort with where it stands."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, and_, cast, exists, false, func, select

from foundation import policy
from foundation.policy import Actor, Role
from people.cohorts.models import Cohort, Team
from people.cohorts.policy import CohortPermission
from workshops.agenda.models import Agenda, Block
from workshops.agenda.queries import is_undone
from workshops.run_sheet import queries as run_sheet
from workshops.run_sheet.models import RunSheet
from workshops.series.models import Workshop
from workshops.topics.models import Topic
from workshops.voting.models import IS_LAST, Ballot, Poll
from workshops.voting.tallies import STANDS, VOTED

from .rules import Standing


def standings(connection: Connection, actor: Actor, cohort: str) -> list[Standing]:
    """The workshops of a cohort by date, if the actor may see the cohort; one query however many."""
    own = select(Team.id).where(Team.public_id.in_(actor.scopes(Role.PARTICIPANT, prefix="team/")))
    blank = exists().where(Ballot.poll_id == Poll.id, Ballot.team_id.in_(own), ~VOTED).correlate(Poll)
    query = (
        select(
            Workshop.public_id.label("id"),
            Workshop.number,
            Workshop.title,
            Workshop.starts_at,
            Workshop.place,
            Workshop.minutes,
            Workshop.cancelled_at,
            Workshop.cancelled_reason,
            Poll.opens_at,
            Poll.closes_at,
            Poll.closed_at,
            Agenda.adopted_at,
            _topics(STANDS).label("topics"),
            _topics(STANDS, Topic.team_id.in_(own)).label("own_topics"),
            _blocks(func.count()).label("blocks"),
            _blocks(cast(func.coalesce(func.sum(Block.minutes), 0), Integer)).label("filled"),
            blank.label("own_blank"),
            run_sheet.lasts().label("lasts"),
            RunSheet.ended_at,
            func.coalesce(Poll.secret, false()).label("secret"),
            and_(Agenda.id.is_not(None), ~is_undone()).label("counted"),
        )
        .join(Cohort, Cohort.id == Workshop.cohort_id)
        .outerjoin(Poll, (Poll.workshop_id == Workshop.id) & IS_LAST)
        .outerjoin(Agenda, Agenda.poll_id == Poll.id)
        .outerjoin(RunSheet, RunSheet.workshop_id == Workshop.id)
        .where(Cohort.public_id == cohort, policy.where(actor, CohortPermission.FOLLOW))
        .order_by(Workshop.starts_at, Workshop.id)
    )
    return [Standing(**row._mapping) for row in connection.execute(query)]  # noqa: SLF001 -- SQLAlchemy's public name for it


def _topics(*which: ColumnElement[bool]) -> Any:
    counted = select(func.count()).select_from(Topic)
    return counted.where(Topic.workshop_id == Workshop.id, *which).correlate(Workshop).scalar_subquery()


def _blocks(what: ColumnElement[int]) -> Any:
    chosen = select(what).select_from(Block).where(Block.position.is_not(None))
    return chosen.where(Block.agenda_id == Agenda.id).correlate(Agenda).scalar_subquery()
