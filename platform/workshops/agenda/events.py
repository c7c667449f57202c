"""What happens to an agenda."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from foundation.eventlog import Fact


@dataclass(frozen=True, kw_only=True)
class AgendaAdopted(Fact):
    """The agenda stands."""

    name: ClassVar[str] = "agenda.adopted"

    agenda: Mapping[str, Any]
