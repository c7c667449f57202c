"""What counts as an e-mail address here."""

from __future__ import annotations

import re

_LABEL = r"(?!-)[^@\s.()<>\[\]:;,\"\\]+(?<!-)"
_SHAPE = re.compile(rf"[^@\s()<>\[\]:;,\"\\]+@{_LABEL}(\.{_LABEL})+")
LONGEST = 254


def address(text: str) -> str:
    """The one way an address is written here; empty for what is none. Upper case makes no other mailbox."""
    settled = text.strip().lower()
    fits = len(settled) <= LONGEST and settled.isprintable() and _SHAPE.fullmatch(settled)
    return settled if fits else ""
