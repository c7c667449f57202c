"""JSON as the wire allows it: what another program would read differently is refused."""

from __future__ import annotations

import json
import math
from functools import partial
from typing import Any

DEPTH = 12
"""Objects and lists within each other that are read at most."""
LARGEST = 2**53
"""The largest whole number that every reader of JSON can hold (RFC 7493, section 2.2)."""


class NotStrictError(ValueError):
    """The text is no JSON, or JSON that two readers could understand differently."""


def loads(text: str | bytes) -> Any:
    """Decode, or raise `NotStrictError`: no NaN or Infinity, no name twice, no lone surrogate, ..."""
    try:
        # Bytes are UTF-8; the library would guess at other encodings.
        settled = text.decode() if isinstance(text, bytes) else text
        value = json.loads(settled, parse_constant=_constant, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise NotStrictError("not strict JSON") from error
    _check(value, 0)
    return value


class Written(str):
    """JSON that is written already."""

    __slots__ = ()


dumps = partial(json.dumps, ensure_ascii=False)
"""The other direction, so that this module can stand where a library asks for a `json` module."""


def _constant(name: str) -> Any:
    raise NotStrictError(f"{name} is no JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrictError("a name stands twice")
    return found


def _check(value: Any, within: int) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, int) and abs(value) > LARGEST:
        raise NotStrictError("a number that not every reader can hold")
    elif isinstance(value, float) and math.isinf(value):
        raise NotStrictError("a number without bounds")
    elif isinstance(value, dict | list):
        if within == DEPTH:
            raise NotStrictError("nested too deeply")
        if isinstance(value, dict):
            for name in value:
                _check_text(name)
        for inner in value.values() if isinstance(value, dict) else value:
            _check(inner, within + 1)


def _check_text(text: str) -> None:
    if "\0" in text:
        raise NotStrictError("text that cannot be stored")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotStrictError("half a character") from None
