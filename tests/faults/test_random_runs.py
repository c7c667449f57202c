"""In whatever order things happen: snapshot + events = snapshot, and who lost a right hears nothing later."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.faults.random_house import MEMBERS, PEOPLE, PLACES, RandomHouse
from tests.stage import Stage

MEMBER, ANYBODY = st.sampled_from(MEMBERS), st.sampled_from(PEOPLE)
WHERE, PLACE = st.sampled_from((0, 1)), st.sampled_from(PLACES)
ONE_OF = st.integers(0, 50)


class Runs(RuleBasedStateMachine):
    """Four people at two processes; each rule is something that may happen next."""

    house: RandomHouse
    build: Callable[[], RandomHouse]

    def __init__(self) -> None:
        super().__init__()
        self.house = type(self).build()

    @rule(who=ANYBODY, where=WHERE, place=PLACE, minutes=st.sampled_from((30, 60, 7)))
    def propose(self, who: str, where: int, place: str, minutes: int) -> None:
        body = {"title": f"Thema {uuid.uuid4().hex[:8]}", "question": "", "minutes": minutes}
        self.house.ask(who, where, "topic.propose", place, body)

    @rule(who=MEMBER, where=WHERE, place=PLACE, topic=ONE_OF, name=st.sampled_from(("withdraw", "restore")))
    def change_ones_mind(self, who: str, where: int, place: str, topic: int, name: str) -> None:
        self.house.ask(who, where, f"topic.{name}", place, {"topic": self.house.topic(place, topic)})

    @rule(who=MEMBER, where=WHERE, place=PLACE, topic=ONE_OF, name=st.sampled_from(("need", "offer")))
    def raise_a_voice(self, who: str, where: int, place: str, topic: int, name: str) -> None:
        body = {"topic": self.house.topic(place, topic), "value": topic % 2 == 0}
        self.house.ask(who, where, f"topic.{name}", place, body)

    @rule(who=MEMBER, where=WHERE, place=PLACE, topic=ONE_OF, value=st.sampled_from((0, 1)))
    def mark(self, who: str, where: int, place: str, topic: int, value: int) -> None:
        body = {"topic": self.house.topic(place, topic), "value": value}
        self.house.ask(who, where, "ballot.mark", place, body)

    @rule(who=MEMBER, where=WHERE, place=PLACE, value=st.booleans())
    def abstain(self, who: str, where: int, place: str, value: bool) -> None:
        self.house.ask(who, where, "ballot.abstain", place, {"value": value})

    @rule(where=WHERE, place=PLACE, name=st.sampled_from(("open", "close", "reopen")))
    def handle_the_poll(self, where: int, place: str, name: str) -> None:
        body = {} if name == "close" else {"closes_at": None}
        self.house.ask("facilitator", where, f"poll.{name}", place, body)

    @precondition(lambda self: self.house.acknowledged)
    @rule(where=WHERE, which=ONE_OF)
    def send_again(self, where: int, which: int) -> None:
        self.house.ask_again(where, which)

    @rule(who=ANYBODY)
    def take_rights(self, who: str) -> None:
        self.house.take_rights(who)

    @rule(who=ANYBODY)
    def give_rights(self, who: str) -> None:
        self.house.give_rights(who)

    @rule(who=ANYBODY, where=WHERE)
    def sign_out(self, who: str, where: int) -> None:
        self.house.sign_out(who, where)

    @rule(who=ANYBODY)
    def sign_in(self, who: str) -> None:
        self.house.sign_in(who)

    @rule(who=ANYBODY, where=WHERE)
    def open_a_page(self, who: str, where: int) -> None:
        self.house.pages[who].open(self.house.processes[where])

    @rule(who=ANYBODY)
    def read(self, who: str) -> None:
        self.house.pages[who].read()

    @rule(who=ANYBODY)
    def cut(self, who: str) -> None:
        self.house.pages[who].cut()

    @rule(where=WHERE)
    def tell(self, where: int) -> None:
        self.house.processes[where].publisher.tell()

    @rule(where=WHERE)
    def look(self, where: int) -> None:
        self.house.look(where)

    @rule(where=WHERE)
    def a_hint_arrives(self, where: int) -> None:
        self.house.pass_hints(where)

    @rule(where=WHERE)
    def hints_get_lost(self, where: int) -> None:
        self.house.processes[where].hints.clear()

    @rule(where=WHERE)
    def look_at_everybody(self, where: int) -> None:
        self.house.look_at_everybody(where)

    @rule(where=WHERE)
    def restart(self, where: int) -> None:
        self.house.restart(where)

    @rule(which=ONE_OF)
    def begin_an_epoch(self, which: int) -> None:
        self.house.begin_an_epoch(which)

    @rule()
    def forget_old_events(self) -> None:
        self.house.trim()

    @rule()
    def settle(self) -> None:
        self.house.settle()

    @invariant()
    def what_was_sent_may_be_known(self) -> None:
        self.house.hear_all()

    @invariant()
    def every_page_shows_what_a_snapshot_of_that_number_showed(self) -> None:
        for who, page in self.house.pages.items():
            for stream, (_epoch, seq, state) in page.shown.items():
                assert state == self.house.history[stream, seq], (who, stream, seq)

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:
                self.house.settle()
                note(f"{len(self.house.acknowledged)} acknowledged, {len(self.house.history)} states")
        finally:
            self.house.close()


@pytest.fixture
def run(stage: Stage, database_kind: str, tmp_path: Any) -> Callable[..., None]:
    """Plays so many runs of so many steps; with `derandomize` always the same."""
    scene = stage.copy(database_kind, tmp_path)

    def build() -> RandomHouse:
        stage.restore(scene)
        return RandomHouse(scene, tmp_path)

    def play(**how: Any) -> None:
        machine = type("Played", (Runs,), {"build": staticmethod(build)})
        known = settings(database=None, suppress_health_check=list(HealthCheck), **how)
        run_state_machine_as_test(machine, settings=known)

    return play


def test_a_few_runs(run: Callable[..., None], on_sqlite: None) -> None:
    run(max_examples=4, stateful_step_count=30, derandomize=True)


@pytest.mark.slow
def test_many_runs(run: Callable[..., None]) -> None:
    run(max_examples=15, stateful_step_count=60, print_blob=True)
