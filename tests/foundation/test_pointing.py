"""Which tables point at a row."""

from __future__ import annotations

import pytest
from tests.foundation.ground import OTHER_PLACE, PLACE
from tests.foundation.probe import HOUSE, add

from foundation import pointing as module
from foundation.database import Database
from foundation.door import Door
from foundation.eventlog import EventRow, StreamRow
from foundation.pointing import pointing


def test_a_row_is_told_with_the_tables_that_point_at_it(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (PLACE, OTHER_PLACE):
        door.carry_out(HOUSE, add(place=place))
    # However many are asked for at once.
    monkeypatch.setattr(module, "MOST", 1)

    with door.database.reading() as connection:
        found = pointing(connection, StreamRow.name, [PLACE, OTHER_PLACE, "counter/none"])

    assert found == {PLACE: {"event"}, OTHER_PLACE: {"event"}}


def test_nothing_points_at_what_no_table_refers_to(database: Database) -> None:
    with database.reading() as connection:
        assert pointing(connection, EventRow.seq, [1]) == {}
