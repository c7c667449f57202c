"""How long sessions last, what devices are called, where sign-in leads."""

from datetime import UTC, datetime, timedelta

import pytest

from people.sign_in.rules import SessionLimits, device, safe_next

OPENED = datetime(2016, 4, 28, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seen", "administrator", "lasts"),
    [
        (timedelta(), False, timedelta(hours=12)),
        (timedelta(days=2), False, timedelta(days=2, hours=12)),
        (timedelta(days=6, hours=20), False, timedelta(days=7)),
        (timedelta(), True, timedelta(minutes=30)),
        (timedelta(hours=11, minutes=50), True, timedelta(hours=12)),
    ],
)
def test_a_session_ends_unused_or_in_any_case(seen, administrator, lasts):
    assert SessionLimits().ends_at(OPENED, OPENED + seen, administrator=administrator) == OPENED + lasts


WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
EDGE = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0"
CHROME = f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {WEBKIT} Chrome/130.0.0.0 Mobile Safari/537.36"
SAFARI = f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {WEBKIT} Version/17.5 Safari/604.1"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox, Linux"),
        (EDGE, "Edge, Windows"),
        (CHROME, "Chrome, Android"),
        (SAFARI, "Safari, iPhone"),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)
def test_a_device_is_called_by_browser_and_system(user_agent, name):
    assert device(user_agent) == name


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("/", "/"),
        ("/workshops/4k2p/poll?round=2#top", "/workshops/4k2p/poll?round=2#top"),
        ("", "/"),
        ("people", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/%09/evil.example", "/%09/evil.example"),
        ("/\t/evil.example", "/"),
        ("/people\\..", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/people\r\nSet-Cookie: a=b", "/"),
        ("/sign-in", "/"),
        ("/sign-out", "/"),
        ("/live/session", "/"),
    ],
)
def test_sign_in_leads_to_pages_of_this_house_only(asked, leads):
    assert safe_next(asked) == leads
