"""What happens in a vote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from foundation.eventlog import Fact
from foundation.personal import about

By = Mapping[str, str]
"""A person: `{id, name}`."""


@dataclass(frozen=True, kw_only=True)
class PollOpened(Fact):
    """A round of voting begins, now or at its time."""

    name: ClassVar[str] = "poll.opened"
    __about__ = about(plain="poll")

    poll: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class PollChanged(Fact):
    """Before the first ballot, a facilitator set the poll otherwise."""

    name: ClassVar[str] = "poll.changed"
    __about__ = about(plain="poll")

    poll: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class TallyChanged(Fact):
    """What a topic's support is and how many have voted; without a topic, or hidden, only the latter."""

    name: ClassVar[str] = "poll.tally_changed"
    __about__ = about(plain="poll topic approvals voted")

    poll: str
    topic: str | None
    approvals: int | None
    voted: int


@dataclass(frozen=True, kw_only=True)
class PollClosed(Fact):
    """The vote is over and counted. No agenda: a secret one had too few ballots, or it never began."""

    name: ClassVar[str] = "poll.closed"
    __about__ = about(plain="poll agenda topics")

    poll: Mapping[str, Any]
    agenda: Mapping[str, Any] | None
    topics: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class PollReset(Fact):
    """A secret poll has begun again with empty ballots, as those that were cast are lost."""

    name: ClassVar[str] = "poll.reset"
    __about__ = about(plain="poll")

    poll: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class PollReopened(Fact):
    """The vote goes on; its count is void."""

    name: ClassVar[str] = "poll.reopened"
    __about__ = about(plain="poll topics")

    poll: Mapping[str, Any]
    topics: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class BallotMarked(Fact):
    """For the team: one of them marked a topic."""

    name: ClassVar[str] = "ballot.marked"
    __about__ = about(personal="by at", plain="poll topic value reason abstained")

    poll: str
    topic: str
    value: int
    reason: str
    by: By
    at: datetime
    abstained: bool


@dataclass(frozen=True, kw_only=True)
class BallotFilled(Fact):
    """For the team: one of them has written its whole paper; what it says now about every topic."""

    name: ClassVar[str] = "ballot.filled"
    __about__ = about(personal="by at", plain="poll marks version")

    poll: str
    marks: Mapping[str, int]
    version: int
    by: By
    at: datetime


@dataclass(frozen=True, kw_only=True)
class BallotEntered(Fact):
    """For the team: a facilitator has filled its paper in; it does not count until the team confirms it."""

    name: ClassVar[str] = "ballot.entered"
    __about__ = about(personal="by at", plain="poll marks version")

    poll: str
    marks: Mapping[str, int]
    version: int
    by: By
    at: datetime


@dataclass(frozen=True, kw_only=True)
class BallotConfirmed(Fact):
    """For the team: one of them said that what was entered is the team's vote."""

    name: ClassVar[str] = "ballot.confirmed"
    __about__ = about(personal="by at", plain="poll")

    poll: str
    by: By
    at: datetime


@dataclass(frozen=True, kw_only=True)
class BallotAbstained(Fact):
    """For the team: one of them said that the team abstains, or took that back."""

    name: ClassVar[str] = "ballot.abstained"
    __about__ = about(personal="by at", plain="poll value")

    poll: str
    value: bool
    by: By
    at: datetime


@dataclass(frozen=True, kw_only=True)
class TallyShown(Fact):
    """For a team that has voted, where others do not see the count yet: what the support of topics is now.

    Nothing instead of a count: it is no longer for this team alone, or not for it any more.
    """

    name: ClassVar[str] = "ballot.tally_changed"
    __about__ = about(plain="poll tally")

    poll: str
    tally: Mapping[str, int] | None


@dataclass(frozen=True, kw_only=True)
class BallotRenewed(Fact):
    """For the team: there is a new, empty ballot, and the minutes that the team owns, if teams do."""

    name: ClassVar[str] = "ballot.renewed"
    __about__ = about(plain="poll owns")

    poll: str
    owns: str | None


@dataclass(frozen=True, kw_only=True)
class ShareChanged(Fact):
    """For the team: the poll was set otherwise, and so the team owns that many minutes now."""

    name: ClassVar[str] = "ballot.share_changed"
    __about__ = about(plain="poll owns")

    poll: str
    owns: str | None


@dataclass(frozen=True, kw_only=True)
class MissingChanged(Fact):
    """For facilitators: these teams have not voted; `awaits`: what was entered for it waits for its yes."""

    name: ClassVar[str] = "poll.missing_changed"
    __about__ = about(plain="missing")

    missing: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class PollHandled(Fact):
    """For facilitators: somebody, or the clock, did something to the poll."""

    name: ClassVar[str] = "poll.handled"
    __about__ = about(personal="at what by")

    at: datetime
    what: str
    by: By | None
