"""The life of topics comes to a database with a vote in it and goes again; what teams wrote stays."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from foundation.database import Database
from werkstatt import migrating

NOW = "'2026-11-22 10:00:00+00:00'"
BEFORE, REVISION = "2026_11_25_everyone_on_board", "2026_11_29_life_of_topics"
TOPIC = (
    "topic (id, public_id, cohort_id, workshop_id, position, title, question, minutes, state, proposed_at)"
)
A_VOTE = (
    "organisation (id, public_id, name, kind, region) VALUES (1, 'b', 'Ahlen', 'stadt', '')",
    (
        "cohort (id, public_id, name, starts_on, ends_on, seats_per_team)"
        " VALUES (1, 'c', 'D', '2026-01-01', '2026-12-31', 2)"
    ),
    "team (id, public_id, cohort_id, organisation_id, name) VALUES (1, 'd', 1, 1, 'Ahlen')",
    (
        "workshop (id, public_id, cohort_id, number, title, starts_at, place, minutes)"
        f" VALUES (1, 'w', 1, 1, 'T', {NOW}, '', 60)"
    ),
    f"{TOPIC} VALUES (1, 't', 1, 1, 1, 'Netze', '', 60, 'proposed', {NOW})",
    f"{TOPIC} VALUES (2, 'u', 1, 1, 2, 'Netzwerke', '', 30, 'chosen', {NOW})",
    (
        "poll (id, public_id, workshop_id, round, method, opens_at, seed, minutes)"
        f" VALUES (1, 'p', 1, 1, 'approval', {NOW}, '', 60)"
    ),
    "ballot (id, poll_id, team_id, marked, abstained) VALUES (1, 1, 1, true, false)",
    f"mark (ballot_id, topic_id, value, at) VALUES (1, 1, 1, {NOW})",
    "need (id, topic_id, team_id) VALUES (1, 1, 1)",
)
ROWS = {
    "topic": "SELECT id, public_id, position, title, minutes, state FROM topic ORDER BY id",
    "mark": "SELECT ballot_id, topic_id, value FROM mark ORDER BY topic_id",
    "need": "SELECT id, topic_id, team_id FROM need",
}


def run(url: str, *statements: str) -> None:
    database = Database(url)
    try:
        with database.transaction() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    finally:
        database.close()


def rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    database = Database(url)
    with database.reading() as connection:
        found = {name: [tuple(row) for row in connection.exec_driver_sql(sql)] for name, sql in ROWS.items()}
    database.close()
    return found


@pytest.fixture
def voted(database_url: str) -> str:
    migrating.upgrade(database_url, BEFORE)
    run(database_url, *(f"INSERT INTO {row}" for row in A_VOTE))
    return database_url


def test_a_vote_under_way_comes_through_and_back(voted: str) -> None:
    before = rows(voted)
    migrating.upgrade(voted, REVISION)
    assert rows(voted) == before
    migrating.downgrade(voted, BEFORE)
    assert rows(voted) == before


def test_only_the_new_version_takes_questions_without_minutes(voted: str) -> None:
    asked = f"INSERT INTO {TOPIC} VALUES (3, 'v', 1, 1, 3, '', 'Wie?', NULL, 'question', {NOW})"
    with pytest.raises(IntegrityError):
        run(voted, asked)
    migrating.upgrade(voted, REVISION)
    run(voted, asked)
    migrating.downgrade(voted, BEFORE)
    assert rows(voted)["topic"][2] == (3, "v", 3, "Wie?", 5, "withdrawn")
    with pytest.raises(IntegrityError):
        run(voted, asked.replace("3, 'v'", "4, 'x'"))


def test_going_back_separates_topics_and_gives_their_marks_back(voted: str) -> None:
    before = rows(voted)
    migrating.upgrade(voted, REVISION)
    run(
        voted,
        "UPDATE topic SET state = 'merged', merged_into_id = 2 WHERE id = 1",
        f"INSERT INTO mark (ballot_id, topic_id, value, at, taken_from_id) VALUES (1, 2, 1, {NOW}, 1)",
        "INSERT INTO carried_mark (topic_id, ballot_id) VALUES (1, 1)",
    )
    migrating.downgrade(voted, BEFORE)
    assert rows(voted) == before
