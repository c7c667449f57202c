"""Minutes and numbers of teams as people say them: exactly, or with the word that they are rounded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from flask_babel import format_decimal, gettext, ngettext

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
    exact = Fraction(minutes)
    whole, part = divmod(exact, 1)
    if part in THIRDS:
        return f"{format_decimal(whole)}{THIRDS[part]}" if whole else THIRDS[part]
    if AS_DECIMALS % exact.denominator == 0:
        return str(format_decimal(Decimal(exact.numerator) / exact.denominator))
    rounded = round(exact, 2)
    number = format_decimal(Decimal(rounded.numerator) / rounded.denominator)
    return str(gettext("rund %(number)s", number=number))


def span(minutes: Fraction | int) -> str:
    """ "1 Minute", "7,5 Minuten"."""
    if minutes == 1:
        return str(gettext("1 Minute"))
    return str(gettext("%(minutes)s Minuten", minutes=amount(minutes)))


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
