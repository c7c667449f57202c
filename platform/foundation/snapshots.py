"""What a stream looks like now, for one of its readers: the beginning of everything that follows it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from foundation import eventlog, places, streams
from foundation.errors import not_found
from foundation.places import Place
from foundation.policy import Actor


def readable(connection: Connection, actor: Actor, name: str) -> Place:
    """The place of a stream that the actor may read; for everything else the one refusal."""
    place_name = streams.place_of(name) or ""
    place = places.find(connection, [place_name]).get(place_name)
    if place is None or not streams.may_read(actor, name, place):
        raise not_found()
    return place


def snapshot(connection: Connection, actor: Actor, name: str) -> dict[str, Any]:
    """`{stream, epoch, seq, state}` in the read that the caller has begun; rights first."""
    found = streams.match(name)
    if found is None:
        raise not_found()
    place = readable(connection, actor, name)
    head = eventlog.head(connection, name, place.name)
    state = found[0].snapshot(connection, **found[1])
    return {"stream": name, "epoch": head.epoch, "seq": head.seq, "state": state}
