"""Files for calendars, read again by a program that reads calendars."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from workshops.calendar.ical import Event, Method, written

NINE_IN_SUMMER = datetime(2026, 7, 2, 7, tzinfo=UTC)
EVENT = Event(
    id="0123456789abcdef",
    summary="3. Werkstatt-Treffen",
    starts_at=NINE_IN_SUMMER,
    minutes=360,
    place="Siegburg",
    url="https://werkstatt.example.org/workshops/0123456789abcdef",
    about="Seite des Treffens: https://werkstatt.example.org/workshops/0123456789abcdef",
    sequence=2,
    changed_at=datetime(2026, 6, 1, 12, 30, tzinfo=UTC),
    cancelled=False,
)
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=120)


def read(content):
    [event] = Calendar.from_ical(content).walk("VEVENT")
    return event


def test_an_event_says_what_when_where_and_nothing_else():
    event = read(written([EVENT]))
    assert {name: event.decoded(name) for name in event} == {
        "UID": "0123456789abcdef@werkstatt",
        "SEQUENCE": 2,
        "DTSTAMP": EVENT.changed_at,
        "LAST-MODIFIED": EVENT.changed_at,
        "DTSTART": NINE_IN_SUMMER,
        "DTEND": NINE_IN_SUMMER + timedelta(hours=6),
        "SUMMARY": "3. Werkstatt-Treffen",
        "LOCATION": "Siegburg",
        "DESCRIPTION": EVENT.about,
        "URL": EVENT.url,
        "STATUS": "CONFIRMED",
    }


def test_what_has_no_place_says_none():
    assert "LOCATION" not in read(written([replace(EVENT, place="")]))


def test_a_cancelled_event_says_so():
    content = written([replace(EVENT, cancelled=True)], method=Method.CANCEL)
    assert Calendar.from_ical(content)["METHOD"] == "CANCEL"
    assert read(content)["STATUS"] == "CANCELLED"


def test_a_calendar_to_subscribe_to_has_a_name_and_says_how_often_to_look():
    calendar = Calendar.from_ical(written([], name="Werkstatt-Treffen"))
    assert (calendar["METHOD"], calendar["X-WR-CALNAME"]) == ("PUBLISH", "Werkstatt-Treffen")
    assert calendar.decoded("REFRESH-INTERVAL") == timedelta(hours=1)


def test_whoever_sends_the_mails_of_the_house_has_asked_to_come():
    assert read(written([EVENT], organizer="werkstatt@example.org"))["ORGANIZER"] == (
        "mailto:werkstatt@example.org"
    )


@pytest.mark.parametrize(
    ("starts_at", "there"),
    [
        (datetime(2026, 3, 28, 8, tzinfo=UTC), "2026-03-28T09:00:00+01:00"),
        (datetime(2026, 3, 30, 7, tzinfo=UTC), "2026-03-30T09:00:00+02:00"),
        (datetime(2026, 10, 24, 7, tzinfo=UTC), "2026-10-24T09:00:00+02:00"),
        (datetime(2026, 10, 26, 8, tzinfo=UTC), "2026-10-26T09:00:00+01:00"),
    ],
)
def test_nine_o_clock_is_nine_o_clock_before_and_after_the_clocks_change(starts_at, there, berlin):
    begins = read(written([replace(EVENT, starts_at=starts_at)])).decoded("DTSTART")
    assert begins.astimezone(berlin).isoformat() == there


def test_a_night_on_which_the_clocks_change_is_as_long_as_it_is(berlin):
    """Six hours from one in the night on end at eight where an hour is left out."""
    event = read(written([replace(EVENT, starts_at=datetime(2026, 3, 29, 0, tzinfo=UTC))]))
    assert event.decoded("DTEND").astimezone(berlin).isoformat() == "2026-03-29T08:00:00+02:00"


@given(title=LINES, place=LINES)
def test_what_somebody_typed_comes_back_as_it_was_and_is_one_event(title, place):
    event = read(written([replace(EVENT, summary=title, place=place)]))
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == (title, place)
    assert event.decoded("DTSTART") == NINE_IN_SUMMER


@pytest.mark.parametrize(
    "title",
    [
        "Heute\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:untergeschoben",
        "Heute\nATTACH:https://evil.example/",
        "eins, zwei; drei \\n vier",
        "ä" * 120,
    ],
)
def test_a_title_cannot_bring_lines_of_its_own(title):
    content = written([replace(EVENT, summary=title)])
    event = read(content)
    assert str(event["SUMMARY"]).splitlines() == title.splitlines()
    assert "ATTACH" not in event
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


def test_the_same_is_written_the_same_at_any_time():
    assert written([EVENT], name="Werkstatt-Treffen") == written([EVENT], name="Werkstatt-Treffen")
