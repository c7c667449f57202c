"""Reads of a result: the poll that was closed, its receipts, and what the teams had wanted."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from foundation import policy
from foundation.policy import Actor
from people.cohorts.models import Cohort
from people.cohorts.models import Team as TeamRow
from workshops.agenda.models import Agenda, Block
from workshops.series.models import Workshop
from workshops.series.policy import SeriesPermission
from workshops.topics.models import Topic as TopicRow
from workshops.topics.models import TopicState
from workshops.voting.models import Ballot, Mark, Poll
from workshops.voting.queries import PollAt
from workshops.voting.rules.election import Completion, Verdict
from workshops.voting.rules.methods import Method
from workshops.voting.settings import TieRule

from .rules import Result, Since, Team, Topic, Voice


def of(connection: Connection, actor: Actor, poll: PollAt) -> Result | None:
    """The result of a poll for one who may follow its workshop; none before it is counted. Four queries.

    What the teams wanted is read of an open poll only, and only once it is closed.
    """
    seen = partial(_seen, actor, poll)
    query = select(Agenda.id, Agenda.adopted_at, Agenda.share).join(Poll, Poll.id == Agenda.poll_id)
    agenda = connection.execute(seen(query)).first()
    if agenda is None or poll.closed_at is None:
        return None
    return Result(
        method=Method(poll.method),
        completion=Completion(poll.completion),
        minutes=poll.minutes,
        entitled=poll.teams,
        voted=(poll.turnout or 0) if poll.secret else poll.voted,
        secret=poll.secret,
        by_lot=poll.ties == TieRule.SEED,
        seed=poll.seed,
        closed_at=poll.closed_at,
        adopted=agenda.adopted_at is not None,
        share=None if agenda.share is None else Fraction(agenda.share),
        topics=_topics(connection, agenda.id, poll.workshop),
        teams=[] if poll.secret else _teams(connection, agenda.id, seen),
    )


def _seen(actor: Actor, poll: PollAt, query: Any) -> Any:
    """Of a query over polls only this one, if it is closed and the actor may follow its workshop."""
    return (
        query.join(Workshop, Workshop.id == Poll.workshop_id)
        .join(Cohort, Cohort.id == Workshop.cohort_id)
        .where(Poll.id == poll.row, Poll.closed_at.is_not(None))
        .where(policy.where(actor, SeriesPermission.FOLLOW))
    )


def _topics(connection: Connection, agenda: int, workshop: int) -> list[Topic]:
    query = (
        select(
            Block,
            TopicRow.public_id,
            TopicRow.state,
            TopicRow.merged_into_id,
            TopicRow.workshop_id.label("at"),
            Workshop.title.label("at_title"),
        )
        .join(TopicRow, TopicRow.id == Block.topic_id)
        .outerjoin(Workshop, Workshop.id == TopicRow.workshop_id)
        .where(Block.agenda_id == agenda)
        .order_by(Block.rank)
    )
    exact = _Fractions()
    return [
        Topic(
            id=row.public_id,
            title=row.title,
            minutes=row.minutes,
            support=row.approvals,
            free=row.free,
            verdict=Verdict(row.verdict),
            position=row.position,
            by_votes=row.by_votes,
            payments={team: exact[paid] for team, paid in json.loads(row.payments or "{}").items()},
            payers=row.payers,
            funds=None if row.funds is None else exact[row.funds],
            since=_since(row, workshop),
            where=row.at_title or "",
        )
        for row in connection.execute(query)
    ]


def _since(row: Row[*tuple[Any, ...]], workshop: int) -> Since:
    if row.state == TopicState.WITHDRAWN:
        return Since.WITHDRAWN
    if row.merged_into_id is not None:
        return Since.MERGED
    if row.state == TopicState.CHOSEN:
        return Since.CHOSEN
    return Since.MOVED if row.at is not None and row.at != workshop else Since.WAITS


def _teams(connection: Connection, agenda: int, seen: Callable[[Any], Any]) -> list[Team]:
    """The teams with a ballot, by name, and those of their marks that count, on topics that stood."""
    issued = (
        select(
            Ballot.id,
            TeamRow.public_id,
            TeamRow.name,
            Ballot.marked,
            Ballot.abstained,
            Ballot.awaits,
            Ballot.owns,
        )
        .join(TeamRow, TeamRow.id == Ballot.team_id)
        .join(Poll, Poll.id == Ballot.poll_id)
        .where(~Poll.secret)
        .order_by(TeamRow.name, TeamRow.id)
    )
    marked = (
        select(Mark.ballot_id, TopicRow.public_id, Mark.value)
        .join(Ballot, Ballot.id == Mark.ballot_id)
        .join(TopicRow, TopicRow.id == Mark.topic_id)
        .join(Block, and_(Block.topic_id == Mark.topic_id, Block.agenda_id == agenda))
        .join(Poll, Poll.id == Ballot.poll_id)
        .where(~Poll.secret, ~Ballot.abstained, ~Ballot.awaits, Mark.value > 0)
    )
    marks: Mapping[int, dict[str, int]] = defaultdict(dict)
    for ballot, topic, value in connection.execute(seen(marked)):
        marks[ballot][topic] = value
    return [
        Team(
            id=row.public_id,
            name=row.name,
            voice=_voice(row),
            owns=None if row.owns is None else Fraction(row.owns),
            marks=marks.get(row.id, {}),
        )
        for row in connection.execute(seen(issued))
    ]


def _voice(ballot: Row[*tuple[Any, ...]]) -> Voice:
    if ballot.awaits:
        return Voice.UNCONFIRMED
    if ballot.abstained:
        return Voice.ABSTAINED
    return Voice.VOTED if ballot.marked else Voice.SILENT


class _Fractions(dict[str, Fraction]):
    """Few sums of minutes are paid by many teams: each is read once."""

    def __missing__(self, written: str) -> Fraction:
        self[written] = read = Fraction(written)
        return read
