"""Minutes and numbers of teams as people say them: exactly, or with the word that they are rounded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from babel.numbers import format_decimal
from flask_babel import get_locale, gettext, ngettext

from foundation.text import N_

THIRDS = {Fraction(1, 3): "⅓", Fraction(2, 3): "⅔"}
AS_DECIMALS = 100
"""What divides this is written with two places behind the comma at most."""
IN_WORDS = (
    N_("kein Team"),
    N_("ein Team"),
    N_("zwei Teams"),
    N_("drei Teams"),
    N_("vier Teams"),
    N_("fünf Teams"),
    N_("sechs Teams"),
    N_("sieben Teams"),
    N_("acht Teams"),
    N_("neun Teams"),
    N_("zehn Teams"),
    N_("elf Teams"),
    N_("zwölf Teams"),
)


def amount(minutes: Fraction | int) -> str:
    """ "7,5", "13⅓", or "rund 5,14" where it does not come out even."""
    return _amount(*minutes.as_integer_ratio(), _language())


def _language() -> str:
    """The reader's. What is written is kept by it: many teams pay the same."""
    locale = get_locale()
    return locale.language if locale else "de"


@lru_cache(maxsize=4096)
def _amount(numerator: int, denominator: int, language: str) -> str:
    """By whole numbers: to look a fraction up takes longer than to write it."""
    exact = Fraction(numerator, denominator)
    whole, part = divmod(exact, 1)
    if part in THIRDS:
        return f"{_number(Fraction(whole), language)}{THIRDS[part]}" if whole else THIRDS[part]
    if AS_DECIMALS % exact.denominator == 0:
        return _number(exact, language)
    return str(gettext("rund %(number)s", number=_number(round(exact, 2), language)))


def _number(value: Fraction, language: str) -> str:
    return format_decimal(Decimal(value.numerator) / value.denominator, locale=language)


def span(minutes: Fraction | int) -> str:
    """ "1 Minute", "7,5 Minuten"."""
    return _span(*minutes.as_integer_ratio(), _language())


@lru_cache(maxsize=4096)
def _span(numerator: int, denominator: int, language: str) -> str:
    if numerator == denominator:
        return str(gettext("1 Minute"))
    return str(gettext("%(minutes)s Minuten", minutes=_amount(numerator, denominator, language)))


def teams(count: int) -> str:
    """ "vier Teams"; from thirteen on in digits."""
    if count < len(IN_WORDS):
        return str(gettext(IN_WORDS[count]))
    return str(ngettext("%(num)s Team", "%(num)s Teams", count))


def listed(words: Iterable[str]) -> str:
    """ "Ahlen, Menden und Senden"."""
    *most, last = list(words) or [""]
    return str(gettext("%(most)s und %(last)s", most=", ".join(most), last=last)) if most else last


def titles(words: Sequence[str]) -> str:
    """Titles of topics in a sentence: each in quotation marks, as they may have commas of their own."""
    return listed(gettext("„%(title)s“", title=title) for title in words)


def first_big(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
