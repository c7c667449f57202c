"""Reads of the series that no page shows as they are."""

from datetime import datetime, timedelta

import pytest

from foundation import clock
from workshops.series import queries

STARTS = datetime.fromisoformat("2016-04-28T07:00:00+00:00")
ENDS = STARTS + timedelta(minutes=360)


@pytest.mark.parametrize(
    ("moment", "on"),
    [
        (STARTS - queries.AROUND - timedelta(minutes=1), False),
        (STARTS - queries.AROUND + timedelta(minutes=1), True),
        (STARTS + timedelta(hours=3), True),
        (ENDS + queries.AROUND - timedelta(minutes=1), True),
        (ENDS + queries.AROUND + timedelta(minutes=1), False),
    ],
)
def test_a_workshop_is_on_from_hours_before_its_start_to_hours_after_its_end(world, moment, on):
    clock.move(timedelta())
    clock.move(moment - clock.now())
    with world.door.database.reading() as connection:
        assert queries.is_on(connection, workshop=world.workshop) is on
        assert not queries.is_on(connection, workshop="n0such0workshop0")
