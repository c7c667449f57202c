"""What happens to a person's sessions, told to that person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from foundation.eventlog import Fact
from foundation.personal import about


@dataclass(frozen=True, kw_only=True)
class SessionsChanged(Fact):
    """A session began or ended: all that are open now. Whoever keeps sockets of this person looks again."""

    name: ClassVar[str] = "sessions.changed"
    __about__ = about(personal="sessions")

    sessions: Sequence[dict[str, Any]]
