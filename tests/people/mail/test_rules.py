"""When a mail is due: quiet hours over midnight, digests, and the days on which the clocks change."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import clock, ids
from people.mail.rules import (
    Hours,
    Kind,
    after_quiet,
    digest_id,
    next_digest,
    unsubscribe_token,
    unsubscribing,
)

NIGHT = Hours(quiet_from=20, quiet_until=7)
NOON = Hours(quiet_from=12, quiet_until=14)
SPRING, AUTUMN = "2026-03-29", "2026-10-25"
"""The nights on which 2:00 is left out, and on which it comes twice."""


def local(written, *, second=False):
    """`2026-01-15 19:59` in local time; `second`: of an hour that comes twice, the later."""
    moment = datetime.strptime(written, "%Y-%m-%d %H:%M").replace(tzinfo=clock.SHOWN_IN, fold=int(second))
    return moment.astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "moment", "due"),
    [
        (NIGHT, "2026-01-15 19:59", "2026-01-15 19:59"),
        (NIGHT, "2026-01-15 20:00", "2026-01-16 07:00"),
        (NIGHT, "2026-01-15 23:59", "2026-01-16 07:00"),
        (NIGHT, "2026-01-16 00:00", "2026-01-16 07:00"),
        (NIGHT, "2026-01-16 06:59", "2026-01-16 07:00"),
        (NIGHT, "2026-01-16 07:00", "2026-01-16 07:00"),
        (NIGHT, "2026-12-31 22:00", "2027-01-01 07:00"),
        (NOON, "2026-01-15 11:59", "2026-01-15 11:59"),
        (NOON, "2026-01-15 12:00", "2026-01-15 14:00"),
        (NOON, "2026-01-15 14:00", "2026-01-15 14:00"),
        (Hours(quiet_from=22, quiet_until=0), "2026-01-15 23:30", "2026-01-16 00:00"),
        (Hours(quiet_from=0, quiet_until=6), "2026-01-15 00:00", "2026-01-15 06:00"),
        (Hours(), "2026-01-15 03:00", "2026-01-15 03:00"),
        (Hours(quiet_from=5, quiet_until=5), "2026-01-15 05:00", "2026-01-15 05:00"),
    ],
)
def test_nothing_comes_in_quiet_hours(hours, moment, due):
    assert after_quiet(local(moment), hours) == local(due)


def test_the_quiet_night_on_which_the_clocks_change_ends_at_the_hour_that_was_chosen():
    for night in (SPRING, AUTUMN):
        eve = local(f"{night} 00:30") - timedelta(hours=3)
        assert after_quiet(eve, NIGHT) == local(f"{night} 07:00")
    assert local(f"{SPRING} 07:00") - local("2026-03-28 20:00") == timedelta(hours=10)
    assert local(f"{AUTUMN} 07:00") - local("2026-10-24 20:00") == timedelta(hours=12)


def test_an_end_that_the_clocks_leave_out_is_the_moment_they_jump_to():
    hours = Hours(quiet_from=22, quiet_until=2)
    assert after_quiet(local(f"{SPRING} 01:30"), hours) == local(f"{SPRING} 03:00")


def test_of_an_hour_that_comes_twice_both_are_quiet_and_its_end_comes_once():
    hours = Hours(quiet_from=22, quiet_until=3)
    for second in (False, True):
        assert after_quiet(local(f"{AUTUMN} 02:30", second=second), hours) == local(f"{AUTUMN} 03:00")
    assert after_quiet(local(f"{AUTUMN} 01:30"), Hours(quiet_from=22, quiet_until=2)) == local(
        f"{AUTUMN} 02:00"
    )


@pytest.mark.parametrize(
    ("hours", "moment", "due"),
    [
        (Hours(), "2026-01-15 07:58", "2026-01-15 08:00"),
        (Hours(), "2026-01-15 08:00", "2026-01-16 08:00"),
        (Hours(digest_hour=0), "2026-01-15 23:00", "2026-01-16 00:00"),
        (Hours(digest_weekday=0, digest_hour=9), "2026-01-15 12:00", "2026-01-19 09:00"),
        (Hours(digest_weekday=3, digest_hour=9), "2026-01-15 08:00", "2026-01-15 09:00"),
        (Hours(digest_weekday=3, digest_hour=9), "2026-01-15 09:00", "2026-01-22 09:00"),
        (Hours(digest_hour=6, quiet_from=20, quiet_until=7), "2026-01-15 12:00", "2026-01-16 07:00"),
        (Hours(digest_hour=2), f"{SPRING} 00:00", f"{SPRING} 03:00"),
        (Hours(digest_hour=2), f"{AUTUMN} 00:00", f"{AUTUMN} 02:00"),
    ],
)
def test_the_digest_comes_on_its_day_and_hour(hours, moment, due):
    assert next_digest(local(moment), hours) == local(due)


def test_a_digest_that_is_being_put_together_takes_in_nothing_new():
    almost = local("2026-01-15 08:00") - timedelta(seconds=59)
    assert next_digest(almost, Hours()) == local("2026-01-16 08:00")


@given(
    moment=st.integers(1_735_689_600, 1_830_297_600).map(lambda second: datetime.fromtimestamp(second, UTC)),
    begins=st.integers(0, 23),
    ends=st.integers(0, 23),
    hour=st.integers(0, 23),
    weekday=st.none() | st.integers(0, 6),
)
def test_whatever_was_chosen_a_mail_comes_later_never_earlier_and_never_in_quiet_hours(
    moment, begins, ends, hour, weekday
):
    hours = Hours(quiet_from=begins, quiet_until=ends, digest_hour=hour, digest_weekday=weekday)
    due = after_quiet(moment, hours)
    assert moment <= due <= moment + timedelta(hours=25)
    assert after_quiet(due, hours) == due
    digest = next_digest(moment, hours)
    assert moment < digest <= moment + timedelta(days=9)
    assert after_quiet(digest, hours) == digest


def test_whoever_adds_to_a_digest_works_out_the_same_id():
    person, another = ids.public_id(), ids.public_id()
    at = local("2026-01-15 08:00")
    assert digest_id(person, at) == digest_id(person, at.astimezone(clock.SHOWN_IN))
    assert len({digest_id(who, at + timedelta(days=day)) for who in (person, another) for day in (0, 1)}) == 4
    assert len(digest_id(person, at)) == ids.LENGTH
    assert set(digest_id(person, at)) <= set(ids.ALPHABET)


def test_an_address_to_unsubscribe_tells_whose_mails_of_which_kind():
    person = ids.public_id()
    for kind in (Kind.POLL_OPENED, Kind.POLL_CLOSES_SOON, Kind.DIGEST):
        assert unsubscribing(unsubscribe_token(person, kind, b"key"), b"key") == (person, kind)


def test_a_forged_address_tells_nothing():
    person, another = ids.public_id(), ids.public_id()
    token = unsubscribe_token(person, Kind.POLL_OPENED, b"key")
    forged = [
        unsubscribe_token(person, Kind.POLL_OPENED, b"another key"),
        token.replace(person, another),
        token.replace("poll_opened", "digest"),
        unsubscribe_token(person, Kind.RESET, b"key"),
        token[:-1],
        token + "0",
        token.upper(),
        "",
        "-",
        f"{person}-poll_opened-",
        f"{person}-poll_opened-ä",
    ]
    assert [unsubscribing(one, b"key") for one in forged] == [None] * len(forged)
