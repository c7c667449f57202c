"""For every command of the room: who may give it, and a workshop at which it can be given."""

from foundation import clock

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
    "topic.ask": MEMBERS,
    "topic.answer": PROPOSERS,
    "topic.carry": {"facilitator"},
    "topic.merge": {"facilitator"},
    "topic.unmerge": {"facilitator"},
    "topic.forward": {"facilitator"},
    "poll.open": {"facilitator"},
    "poll.change": {"facilitator"},
    "poll.close": {"facilitator"},
    "poll.reopen": {"facilitator"},
    "ballot.mark": MEMBERS,
    "ballot.fill": MEMBERS,
    "ballot.abstain": MEMBERS,
    "ballot.confirm": MEMBERS,
    "ballot.enter": {"facilitator"},
    "ballot.cast": MEMBERS,
    "poll.reset": {"system"},
    "agenda.adopt": {"facilitator"},
    "block.move": {"facilitator"},
    "block.resize": {"facilitator"},
    "block.rename": {"facilitator"},
    "block.split": {"facilitator"},
    "block.join": {"facilitator"},
    "block.add": {"facilitator"},
    "block.remove": {"facilitator"},
    "block.restore": {"facilitator"},
    "sheet.start": {"facilitator"},
    "sheet.next": {"facilitator"},
    "sheet.back": {"facilitator"},
    "sheet.extend": {"facilitator"},
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


def _cancelled(world, _topic):
    world.ask("facilitator", "workshop.cancel")
    return {}


def _in_poll(body):
    def prepared(world, topic):
        _opened(world)
        return {name: topic if name == "topic" else value for name, value in body.items()}

    return prepared


def _to_be_filled(world, topic):
    world.ask("facilitator", "poll.open", {"method": "dots"})
    return {"base": 0, "marks": {topic: 3}}


def _to_be_entered(world, topic):
    _opened(world)
    return {"team": world.teams["menden"], "marks": {topic: 1}}


def _to_be_confirmed(world, topic):
    _opened(world)
    for team in ("ahlen", "menden", "senden"):
        body = {"team": world.teams[team], "marks": {topic: 1}}
        world.ask("facilitator", "ballot.enter", body)
    return {"base": 1}


def _after_poll(world, topic):
    _closed(world, topic)
    return {}


def adopted(world, topic):
    """The run sheet of a meeting that is about to begin: arrival, the topic, the closing."""
    world.ask("facilitator", "workshop.change", {**MEETING, "starts_at": clock.wire(clock.now())})
    _closed(world, topic)
    world.ask("facilitator", "agenda.adopt")
    return world.state()["sheet"]


def _on_sheet(**body):
    """A block is named by its place on the sheet."""

    def prepared(world, topic):
        sheet = adopted(world, topic)
        places = {"block": sheet["blocks"][body["block"]]["id"]} if "block" in body else {}
        return {"base": sheet["version"], **body, **places}

    return prepared


def _restore_block(world, topic):
    body = _on_sheet(block=1)(world, topic)
    world.ask("facilitator", "block.remove", body)
    return {**body, "base": body["base"] + 1, "after": None}


def _join(world, topic):
    body = _on_sheet(block=1)(world, topic)
    made = world.ask("facilitator", "block.split", {**body, "minutes": 30}).result["block"]
    return {**body, "base": body["base"] + 1, "other": made}


def _running(**body):
    def prepared(world, topic):
        sheet = adopted(world, topic)
        world.ask("facilitator", "sheet.start", {"base": sheet["version"]})
        return {"base": sheet["version"] + 1, **body}

    return prepared


SECRET = {"secret": True, "show": "end", "quorum": 3}


def _cast(world, topic):
    poll = world.ask("facilitator", "poll.open", SECRET).result["poll"]
    return {"poll": poll, "base": 0, "marks": {topic: 1}, "abstained": False}


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
    "topic.answer": _held,
    "topic.carry": lambda _world, topic: {"topic": topic, "by": "expert", "note": "Landesstelle fragen"},
    "topic.merge": _two,
    "topic.unmerge": _one_of_two,
    "topic.forward": _cancelled,
    "poll.open": lambda _world, _topic: {},
    "poll.change": _in_poll({"method": "equal_shares", "show": "end", "minutes": 240}),
    "poll.close": _in_poll({}),
    "poll.reopen": _after_poll,
    "ballot.mark": _in_poll({"topic": "", "value": 1}),
    "ballot.fill": _to_be_filled,
    "ballot.abstain": _in_poll({"value": True}),
    "ballot.confirm": _to_be_confirmed,
    "ballot.enter": _to_be_entered,
    "ballot.cast": _cast,
    "poll.reset": _reset,
    "agenda.adopt": _after_poll,
    "block.move": _on_sheet(block=1, after=None),
    "block.resize": _on_sheet(block=1, minutes=45),
    "block.rename": _on_sheet(block=0, title="Begrüßungskaffee"),
    "block.split": _on_sheet(block=1, minutes=30),
    "block.join": _join,
    "block.add": _on_sheet(kind="break", minutes=15, after=None),
    "block.remove": _on_sheet(block=1),
    "block.restore": _restore_block,
    "sheet.start": _on_sheet(),
    "sheet.next": _running(),
    "sheet.back": _running(),
    "sheet.extend": _running(minutes=100),
}
