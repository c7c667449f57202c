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
    "topic.ask": MEMBERS,
    "topic.answer": PROPOSERS,
    "topic.carry": {"facilitator"},
    "topic.merge": {"facilitator"},
    "topic.unmerge": {"facilitator"},
    "poll.open": {"facilitator"},
    "poll.close": {"facilitator"},
    "poll.reopen": {"facilitator"},
    "ballot.mark": MEMBERS,
    "ballot.abstain": MEMBERS,
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
    if name == "topic.ask":
        return {"question": "Wie erreichen wir junge Menschen?"}, ""
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


def _held(world, topic):
    _closed(world, topic)
    world.ask("facilitator", "agenda.adopt")
    return {"topic": topic, "answered": "partly", "note": "Der Anfang ist gemacht."}


def _two(world, topic):
    """A vote on two topics that mean the same; one team wants the one, one the other."""
    other = world.propose("menden", title="Junge Menschen")
    _opened(world)
    world.mark("ahlen", topic)
    world.mark("menden", other)
    return {"into": topic, "topic": other}


def _one_of_two(world, topic):
    both = _two(world, topic)
    world.ask("facilitator", "topic.merge", both)
    return {"topic": both["topic"]}


def _in_poll(body):
    def prepared(world, topic):
        _opened(world)
        return {name: topic if name == "topic" else value for name, value in body.items()}

    return prepared


def _after_poll(world, topic):
    _closed(world, topic)
    return {}


_AFTER_A_TOPIC = {
    "topic.change": lambda _world, topic: {**TOPIC, "topic": topic},
    "topic.withdraw": lambda _world, topic: {"topic": topic},
    "topic.restore": _restore,
    "topic.need": lambda _world, topic: {"topic": topic, "value": True},
    "topic.offer": lambda _world, topic: {"topic": topic, "value": True},
    "topic.answer": _held,
    "topic.carry": lambda _world, topic: {"topic": topic, "by": "expert", "note": "Landesstelle fragen"},
    "topic.merge": _two,
    "topic.unmerge": _one_of_two,
    "poll.open": lambda _world, _topic: {},
    "poll.close": _in_poll({}),
    "poll.reopen": _after_poll,
    "ballot.mark": _in_poll({"topic": "", "value": 1}),
    "ballot.abstain": _in_poll({"value": True}),
    "agenda.adopt": _after_poll,
}
