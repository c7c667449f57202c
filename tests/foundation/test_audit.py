"""The list of what was done in the care of the house: a chain that shows what was done to it afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from tests.foundation import stock
from tests.foundation.conftest import SECRET
from tests.foundation.ground import COUNTERS, PLACE
from tests.foundation.probe import HOUSE
from tests.foundation.test_door_under_load import in_threads
from tests.foundation.together import Together

from foundation import audit, bodies, clock, commands, ids, policy
from foundation.audit import AuditRow, Chain
from foundation.bodies import Body, Line, PublicId
from foundation.commands import Command, Made, command
from foundation.database import Database
from foundation.door import Door
from foundation.errors import Refusal
from foundation.places import Place
from foundation.policy import Actor
from foundation.transaction import Transaction

_house = stock.set_aside()


class CarePermission(StrEnum):
    TAKE = "counter.care"


@policy.rule(CarePermission.TAKE)
def the_house_cares(actor: Actor, _place: Place) -> bool:
    return actor.is_system


class Care(Body):
    """Something with ids in it, and with words that look like some."""

    whom: PublicId | None = None
    others: list[PublicId] = []
    kind: Line = ""


@command("counter.care", Care, place="counter", audited=True)
def care(_transaction: Transaction, actor: Actor, place: Place, body: Care) -> Made:
    policy.require(actor, CarePermission.TAKE, place)
    if body.kind == "refuse":
        raise bodies.invalid(kind="no")
    return {"care": body.whom or ids.public_id()}


stock.take_in(_house)

WHOM, OTHER = "0123456789abcdef", "fedcba9876543210"


def asked(place: str = PLACE, **body: Any) -> Command:
    return commands.ask("counter.care", place, body)


def entries(database: Database) -> list[Mapping[str, Any]]:
    with database.reading() as connection:
        return [row._asdict() for row in connection.execute(select(AuditRow).order_by(AuditRow.seq))]


def look(database: Database, *, key: bytes = SECRET, head: str = "") -> Chain:
    with database.reading() as connection:
        return audit.look(connection, key=key, head=head)


@pytest.fixture
def five(door: Door) -> Database:
    """Five entries."""
    for _ in range(5):
        door.carry_out(HOUSE, asked())
    return door.database


def test_an_entry_says_who_what_where_and_about_whom(door: Door) -> None:
    before = clock.now()
    door.carry_out(HOUSE, asked(whom=WHOM, others=[OTHER, WHOM]))
    (entry,) = entries(door.database)
    assert before <= entry.pop("at") <= clock.now()
    assert len(entry.pop("seal")) == 64
    assert entry == {
        "seq": 1,
        "actor": HOUSE.id,
        "command": "counter.care",
        "place": PLACE,
        "about": f"{WHOM},{OTHER}",
        "previous": "",
    }


def test_words_of_sixteen_letters_are_no_ids(door: Door) -> None:
    """`bezirksregierung` is one: what was typed does not belong here."""
    door.carry_out(HOUSE, asked(whom=WHOM, kind="bezirksregierung"))
    assert entries(door.database)[0]["about"] == WHOM


def test_what_was_refused_has_no_entry(door: Door) -> None:
    with pytest.raises(Refusal):
        door.carry_out(HOUSE, asked(kind="refuse"))
    assert entries(door.database) == []


def test_asked_twice_it_has_one_entry(door: Door) -> None:
    once = asked()
    for _ in range(2):
        door.carry_out(HOUSE, once)
    assert len(entries(door.database)) == 1


def test_a_chain_that_nobody_touched_is_whole(five: Database) -> None:
    rows = entries(five)
    assert look(five) == Chain(
        entries=5, begins=rows[0]["at"], ends=rows[-1]["at"], first=1, ends_at=rows[-1]["seal"],
        broken=None, known=True,
    )  # fmt: skip
    assert look(five, head=rows[2]["seal"]).known


def test_an_empty_chain_is_whole(database: Database) -> None:
    assert look(database) == Chain(
        entries=0, begins=None, ends=None, first=0, ends_at="", broken=None, known=True
    )


def test_many_at_many_places_of_two_processes_make_one_chain(door: Door, second_door: Door) -> None:
    def work(thread: int) -> None:
        for turn in range(5):
            place = f"counter/{COUNTERS[(thread + turn) % len(COUNTERS)]}"
            (door, second_door)[thread % 2].carry_out(HOUSE, asked(place))

    in_threads(8, work)
    found = look(door.database)
    assert (found.entries, found.first, found.broken) == (40, 1, None)


def test_of_those_that_share_a_transaction_each_has_its_entry(together: Together, door: Door) -> None:
    together.carry_out((HOUSE, asked()), (HOUSE, asked(kind="refuse")), (HOUSE, asked()))
    found = look(door.database)
    assert (found.entries, found.broken) == (2, None)


def _swap(connection: Any) -> None:
    for from_, to in ((2, 99), (3, 2), (99, 3)):
        connection.execute(update(AuditRow).where(AuditRow.seq == from_).values(seq=to))


def _slip_in(connection: Any) -> None:
    for seq in (5, 4, 3):
        connection.execute(update(AuditRow).where(AuditRow.seq == seq).values(seq=seq + 1))
    row = connection.execute(select(AuditRow).where(AuditRow.seq == 2)).one()._asdict()
    connection.execute(insert(AuditRow).values(**{**row, "seq": 3, "previous": row["seal"]}))


@pytest.mark.parametrize(
    ("tamper", "broken"),
    [
        (lambda c: c.execute(update(AuditRow).where(AuditRow.seq == 3).values(actor="somebody")), 3),
        (lambda c: c.execute(update(AuditRow).where(AuditRow.seq == 3).values(command="counter.x")), 3),
        (lambda c: c.execute(update(AuditRow).where(AuditRow.seq == 3).values(place="house")), 3),
        (lambda c: c.execute(update(AuditRow).where(AuditRow.seq == 3).values(about=WHOM)), 3),
        (lambda c: c.execute(update(AuditRow).where(AuditRow.seq == 3).values(at=clock.now())), 3),
        (lambda c: c.execute(update(AuditRow).where(AuditRow.seq == 3).values(seal="0" * 64)), 3),
        (lambda c: c.execute(delete(AuditRow).where(AuditRow.seq == 3)), 4),
        (_slip_in, 3),
        (_swap, 2),
        (lambda c: c.execute(update(AuditRow).where(AuditRow.seq == 1).values(previous="ab")), 1),
    ],
    ids=["actor", "command", "place", "about", "at", "seal", "delete", "insert", "reorder", "beginning"],
)
def test_who_changes_an_entry_breaks_the_chain(
    five: Database, tamper: Callable[[Any], object], broken: int
) -> None:
    with five.transaction() as connection:
        tamper(connection)
    assert look(five).broken == broken


def test_what_is_cut_off_at_the_end_is_missed_by_who_kept_the_seal(five: Database) -> None:
    head = look(five).ends_at
    with five.transaction() as connection:
        connection.execute(delete(AuditRow).where(AuditRow.seq >= 4))
    assert (look(five).broken, look(five, head=head).known) == (None, False)


def test_what_is_cut_off_and_written_anew_is_missed_too(five: Database, door: Door) -> None:
    head = look(five).ends_at
    with five.transaction() as connection:
        connection.execute(delete(AuditRow).where(AuditRow.seq == 5))
    door.carry_out(HOUSE, asked())
    assert (look(five).broken, look(five, head=head).known) == (None, False)


def test_with_another_key_nothing_fits(five: Database) -> None:
    assert look(five, key=b"another").broken == 1


def test_the_oldest_are_forgotten_and_the_rest_stays_whole(door: Door, shift: Callable[..., None]) -> None:
    for _ in range(3):
        door.carry_out(HOUSE, asked())
    shift(days=10)
    before = look(door.database).ends_at
    for _ in range(2):
        door.carry_out(HOUSE, asked())
    assert _trimmed(door.database, clock.now() - timedelta(days=5)) == 3
    found = look(door.database, head=before)
    assert (found.first, found.entries, found.broken, found.known) == (4, 2, None, True)
    assert _trimmed(door.database, clock.now() - timedelta(days=5)) == 0


def test_they_are_forgotten_bit_by_bit_and_the_chain_holds_in_between(five: Database) -> None:
    later = clock.now() + timedelta(days=1)
    with five.transaction() as connection:
        assert audit.older(connection, later) == 4
        assert audit.trim(connection, later, most=3) == 3
        assert audit.older(connection, later) == 1
    assert (look(five).first, look(five).broken) == (4, None)


def test_the_newest_stays_so_that_the_next_follows_it(five: Database, door: Door) -> None:
    assert _trimmed(five, clock.now() + timedelta(days=1)) == 4
    door.carry_out(HOUSE, asked())
    found = look(five)
    assert (found.first, found.entries, found.broken) == (5, 2, None)


def test_there_may_be_nothing_to_forget(database: Database) -> None:
    assert _trimmed(database, clock.now()) == 0


def _trimmed(database: Database, before: datetime) -> int:
    with database.transaction() as connection:
        return audit.trim(connection, before)


@pytest.fixture
def shift() -> Any:
    """Moves the clock of the house on."""
    yield lambda **by: clock.move(timedelta(**by))
    clock.move(timedelta())
