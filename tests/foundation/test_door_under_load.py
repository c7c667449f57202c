"""The door with many at once: from many threads, at two places, by two processes."""

from __future__ import annotations

import random
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence

from sqlalchemy import insert, text
from tests.foundation import ground, probe
from tests.foundation.ground import COUNTERS, OTHER_PLACE, PLACE, value_of
from tests.foundation.probe import HOUSE, add, ask

from foundation.commands import Answer, Command
from foundation.database import Database
from foundation.door import Door
from foundation.errors import Code, Refusal
from foundation.eventlog import Event


def in_threads(count: int, work: Callable[[int], None]) -> None:
    """Let so many do their work at once, and raise what went wrong."""
    wrong: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001 -- raised again below
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
        assert not thread.is_alive()
    if wrong:
        raise wrong[0]


def test_three_hundred_commands_from_sixteen_threads_at_one_place(door: Door) -> None:
    announced: list[Event] = []
    door.listeners.append(announced.extend)
    numbers = iter(range(300))
    turn = threading.Lock()
    answers: list[Answer] = []
    people = [ground.person(door.database, probe.Role.PARTICIPANT) for _ in range(16)]

    def work(thread: int) -> None:
        while True:
            with turn:
                if next(numbers, None) is None:
                    return
            answers.append(door.carry_out(people[thread].credential, add(1)))

    in_threads(16, work)

    assert value_of(door.database) == 300
    assert ground.numbers_of(door.database) == list(range(1, 301))
    assert sorted(answer.seqs[PLACE] for answer in answers) == list(range(1, 301))
    assert [event.seq for event in announced if event.stream == PLACE] == list(range(1, 301))
    assert [f'{{"value":{n},"note":""}}' for n in range(1, 301)] == [
        event.body for event in ground.events_of(door.database)
    ]
    assert ground.head_of(door.database).seq == 300


def test_what_waits_is_written_together(door: Door) -> None:
    """Far fewer commits than commands when many come at once."""
    commits: list[Sequence[Event]] = []
    door.listeners.append(commits.append)

    in_threads(16, lambda _thread: [door.carry_out(HOUSE, add(1)) for _ in range(10)] and None)

    assert value_of(door.database) == 160
    assert len(commits) < 120


def test_two_processes_number_one_stream_without_gaps(door: Door, second_door: Door) -> None:
    doors = (door, second_door)

    in_threads(8, lambda thread: [doors[thread % 2].carry_out(HOUSE, add(1)) for _ in range(15)] and None)

    assert value_of(door.database) == 120
    assert ground.numbers_of(door.database) == list(range(1, 121))


def test_commands_that_touch_two_places_never_wait_in_a_circle(door: Door, second_door: Door) -> None:
    """Every pair in both directions, mixed with single ones, through two doors; nothing is broken off."""
    doors = (door, second_door)
    draw = random.Random(7)
    work: list[list[Command]] = [[] for _ in range(12)]
    for _ in range(8):
        for mine in work:
            here, there = draw.sample(COUNTERS[:4], 2)
            place = f"counter/{here}"
            mine.append(
                ask("counter.move", {"to": there}, place=place)
                if draw.random() < 0.7
                else add(1, place=place)
            )

    in_threads(12, lambda n: [doors[n % 2].carry_out(HOUSE, command) for command in work[n]] and None)

    added = sum(command.name == "counter.add" for mine in work for command in mine)
    assert sum(value_of(door.database, counter) for counter in COUNTERS) == added
    wanted: dict[str, int] = defaultdict(int)
    for command in (command for mine in work for command in mine):
        wanted[command.place] += 1
        if command.name == "counter.move":
            wanted[f"counter/{command.body.to}"] += 1  # type: ignore[attr-defined]  # a Move has it
    for place, seq in wanted.items():
        assert ground.numbers_of(door.database, place) == list(range(1, seq + 1))
    assert deadlocks(door.database) == 0


def deadlocks(database: Database) -> int:
    if database.is_sqlite:
        return 0
    with database.reading() as connection:
        query = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(connection.execute(query).scalar_one())


def test_rights_changed_in_between_are_in_the_version_of_every_later_event(
    door: Door, second_door: Door
) -> None:
    """An event is written before a change of rights or after it, and says which."""
    doors = (door, second_door)
    guests = [ground.person(door.database) for _ in range(6)]

    def work(thread: int) -> None:
        if thread < 6:
            for _ in range(12):
                doors[thread % 2].carry_out(HOUSE, add(1, place=(PLACE, OTHER_PLACE)[thread % 2]))
        else:
            for name in ("hall.admit", "hall.dismiss"):
                for guest in guests:
                    doors[thread % 2].carry_out(
                        HOUSE, ask(name, {"person": guest.id}, place=ground.HALL_PLACE)
                    )

    in_threads(7, work)

    for place in (PLACE, OTHER_PLACE):
        versions = [event.acl_version for event in ground.events_of(door.database, place)]
        assert len(versions) == 36
        assert versions == sorted(versions)
        assert set(versions) <= set(range(13))


def _is_busy(door: Door, asked: Command) -> bool:
    try:
        door.carry_out(HOUSE, asked)
    except Refusal as refusal:
        return refusal.code is Code.BUSY
    return False


def test_a_command_whose_further_place_moves_meanwhile_takes_the_right_one(
    door: Door, second_door: Door
) -> None:
    """Which place it touches is read before the lock; if that was out of date, it begins anew."""
    doors = (door, second_door)
    with door.database.transaction() as connection:
        connection.execute(insert(ground.WordRow).values(word="Pokal", counter=COUNTERS[0]))

    def work(thread: int) -> None:
        place = f"counter/{COUNTERS[thread]}"
        for _ in range(4):
            taken = ask("counter.take", {"word": "Pokal"}, place=place)
            while _is_busy(doors[thread % 2], taken):
                pass

    in_threads(4, work)

    with door.database.reading() as connection:
        holder = connection.execute(probe.select(ground.WordRow.counter)).scalar_one()
    values = {counter: value_of(door.database, counter) for counter in COUNTERS[:4]}
    assert values == {counter: (counter == holder) - (counter == COUNTERS[0]) for counter in COUNTERS[:4]}
