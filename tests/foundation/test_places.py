"""Places: the line they stand in, the version of their rights, and the order in which they are locked."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from tests.foundation import ground
from tests.foundation.counted import counted
from tests.foundation.ground import COUNTERS, FAR_PLACE, HALL, HALL_PLACE, OTHER_PLACE, PLACE
from tests.visiting import wait_until

from foundation import places
from foundation.database import Database
from foundation.places import Place, PlaceRow


def test_a_place_knows_its_kind_its_id_and_what_is_above_it(database: Database) -> None:
    with database.reading() as connection:
        place = places.find(connection, [PLACE])[PLACE]

    assert (place.kind, place.id) == ("counter", ground.COUNTER)
    assert place.line == (PLACE, HALL_PLACE, "house")
    assert place.above("hall") == HALL
    assert place.above("counter") == ground.COUNTER
    assert place.above("cohort") == ""


def test_the_house_is_above_everything_and_has_no_id(database: Database) -> None:
    with database.reading() as connection:
        house = places.find(connection, ["house"])["house"]

    assert (house.kind, house.id, house.line) == ("house", "", ("house",))


def test_what_does_not_exist_is_missing_in_the_answer(database: Database) -> None:
    with database.reading() as connection:
        assert set(places.find(connection, [PLACE, "counter/none", ""])) == {PLACE}
        assert places.find(connection, []) == {}


def test_places_are_found_with_their_lines_in_one_query(database: Database) -> None:
    with database.reading() as connection, counted(connection) as statements:
        places.find(connection, [f"counter/{counter}" for counter in COUNTERS] + [FAR_PLACE])

    assert len(statements) == 1


def test_the_version_of_rights_is_the_sum_over_the_line(database: Database) -> None:
    with database.transaction() as connection:
        for name, times in ((PLACE, 3), (HALL_PLACE, 5), ("house", 7)):
            for _ in range(times):
                places.raise_acl(connection, name)

    with database.reading() as connection:
        found = places.find(connection, [PLACE, OTHER_PLACE, FAR_PLACE, HALL_PLACE, "house"])

    assert {name: place.acl_version for name, place in found.items()} == {
        PLACE: 15,
        OTHER_PLACE: 12,
        FAR_PLACE: 7,
        HALL_PLACE: 12,
        "house": 7,
    }


def test_raising_the_rights_of_what_does_not_exist_changes_nothing(database: Database) -> None:
    with database.transaction() as connection:
        places.raise_acl(connection, "counter/none")

    with database.reading() as connection:
        assert places.find(connection, [PLACE])[PLACE].acl_version == 0


def test_every_place_begins_with_an_epoch_of_its_own(database: Database) -> None:
    with database.reading() as connection:
        epochs = connection.execute(select(PlaceRow.epoch)).scalars().all()

    assert len(set(epochs)) == len(epochs)
    assert all(len(epoch) == 16 for epoch in epochs)


def test_a_place_is_made_once(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as connection:
        places.create(connection, PLACE, parent=HALL_PLACE)


def test_locking_finds_and_never_makes(database: Database) -> None:
    before = ground.count(database, PlaceRow)

    with database.transaction() as connection:
        assert set(places.lock(connection, [PLACE, "counter/none"])) == {PLACE}
        assert places.lock(connection, ["counter/none"]) == {}

    assert ground.count(database, PlaceRow) == before


@pytest.mark.usefixtures("on_postgres")
def test_places_are_locked_in_the_order_of_their_names_ancestors_shared(database: Database) -> None:
    names = [OTHER_PLACE, FAR_PLACE, PLACE]
    with database.transaction() as connection, counted(connection) as statements:
        places.lock(connection, names)
        locking = [one for one in statements if "FOR " in one]

    assert len(locking) == 2
    assert "FOR UPDATE" in locking[0]
    assert "FOR SHARE" in locking[1]


@pytest.mark.usefixtures("on_postgres")
def test_who_locks_a_place_waits_for_nobody_elsewhere(database: Database) -> None:
    with database.transaction() as first, database.transaction() as second:
        assert places.lock(first, [PLACE])
        assert places.lock(second, [OTHER_PLACE])


@pytest.mark.usefixtures("on_postgres")
@pytest.mark.parametrize(
    ("held", "wanted"), [(PLACE, PLACE), (HALL_PLACE, PLACE), (PLACE, HALL_PLACE), ("house", PLACE)]
)
def test_who_changes_rights_above_waits_for_those_below_and_they_for_him(
    database: Database, held: str, wanted: str
) -> None:
    with database.transaction() as first:
        places.lock(first, [held])
        with database.engine.connect() as second:
            second.execute(text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(OperationalError, match="lock"):
                places.lock(second, [wanted])


@pytest.mark.usefixtures("on_postgres")
def test_what_is_locked_is_not_read_once_more(database: Database) -> None:
    with database.transaction() as connection, counted(connection) as statements:
        places.lock(connection, [PLACE])

    assert len(statements) == 3


@pytest.mark.usefixtures("on_postgres")
@pytest.mark.parametrize("raised", [PLACE, HALL_PLACE, "house"])
def test_what_is_found_under_the_lock_is_what_the_one_before_has_left(
    database: Database, raised: str
) -> None:
    began, found = threading.Event(), []

    def wait_for_it() -> None:
        with database.transaction() as connection:
            began.set()
            found.append(places.lock(connection, [PLACE])[PLACE].acl_version)

    with database.transaction() as connection:
        places.lock(connection, [raised])
        waiting = threading.Thread(target=wait_for_it)
        waiting.start()
        assert began.wait(10)
        wait_until(lambda: waits_for_a_lock(database), "the other waits for the place")
        places.raise_acl(connection, raised)
    waiting.join(10)

    assert found == [1]


def test_a_place_stands_alone_until_it_is_found() -> None:
    place = Place("workshop/1")

    assert (place.kind, place.id, place.line, place.above("cohort")) == ("workshop", "1", (), "")


def waits_for_a_lock(database: Database) -> bool:
    """Whether somebody in this database waits for a row of another."""
    waiting = "wait_event_type = 'Lock' AND datname = current_database()"
    query = text(f"SELECT count(*) FROM pg_stat_activity WHERE {waiting}")
    with database.reading() as connection:
        return bool(connection.execute(query).scalar())


@pytest.fixture(autouse=True)
def nothing_stays_locked(database: Database) -> Iterator[None]:
    yield
    with database.transaction() as connection:
        places.lock(connection, [PLACE, HALL_PLACE])
