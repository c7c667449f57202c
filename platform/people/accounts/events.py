"""What happens to a person, told to that person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from foundation.eventlog import Fact
from foundation.personal import about


@dataclass(frozen=True, kw_only=True)
class ProfileChanged(Fact):
    """The person's name or how the house speaks to them is another."""

    name: ClassVar[str] = "profile.changed"
    __about__ = about(personal="person_name language theme")

    # `name` of a fact is the fact's own; the person's goes on the wire under it.
    person_name: str = field(metadata={"wire": "name"})
    language: str
    theme: str


@dataclass(frozen=True, kw_only=True)
class RightsChanged(Fact):
    """Seats or roles changed: whoever shows something asks again for it."""

    name: ClassVar[str] = "rights.changed"
