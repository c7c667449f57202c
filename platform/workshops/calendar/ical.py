"""Workshops as iCalendar (RFC 5545), for the calendar of a phone, a mail program or a town hall."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import icalendar
from icalendar import vCalAddress, vText

PRODUCT = "-//Werkstatt//Werkstatt-Treffen//DE"
ASK_AGAIN = timedelta(hours=1)
"""How often calendars should look, where they let themselves be told."""


class Method(StrEnum):
    """What a file wants of the calendar that opens it (RFC 5546)."""

    PUBLISH = "PUBLISH"
    CANCEL = "CANCEL"


@dataclass(frozen=True, kw_only=True)
class Event:
    """What a calendar gets to know of a workshop. `summary` stands in it, `url` leads to its page; `minutes`:
    to its end, breaks included.
    """

    id: str
    summary: str
    starts_at: datetime
    minutes: int
    place: str
    url: str
    about: str
    sequence: int
    changed_at: datetime
    cancelled: bool


def written(
    events: Iterable[Event], *, method: Method = Method.PUBLISH, name: str = "", organizer: str = ""
) -> bytes:
    """A calendar as a file. `name`: what it is called where somebody subscribes to it.

    The same events give the same bytes, whenever it is written.
    """
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("method", method)
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", icalendar.vDuration(ASK_AGAIN))
    for event in events:
        calendar.add_component(_component(event, organizer))
    content: bytes = calendar.to_ical()
    return content


def _component(event: Event, organizer: str) -> icalendar.Event:
    """In UTC, which needs no table of summer times; every calendar shows it in its own."""
    made = icalendar.Event()
    # Nothing of the house's address is in it: a house that moves changes events, and makes none anew.
    made.add("uid", f"{event.id}@werkstatt")
    made.add("sequence", event.sequence)
    made.add("dtstamp", event.changed_at.astimezone(UTC))
    made.add("last-modified", event.changed_at.astimezone(UTC))
    made.add("dtstart", event.starts_at.astimezone(UTC))
    made.add("dtend", event.starts_at.astimezone(UTC) + timedelta(minutes=event.minutes))
    made.add("summary", event.summary)
    if event.place:
        made.add("location", event.place)
    made.add("description", event.about)
    made.add("url", event.url)
    made.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    if organizer:
        address = vCalAddress(f"mailto:{organizer}")
        address.params["CN"] = vText("Werkstatt")
        made.add("organizer", address)
    return made
