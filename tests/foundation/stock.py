"""What the house knows by name, set aside while the probe room has moved in: neither finds the other's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from foundation import commands, jobs, policy, streams

Stock = list[dict[Any, Any]]

_REGISTRIES: tuple[dict[Any, Any], ...] = (
    commands._commands,
    streams._streams,
    policy._rules,
    jobs._handlers,
)
_own: Stock = [{} for _ in _REGISTRIES]


def set_aside() -> Stock:
    """Put away what the house knows, for what the probe room declares next."""
    before = [dict(registry) for registry in _REGISTRIES]
    _put([{} for _ in _REGISTRIES])
    return before


def take_in(house: Stock) -> None:
    """What was declared since is the probe room's; the house gets back what it had."""
    for own, registry in zip(_own, _REGISTRIES, strict=True):
        own.update(registry)
    _put(house)


@contextmanager
def moved_in() -> Iterator[None]:
    """The probe room's commands, streams, rules and jobs are the only ones for as long as this lasts."""
    before = set_aside()
    _put(_own)
    try:
        yield
    finally:
        _put(before)


def _put(wanted: Stock) -> None:
    for registry, known in zip(_REGISTRIES, wanted, strict=True):
        registry.clear()
        registry.update(known)
