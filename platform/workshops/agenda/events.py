"""What happens to an agenda."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from foundation.eventlog import Fact
from foundation.personal import about


@dataclass(frozen=True, kw_only=True)
class AgendaAdopted(Fact):
    """The agenda stands."""

    name: ClassVar[str] = "agenda.adopted"
    __about__ = about(plain="agenda")

    agenda: Mapping[str, Any]
