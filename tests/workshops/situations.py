"""For every command of the room: who may give it, and a workshop at which it can be given."""

from .conftest import LATER

MEMBERS = {"ahlen", "ahlen_2", "menden", "senden"}
PROPOSERS = {"ahlen", "ahlen_2"}
OFFICE = {"facilitator", "administrator", "system"}

ALLOWED = {
    "workshop.create": OFFICE,
    "workshop.change": OFFICE,
    "workshop.cancel": OFFICE,
    "workshop.reinstate": OFFICE,
    "topic.propose": MEMBERS,
    "topic.change": PROPOSERS,
    "topic.withdraw": PROPOSERS,
    "topic.restore": PROPOSERS,
    "topic.need": MEMBERS,
    "topic.offer": MEMBERS,
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
    if name == "workshop.cancel":
        return {"reason": "Der Saal ist gesperrt."}, ""
    if name == "workshop.reinstate":
        world.ask("facilitator", "workshop.cancel")
        return {}, ""
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


_AFTER_A_TOPIC = {
    "topic.change": lambda _world, topic: {**TOPIC, "topic": topic},
    "topic.withdraw": lambda _world, topic: {"topic": topic},
    "topic.restore": _restore,
    "topic.need": lambda _world, topic: {"topic": topic, "value": True},
    "topic.offer": lambda _world, topic: {"topic": topic, "value": True},
    "poll.open": lambda _world, _topic: {},
    "poll.close": _in_poll({}),
    "poll.reopen": _after_poll,
    "ballot.mark": _in_poll({"topic": "", "value": 1}),
    "ballot.abstain": _in_poll({"value": True}),
    "agenda.adopt": _after_poll,
}
