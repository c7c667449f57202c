"""Using: what shows that a session is in use, noted together and only where it counts."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from tests.foundation import ground
from tests.foundation.ground import OTHER_PLACE, PLACE
from tests.foundation.probe import HOUSE, add, ask
from tests.live.telling import Broken, Wire

from foundation import streams
from foundation.database import Database
from live import using


def test_who_changes_something_is_noted_once(wire: Wire, member: ground.Person, other: ground.Person) -> None:
    for _ in range(3):
        wire.using.act(member.credential)
    wire.using.act(other.credential)
    wire.using.note()
    wire.using.note()

    assert sorted(found.key for found in wire.used) == sorted([member.key, other.key])


def test_only_what_counts_now_counts(wire: Wire, member: ground.Person, other: ground.Person) -> None:
    """One follows something that is over, the other as well, and besides something that is not."""
    wire.door.carry_out(HOUSE, add(-1, place=OTHER_PLACE))
    wire.using.follow(member.credential, [OTHER_PLACE, member.stream, "nothing", f"{PLACE}/keepers"])
    wire.using.follow(other.credential, [OTHER_PLACE, PLACE])
    wire.using.note()

    assert wire.used == [other.credential]


def test_however_many_have_it_open_each_page_is_looked_at_once(
    wire: Wire, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what never counts is not even remembered."""
    monkeypatch.setattr(using, "TOGETHER", 2)
    people = [ground.person(database, ground.Role.PARTICIPANT) for _ in range(5)]
    for one in people:
        wire.using.follow(one.credential, [PLACE, one.stream, "nothing", f"{PLACE}/keepers"])
    asked: list[str] = []
    counts = streams.counts_as_use

    def count(connection: Connection, name: str) -> bool:
        asked.append(name)
        return counts(connection, name)

    monkeypatch.setattr(streams, "counts_as_use", count)
    wire.using.note()

    assert asked == [PLACE]
    assert {found.key for found in wire.used} == {one.key for one in people}


def test_what_cannot_be_noted_now_is_noted_later(
    wire: Wire, member: ground.Person, database: Database, broken: Broken
) -> None:
    wire.using.act(member.credential)
    broken.on = True
    with pytest.raises(OperationalError):
        wire.using.note()
    broken.on = False
    assert wire.used == []

    wire.using.note()

    assert wire.used == [member.credential]


def test_what_cannot_be_written_now_is_written_later(wire: Wire, member: ground.Person) -> None:
    """Although what they had open is over by then."""
    wire.using.follow(member.credential, [PLACE])
    write, wire.door.write = wire.door.write, refuse  # type: ignore[method-assign]  # a database that fails
    with pytest.raises(OperationalError):
        wire.using.note()
    wire.door.write = write  # type: ignore[method-assign]  # and is back
    wire.door.carry_out(HOUSE, add(-1))
    assert wire.used == []

    wire.using.note()

    assert wire.used == [member.credential]


def refuse(_work: object) -> None:
    raise OperationalError("the database is away", None, Exception())


def test_who_follows_nothing_costs_no_query(wire: Wire, member: ground.Person, broken: Broken) -> None:
    broken.on = True

    wire.using.follow(member.credential, [])
    wire.using.note()


def test_a_session_that_ended_meanwhile_is_not_noted(wire: Wire, member: ground.Person) -> None:
    wire.using.act(member.credential)
    wire.door.carry_out(HOUSE, ask("session.close", {"key": member.key}, place=member.stream))
    wire.using.note()

    assert wire.used == []


def test_where_nothing_counts_nobody_is_noted(wire: Wire, member: ground.Person) -> None:
    wire.using.follow(member.credential, [member.stream])
    wire.using.note()

    assert wire.used == []
