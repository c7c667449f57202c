"""Six teams and a secret poll over four topics."""

from dataclasses import dataclass

import pytest

from foundation import jobs

TITLES = ("Strategie", "Netzwerk", "Ehrenamtskarte", "Geflüchtete")
SECRET = {"secret": True, "show": "end", "quorum": 5}


@dataclass
class Secret:
    """A secret poll, and what can be done in it."""

    world: object
    topics: list
    poll: str = ""

    def open(self, **held):
        self.poll = self.world.ask("facilitator", "poll.open", {**SECRET, **held}).result["poll"]

    def cast(self, who, *topics, base=0, abstained=False, command_id="", **values):
        marks = dict.fromkeys((self.topics[number] for number in topics), 1)
        marks |= {self.topics[int(number[1:])]: value for number, value in values.items()}
        poll = self.world.state()["poll"]["id"]
        body = {"poll": poll, "base": base, "marks": marks, "abstained": abstained}
        return self.world.ask(who, "ballot.cast", body, command_id=command_id)

    def close(self):
        self.world.ask("facilitator", "poll.close")

    def work(self):
        """The loop of due work goes round."""
        jobs.carry_out_due(self.world.door, jobs.handlers())

    @property
    def keys(self):
        return set(self.world.door.vault.kept())


VOTERS = ("ahlen", "menden", "senden", "hilden", "luenen", "unna")


@pytest.fixture
def unopened(world):
    for key in VOTERS[3:]:
        world.join(key)
    topics = [world.propose(title=title, minutes=60 + 30 * number) for number, title in enumerate(TITLES)]
    return Secret(world, topics)


@pytest.fixture
def secret(unopened):
    unopened.open()
    return unopened
