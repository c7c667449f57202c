"""What a measurement comes to: rows with a name, a value, its unit and what one must know about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict


class Row(TypedDict):
    """One figure. Names stay the same from version to version, so that figures can be compared."""

    name: str
    value: float
    unit: str
    note: str


def row(name: str, value: float, unit: str, *, note: str = "") -> Row:
    """Rounded to what can be told apart on a machine that does other things too."""
    rounded = float(f"{value:.3g}") if abs(value) < 1000 else round(value)
    return Row(name=name, value=rounded, unit=unit, note=note)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-len(ordered) * percent // 100) - 1))]


def table(rows: Sequence[Row]) -> str:
    """Aligned for reading, and Markdown for bench/RESULTS.md."""
    cells = [("name", "value", "unit", "note")]
    cells += [(each["name"], f"{each['value']:g}", each["unit"], each["note"]) for each in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(4)]
    lines = [_line([text.ljust(width) for text, width in zip(line, widths, strict=True)]) for line in cells]
    lines.insert(1, _line(["-" * width for width in widths]))
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
