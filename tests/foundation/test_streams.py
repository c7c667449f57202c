"""Streams: which names they cover, where they happen, who reads them, how they begin."""

from __future__ import annotations

import pytest
from tests.foundation import ground, probe
from tests.foundation.ground import COUNTER, FAR_PLACE, PLACE
from tests.foundation.probe import HOUSE, Permission, add, code_of

from foundation import places, snapshots, streams
from foundation.database import Database
from foundation.door import Door
from foundation.errors import Code
from foundation.places import Place
from foundation.policy import Role


@pytest.mark.parametrize(
    ("name", "place"),
    [
        (PLACE, PLACE),
        (f"{PLACE}/keepers", PLACE),
        (f"person/{COUNTER}", f"person/{COUNTER}"),
        ("counter", None),
        ("counter/", None),
        (f"{PLACE}/", None),
        (f"{PLACE}\n", None),
        (f"{PLACE}/keepers/", None),
        (f"{PLACE}/Keepers", None),
        (f" {PLACE}", None),
        (f"counter/{COUNTER}x", None),
        (f"counter/{COUNTER.upper()}", None),
        ("counter/c00000000000000%", None),
        ("counter/................", None),
        ("", None),
    ],
)
def test_a_name_belongs_to_the_place_that_its_stream_says(name: str, place: str | None) -> None:
    assert streams.place_of(name) == place


def test_a_stream_is_declared_once() -> None:
    with pytest.raises(RuntimeError, match="declared twice"):
        streams.stream("counter/{counter}", place="counter/{counter}", readers=Permission.FOLLOW)(dict)


def test_a_stream_covers_names_with_the_ids_in_it() -> None:
    found = streams.match(f"{PLACE}/keepers")

    assert found is not None
    assert (found[0].pattern, found[1]) == ("counter/{counter}/keepers", {"counter": COUNTER})


def test_who_may_read(database: Database) -> None:
    member, keeper = (ground.person(database, role) for role in (Role.PARTICIPANT, Role.FACILITATOR))
    with database.reading() as connection:
        actors = ground.identify(connection, {member.credential, keeper.credential})
        found = places.find(connection, [PLACE, FAR_PLACE])
    one, two = actors[member.credential], actors[keeper.credential]

    assert streams.may_read(one, PLACE, found[PLACE])
    assert streams.may_read(two, PLACE, found[PLACE])
    assert streams.may_read(two, f"{PLACE}/keepers", found[PLACE])
    assert not streams.may_read(one, f"{PLACE}/keepers", found[PLACE])
    assert not streams.may_read(one, FAR_PLACE, found[FAR_PLACE])
    assert not streams.may_read(one, PLACE, None)
    assert not streams.may_read(one, "no/such/stream", found[PLACE])


def test_the_place_must_be_the_streams_own(database: Database) -> None:
    """Being allowed at one place opens no stream of another."""
    member = ground.person(database, Role.PARTICIPANT)
    with database.reading() as connection:
        [actor] = ground.identify(connection, {member.credential}).values()
        mine = places.find(connection, [PLACE])[PLACE]

    assert not streams.may_read(actor, FAR_PLACE, mine)
    assert not streams.may_read(actor, PLACE, Place(FAR_PLACE, mine.line))


def test_a_snapshot_names_the_number_up_to_which_it_holds(database: Database, door: Door) -> None:
    member = ground.person(database, Role.PARTICIPANT)
    door.carry_out(HOUSE, add(4))
    door.carry_out(HOUSE, add(3))
    with database.reading() as connection:
        [actor] = ground.identify(connection, {member.credential}).values()
        door.carry_out(HOUSE, add(100))
        found = snapshots.snapshot(connection, actor, PLACE)

    assert found == {
        "stream": PLACE,
        "epoch": ground.head_of(database).epoch,
        "seq": 2,
        "state": {"value": 7},
    }


def test_forbidden_and_missing_snapshots_are_the_same_refusal(database: Database) -> None:
    member = ground.person(database, Role.PARTICIPANT)
    with database.reading() as connection:
        [actor] = ground.identify(connection, {member.credential}).values()
        for name in (FAR_PLACE, f"{PLACE}/keepers", "counter/n0such0counter00", "nothing", "", "person/x"):
            refusal = probe.refusal_of(lambda name=name: snapshots.snapshot(connection, actor, name))
            assert (refusal.code, refusal.fields) == (Code.NOT_FOUND, {})


def test_reading_needs_the_place_and_the_right(database: Database) -> None:
    member = ground.person(database, Role.PARTICIPANT)
    with database.reading() as connection:
        [actor] = ground.identify(connection, {member.credential}).values()

        assert snapshots.readable(connection, actor, PLACE).name == PLACE
        assert code_of(lambda: snapshots.readable(connection, actor, FAR_PLACE)) is Code.NOT_FOUND


def test_a_name_that_no_stream_covers_has_no_snapshot(database: Database) -> None:
    member = ground.person(database, Role.PARTICIPANT)
    with database.reading() as connection:
        actor = ground.identify(connection, {member.credential})[member.credential]
        assert code_of(lambda: snapshots.snapshot(connection, actor, "no/such/stream")) is Code.NOT_FOUND


def test_which_open_pages_count_as_use(database: Database) -> None:
    with database.reading() as connection:
        counting = {
            name: streams.counts_as_use(connection, name) for name in (PLACE, f"{PLACE}/keepers", "none")
        }

    assert counting == {PLACE: True, f"{PLACE}/keepers": False, "none": False}


def test_every_stream_of_the_house_is_listed_by_its_pattern() -> None:
    assert {"counter/{counter}", "counter/{counter}/keepers", "person/{person}"} <= streams.declared().keys()
    assert all(pattern == found.pattern for pattern, found in streams.declared().items())
