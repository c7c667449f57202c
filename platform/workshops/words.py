"""Dates and times as people say them, in the reader's language and in the time of the place."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_date
from flask_babel import get_locale, gettext

from foundation import clock


def day_in_words(moment: datetime) -> str:
    """ "Freitag, 27. November"; the year is said when it is another one than now."""
    there = moment.astimezone(clock.SHOWN_IN)
    this_year = there.year == clock.now().astimezone(clock.SHOWN_IN).year
    pattern = gettext("EEEE, d. MMMM") if this_year else gettext("EEEE, d. MMMM y")
    return format_date(there, pattern, locale=get_locale())


def time_in_words(moment: datetime) -> str:
    """ "18 Uhr", "18:30 Uhr"."""
    there = moment.astimezone(clock.SHOWN_IN)
    if there.minute:
        return str(gettext("%(hour)s:%(minute)s Uhr", hour=there.hour, minute=f"{there.minute:02}"))
    return str(gettext("%(hour)s Uhr", hour=there.hour))


def moment_in_words(moment: datetime) -> str:
    """ "Freitag, 27. November, 18 Uhr"."""
    return str(gettext("%(day)s, %(time)s", day=day_in_words(moment), time=time_in_words(moment)))
