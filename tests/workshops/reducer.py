"""What docs/wire.md says that events do to the states: a reader who knows nothing but that page."""


def apply(state, name, body):
    """The state after one event; unknown events change nothing."""
    effect = EFFECTS.get(name)
    return effect(state, body) if effect else state


def _topic(state, body):
    topic = body["topic"]
    known = any(old["id"] == topic["id"] for old in state["topics"])
    topics = [topic if old["id"] == topic["id"] else old for old in state["topics"]]
    state = {**state, "topics": topics if known else [*topics, topic]}
    poll = state["poll"]
    if (
        poll
        and poll["closed_at"] is None
        and topic["state"] == "proposed"
        and poll["tally"] is not None
        and topic["id"] not in poll["tally"]
    ):
        state = {**state, "poll": {**poll, "tally": {**poll["tally"], topic["id"]: 0}}}
    return state


def _merged(state, body):
    for topic in body["topics"]:
        state = _topic(state, {"topic": topic})
    return {**state, "poll": body["poll"]}


def _carried(state, body):
    marks = {topic: mark for topic, mark in state["marks"].items() if topic != body["topic"]}
    if body["value"] is not None:
        mark = {"value": body["value"], "reason": "", "by": body["by"], "at": body["at"]}
        marks[body["topic"]] = mark | ({"taken_from": body["taken_from"]} if body["taken_from"] else {})
    return {**state, "marks": marks}


def _moved(state, body):
    return {**state, "topics": [topic for topic in state["topics"] if topic["id"] != body["topic"]]}


def _needs(state, body):
    voices = {"need": body["need"], "offer": body["offer"]}
    topics = [{**topic, **voices} if topic["id"] == body["topic"] else topic for topic in state["topics"]]
    return {**state, "topics": topics}


def _tally(state, body):
    poll = {**state["poll"], "voted": body["voted"]}
    if body["topic"] is not None:
        poll["tally"] = {**poll["tally"], body["topic"]: body["approvals"]}
    return {**state, "poll": poll}


def _with_states(state, states):
    return [{**topic, "state": states.get(topic["id"], topic["state"])} for topic in state["topics"]]


def _marked(state, body):
    mark = {"value": body["value"], "reason": body.get("reason", ""), "by": body["by"], "at": body["at"]}
    return {
        **state,
        "abstained": body["abstained"],
        "awaits": False,
        "marks": {**state["marks"], body["topic"]: mark},
    }


def _whole(state, body, *, awaits):
    told = {"reason": "", "by": body["by"], "at": body["at"]}
    same = {topic for topic, mark in state["marks"].items() if body["marks"].get(topic) == mark["value"]}
    marks = {topic: {"value": value, **told} for topic, value in body["marks"].items() if topic not in same}
    return {
        **state,
        "version": body["version"],
        "abstained": False,
        "awaits": awaits,
        "marks": {**state["marks"], **marks},
    }


def _tally_shown(state, body):
    if body["tally"] is None:
        return {**state, "tally": None}
    tally = {**(state["tally"] or {}), **body["tally"]}
    return {**state, "tally": {topic: support for topic, support in tally.items() if support}}


def _by_date(state, body):
    workshop = body["workshop"]
    others = [old for old in state["workshops"] if old["id"] != workshop["id"]]
    return {**state, "workshops": sorted([*others, workshop], key=lambda one: one["starts_at"])}


def _team(state, body):
    team = body["team"]
    known = any(old["id"] == team["id"] for old in state["teams"])
    teams = [team if old["id"] == team["id"] else old for old in state["teams"]]
    return {**state, "teams": teams if known else [*teams, team]}


EFFECTS = {
    "topic.proposed": _topic,
    "topic.changed": _topic,
    "topic.withdrawn": _topic,
    "topic.restored": _topic,
    "topic.asked": _topic,
    "topic.answered": _topic,
    "topic.merged": _merged,
    "topic.unmerged": _merged,
    "topic.moved": _moved,
    "topic.needs_changed": _needs,
    "poll.opened": lambda state, body: {**state, "poll": body["poll"], "agenda": None},
    "poll.changed": lambda state, body: {**state, "poll": body["poll"]},
    "poll.reset": lambda state, body: {**state, "poll": body["poll"]},
    "poll.tally_changed": _tally,
    "poll.closed": lambda state, body: {
        **state, "poll": body["poll"], "agenda": body["agenda"], "topics": _with_states(state, body["topics"])
    },
    "poll.reopened": lambda state, body: {
        **state, "poll": body["poll"], "agenda": None, "topics": _with_states(state, body["topics"])
    },
    "agenda.adopted": lambda state, body: {**state, "agenda": body["agenda"]},
    "sheet.changed": lambda state, body: {**state, "sheet": body["sheet"]},
    "workshop.changed": lambda state, body: {**state, "workshop": body["workshop"]},
    "ballot.marked": _marked,
    "ballot.carried": _carried,
    "ballot.filled": lambda state, body: _whole(state, body, awaits=False),
    "ballot.entered": lambda state, body: _whole(state, body, awaits=True),
    "ballot.confirmed": lambda state, _body: {**state, "awaits": False},
    "ballot.abstained": lambda state, body: {**state, "abstained": body["value"], "awaits": False},
    "ballot.renewed": lambda state, body: {
        **state, "poll": body["poll"], "entitled": True, "owns": body["owns"], "marks": {},
        "abstained": False, "version": 0, "awaits": False, "tally": None
    },
    "ballot.share_changed": lambda state, body: {**state, "owns": body["owns"]},
    "ballot.tally_changed": _tally_shown,
    "poll.missing_changed": lambda state, body: {**state, "missing": body["missing"]},
    "poll.handled": lambda state, body: {**state, "log": [*state["log"], body]},
    "workshop.announced": _by_date,
    "workshop.rescheduled": _by_date,
    "cohort.changed": lambda state, body: {**state, "cohort": body["cohort"]},
    "team.changed": _team,
}  # fmt: skip
