"""A series of three workshops, and a vote at one of them from the first topic to the adopted agenda."""

import pytest

ROLE = "facilitator"
SHARES = {"method": "equal_shares", "completion": "none"}
SECOND, THIRD = "2016-06-09T09:00:00Z", "2016-09-15T09:00:00Z"


def vote(world, wanted, *, at="", adopt=True, **settings):
    """Hold a poll: topics by title with their minutes and those who want them; the titles chosen."""
    place = at or f"workshop/{world.workshop}"
    topics = {
        title: world.propose(title=f"Thema {title}", minutes=minutes, at=place)
        for title, (minutes, _who) in wanted.items()
    }
    world.ask(ROLE, "poll.open", settings, at=place)
    for title, (_minutes, who) in wanted.items():
        for team in who.split():
            world.ask(team, "ballot.mark", {"topic": topics[title], "value": 1}, at=place)
    world.ask(ROLE, "poll.close", at=place)
    chosen = [block["title"].removeprefix("Thema ") for block in world.state(place)["agenda"]["blocks"]]
    if adopt:
        world.ask(ROLE, "agenda.adopt", at=place)
    return chosen


@pytest.fixture
def later(world):
    """The places of two workshops that follow."""
    return [f"workshop/{world.add_workshop(starts_at=day)}" for day in (SECOND, THIRD)]
