"""A served house with its bystanders: what an attack may cost them, asserted in one place."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TypeVar

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
MEMORY = 5_000_000
"""Bytes by which the server may grow for each attacker."""
MARK = "zwiebelkuchen"
"""Stands in whatever an attacker sends, and must not stand in the log."""
SPARE = 6
"""Files and threads that bystanders open and close just now."""

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
        self, attack: Callable[[], T], *, attackers: int = 1, arrivals: bool = True, allowed: int = 0
    ) -> T:
        """Carry out the attack; fails where anybody else notices more of it than they have to."""
        said = len(self.server.said)
        self.crowd.measure()
        time.sleep(CONTROL)
        control = self.crowd.measure()
        before = burden(self.server)
        forget_peak(self.server)
        done = attack()
        during = self.crowd.measure()
        after = burden(self.server)
        self.figures = {
            "control": str(control),
            "attack": str(during),
            "memory": f"{(after.peak - before.memory) / 1e6:+.1f} MB for {attackers}",
        }
        for name, figure in self.figures.items():
            print(f"\n  {name}: {figure}", end="")  # noqa: T201 -- the figures, for who asks with -s
        assert (during.refused, during.thrown_off, during.missing) == ([], 0, 0)
        self._check_times(control, during, arrivals=arrivals)
        assert after.peak - before.memory < MEMORY * attackers + allowed, self.figures
        self._check_log(self.server.said[said:])
        self._check_leftovers(before)
        return done

    def close(self) -> None:
        self.crowd.close()

    def _check_times(self, control: Figures, during: Figures, *, arrivals: bool) -> None:
        for what in ("answers", "screens", *(["arrivals"] if arrivals else [])):
            assert during.p99(what) <= max(P99, CROWDED * control.p99(what)), what

    def _check_log(self, said: str) -> None:
        """Lines of JSON, none about an error, none with what somebody sent."""
        for line in said.splitlines():
            told = json.loads(line)
            assert "exception" not in told, line
            assert told["level"] in ("info", "warning"), line
            assert MARK not in line.lower()
            assert "@example.org" not in line

    def _check_leftovers(self, before: Burden) -> None:
        def is_tidy() -> bool:
            now = burden(self.server)
            return now.files <= before.files + SPARE and now.threads <= before.threads + SPARE

        wait_until(is_tidy, "the server has forgotten who attacked it", seconds=45)
