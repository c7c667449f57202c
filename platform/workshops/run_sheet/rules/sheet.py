"""A run sheet as a value: its blocks in order, what was taken off, and how far the meeting has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from foundation.errors import Code, Refusal, not_found
from foundation.text import N_

LONGEST = 480
"""Minutes of one block: a working day."""
MOST = 60
"""Blocks of a sheet, those taken off included: more than anybody reads, few enough to tell them all. A sheet
that was drawn up with more keeps them, and gets none besides."""


class Kind(StrEnum):
    """What a block is for. All but topics have a name of their own if somebody gave them one."""

    ARRIVAL = "arrival"
    TOPIC = "topic"
    BREAK = "break"
    LUNCH = "lunch"
    OTHER = "other"
    CLOSING = "closing"


@dataclass(frozen=True, kw_only=True)
class Block:
    """A stretch of the meeting. Topics keep the words that were voted on; `begun_at` once it has been on."""

    id: str
    kind: Kind
    minutes: int
    title: str = ""
    topic: str | None = None
    begun_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """`planned`: how long the meeting was to last when the sheet was drawn up; `agreed`: when it began."""

    blocks: tuple[Block, ...]
    off: tuple[Block, ...] = ()
    version: int = 1
    planned: int
    agreed: int | None = None
    ended_at: datetime | None = None

    @property
    def running(self) -> Block | None:
        """The block that is on."""
        begun = [block for block in self.blocks if block.begun_at]
        return begun[-1] if begun and not self.ended_at else None

    @property
    def free_from(self) -> int:
        """The first place that can still be changed: after the arrival, and after what has begun."""
        passed = [
            place
            for place, block in enumerate(self.blocks, start=1)
            if block.begun_at or block.kind is Kind.ARRIVAL
        ]
        return max(passed, default=0)

    def place_of(self, block: str) -> int:
        return _found(self.blocks, block)

    def place_after(self, after: str | None) -> int:
        """Where something goes that shall stand after that block, or as early as possible."""
        if after is None:
            return self.free_from
        place = self.place_of(after) + 1
        if place < self.free_from:
            raise begun()
        return place

    def still_ahead(self, block: str) -> int:
        """The place of a block that has not begun."""
        place = self.place_of(block)
        if self.ended_at or (self.agreed is not None and place < self.free_from):
            raise begun()
        return place

    def taken_off(self, block: str) -> Block:
        return self.off[_found(self.off, block)]

    def refuse_if_full(self) -> None:
        """Before a block is made: moving, joining and taking off need no room."""
        if len(self.blocks) + len(self.off) >= MOST:
            raise Refusal(
                Code.CONFLICT, N_("Der Ablauf hat schon sehr viele Blöcke; mehr sind nicht möglich.")
            )

    def arranged(self, blocks: Sequence[Block], off: Sequence[Block] | None = None) -> Sheet:
        """The same with other blocks."""
        return replace(self, blocks=tuple(blocks), off=self.off if off is None else tuple(off))


def length(blocks: Sequence[Block]) -> int:
    """Minutes from the beginning of the meeting to its end; people arrive before."""
    return sum(block.minutes for block in blocks if block.kind is not Kind.ARRIVAL)


def begun() -> Refusal:
    return Refusal(Code.CLOSED, N_("Was schon begonnen hat, bleibt stehen, wie es war."))


def _found(blocks: Sequence[Block], wanted: str) -> int:
    place = next((place for place, block in enumerate(blocks) if block.id == wanted), None)
    if place is None:
        raise not_found()
    return place
