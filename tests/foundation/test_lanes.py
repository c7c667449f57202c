"""Lanes: one at a time for each key, in order, everybody who waits together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from foundation.lanes import Lanes, Passenger, _Lane


class Rider(Passenger):
    def __init__(self, name: int) -> None:
        self.name = name


class Ferry:
    """Carries, and notes whom with whom; its first crossing waits until it is told to go."""

    def __init__(self) -> None:
        self.crossings: list[list[int]] = []
        self.left = threading.Event()
        self.go = threading.Event()
        self.go.set()

    def carry(self, batch: list[Rider]) -> None:
        self.crossings.append([rider.name for rider in batch])
        self.left.set()
        assert self.go.wait(10)


def in_threads(*work: Callable[[], None]) -> list[threading.Thread]:
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    return threads


def join(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def queue_up(lanes: Lanes[Rider], key: str, riders: list[Rider]) -> list[threading.Thread]:
    """Riders who wait in this order behind whoever has the turn."""
    threads = []
    for rider in riders:
        before = len(lanes._lanes[key].waiting)
        threads += in_threads(lambda rider=rider: lanes.ride(key, rider))
        while len(lanes._lanes[key].waiting) == before:
            pass
    return threads


def test_who_is_alone_goes_alone_and_leaves_nothing_behind() -> None:
    ferry = Ferry()
    lanes = Lanes(ferry.carry)
    rider = Rider(1)

    lanes.ride("a", rider)

    assert ferry.crossings == [[1]]
    assert rider.done
    assert lanes._lanes == {}


def test_who_comes_during_a_crossing_goes_with_the_next_one_in_order() -> None:
    ferry = Ferry()
    ferry.go.clear()
    lanes = Lanes(ferry.carry)
    first = in_threads(lambda: lanes.ride("a", Rider(0)))
    assert ferry.left.wait(10)

    rest = queue_up(lanes, "a", [Rider(number) for number in range(1, 8)])
    ferry.go.set()
    join(first + rest)

    assert ferry.crossings == [[0], [1, 2, 3, 4, 5, 6, 7]]


def test_a_crossing_takes_so_many_and_no_more() -> None:
    ferry = Ferry()
    ferry.go.clear()
    lanes = Lanes(ferry.carry, most=3)
    first = in_threads(lambda: lanes.ride("a", Rider(0)))
    assert ferry.left.wait(10)

    rest = queue_up(lanes, "a", [Rider(number) for number in range(1, 9)])
    ferry.go.set()
    join(first + rest)

    assert ferry.crossings == [[0], [1, 2, 3], [4, 5, 6], [7, 8]]


def test_different_keys_do_not_wait_for_each_other() -> None:
    both = threading.Barrier(2, timeout=10)

    def carry(_batch: list[Rider]) -> None:
        both.wait()

    lanes: Lanes[Rider] = Lanes(carry)

    join(in_threads(lambda: lanes.ride("a", Rider(1)), lambda: lanes.ride("b", Rider(2))))

    assert lanes._lanes == {}


def test_one_key_is_carried_by_one_at_a_time() -> None:
    inside: list[int] = []
    crowded = []

    def carry(batch: list[Rider]) -> None:
        inside.append(1)
        time.sleep(0.001)
        crowded.append(len(inside) > 1)
        inside.pop()

    lanes: Lanes[Rider] = Lanes(carry, most=2)
    join(in_threads(*(lambda: lanes.ride("a", Rider(0)) for _ in range(50))))

    assert True not in crowded


def test_nobody_hangs_when_carrying_breaks_and_the_next_crossing_goes() -> None:
    go, left = threading.Event(), threading.Event()
    crossings: list[list[int]] = []

    def carry(batch: list[Rider]) -> None:
        crossings.append([rider.name for rider in batch])
        left.set()
        assert go.wait(10)
        if batch[0].name == 1:
            raise RuntimeError("the ferry sank")

    lanes: Lanes[Rider] = Lanes(carry, most=2)
    told: dict[int, str] = {}

    def ride(rider: Rider) -> None:
        try:
            lanes.ride("a", rider)
            told[rider.name] = "done" if rider.done else "left behind"
        except RuntimeError as error:
            told[rider.name] = str(error)

    first = in_threads(lambda: ride(Rider(0)))
    assert left.wait(10)
    threads = []
    for number in range(1, 5):
        before = len(lanes._lanes["a"].waiting)
        threads += in_threads(lambda number=number: ride(Rider(number)))
        while len(lanes._lanes["a"].waiting) == before:
            pass
    go.set()
    join(first + threads)

    assert crossings[:2] == [[0], [1, 2]]
    # Whoever of the waiting got the turn carried 1 and 2, whether it was one of them or not.
    sank = {number for number, what in told.items() if what == "the ferry sank"}
    assert len(sank) == 1
    carried = sorted(number for crossing in crossings for number in crossing)
    assert carried == sorted({0, 1, 2, 3, 4} - (sank - {1, 2}))
    assert told == {number: "the ferry sank" if number in sank else "done" for number in range(5)}
    assert lanes._lanes == {}


def test_who_is_told_that_it_broke_is_not_carried_afterwards() -> None:
    """Whoever has the turn may have to carry others first; if that breaks, it leaves the queue."""

    def carry(_batch: list[Rider]) -> None:
        raise RuntimeError("sank")

    lanes: Lanes[Rider] = Lanes(carry, most=1)
    ahead, late = Rider(1), Rider(2)

    with lanes._door:
        lane = lanes._lanes["a"] = _Lane()
        lane.waiting.append(ahead)
        lane.users += 1
    with pytest.raises(RuntimeError, match="sank"):
        lanes.ride("a", late)

    assert not late.done
    assert late not in lane.waiting
    assert ahead.done
