"""Dates and times as people say them, in the reader's language and in the time of the place."""

from __future__ import annotations

import re
from datetime import datetime

from babel.dates import format_date
from flask_babel import get_locale, gettext

from foundation import clock


def day_in_words(moment: datetime) -> str:
    """ "Freitag, 27. November"; the year is said when it is another one than now."""
    there = moment.astimezone(clock.SHOWN_IN)
    this_year = there.year == clock.now().astimezone(clock.SHOWN_IN).year
    pattern = gettext("EEEE, d. MMMM") if this_year else gettext("EEEE, d. MMMM y")
    return _whole(format_date(there, pattern, locale=get_locale()))


def time_in_words(moment: datetime) -> str:
    """ "18 Uhr", "18:30 Uhr"."""
    there = moment.astimezone(clock.SHOWN_IN)
    if there.minute:
        return _whole(gettext("%(hour)s:%(minute)s Uhr", hour=there.hour, minute=f"{there.minute:02}"))
    return _whole(gettext("%(hour)s Uhr", hour=there.hour))


def moment_in_words(moment: datetime) -> str:
    """ "Freitag, 27. November, 18 Uhr"."""
    return str(gettext("%(day)s, %(time)s", day=day_in_words(moment), time=time_in_words(moment)))


def moment_with_zone(moment: datetime) -> str:
    """ "Freitag, 27. November, 18 Uhr (MEZ)", where the times of a page are about to follow."""
    summer = bool(moment.astimezone(clock.SHOWN_IN).dst())
    zone = gettext("MESZ") if summer else gettext("MEZ")
    return _whole(gettext("%(moment)s (%(zone)s)", moment=moment_in_words(moment), zone=zone))


def _whole(words: str) -> str:
    """No line ends between a number and what it counts."""
    return re.sub(r"(?<=\d) |(?<=\d\.) ", "\u00a0", words)
