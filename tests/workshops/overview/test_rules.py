"""Where a workshop stands, and what waits longest."""

from datetime import UTC, datetime, timedelta

import pytest

from workshops.overview.rules import Phase, Standing, Task, cancelled, longest_waiting, next_one, phase

START = datetime(2016, 4, 28, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)


def _standing(**values):
    given = {"id": "w", "number": 3, "title": "", "starts_at": START, "place": "", "minutes": 360}
    return Standing(**{**given, **values})


OPENS, CLOSES = START - 48 * HOUR, START - 24 * HOUR
POLL = {"opens_at": OPENS, "closes_at": CLOSES}
COUNTED = {**POLL, "closed_at": CLOSES}
ADOPTED = {**COUNTED, "adopted_at": CLOSES + HOUR}


@pytest.mark.parametrize(
    ("values", "now", "expected"),
    [
        ({}, START - HOUR, Phase.COLLECTING),
        ({}, START + 9 * HOUR, Phase.COLLECTING),
        (POLL, OPENS - TICK, Phase.ANNOUNCED),
        (POLL, OPENS, Phase.OPEN),
        (POLL, CLOSES - TICK, Phase.OPEN),
        (POLL, CLOSES, Phase.CLOSING),
        ({"opens_at": OPENS}, CLOSES, Phase.OPEN),
        (COUNTED, CLOSES, Phase.CLOSED),
        (COUNTED, START + 9 * HOUR, Phase.CLOSED),
        (ADOPTED, START - TICK, Phase.SETTLED),
        (ADOPTED, START, Phase.RUNNING),
        (ADOPTED, START + 6 * HOUR - TICK, Phase.RUNNING),
        (ADOPTED, START + 6 * HOUR, Phase.PAST),
        ({**ADOPTED, "lasts": 420}, START + 7 * HOUR - TICK, Phase.RUNNING),
        ({**ADOPTED, "lasts": 420}, START + 7 * HOUR, Phase.PAST),
        ({**ADOPTED, "lasts": 420, "ended_at": START + 5 * HOUR}, START + 5 * HOUR, Phase.PAST),
        ({**ADOPTED, "cancelled_at": CLOSES}, START, Phase.CANCELLED),
        ({"cancelled_at": CLOSES}, START + 9 * HOUR, Phase.CANCELLED),
    ],
)
def test_a_workshop_stands_where_its_poll_and_the_clock_say(values, now, expected):
    assert phase(_standing(**values), now) is expected


def test_after_a_secret_poll_without_a_result_topics_are_collected_as_before():
    """Nothing waits to be adopted; another poll can be opened."""
    closed = _standing(**{**POLL, "closed_at": CLOSES}, counted=False, topics=2)
    assert phase(closed, CLOSES + HOUR) is Phase.COLLECTING
    assert _task(closed, facilitates=True) == (Task.OPEN, "w")


def test_after_an_announcement_was_taken_back_topics_are_collected_as_before():
    recalled = _standing(**{**POLL, "closed_at": OPENS - TICK}, topics=2)
    assert phase(recalled, CLOSES + HOUR) is Phase.COLLECTING
    assert _task(recalled, facilitates=True) == (Task.OPEN, "w")


def test_the_next_workshop_is_the_first_that_is_not_over():
    first, second = _standing(id="a"), _standing(id="b", starts_at=START + 48 * HOUR)
    assert next_one([], START) is None
    assert next_one([first, second], START + 6 * HOUR - TICK) is first
    assert next_one([first, second], START + 6 * HOUR) is second
    assert next_one([first, second], START + 999 * HOUR) is second


def test_what_is_cancelled_is_not_the_next_one_and_is_known_until_it_would_have_begun():
    first, second = _standing(id="a", cancelled_at=OPENS), _standing(id="b", starts_at=START + 48 * HOUR)
    assert next_one([first, second], CLOSES) is second
    assert next_one([first], CLOSES) is None
    assert cancelled([first, second], START - TICK) == [first]
    assert cancelled([first, second], START) == []


def _task(*series, now=CLOSES - HOUR, **roles):
    waiting = longest_waiting(series, now, **{"member": False, "facilitates": False, **roles})
    return (waiting.task, waiting.workshop.id) if waiting else None


def test_a_member_is_asked_for_the_ballot_until_the_team_has_voted():
    assert _task(_standing(**POLL, own_blank=True), member=True) == (Task.FILL_IN, "w")
    assert _task(_standing(**POLL), member=True) is None
    assert _task(_standing(**POLL, own_blank=True), member=True, now=CLOSES) is None


def test_a_member_is_asked_for_a_topic_until_the_team_has_one():
    assert _task(_standing(), member=True) == (Task.PROPOSE, "w")
    assert _task(_standing(own_topics=1), member=True) is None
    assert _task(_standing(), member=True, now=START + 9 * HOUR) is None


def test_a_facilitator_opens_a_vote_on_topics_and_adopts_what_was_counted():
    assert _task(_standing(), facilitates=True) is None
    assert _task(_standing(topics=2), facilitates=True) == (Task.OPEN, "w")
    assert _task(_standing(**COUNTED), now=CLOSES + HOUR, facilitates=True) == (Task.ADOPT, "w")
    assert _task(_standing(**ADOPTED), now=CLOSES + HOUR, facilitates=True) is None


def test_what_waits_longest_goes_first():
    collecting = _standing(id="collecting", topics=3)
    later = _standing(id="later", opens_at=OPENS + HOUR, own_blank=True)
    earlier = _standing(id="earlier", opens_at=OPENS, own_blank=True)
    assert _task(collecting, later, earlier, member=True) == (Task.FILL_IN, "earlier")
    assert _task(collecting, member=True, facilitates=True) == (Task.PROPOSE, "collecting")


def test_nothing_waits_for_who_only_looks_on():
    assert _task(_standing(**POLL), _standing(**COUNTED), _standing(topics=1)) is None
