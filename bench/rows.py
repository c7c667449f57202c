"""What a measurement comes to: rows with a name, a value, its unit and what one must know about it."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import TypedDict


class Row(TypedDict):
    """One figure. Names stay the same from version to version, so that figures can be compared."""

    name: str
    value: float
    unit: str
    note: str


def row(name: str, value: float, unit: str, *, note: str = "") -> Row:
    """Rounded to what can be told apart on a machine that does other things too."""
    return Row(name=name, value=_rounded(value), unit=unit, note=note)


def _rounded(value: float) -> float:
    return float(f"{value:.3g}") if abs(value) < 1000 else round(value)


class Comparison(TypedDict):
    """Ours beside the peer's: medians over the pairs, and the median of their ratios (ours by theirs)."""

    name: str
    product: float
    node: float
    ratio: float
    unit: str
    note: str


def compared(
    name: str, ours: Sequence[float], peers: Sequence[float], unit: str, *, note: str = ""
) -> Comparison:
    """The values of each pair stand at the same place in both."""
    ratios = [product / node for product, node in zip(ours, peers, strict=True)]
    spread = f"ratios {min(ratios):.2f} to {max(ratios):.2f}" if len(ratios) > 1 else "one pair"
    return Comparison(
        name=name,
        product=_rounded(median(ours)),
        node=_rounded(median(peers)),
        ratio=_rounded(median(ratios)),
        unit=unit,
        note=f"{note}; {spread}",
    )


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-len(ordered) * percent // 100) - 1))]


def table(rows: Sequence[Row] | Sequence[Comparison]) -> str:
    """Aligned for reading, and Markdown for bench/RESULTS.md."""
    cells = [list(rows[0])]
    cells += [
        [f"{cell:g}" if isinstance(cell, float | int) else str(cell) for cell in each.values()]
        for each in rows
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [_line([text.ljust(width) for text, width in zip(line, widths, strict=True)]) for line in cells]
    lines.insert(1, _line(["-" * width for width in widths]))
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
