"""For every command of the room: who may give it, and a workshop at which it can be given."""

from .conftest import LATER

MEMBERS = {"ahlen", "ahlen_2", "menden", "senden"}
PROPOSERS = {"ahlen", "ahlen_2"}
OFFICE = {"facilitator", "administrator", "system"}

ALLOWED = {
    "workshop.create": OFFICE,
    "workshop.change": OFFICE,
    "topic.propose": MEMBERS,
    "topic.change": PROPOSERS,
    "topic.withdraw": PROPOSERS,
    "topic.restore": PROPOSERS,
    "topic.need": MEMBERS,
    "topic.offer": MEMBERS,
    "poll.open": {"facilitator"},
    "poll.change": {"facilitator"},
    "poll.close": {"facilitator"},
    "poll.reopen": {"facilitator"},
    "ballot.mark": MEMBERS,
    "ballot.abstain": MEMBERS,
    "ballot.cast": MEMBERS,
    "poll.reset": {"system"},
    "agenda.adopt": {"facilitator"},
}

MEETING = {"title": "Treffen in Siegburg", "starts_at": LATER, "place": "Siegburg", "minutes": 240}
TOPIC = {"title": "Junges Engagement", "question": "Wie erreichen wir junge Menschen?", "minutes": 60}


def prepare(world, name):
    """Bring the world to where the command makes sense; returns the body and the place to give it at."""
    if name == "workshop.create":
        return MEETING, f"cohort/{world.cohort}"
    if name == "workshop.change":
        return MEETING, ""
    if name == "topic.propose":
        return TOPIC, ""
    topic = world.propose("ahlen")
    return _AFTER_A_TOPIC[name](world, topic), ""


def _restore(world, topic):
    world.ask("ahlen", "topic.withdraw", {"topic": topic})
    return {"topic": topic}


def _opened(world):
    world.ask("facilitator", "poll.open")


def _closed(world, topic):
    _opened(world)
    world.mark("ahlen", topic)
    world.ask("facilitator", "poll.close")


def _in_poll(body):
    def prepared(world, topic):
        _opened(world)
        return {name: topic if name == "topic" else value for name, value in body.items()}

    return prepared


def _after_poll(world, topic):
    _closed(world, topic)
    return {}


SECRET = {"secret": True, "show": "end", "quorum": 3}


def _cast(world, topic):
    world.ask("facilitator", "poll.open", SECRET)
    return {"base": 0, "marks": {topic: 1}, "abstained": False}


def _reset(world, _topic):
    poll = world.ask("facilitator", "poll.open", SECRET).result["poll"]
    for key in world.door.vault.kept():
        world.door.vault.destroy(key)
    return {"poll": poll}


_AFTER_A_TOPIC = {
    "topic.change": lambda _world, topic: {**TOPIC, "topic": topic},
    "topic.withdraw": lambda _world, topic: {"topic": topic},
    "topic.restore": _restore,
    "topic.need": lambda _world, topic: {"topic": topic, "value": True},
    "topic.offer": lambda _world, topic: {"topic": topic, "value": True},
    "poll.open": lambda _world, _topic: {},
    "poll.change": _in_poll({"method": "equal_shares", "show": "end", "minutes": 240}),
    "poll.close": _in_poll({}),
    "poll.reopen": _after_poll,
    "ballot.mark": _in_poll({"topic": "", "value": 1}),
    "ballot.abstain": _in_poll({"value": True}),
    "ballot.cast": _cast,
    "poll.reset": _reset,
    "agenda.adopt": _after_poll,
}
