"""The papers in front of those who vote: read once for all who vote at the same moment, and written once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, null, select, union_all, update

from foundation import database
from foundation.errors import Code, Refusal, not_found
from foundation.places import Place
from foundation.policy import Actor, Role
from foundation.prepared import Prepared
from foundation.text import N_
from foundation.transaction import Transaction
from people.cohorts.models import Team
from workshops.series.models import Workshop
from workshops.topics.models import Topic, TopicState

from . import queries, tallies
from .models import Ballot, Mark, Poll
from .queries import State
from .rules.methods import Kind, kind_of, worth
from .settings import Show
from .tallies import COUNTS, VOTED, summed


@dataclass(kw_only=True)
class Paper:
    """The ballot of a team in a poll, by its rows. `values`: what it says about the topics in question."""

    workshop: int
    team: int
    team_id: str
    poll: int
    poll_id: str
    kind: Kind
    dots: int | None
    show: str
    secret: bool
    opens_at: datetime
    closes_at: datetime | None
    ballot: int
    marked: bool
    abstained: bool
    awaits: bool
    values: dict[int, int] = field(default_factory=dict)

    @property
    def voted(self) -> bool:
        return (self.marked or self.abstained) and not self.awaits

    @property
    def lies_aside(self) -> bool:
        """Whether marks on it do not count for now."""
        return self.abstained or self.awaits


class Papers:
    """The ballots of those who ask, as each of them finds them after those before.

    `approvals` by topic (row: its support), `voted` and `missing` are the count as it is then.
    """

    def __init__(self, transaction: Transaction, place: Place, asked: Iterable[tuple[Actor, str]]) -> None:
        """`asked`: who, and about which topic (public id; empty: none)."""
        self._transaction = transaction
        self._place = place
        self._papers: dict[str, Paper] = {}
        self._topics: dict[str, tuple[int, str]] = {}
        self._filled: set[int] = set()
        self._marks: dict[tuple[int, int], dict[str, Any]] = {}
        self.approvals: dict[int, int] = {}
        self.voted = 0
        self.missing: list[State] = []
        self._readers: list[str] | None = None
        pairs = {(team, topic) for actor, topic in asked for team in _teams(actor)}
        self._read(sorted(pairs))

    def of(self, actor: Actor, *, secret: bool = False) -> Paper:
        """The ballot of the actor's team while `opens_at <= now < closes_at` by this transaction's clock.

        `secret`: whether what is done to it is done to ballots in a box.
        """
        own = (self._papers[team] for team in _teams(actor) if team in self._papers)
        paper = min(own, key=lambda found: found.team, default=None)
        if paper is None:
            raise not_found()
        if not paper.poll:
            raise Refusal(Code.CLOSED, N_("Hier läuft keine Abstimmung."))
        if not paper.ballot:
            raise Refusal(
                Code.CLOSED,
                N_(
                    "Als diese Abstimmung angesetzt wurde, war Ihr Team noch nicht dabei. "
                    "Bei der nächsten stimmt es mit ab."
                ),
            )
        if self._transaction.now < paper.opens_at:
            raise Refusal(Code.CLOSED, N_("Die Abstimmung hat noch nicht begonnen."))
        if paper.closes_at is not None and paper.closes_at <= self._transaction.now:
            raise Refusal(
                Code.CLOSED, N_("Die Abstimmung ist beendet. Ihre Änderung kam nach dem Schluss an.")
            )
        if paper.secret and not secret:
            raise Refusal(
                Code.CLOSED,
                N_("Diese Abstimmung ist geheim: Der Stimmzettel wird im Ganzen abgegeben."),
            )
        if secret and not paper.secret:
            raise Refusal(Code.CLOSED, N_("Diese Abstimmung ist nicht geheim."))
        return paper

    def topic(self, topic: str) -> int:
        """The row of a topic that stands for election here."""
        if topic not in self._topics:
            raise not_found()
        row, state = self._topics[topic]
        if state == TopicState.WITHDRAWN:
            raise Refusal(Code.CLOSED, N_("Dieses Thema ist zurückgezogen."))
        return row

    @property
    def readers(self) -> list[str]:
        """The teams that have voted, where they see the count before others do; read once, if at all."""
        if self._readers is None:
            poll = next((paper.poll for paper in self._papers.values()), 0)
            self._readers = tallies.voted(self._transaction.connection, poll)
        return self._readers

    def mark(self, paper: Paper, topic: int, value: int, *, by: int | None) -> None:
        """Lifts an abstention; what lay aside with it is in the count after `count`."""
        if not paper.voted:
            if paper.show == Show.OWN:
                self.readers.append(paper.team_id)
            self.voted += 1
            self.missing = [team for team in self.missing if team["id"] != paper.team_id]
        gained = worth(paper.kind, value) - worth(paper.kind, paper.values.get(topic, 0))
        self.approvals[topic] = self.approvals.get(topic, 0) + gained
        if paper.lies_aside or not paper.marked:
            self._filled.add(paper.ballot)
        paper.marked, paper.abstained, paper.awaits, paper.values[topic] = True, False, False, value
        said = {"value": value, "by_id": by, "at": self._transaction.now}
        self._marks[paper.ballot, topic] = {"ballot_id": paper.ballot, "topic_id": topic, **said}

    def write(self) -> None:
        """Write what was marked since the last time."""
        connection = self._transaction.connection
        if self._filled:
            _FILL.write(connection, [{"ballot": ballot} for ballot in self._filled])
        if self._marks:
            database.upsert(connection, Mark, ("ballot_id", "topic_id"), list(self._marks.values()))
        self._filled, self._marks = set(), {}

    def count(self) -> None:
        """Read the count as it is written."""
        poll = next((paper.poll for paper in self._papers.values()), 0)
        if not poll:
            return
        connection = self._transaction.connection
        kind = next(paper.kind for paper in self._papers.values())
        asked = {"poll": poll, "topics": [[row] for row, _state in self._topics.values()]}
        counted = dict(_COUNTS[kind].rows(connection, asked))
        self.voted = counted.pop(None)
        self.approvals = counted
        if not all(paper.voted for paper in self._papers.values()):
            self.missing = queries.missing(connection, self._place.id)

    def _read(self, asked: list[tuple[str, str]]) -> None:
        for row in _PAPERS.rows(self._transaction.connection, {"asked": asked, "workshop": self._place.id}):
            if row.team_id not in self._papers:
                self._papers[row.team_id] = Paper(
                    workshop=row.workshop,
                    team=row.team,
                    team_id=row.team_id,
                    poll=row.poll or 0,
                    poll_id=row.poll_id or "",
                    kind=kind_of(row.method) if row.method else Kind.TICKS,
                    dots=row.dots,
                    show=row.show or Show.LIVE,
                    secret=bool(row.secret),
                    opens_at=row.opens_at,
                    closes_at=row.closes_at,
                    ballot=row.ballot or 0,
                    marked=bool(row.marked),
                    abstained=bool(row.abstained),
                    awaits=bool(row.awaits),
                )
            if row.topic is not None:
                self._topics[row.topic_id] = row.topic, row.state
                if row.value is not None:
                    self._papers[row.team_id].values[row.topic] = row.value
        self.count()


def _teams(actor: Actor) -> frozenset[str]:
    return actor.scopes(Role.PARTICIPANT, prefix="team/")


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
            Mark.value,
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


def _counts(kind: Kind) -> Any:
    """Support by topic, and without a topic how many have voted."""
    topics = database.elements("topics")
    approvals = (
        select(Mark.topic_id, summed(kind))
        .join(Ballot, Ballot.id == Mark.ballot_id)
        .where(Mark.topic_id.in_(select(topics.c.value[0].as_integer())))
        .where(Ballot.poll_id == bindparam("poll"), COUNTS)
        .group_by(Mark.topic_id)
    )
    voted = select(null(), func.count()).select_from(Ballot).where(Ballot.poll_id == bindparam("poll"), VOTED)
    return union_all(approvals, voted)


_PAPERS = Prepared(_papers())
_COUNTS = {kind: Prepared(_counts(kind)) for kind in Kind}
_FILL = Prepared(
    update(Ballot).where(Ballot.id == bindparam("ballot")).values(marked=True, abstained=False, awaits=False)
)
