"""A served house with its bystanders: what an attack may cost them, asserted in one place."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import redis
from sqlalchemy import make_url
from tests.attacks.bystanders import Burden, Crowd, Figures, burden, forget_peak
from tests.scene import PASSWORD, SEED, Scene, _ask, address, open_door
from tests.serving import Server
from tests.visiting import Visitor, wait_until

from foundation.database import Database

CONTROL = 3.0
"""Seconds without an attack, before each, in the same run."""
P99 = 0.25
"""Seconds that ninety-nine of a hundred votes may take to the answer and to the last screen."""
CROWDED = 3
"""How often the control may go into it where the machine itself is slower than that."""
TIMES = 3
"""So often an attack is carried out, until it slows nobody down: what it does to others it does each time,
what a machine does besides it does not."""
MEMORY = 5_000_000
"""Bytes by which the server may grow for each attacker."""
MARK = "zwiebelkuchen"
"""Stands in whatever an attacker sends, and must not stand in the log."""
SPARE = {"sqlite": 6, "postgresql": 20}
"""Files and threads that bystanders open and close just now, and kept connections to the database."""
IDLE = 0.5
"""What of the machine nobody needs in a control that tells something: there is room for who attacks."""
CALM_WITHIN = 60.0
"""Seconds that are waited for such a control; after them the machine is as it is."""

WATCHERS = {"bystander-1": "ahlen", "bystander-2": "senden", "bystander-3": "senden"}
"""People who are there besides those of the scene, and their teams."""

T = TypeVar("T")


def move_in(scene: Scene) -> None:
    """Ordinary people of the first cohort, beside those whom the scene knows."""
    database = Database(scene.url)
    door = open_door(database)
    for who, team in WATCHERS.items():
        person = _ask(door, SEED, "person.create", "house", {"name": who, "email": address(who)})["person"]
        _ask(door, SEED, "password.set", f"person/{person}", {"hash": scene.password_hash})
        seat = {"team": scene.teams[team], "person": person}
        _ask(door, SEED, "seat.give", scene.place("cohort"), seat)
    database.close()


def bearable(control: Figures, what: str) -> float:
    """Seconds; a control in which there was nothing to measure allows nothing."""
    return max(P99, CROWDED * control.p99(what)) if getattr(control, what) else P99


def machine_times() -> list[int]:
    """What all processors together have done so far (`man 5 proc`, stat)."""
    first = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0]
    return [int(ticks) for ticks in first.split()[1:]]


def idle_share(before: list[int], after: list[int]) -> float:
    spent = [later - earlier for earlier, later in zip(before, after, strict=True)]
    return (spent[3] + spent[4]) / max(1, sum(spent))


class Town:
    """Four people vote and watch; whoever attacks does it through `bear`."""

    def __init__(self, scene: Scene, server: Server) -> None:
        self.scene = scene
        self.server = server
        self.place = scene.place("voting")
        self.people = [self.visitor(who) for who in ("member", *WATCHERS)]
        self.crowd = Crowd(server, self.place, self.people)
        self.figures: dict[str, str] = {}

    def visitor(self, who: str) -> Visitor:
        return Visitor(self.server.url, patience=30).sign_in(address(who), PASSWORD)

    def bear(
        self,
        attack: Callable[[], T],
        *,
        attackers: int = 1,
        arrivals: bool = True,
        allowed: int = 0,
        rest: float = 0.0,
    ) -> T:
        """Carry out the attack; fails where anybody else notices more of it than they have to.

        `allowed`: bytes by which the server may grow besides; `rest`: seconds until it can be made again.
        """
        slow: list[str] = []
        for _ in range(TIMES):
            if slow:
                time.sleep(rest)
            done, slow = self._carry_out(attack, arrivals=arrivals, memory=MEMORY * attackers + allowed)
            if not slow:
                return done
        raise AssertionError(f"{slow} were slow each time, the last: {self.figures}")

    def _carry_out(self, attack: Callable[[], T], *, arrivals: bool, memory: int) -> tuple[T, list[str]]:
        """What came of it, and what was slow for everybody else."""
        said = len(self.server.said)
        control = self._control()
        before = burden(self.server)
        forget_peak(self.server)
        done = attack()
        during = self.crowd.measure()
        after = burden(self.server)
        grown = after.peak - before.memory
        self.figures = {"control": str(control), "attack": str(during), "memory": f"{grown / 1e6:+.1f} MB"}
        for name, figure in self.figures.items():
            print(f"\n  {name}: {figure}", end="")  # noqa: T201 -- the figures, for who asks with -s
        assert (during.refused, during.thrown_off, during.missing) == ([], 0, 0)
        assert grown < memory, self.figures
        self._check_log(self.server.said[said:])
        self._check_leftovers(before)
        looked_at = ("answers", "screens", *(["arrivals"] if arrivals else []))
        return done, [what for what in looked_at if during.p99(what) > bearable(control, what)]

    def close(self) -> None:
        """Nothing that was counted of our address meets the next house, which counts in the same Redis."""
        self.crowd.close()
        url = self.server.environment["WERKSTATT_REDIS_URL"]
        if url:
            with redis.Redis.from_url(url) as client:
                client.flushall()

    def _control(self) -> Figures:
        """What it is like without an attack, once nobody is behind with votes and the machine has room."""
        until = time.monotonic() + CALM_WITHIN
        self.crowd.measure()
        while True:
            before = machine_times()
            time.sleep(CONTROL)
            control, idle = self.crowd.measure(), idle_share(before, machine_times())
            if (idle > IDLE and control.p99("answers") < P99) or time.monotonic() > until:
                return control

    def _check_log(self, said: str) -> None:
        """Lines of JSON, none about an error, none with what somebody sent."""
        for line in said.splitlines():
            told = json.loads(line)
            assert "exception" not in told, line
            assert told["level"] in ("info", "warning"), line
            assert MARK not in line.lower()
            assert "@example.org" not in line

    def _check_leftovers(self, before: Burden) -> None:
        spare = SPARE[make_url(self.scene.url).get_backend_name()]

        def is_tidy() -> bool:
            now = burden(self.server)
            return now.files <= before.files + spare and now.threads <= before.threads + spare

        wait_until(is_tidy, "the server has forgotten who attacked it", seconds=45)
