"""Typed bodies of commands: what is in them is checked here, once, and said in a sentence per field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from foundation import clock, ids
from foundation.errors import Code, Refusal
from foundation.text import N_


class Body(BaseModel):
    """Base of every command body: nothing surplus, nothing converted by guessing."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, str_strip_whitespace=True, allow_inf_nan=False
    )


_ISO = re.compile(r"(?:19|2\d)\d\d-\d\d-\d\d")
_LINE_ENDS = re.compile(r"[\n\r\x85\u2028\u2029]")


_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Signs that steer a terminal, or turn round the writing of what stands beside them."""
_SEEN = "LNPS"
"""The first letters of the Unicode categories of signs that are to be seen."""


def _printable(text: str) -> str:
    if _UNSTORABLE.search(text):
        raise PydanticCustomError("string_unicode", "control characters")
    if text and not any(unicodedata.category(sign)[0] in _SEEN for sign in text):
        raise PydanticCustomError("nothing_visible", "nothing to be seen")
    return text.replace("\r\n", "\n")


def _one_line(text: str) -> str:
    if _LINE_ENDS.search(text):
        raise PydanticCustomError("several_lines", "several lines")
    return text


def _written(value: Any) -> Any:
    """Numbers would be read as seconds since 1970; nobody who sends one means that."""
    if isinstance(value, str) and value and not _ISO.match(value):
        raise PydanticCustomError("datetime_parsing", "not as ISO 8601 writes it")
    if not isinstance(value, str | datetime):
        raise PydanticCustomError("datetime_type", "no text")
    return value


def _within_reach(moment: datetime) -> datetime:
    if not clock.is_within_reach(moment):
        raise PydanticCustomError("datetime_parsing", "out of reach")
    return moment


Text = Annotated[str, AfterValidator(_printable)]
"""Several lines of what a person typed; limit it with `Field(max_length=...)`."""
Line = Annotated[Text, AfterValidator(_one_line)]
"""One line of what a person typed."""
PublicId = Annotated[str, Field(pattern=ids.PATTERN)]
WireMoment = Annotated[
    AwareDatetime, Strict(strict=False), BeforeValidator(_written), AfterValidator(_within_reach)
]
"""A time with its zone, as ISO 8601 text."""

B = TypeVar("B", bound=Body)

_FILLED_IN = N_("Bitte füllen Sie dieses Feld aus.")
_TOO_SHORT = N_("Bitte schreiben Sie mindestens %(min_length)s Zeichen.")
_TOO_LONG = N_("Bitte schreiben Sie höchstens %(max_length)s Zeichen.")
_SENTENCES: Mapping[str, str] = {
    "missing": N_("Diese Angabe fehlt."),
    "extra_forbidden": N_("Diese Angabe ist hier nicht vorgesehen."),
    "string_too_short": _TOO_SHORT,
    "string_too_long": _TOO_LONG,
    # How Pydantic calls the same for a text that has passed a check of ours before.
    "too_short": _TOO_SHORT,
    "too_long": _TOO_LONG,
    "string_type": N_("Hier wird Text erwartet."),
    "string_unicode": N_("Der Text enthält Zeichen, die sich nicht speichern lassen."),
    "nothing_visible": _FILLED_IN,
    "several_lines": N_("Bitte schreiben Sie alles in eine Zeile."),
    "string_pattern_mismatch": N_("Diese Angabe hat nicht die richtige Form."),
    "int_type": N_("Hier wird eine ganze Zahl erwartet."),
    "int_parsing": N_("Hier wird eine ganze Zahl erwartet."),
    "int_from_float": N_("Hier wird eine ganze Zahl erwartet."),
    "bool_type": N_("Hier wird Ja oder Nein erwartet."),
    "bool_parsing": N_("Hier wird Ja oder Nein erwartet."),
    "greater_than_equal": N_("Der kleinste mögliche Wert ist %(ge)s."),
    "less_than_equal": N_("Der größte mögliche Wert ist %(le)s."),
    "multiple_of": N_("Möglich sind nur Schritte von %(multiple_of)s."),
    "literal_error": N_("Diese Auswahl gibt es nicht."),
    "enum": N_("Diese Auswahl gibt es nicht."),
    "timezone_aware": N_("Der Zeitpunkt braucht eine Zeitzone."),
    "datetime_from_date_parsing": N_("Das ist kein gültiger Zeitpunkt."),
    "datetime_parsing": N_("Das ist kein gültiger Zeitpunkt."),
    "datetime_type": N_("Das ist kein gültiger Zeitpunkt."),
}
_ELSE = N_("Diese Angabe ist nicht gültig.")


def invalid(**fields: str | tuple[str, Mapping[str, Any]]) -> Refusal:
    """What a rule finds wrong in a field that had the right form."""
    return Refusal(Code.INVALID, N_("Bitte prüfen Sie Ihre Eingaben. Es wurde nichts verändert."), fields)


def parse(kind: type[B], data: Any, *, typed: bool = True) -> B:
    """The body as its type, or a refusal that names each wrong field.

    `typed`: JSON says what is a number and what is text; a form does not (`typed=False`).
    """
    try:
        return kind.model_validate(data, strict=None if typed else False)
    except ValidationError as error:
        raise invalid(**_fields(error)) from None


def _fields(error: ValidationError) -> dict[str, str | tuple[str, Mapping[str, Any]]]:
    found: dict[str, str | tuple[str, Mapping[str, Any]]] = {}
    for problem in error.errors(include_url=False, include_input=True):
        name = (
            ".".join(str(part) for part in problem["loc"])[:80].encode("ascii", "replace").decode() or "body"
        )
        kind = problem["type"]
        typed = problem.get("input")
        empty = isinstance(typed, str) and not typed.strip() and kind != "extra_forbidden"
        sentence = _FILLED_IN if empty else _SENTENCES.get(kind, _ELSE)
        found.setdefault(name, (sentence, problem.get("ctx", {})))
    return dict(list(found.items())[:20])
