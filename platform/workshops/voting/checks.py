"""What a ballot may say: for each kind of paper, checked without a look at the database."""

from __future__ import annotations

from collections.abc import Mapping

from foundation import bodies
from foundation.errors import Refusal
from foundation.text import N_

from .rules.consent import Consent
from .rules.methods import Kind, highest

WHOLE = frozenset({Kind.DOTS, Kind.ORDER})
"""The papers on which one topic says nothing without the others: they are written whole."""


def mark(kind: Kind, value: int, reason: str = "") -> None:
    """Whether a ballot can say that about a topic by itself."""
    if kind in WHOLE:
        raise bodies.invalid(value=N_("Auf diesem Stimmzettel wird alles auf einmal gespeichert."))
    most = highest(kind, None, 0)
    if value > most:
        raise bodies.invalid(value=(N_("Der größte mögliche Wert ist %(le)s."), {"le": most}))
    if reason and (kind is not Kind.VOICES or value not in (Consent.HAS_A_CONCERN, Consent.OBJECTS)):
        raise bodies.invalid(reason=N_("Begründen lassen sich nur Bedenken und schwerwiegende Einwände."))


def whole(kind: Kind, marks: Mapping[str, int], *, dots: int | None) -> None:
    """Whether a paper can say all that together; what it does not name has 0."""
    fault = _fault(kind, marks, dots)
    if fault is not None:
        raise fault


def _fault(kind: Kind, marks: Mapping[str, int], dots: int | None) -> Refusal | None:
    if kind is Kind.ORDER:
        ranks = sorted(rank for rank in marks.values() if rank)
        if ranks != [*range(1, len(ranks) + 1)]:
            return bodies.invalid(marks=N_("Bitte geben Sie jeden Platz von 1 an genau einmal, ohne Lücke."))
        return None
    if kind is Kind.DOTS:
        left = (dots or 0) - sum(marks.values())
        if left < 0:
            return bodies.invalid(
                marks=(N_("Ihr Team hat %(dots)s Punkte, verteilt sind mehr."), {"dots": dots})
            )
        return None
    most = highest(kind, None, 0)
    if any(value > most for value in marks.values()):
        return bodies.invalid(marks=(N_("Der größte mögliche Wert ist %(le)s."), {"le": most}))
    return None
