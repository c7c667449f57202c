"""Streams: one audience of one place, declared once with who reads it and how it begins."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from foundation import policy
from foundation.places import Place
from foundation.policy import Actor

Snapshot = Callable[..., dict[str, Any]]
"""`(connection, **ids of the pattern) -> state`: what every reader may see, read in one transaction."""

Counts = Callable[..., bool]
"""`(connection, **ids of the pattern)`: whether an open page that follows it keeps its session alive now."""


@dataclass(frozen=True)
class Stream:
    """The declaration: which names it covers, where its events happen, who reads, how it begins."""

    pattern: str
    kind: str
    place: str
    readers: StrEnum
    snapshot: Snapshot
    names: re.Pattern[str]
    counts_as_use: Counts | None


@dataclass(frozen=True)
class Audience:
    """A stream as the subject of a rule: its place and the ids in its name."""

    place: Place
    ids: Mapping[str, str]


_streams: dict[str, Stream] = {}


def stream(
    pattern: str, *, place: str, readers: StrEnum, counts_as_use: Counts | None = None
) -> Callable[[Snapshot], Snapshot]:
    """Declare a stream over the function that reads its snapshot.

    `pattern` and `place` hold ids in braces: `workshop/{workshop}/team/{team}` at `workshop/{workshop}`.
    Without `counts_as_use` an open page that follows it never keeps its session alive.
    """

    def register(snapshot: Snapshot) -> Snapshot:
        if pattern in _streams:
            raise RuntimeError(f"the stream {pattern} is declared twice")
        kind = pattern.partition("/")[0]
        names = re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[0-9a-z]{16})", re.escape(pattern)))
        _streams[pattern] = Stream(pattern, kind, place, readers, snapshot, names, counts_as_use)
        return snapshot

    return register


def declared() -> Mapping[str, Stream]:
    """Every stream of the house by pattern."""
    return _streams


def match(name: str) -> tuple[Stream, dict[str, str]] | None:
    """The declaration a name falls under, with the ids in it."""
    kind = name.partition("/")[0]
    for found in _streams.values():
        if found.kind == kind and (fits := found.names.fullmatch(name)):
            return found, fits.groupdict()
    return None


def place_of(name: str) -> str | None:
    """The name of the place where the stream's events happen."""
    found = match(name)
    return found[0].place.format(**found[1]) if found else None


def can_count_as_use(name: str) -> bool:
    """Whether an open page that follows the stream may keep its session alive at some time."""
    found = match(name)
    return found is not None and found[0].counts_as_use is not None


def counts_as_use(connection: Connection, name: str) -> bool:
    """Whether an open page that follows the stream keeps its session alive now."""
    found = match(name)
    if found is None or found[0].counts_as_use is None:
        return False
    return found[0].counts_as_use(connection, **found[1])


def may_read(actor: Actor, name: str, place: Place | None) -> bool:
    """Whether the actor belongs to the stream's audience; no for what does not exist."""
    found = match(name)
    return (
        found is not None
        and place is not None
        and place.name == found[0].place.format(**found[1])
        and policy.may(actor, found[0].readers, Audience(place, found[1]))
    )
