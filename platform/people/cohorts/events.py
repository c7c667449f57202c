"""What happens to a cohort and its teams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from foundation.eventlog import Fact
from foundation.personal import about


@dataclass(frozen=True, kw_only=True)
class CohortChanged(Fact):
    """The cohort is called otherwise, or takes more or less: what everybody in it may see of it."""

    name: ClassVar[str] = "cohort.changed"
    __about__ = about(plain="cohort")

    cohort: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class TeamChanged(Fact):
    """A team is new, or other people sit in it: the whole team with its present members."""

    name: ClassVar[str] = "team.changed"
    __about__ = about(personal="team")

    team: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class TeamRemoved(Fact):
    """A team that nobody was in and nothing belonged to is gone."""

    name: ClassVar[str] = "team.removed"
    __about__ = about(plain="team")

    team: str
