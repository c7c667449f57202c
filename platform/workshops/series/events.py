"""What happens in the series of a cohort."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from foundation.eventlog import Fact
from foundation.personal import about


@dataclass(frozen=True, kw_only=True)
class WorkshopAnnounced(Fact):
    """The cohort has one more workshop."""

    name: ClassVar[str] = "workshop.announced"
    __about__ = about(plain="workshop")

    workshop: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class WorkshopRescheduled(Fact):
    """For the cohort: a workshop is now like this."""

    name: ClassVar[str] = "workshop.rescheduled"
    __about__ = about(plain="workshop")

    workshop: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class WorkshopChanged(Fact):
    """For those at the workshop: it is now like this."""

    name: ClassVar[str] = "workshop.changed"
    __about__ = about(plain="workshop")

    workshop: Mapping[str, Any]
