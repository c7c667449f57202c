"""The event log: how what happened is written down and sent."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from tests.foundation import ground, probe
from tests.foundation.ground import PLACE
from tests.foundation.probe import HOUSE, add

from foundation import eventlog
from foundation.database import Database
from foundation.door import Door
from foundation.eventlog import Event, Fact, Head, Stated
from foundation.places import Place

AT = datetime(2016, 4, 28, 9, 0, 0, 120000, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Rich(Fact):
    name: ClassVar[str] = "counter.rich"
    text: str
    at: datetime
    inner: probe.Changed
    many: tuple[probe.Changed, ...] = ()
    missing: str | None = None
    from_: str = field(default="x", metadata={"wire": "from"})


def test_a_fact_is_written_as_json_by_its_fields() -> None:
    fact = Rich(text='Größe "1"\n', at=AT, inner=probe.Changed(value=1), many=(probe.Changed(value=2),))

    assert json.loads(eventlog.encode(fact)) == {
        "text": 'Größe "1"\n',
        "at": "2016-04-28T09:00:00.120000Z",
        "inner": {"value": 1, "note": ""},
        "many": [{"value": 2, "note": ""}],
        "missing": None,
        "from": "x",
    }
    assert "Größe" in eventlog.encode(fact)


@pytest.mark.parametrize("value", [{1, 2}, b"bytes", object(), probe.Changed])
def test_what_is_no_json_does_not_go_on_the_wire(value: object) -> None:
    with pytest.raises(TypeError, match=f"^{type(value).__name__} does not go on the wire$"):
        eventlog.encode({"value": value})


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_does_not_go_on_the_wire(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        eventlog.encode({"value": value})


def test_a_fact_that_could_be_changed_later_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="cannot inherit non-frozen dataclass from a frozen one"):

        @dataclass(kw_only=True)
        class Loose(Fact):
            value: int


@pytest.mark.parametrize(
    "value",
    [
        Event(PLACE, 1, "counter.changed", AT, "{}", 3),
        Stated(PLACE, Place(PLACE), "counter.changed", AT, "{}"),
        Head("an epoch", 1, 0),
        eventlog.CaughtUp(Head("an epoch", 1, 0), None),
    ],
)
def test_what_was_stated_cannot_be_changed_by_whoever_holds_it(value: Any) -> None:
    [name, *_] = vars(value)
    with pytest.raises(FrozenInstanceError):
        setattr(value, name, None)


def test_an_event_says_on_the_wire_what_happened() -> None:
    event = Event(PLACE, 7, "counter.changed", AT, '{"value":"ä\\" ]}"}', 3)

    assert json.loads(event.as_json()) == {
        "seq": 7,
        "name": "counter.changed",
        "at": "2016-04-28T09:00:00.120000Z",
        "body": {"value": 'ä" ]}'},
    }


@pytest.mark.parametrize(("head", "more"), [(8, False), (9, True)])
def test_what_came_after_a_number_is_written_as_the_members_of_an_answer(head: int, more: bool) -> None:
    events = [Event(PLACE, seq, "counter.changed", AT, "{}", 3) for seq in (7, 8)]

    caught_up = eventlog.CaughtUp(Head("an epoch", head, 0), events)

    assert json.loads(f"{{{caught_up.as_json}}}") == {
        "epoch": "an epoch",
        "head": head,
        "events": [json.loads(event.as_json()) for event in events],
        "more": more,
    }


def test_whoever_needs_a_snapshot_is_answered_that_and_no_more() -> None:
    assert eventlog.CaughtUp(Head("an epoch", 9, 0), None).as_json == '"reset":true'


def test_an_answer_is_written_once_for_all_who_ask_the_same() -> None:
    caught_up = eventlog.CaughtUp(Head("an epoch", 0, 0), [])

    assert caught_up.as_json is caught_up.as_json


def test_an_event_comes_back_from_the_log_as_it_was_announced(database: Database, door: Door) -> None:
    announced: list[Event] = []
    door.listeners.append(announced.extend)

    door.carry_out(HOUSE, add(1, note="Straße 💚 \u2028"))

    assert ground.events_of(database) == [event for event in announced if event.stream == PLACE]
