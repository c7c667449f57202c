"""How many tries somebody needs who guesses a password cleverly (zxcvbn, with German words)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from zxcvbn import zxcvbn

LONGEST_LOOKED_AT = 100
"""The estimate takes time by the square of the length; what is longer is judged by its beginning."""
WORST = tuple(
    line
    for line in Path(__file__).with_name("worst.txt").read_text(encoding="utf-8").split()
    if not line.startswith("#")
)
"""What people in German offices take first; the lists of zxcvbn are English."""


def guesses(password: str, about: Iterable[str] = ()) -> float:
    """The number of tries, when the guesser knows the words `about` the person.

    One at a time: zxcvbn keeps these words in a table of its module.
    """
    words = [*dict.fromkeys(_words(about)), *WORST]
    return float(zxcvbn(password[:LONGEST_LOOKED_AT], words, max_length=LONGEST_LOOKED_AT)["guesses"])


def _words(about: Iterable[str]) -> Iterable[str]:
    """Each text as a whole and word by word; single letters say nothing."""
    for text in about:
        settled = text.lower()[:LONGEST_LOOKED_AT]
        if len(settled) > 1:
            yield settled
        yield from (word for word in re.split(r"[\W_]+", settled) if len(word) > 2)
