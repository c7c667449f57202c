"""The one clock of the house: UTC with its zone, movable in tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHOWN_IN = ZoneInfo("Europe/Berlin")

TYPED = "%Y-%m-%dT%H:%M"
"""How a browser writes date and time in a form: local time, without a zone."""

_shift = timedelta()


def now() -> datetime:
    """The present moment in UTC. Everything that asks for the time asks here."""
    return datetime.now(UTC) + _shift


def move(by: timedelta) -> None:
    """Set the clock of this process off from the real one; for tests of what time does."""
    global _shift
    _shift = by


def wire(moment: datetime) -> str:
    """ISO 8601 in UTC with six decimals and `Z`, so that text order is time order."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def is_within_reach(day: date) -> bool:
    """Whether every database, and a conversion to another zone, can take its year."""
    return 1900 <= day.year < 3000


def typed(text: str) -> datetime:
    """What a browser's form says, with the zone that everybody here means.

    Raises `ValueError`, for what is not within reach as well.
    """
    moment = datetime.strptime(text, TYPED).replace(tzinfo=SHOWN_IN)
    if not is_within_reach(moment):
        raise ValueError("out of reach")
    return moment


def typed_day(text: str) -> date:
    """The same for a field that takes a day alone. Raises `ValueError`."""
    day = date.fromisoformat(text)
    if not is_within_reach(day):
        raise ValueError("out of reach")
    return day


def begins(day: date) -> datetime:
    """The moment at which the day begins where people read the clock."""
    return datetime.combine(day, time(), SHOWN_IN)


def ends(day: date) -> datetime:
    """The moment at which it is over: who stays until the 31st is there on the 31st."""
    return begins(day + timedelta(days=1))


def first_day(begins_at: datetime) -> date:
    """The day on which that moment lies."""
    return begins_at.astimezone(SHOWN_IN).date()


def last_day(ends_at: datetime) -> date:
    """The last day of what ends then; midnight is the end of the day before."""
    return first_day(ends_at - timedelta(microseconds=1))
