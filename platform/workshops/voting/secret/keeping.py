"""What is looked after now and then: boxes that nobody can open any more, and keys that open nothing."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import select

from foundation import clock, commands, policy
from foundation.door import Door
from foundation.errors import Refusal
from foundation.vault import LostError
from workshops.series.models import Workshop
from workshops.voting.models import Poll

from . import box
from .models import PollBox

log = structlog.get_logger()

FRESH = timedelta(hours=1)
"""A key is made before the commit that names it: one that is this young may still be named."""


def mend(door: Door) -> int:
    """Set up anew every secret poll that runs without its box or key; how many there were.

    So it is after a restore, as boxes are in no backup, and after the loss of the disk with the keys.
    """
    query = (
        select(Poll.id, Poll.public_id, Workshop.public_id.label("workshop"))
        .join(Workshop, Workshop.id == Poll.workshop_id)
        .where(Poll.secret, Poll.closed_at.is_(None))
        .order_by(Poll.id)
    )
    lost = []
    with door.database.reading() as connection:
        for poll in connection.execute(query).all():
            try:
                box.look(connection, door.vault, poll.id)
            except LostError:
                lost.append(poll)
            except Refusal as refusal:
                log.warning("box_not_looked_into", code=str(refusal.code))
    mended = 0
    for poll in lost:
        log.warning("secret_poll_lost", poll=poll.public_id)
        asked = commands.ask("poll.reset", f"workshop/{poll.workshop}", {"poll": poll.public_id})
        try:
            door.carry_out(policy.system("poll.reset"), asked)
            mended += 1
        except Refusal as refusal:
            log.info("secret_poll_not_reset", code=str(refusal.code))
    return mended


def sweep(door: Door) -> int:
    """Destroy the keys that no box names, such as those of a transaction that was broken off."""
    kept = door.vault.kept()
    if not kept:
        return 0
    with door.database.reading() as connection:
        named = set(connection.execute(select(PollBox.key)).scalars())
    useless = [key for key, made_at in kept.items() if key not in named and made_at < clock.now() - FRESH]
    for key in useless:
        door.vault.destroy(key)
    return len(useless)
