"""What a merger does to the ballots of a poll under way: marks are carried over, and given back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, or_, select, tuple_

from foundation import database
from foundation.places import Place
from foundation.transaction import Transaction
from people.accounts.models import Person
from people.cohorts.models import Team
from workshops.voting.models import Ballot, Mark
from workshops.voting.queries import PollAt

from .events import BallotCarried
from .models import CarriedMark, Topic
from .queries import StandingTopic
from .rules import AtTarget, Said


@dataclass(frozen=True, kw_only=True)
class _Ballots:
    """What the ballots of a poll say about some topics, by row of the ballot and of the topic."""

    teams: Mapping[int, str]
    marks: Mapping[int, Mapping[int, Said]]
    carried: Mapping[int, Mapping[int, Said | None]]

    def at(self, ballot: int, target: int) -> AtTarget:
        return AtTarget(said=self.marks[ballot].get(target), carried=self.carried[ballot])


def rewrite(
    transaction: Transaction,
    place: Place,
    poll: PollAt,
    target: StandingTopic,
    source: StandingTopic,
    rule: Callable[[AtTarget, Mapping[int, Said], int], AtTarget],
) -> None:
    """Let every ballot say at the target what the rule makes of it, and tell the teams whose mark changed."""
    connection = transaction.connection
    ballots = _read(connection, poll.row, target.row, source.row)
    after = {
        ballot: rule(ballots.at(ballot, target.row), ballots.marks[ballot], source.row)
        for ballot in ballots.teams
    }
    _keep(connection, ballots, after)
    changed = {
        ballot: now.said for ballot, now in after.items() if now.said != ballots.marks[ballot].get(target.row)
    }
    _write(connection, target.row, changed)
    persons = _persons(connection, {said.by for said in changed.values() if said and said.by})
    topics = _public(connection, changed)
    for ballot, said in changed.items():
        by = persons.get(said.by or 0, {"id": "", "name": ""}) if said else None
        told = BallotCarried(
            poll=poll.id,
            topic=target.id,
            value=said.value if said else None,
            by=by,
            at=said.at if said else None,
            taken_from=topics[said.taken_from] if said and said.taken_from else None,
        )
        subjects = [by["id"]] if by and by["id"] else []
        transaction.append(f"{place.name}/team/{ballots.teams[ballot]}", told, subjects=subjects)


def _read(connection: Connection, poll: int, target: int, source: int) -> _Ballots:
    """All ballots of the poll, with what they say about the target and what is part of it; three queries."""
    parts = select(Topic.id).where(or_(Topic.merged_into_id == target, Topic.id == source))
    teams = select(Ballot.id, Team.public_id).join(Team, Team.id == Ballot.team_id)
    said = select(*Mark.__table__.c).join(Ballot, Ballot.id == Mark.ballot_id).where(Ballot.poll_id == poll)
    marks: dict[int, dict[int, Said]] = defaultdict(dict)
    for row in connection.execute(said.where(or_(Mark.topic_id == target, Mark.topic_id.in_(parts)))):
        now = Said(value=row.value, by=row.by_id, at=row.at, taken_from=row.taken_from_id)
        marks[row.ballot_id][row.topic_id] = now
    stood = select(*CarriedMark.__table__.c).join(Ballot, Ballot.id == CarriedMark.ballot_id)
    carried: dict[int, dict[int, Said | None]] = defaultdict(dict)
    for row in connection.execute(stood.where(Ballot.poll_id == poll, CarriedMark.topic_id.in_(parts))):
        before = None if row.value is None else Said(value=row.value, by=row.by_id, at=row.at)
        carried[row.ballot_id][row.topic_id] = before
    issued = connection.execute(teams.where(Ballot.poll_id == poll).order_by(Ballot.id))
    return _Ballots(teams={row.id: row.public_id for row in issued}, marks=marks, carried=carried)


def _keep(connection: Connection, ballots: _Ballots, after: Mapping[int, AtTarget]) -> None:
    """Write down what stood before, and forget what is of no more use."""
    gone = [
        (topic, ballot)
        for ballot, now in after.items()
        for topic in ballots.carried[ballot]
        if topic not in now.carried
    ]
    key = tuple_(CarriedMark.topic_id, CarriedMark.ballot_id)
    if gone:
        connection.execute(delete(CarriedMark).where(key.in_(gone)))
    new = [
        {
            "topic_id": topic,
            "ballot_id": ballot,
            "value": before.value if before else None,
            "by_id": before.by if before else None,
            "at": before.at if before else None,
        }
        for ballot, now in after.items()
        for topic, before in now.carried.items()
        if topic not in ballots.carried[ballot]
    ]
    if new:
        connection.execute(insert(CarriedMark), new)


def _write(connection: Connection, target: int, changed: Mapping[int, Said | None]) -> None:
    marks = [
        {
            "ballot_id": ballot,
            "topic_id": target,
            "value": said.value,
            "reason": "",
            "by_id": said.by,
            "at": said.at,
            "taken_from_id": said.taken_from,
        }
        for ballot, said in changed.items()
        if said is not None
    ]
    if marks:
        database.upsert(connection, Mark, ("ballot_id", "topic_id"), marks)
    blank = [ballot for ballot, said in changed.items() if said is None]
    if blank:
        connection.execute(delete(Mark).where(Mark.topic_id == target, Mark.ballot_id.in_(blank)))


def _persons(connection: Connection, rows: set[int]) -> dict[int, dict[str, str]]:
    if not rows:
        return {}
    query = select(Person.id, Person.public_id, Person.name).where(Person.id.in_(rows))
    return {row.id: {"id": row.public_id, "name": row.name} for row in connection.execute(query)}


def _public(connection: Connection, changed: Mapping[int, Said | None]) -> dict[int, str]:
    rows = {said.taken_from for said in changed.values() if said and said.taken_from}
    query = select(Topic.id, Topic.public_id).where(Topic.id.in_(rows))
    return {row.id: row.public_id for row in connection.execute(query)} if rows else {}
