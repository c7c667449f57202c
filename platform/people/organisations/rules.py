"""What the kinds of public bodies are called."""

from __future__ import annotations

from foundation.text import N_

KINDS = {
    "stadt": N_("Stadt"),
    "gemeinde": N_("Gemeinde"),
    "kreis": N_("Kreis"),
    "bezirksregierung": N_("Bezirksregierung"),
}
