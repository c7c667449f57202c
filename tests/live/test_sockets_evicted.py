"""An eviction while somebody asks for the same stream: nothing follows on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.foundation.ground import HALL_PLACE, PLACE, Person
from tests.foundation.probe import HOUSE, ask
from tests.live.client import Client
from tests.live.house import Threads

Connect = Callable[..., Client]

pytestmark = pytest.mark.usefixtures("on_sqlite")


def interrupt(threads: Threads, monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> list[Any]:
    """Who asks for a stream is read for, and before they are answered that happens, once; what was read."""
    reading = threads.house.wire.reading
    catch_up = reading.catch_up
    found: list[Any] = []

    def read(*given: Any, **named: Any) -> Any:
        found.append(catch_up(*given, **named))
        if len(found) == 1:
            act()
        return found[-1]

    monkeypatch.setattr(reading, "catch_up", read)
    return found


@pytest.mark.parametrize("followed", [True, False])
def test_who_is_evicted_while_asking_is_not_let_in_by_what_was_read_before(
    threads: Threads, member: Person, client: Connect, monkeypatch: pytest.MonkeyPatch, followed: bool
) -> None:
    house, one = threads.house, client(threads, member).connect()
    if followed:
        one.follow()

    def take_the_right_away() -> None:
        house.door.carry_out(HOUSE, ask("hall.dismiss", {"person": member.id}, place=HALL_PLACE))
        house.wire.clearance.check(house.wire.subscriptions.all())

    interrupt(threads, monkeypatch, take_the_right_away)
    answer = one.subscribe()

    assert (answer["ok"], answer["error"]["code"]) == (False, "not_found")
    assert house.wire.subscriptions.following(PLACE) == []
    evicted = [told for name, told in one.quiet(0.1) if name == "evicted"]
    assert evicted == [{"stream": PLACE}] * followed


def test_whose_session_ends_while_asking_leaves_nothing_behind(
    threads: Threads, member: Person, client: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, one = threads.house, client(threads, member).connect()

    def end_the_session() -> None:
        house.door.carry_out(HOUSE, ask("session.close", {"key": member.key}, place=member.stream))
        house.wire.clearance.check(house.wire.subscriptions.all())

    read = interrupt(threads, monkeypatch, end_the_session)
    one.say(f'42["subscribe",{{"stream":"{PLACE}"}}]')

    assert one.is_closed_within(2)
    assert len(read) == 1
    assert len(house.wire.subscriptions) == 0
    assert house.wire.subscriptions.following(PLACE) == []
