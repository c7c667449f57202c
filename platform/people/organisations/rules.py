"""What the kinds of public bodies are called, and which names mean the same one."""

from __future__ import annotations

from foundation.text import N_, same

KINDS = {
    "stadt": N_("Stadt"),
    "gemeinde": N_("Gemeinde"),
    "kreis": N_("Kreis"),
    "bezirksregierung": N_("Bezirksregierung"),
}

_BEFORE = frozenset({"stadt", "gemeinde", "kreis", "landkreis", "bezirksregierung"})


def town(name: str) -> str:
    """How names of one kind are compared: “Stadt  ahlen” is “Ahlen”."""
    first, _, rest = same(name).partition(" ")
    return rest if rest and first in _BEFORE else same(name)
