"""An agenda that was adopted before there were run sheets has one after the upgrade."""

from __future__ import annotations

from typing import Any

import pytest
from tests.werkstatt.test_migrating_topics import A_VOTE, BEFORE, NOW, TOPIC, run

from foundation.database import Database
from werkstatt import migrating
from workshops.run_sheet import queries

_BLOCK = "block (agenda_id, topic_id, rank, position, title, minutes, approvals, free) VALUES"


def sheet(url: str) -> dict[str, Any] | None:
    database = Database(url)
    with database.reading() as connection:
        found = queries.state(connection, "w")
    database.close()
    return found


def test_an_adopted_agenda_without_topics_has_a_run_sheet_to_fill(database_url: str) -> None:
    migrating.upgrade(database_url, BEFORE)
    agenda = f"agenda (id, poll_id, adopted_at) VALUES (1, 1, {NOW})"
    run(database_url, *(f"INSERT INTO {row}" for row in (*A_VOTE, agenda)))
    migrating.upgrade(database_url)
    drawn = sheet(database_url)
    assert drawn is not None
    assert [(one["kind"], one["minutes"]) for one in drawn["blocks"]] == [("arrival", 15), ("closing", 10)]


def test_a_run_sheet_that_is_there_stays_as_it_is(database_url: str) -> None:
    migrating.upgrade(database_url, "2026_11_28_run_sheets")
    agenda = f"agenda (id, poll_id, adopted_at) VALUES (1, 1, {NOW})"
    there = "run_sheet (id, workshop_id, version, planned) VALUES (7, 1, 5, 300)"
    run(database_url, *(f"INSERT INTO {row}" for row in (*A_VOTE, agenda, there)))
    migrating.upgrade(database_url, "2026_11_29_life_of_topics")
    before = sheet(database_url)
    assert before is not None
    migrating.upgrade(database_url)
    assert sheet(database_url) == before


@pytest.mark.parametrize("adopted", [True, False])
def test_what_was_adopted_has_a_run_sheet_and_what_was_not_has_none(database_url: str, adopted: bool) -> None:
    migrating.upgrade(database_url, BEFORE)
    agenda = (
        f"agenda (id, poll_id, adopted_at) VALUES (1, 1, {NOW if adopted else 'NULL'})",
        f"{_BLOCK} (1, 2, 1, 2, 'Netzwerke', 30, 1, 30)",
        f"{_BLOCK} (1, 1, 2, 1, 'Netze', 60, 2, 60)",
        f"{TOPIC} VALUES (3, 'v', 1, 1, 3, 'Karte', '', 90, 'proposed', {NOW})",
        f"{_BLOCK} (1, 3, 3, NULL, 'Karte', 90, 0, 0)",
    )
    run(database_url, *(f"INSERT INTO {row}" for row in (*A_VOTE, *agenda)))
    migrating.upgrade(database_url)
    drawn = sheet(database_url)
    if not adopted:
        assert drawn is None
        return
    assert drawn is not None
    assert (drawn["version"], drawn["planned"], drawn["off"]) == (1, 100, [])
    assert [(one["kind"], one["topic"], one["title"], one["minutes"]) for one in drawn["blocks"]] == [
        ("arrival", None, "", 15),
        ("topic", "t", "Netze", 60),
        ("topic", "u", "Netzwerke", 30),
        ("closing", None, "", 10),
    ]
