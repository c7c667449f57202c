"""Passwords become Argon2 hashes, a few at a time, and are compared with them."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from foundation import bodies
from foundation.text import N_

from .guessing import guesses
from .rules import LONGEST_PASSWORD, SHORTEST_PASSWORD

WRONG_PASSWORD = N_("Das ist nicht Ihr jetziges Passwort.")
EASILY_GUESSED = N_(
    "Dieses Passwort ist leicht zu raten. Nehmen Sie vier Wörter, die nichts miteinander und nichts mit "
    "Ihnen zu tun haben."
)
FEWEST_GUESSES = 10**10
"""Refused is what zxcvbn finds in fewer. A guess costs 20 ms: with a stolen table it takes six years of one
processor, or a month of eighty; at the page, ten a minute, it is out of reach."""
AT_ONCE = 2
"""Hashes computed side by side: each takes 19 MiB and a processor for some 20 ms."""

_argon2 = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_turns = threading.BoundedSemaphore(AT_ONCE)
_guessing = threading.Lock()
"""Taken here and never in `_elsewhere`: a lock of green threads wakes nobody in a real one."""
HASH = re.compile(r"\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}")
"""What the house itself writes. A hash with other costs could keep a processor busy for hours."""


def _here(work: Callable[[], Any]) -> Any:
    return work()


_elsewhere: Callable[[Callable[[], Any]], Any] = _here


def compute(run: Callable[[Callable[[], Any]], Any]) -> None:
    """Say where hashes are computed: under green threads a real thread, or nothing else would go on."""
    global _elsewhere
    _elsewhere = run


def _alike(password: str) -> bytes:
    """The same bytes however a keyboard composes an umlaut."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def hash_of(password: str) -> str:
    """The hash to store."""
    with _turns:
        return str(_elsewhere(lambda: _argon2.hash(_alike(password))))


NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$WBkjRiVo5inazFgZZUwxDA$2zUOXj5eZPGtO5dB1HVx6pKUwYkGmk3duaamSOPr4GE"
"""A hash of thrown-away random bytes, compared with where there is none: an unknown address takes as long."""


def fits(stored: str | None, password: str) -> bool:
    """Whether the password is the one; takes the same time where there is none."""
    given = password[: LONGEST_PASSWORD + 1]

    def compare() -> bool:
        try:
            return _argon2.verify(stored or NOBODY, _alike(given))
        except (VerificationError, InvalidHashError):
            return False

    with _turns:
        same = bool(_elsewhere(compare))
    return same and stored is not None and len(password) <= LONGEST_PASSWORD


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with costs that are no longer ours."""
    return _argon2.check_needs_rehash(stored)


def is_easily_guessed(password: str, *, about: Iterable[str] = ()) -> bool:
    """Whether it is among the first that somebody who knows the person would try."""
    known = tuple(about)
    with _guessing, _turns:
        return bool(
            _elsewhere(lambda: guesses(unicodedata.normalize("NFC", password), known)) < FEWEST_GUESSES
        )


def check_new(password: str, *, repeated: str, about: Iterable[str] = ()) -> None:
    """Refuse what is too short, too long, mistyped or among the first that somebody would try.

    `about`: what is known of the person and is no secret, like name and address. There are no rules of
    composition.
    """
    if len(password) < SHORTEST_PASSWORD:
        sentence = N_("Bitte wählen Sie mindestens %(least)s Zeichen, zum Beispiel vier Wörter.")
        raise bodies.invalid(password=(sentence, {"least": SHORTEST_PASSWORD}))
    if len(password) > LONGEST_PASSWORD:
        sentence = N_("Bitte wählen Sie höchstens %(most)s Zeichen.")
        raise bodies.invalid(password=(sentence, {"most": LONGEST_PASSWORD}))
    if repeated != password:
        raise bodies.invalid(repeat=N_("Die beiden neuen Passwörter sind nicht gleich."))
    if is_easily_guessed(password, about=about):
        raise bodies.invalid(password=EASILY_GUESSED)
