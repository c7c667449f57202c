"""The same votes without HTTP: the foundation's door in-process; what is missing is the cost of the web."""

from __future__ import annotations

import sys
import threading
import time
from statistics import median

from bench import house, machine
from bench.house import House, Voter
from bench.rows import Row, percentile, row
from foundation import commands
from foundation.database import Database
from foundation.door import Door

VOTERS = (1, 4, 20)


def measure(*, quick: bool) -> list[Row]:
    """Each thread asks for the next mark as soon as the last one is committed."""
    seconds = 1.0 if quick else 4.0
    rows = []
    for kind in machine.kinds():
        with machine.scratch() as folder, machine.database(kind, folder) as url:
            here = house.furnish(url, people=max(VOTERS))
            database = Database(url)
            door = house.open_door(database)
            machine.pin(0, machine.SERVER_CORE)
            for voters in VOTERS:
                _stage(door, here, voters, seconds / 5)
                begun = time.perf_counter()
                answers = _stage(door, here, voters, seconds)
                rate = len(answers) / (time.perf_counter() - begun)
                sys.stderr.write(f"door: {kind}, {voters} at once: {rate:.0f}/s\n")
                name = f"{kind}_{voters}"
                note = f"{voters} threads in one process"
                rows += [
                    row(f"door_{name}", rate, "votes/s", note=note),
                    row(f"door_answer_p50_{name}", median(answers) * 1000, "ms"),
                    row(f"door_answer_p99_{name}", percentile(answers, 99) * 1000, "ms"),
                ]
            machine.pin(0, set(machine.CORES))
            database.close()
    return rows


def _stage(door: Door, here: House, voters: int, seconds: float) -> list[float]:
    answers: list[float] = []
    until = time.perf_counter() + seconds

    def vote(voter: Voter) -> None:
        who = house.credential(voter.token)
        while (begun := time.perf_counter()) < until:
            asked = commands.from_wire(
                {"id": commands.new_id(), "name": "ballot.mark", "place": here.place, "body": voter.next()}
            )
            door.carry_out(who, asked)
            answers.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=vote, args=(voter,)) for voter in here.voters[:voters]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
