"""What happens to topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from foundation.eventlog import Fact
from foundation.personal import about


@dataclass(frozen=True, kw_only=True)
class TopicProposed(Fact):
    """The workshop has one more topic: new, or come over from the workshop before."""

    name: ClassVar[str] = "topic.proposed"
    __about__ = about(plain="topic")

    topic: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class TopicChanged(Fact):
    """A topic is now like this."""

    name: ClassVar[str] = "topic.changed"
    __about__ = about(plain="topic")

    topic: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class TopicWithdrawn(Fact):
    """The team that proposed it took it back."""

    name: ClassVar[str] = "topic.withdrawn"
    __about__ = about(plain="topic")

    topic: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class TopicRestored(Fact):
    """The team that took it back proposes it again."""

    name: ClassVar[str] = "topic.restored"
    __about__ = about(plain="topic")

    topic: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class TopicMoved(Fact):
    """The topic has gone to another workshop."""

    name: ClassVar[str] = "topic.moved"
    __about__ = about(plain="topic")

    topic: str


@dataclass(frozen=True, kw_only=True)
class NeedsChanged(Fact):
    """Which teams need the topic, and which can contribute to it."""

    name: ClassVar[str] = "topic.needs_changed"
    __about__ = about(plain="topic need offer")

    topic: str
    need: Sequence[str]
    offer: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class TopicAsked(Fact):
    """A team has noted a question from practice."""

    name: ClassVar[str] = "topic.asked"
    __about__ = about(plain="topic")

    topic: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class TopicAnswered(Fact):
    """The team that proposed the topic says whether the workshop has answered its question."""

    name: ClassVar[str] = "topic.answered"
    __about__ = about(plain="topic")

    topic: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class TopicsMerged(Fact):
    """A topic has become part of another one: both as they are now, and the poll with its tally, if any."""

    name: ClassVar[str] = "topic.merged"
    __about__ = about(plain="topics poll")

    topics: Sequence[Mapping[str, Any]]
    poll: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class TopicsUnmerged(Fact):
    """Two topics go their own ways again: both as they are now, and the poll with its tally, if any."""

    name: ClassVar[str] = "topic.unmerged"
    __about__ = about(plain="topics poll")

    topics: Sequence[Mapping[str, Any]]
    poll: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class BallotCarried(Fact):
    """For the team: its mark at a topic is now this because topics were merged or separated.

    Without a value there is none. `taken_from`: the merged topic that the mark comes from.
    """

    name: ClassVar[str] = "ballot.carried"
    __about__ = about(personal="by at", plain="poll topic value taken_from")

    poll: str
    topic: str
    value: int | None
    by: Mapping[str, str] | None
    at: datetime | None
    taken_from: str | None
