"""What happens to topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
