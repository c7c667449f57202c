"""What can be done with a run sheet: drawing it up, moving things about, going through it."""

from .arranging import added, joined, moved, removed, renamed, resized, restored, split
from .drawing import Chosen, drawn_up
from .running import back, extended, next_one, started
from .sheet import LONGEST, MOST, Block, Kind, Sheet

__all__ = [
    "LONGEST",
    "MOST",
    "Block",
    "Chosen",
    "Kind",
    "Sheet",
    "added",
    "back",
    "drawn_up",
    "extended",
    "joined",
    "moved",
    "next_one",
    "removed",
    "renamed",
    "resized",
    "restored",
    "split",
    "started",
]
