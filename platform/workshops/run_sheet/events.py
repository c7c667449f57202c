"""What happens to a run sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from foundation.eventlog import Fact
from foundation.personal import about


@dataclass(frozen=True, kw_only=True)
class SheetChanged(Fact):
    """The run sheet as it is from now on, as a whole: its parts mean little without each other."""

    name: ClassVar[str] = "sheet.changed"
    __about__ = about(plain="sheet")

    sheet: Mapping[str, Any]
