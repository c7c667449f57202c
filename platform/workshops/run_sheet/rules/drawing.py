"""A first run sheet from what was chosen: who arrives when, when there is a break, when lunch.

The facilitator changes it afterwards; it only has to be one that a group can live with as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .sheet import Block, Kind

ARRIVAL = 15
"""Coffee and name tags. It lies before the time in the invitation, at which topics begin."""
CLOSING = 10
"""What everybody takes along, and when the group meets again."""
AT_A_STRETCH = 90
"""Minutes of work without a break; nobody listens for longer."""
BREAK = 15
LUNCH = 45
NOON = 12 * 60
"""From here on the next gap between two blocks is lunch."""
LUNCH_AT_THE_LATEST = 13 * 60
"""Kitchens do not wait longer: lunch comes before noon if what is next would last beyond this."""
WORTH_A_LUNCH = 60
"""Minutes of work that have to follow; for less, the group closes and eats afterwards."""
STEP = 5
"""Parts of a topic end at times that can be read off a clock on the wall."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A topic as it came out of the vote."""

    topic: str
    title: str
    minutes: int


def drawn_up(chosen: Sequence[Chosen], *, begins: int, new_id: Callable[[], str]) -> tuple[Block, ...]:
    """The chosen topics in their order, from `begins` on (minutes after midnight), with arrival and breaks.

    A topic that takes longer than a group listens comes in parts, about equally long.
    """

    def block(kind: Kind, minutes: int, title: str = "", topic: str | None = None) -> Block:
        return Block(id=new_id(), kind=kind, minutes=minutes, title=title, topic=topic)

    blocks = [block(Kind.ARRIVAL, ARRIVAL)]
    parts = [(one, minutes) for one in chosen for minutes in _parts(one.minutes)]
    left = sum(minutes for _one, minutes in parts)
    now, at_work, eaten = begins, 0, begins >= NOON
    for one, minutes in parts:
        pause = BREAK if at_work + minutes > AT_A_STRETCH else 0
        hungry = now >= NOON or now + pause + minutes > LUNCH_AT_THE_LATEST
        if at_work and not eaten and hungry and left >= WORTH_A_LUNCH:
            blocks.append(block(Kind.LUNCH, LUNCH))
            now, at_work, eaten = now + LUNCH, 0, True
        elif pause:
            blocks.append(block(Kind.BREAK, BREAK))
            now, at_work = now + BREAK, 0
        blocks.append(block(Kind.TOPIC, minutes, one.title, one.topic))
        now, at_work, left = now + minutes, at_work + minutes, left - minutes
    return (*blocks, block(Kind.CLOSING, CLOSING))


def _parts(minutes: int) -> Iterator[int]:
    """As few parts as possible, about equally long, in steps where they can be."""
    count = -(-minutes // AT_A_STRETCH)
    for remaining in range(count, 0, -1):
        part = minutes - (remaining - 1) * (minutes // remaining // STEP * STEP)
        part = min(part, AT_A_STRETCH)
        yield part
        minutes -= part
