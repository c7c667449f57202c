"""The sentences of mails in one language, and how they say moments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from gettext import NullTranslations
from typing import Any

from babel.dates import format_date, format_datetime

from foundation import clock
from foundation.text import N_

Facts = Mapping[str, Any]
"""The parameters of the mail, and what was looked up for them."""


@dataclass(frozen=True)
class Words:
    """The sentences in one language."""

    language: str
    catalogue: NullTranslations

    def __call__(self, sentence: str, **params: object) -> str:
        """A sentence marked with `N_`, translated and filled in."""
        said = self.catalogue.gettext(sentence)
        return said % params if params else said

    def moment(self, wire: str) -> str:
        """A moment as people say it, in local time."""
        pattern = self(N_("EEEE, d. MMMM, H:mm 'Uhr'"))
        local = datetime.fromisoformat(wire).astimezone(clock.SHOWN_IN)
        return str(format_datetime(local, pattern, locale=self.language))

    def day(self, wire: str) -> str:
        """The day of a moment, in local time."""
        pattern = self(N_("EEEE, d. MMMM y"))
        local = datetime.fromisoformat(wire).astimezone(clock.SHOWN_IN)
        return str(format_date(local, pattern, locale=self.language))
