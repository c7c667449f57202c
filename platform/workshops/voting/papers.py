"""The papers in front of those who vote: read once for all who vote at the same moment, and written once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from foundation import database
from foundation.errors import Code, Refusal, not_found
from foundation.places import Place
from foundation.policy import Actor, Role
from foundation.text import N_
from foundation.transaction import Transaction
from workshops.topics.models import STANDING
from workshops.topics.rules import refuse_unless_standing

from . import paper_rows, queries, tallies
from .models import Mark
from .queries import State
from .rules.methods import Kind, kind_of, worth
from .settings import Show


@dataclass(kw_only=True)
class Paper:
    """The ballot of a team in a poll, by its rows.

    `values` and `reasons`: what it says about the topics in question.
    """

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
    version: int
    values: dict[int, int] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)

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

    def __init__(
        self,
        transaction: Transaction,
        place: Place,
        asked: Iterable[tuple[str, str]],
        *,
        whole: bool = False,
    ) -> None:
        """`asked`: the ballot of which team, and about which topic (public ids; empty: none).

        `whole`: about every topic of the workshop.
        """
        self._transaction = transaction
        self._place = place
        self._papers: dict[str, Paper] = {}
        self._topics: dict[str, tuple[int, str]] = {}
        self._filled: dict[int, int] = {}
        self._marks: dict[tuple[int, int], dict[str, Any]] = {}
        self.approvals: dict[int, int] = {}
        self.voted = 0
        self.missing: list[State] = []
        self._readers: list[str] | None = None
        self._read(sorted(set(asked)))
        if whole:
            self._read_all()
        self.count()

    def of(self, actor: Actor, *, poll: str | None, secret: bool = False) -> Paper:
        """The ballot of the actor's team while `opens_at <= now < closes_at` by this transaction's clock.

        `poll`: the one that is meant; nothing: the one that runs. `secret`: whether what is done to it is
        done to ballots in a box.
        """
        own = (self._papers[team] for team in teams_of(actor) if team in self._papers)
        paper = min(own, key=lambda found: found.team, default=None)
        if paper is not None and paper.poll and not paper.ballot:
            raise Refusal(
                Code.CLOSED,
                N_(
                    "Als diese Abstimmung angesetzt wurde, war Ihr Team noch nicht dabei. "
                    "Bei der nächsten stimmt es mit ab."
                ),
            )
        return self._open(paper, poll=poll, secret=secret)

    def at(self, team: str, *, poll: str | None) -> Paper:
        """The ballot of a team while it can be filled in."""
        paper = self._papers.get(team)
        if paper is not None and paper.poll and not paper.ballot:
            raise Refusal(
                Code.CLOSED, N_("Als diese Abstimmung angesetzt wurde, war dieses Team noch nicht dabei.")
            )
        return self._open(paper, poll=poll, secret=False)

    def _open(self, paper: Paper | None, *, poll: str | None, secret: bool) -> Paper:
        if paper is None:
            raise not_found()
        if not paper.poll:
            raise Refusal(Code.CLOSED, N_("Hier läuft keine Abstimmung."))
        if poll is not None and poll != paper.poll_id:
            if not queries.was_held(self._transaction.connection, paper.workshop, poll):
                raise not_found()
            raise Refusal(
                Code.CLOSED,
                N_(
                    "Diese Abstimmung ist vorbei, inzwischen gibt es eine neue. "
                    "Bitte sehen Sie Ihren Stimmzettel an."
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
        refuse_unless_standing(state)
        return row

    @property
    def readers(self) -> list[str]:
        """The teams that have voted, where they see the count before others do; read once, if at all."""
        if self._readers is None:
            poll = next((paper.poll for paper in self._papers.values()), 0)
            self._readers = tallies.voted(self._transaction.connection, poll)
        return self._readers

    def otherwise(self, paper: Paper, marks: Mapping[str, int]) -> dict[str, int]:
        """What a whole paper says otherwise than the ballot; of a topic that it leaves out it says 0."""
        for topic in marks:
            self.topic(topic)
        said = {topic: marks.get(topic, 0) for topic in self._standing()}
        return {
            topic: value for topic, value in said.items() if value != paper.values.get(self.topic(topic), 0)
        }

    def says(self, paper: Paper) -> dict[str, int]:
        """What the ballot says about the topics that stand, by public id."""
        standing = {topic: self.topic(topic) for topic in self._standing()}
        return {topic: paper.values[row] for topic, row in standing.items() if row in paper.values}

    def _standing(self) -> list[str]:
        return [topic for topic, (_row, state) in self._topics.items() if state in STANDING]

    def take(self, paper: Paper) -> None:
        """The ballot is the team's vote from now on; what lay aside is in the count after `count`."""
        if not paper.voted:
            if paper.show == Show.OWN:
                self.readers.append(paper.team_id)
            self.voted += 1
            self.missing = [team for team in self.missing if team["id"] != paper.team_id]
        if paper.lies_aside or not paper.marked:
            self._filled[paper.ballot] = paper.version
        paper.marked, paper.abstained, paper.awaits = True, False, False

    def mark(self, paper: Paper, topic: int, value: int, *, by: int | None, reason: str = "") -> None:
        """Also lifts an abstention."""
        self.take(paper)
        gained = worth(paper.kind, value) - worth(paper.kind, paper.values.get(topic, 0))
        self.approvals[topic] = self.approvals.get(topic, 0) + gained
        self.note(paper, topic, value, by=by, reason=reason)

    def renew(self, paper: Paper) -> None:
        """The ballot is another version now: whoever wrote on the one before has not seen it."""
        paper.version += 1
        self._filled[paper.ballot] = paper.version

    def note(self, paper: Paper, topic: int, value: int, *, by: int | None, reason: str = "") -> None:
        """What shall stand on the ballot, without a look at whether it counts."""
        paper.values[topic], paper.reasons[topic] = value, reason
        said = {
            "value": value,
            "reason": reason,
            "by_id": by,
            "at": self._transaction.now,
            "taken_from_id": None,
        }
        self._marks[paper.ballot, topic] = {"ballot_id": paper.ballot, "topic_id": topic, **said}

    def write(self) -> None:
        """Write what was marked since the last time."""
        connection = self._transaction.connection
        if self._filled:
            filled = [{"ballot": ballot, "numbered": version} for ballot, version in self._filled.items()]
            paper_rows.FILL.write(connection, filled)
        if self._marks:
            database.upsert(connection, Mark, ("ballot_id", "topic_id"), list(self._marks.values()))
        self._filled, self._marks = {}, {}

    def count(self) -> None:
        """Read the count as it is written."""
        poll = next((paper.poll for paper in self._papers.values()), 0)
        if not poll:
            return
        connection = self._transaction.connection
        kind = next(paper.kind for paper in self._papers.values())
        asked = {"poll": poll, "topics": [[row] for row, _state in self._topics.values()]}
        counted = dict(paper_rows.COUNTS[kind].rows(connection, asked))
        self.voted = counted.pop(None)
        self.approvals = counted
        if not all(paper.voted for paper in self._papers.values()):
            self.missing = queries.missing(connection, self._place.id)

    def _read(self, asked: list[tuple[str, str]]) -> None:
        for row in paper_rows.PAPERS.rows(
            self._transaction.connection, {"asked": asked, "workshop": self._place.id}
        ):
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
                    version=row.version or 0,
                )
            if row.topic is not None:
                self._topics[row.topic_id] = row.topic, row.state
                if row.value is not None:
                    self._papers[row.team_id].values[row.topic] = row.value
                    self._papers[row.team_id].reasons[row.topic] = row.reason

    def _read_all(self) -> None:
        for paper in self._papers.values():
            for row in paper_rows.EVERY_TOPIC.rows(
                self._transaction.connection, {"workshop": paper.workshop, "ballot": paper.ballot}
            ):
                self._topics[row.topic_id] = row.topic, row.state
                if row.value is not None:
                    paper.values[row.topic] = row.value


def teams_of(actor: Actor) -> frozenset[str]:
    return actor.scopes(Role.PARTICIPANT, prefix="team/")
