"""Somebody's calendar, which asks at its address and reads what it gets."""

import re

import pytest
from icalendar import Calendar

from foundation import clock


@pytest.fixture
def berlin():
    return clock.SHOWN_IN


@pytest.fixture
def subscribe(browse):
    """`subscribe("ahlen")` makes an address on the page and returns its path."""

    def made(who, **how):
        page = browse(who, **how).post("/calendar", data={"command_id": ""})
        assert page.status_code == 200
        [path] = re.findall(r'value="https://werkstatt\.example\.org(/calendar/feed/[^"]+)"', page.text)
        return path

    return made


@pytest.fixture
def ask(pages, browse):
    """`ask(path)` is what a calendar gets there: without session, cookies or form."""

    def asked(path):
        browse()
        return pages.test_client(use_cookies=False).get(path)

    return asked


@pytest.fixture
def events(ask):
    """`events(path)`: by public id of the workshop, what the calendar shows."""

    def shown(path):
        found = Calendar.from_ical(ask(path).data).walk("VEVENT")
        return {str(event["UID"]).removesuffix("@werkstatt"): event for event in found}

    return shown
