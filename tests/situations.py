"""For every command of the house: a place and a body with which it can be carried out in the scene.

A command that is not here fails `tests/house/test_rights.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from tests.scene import Scene

from foundation import clock
from people.sign_in.rules import digest

Situation = tuple[str, dict[str, Any]]

TOPIC = {"title": "Junges Engagement", "question": "Wie erreichen wir junge Menschen?", "minutes": 60}
NOWHERE = "0" * 16
"""A public id that nothing has."""


def _meeting() -> dict[str, Any]:
    starts_at = clock.wire(clock.now() + timedelta(days=90))
    return {"title": "Treffen in Siegburg", "starts_at": starts_at, "place": "Siegburg", "minutes": 240}


def _later() -> str:
    return clock.wire(clock.now() + timedelta(days=2))


_SITUATIONS: Mapping[str, Callable[[Scene], Situation]] = {
    "person.create": lambda _: ("house", {"name": "Bergkamen · Integration", "email": "neu@example.org"}),
    "profile.change": lambda _: (
        "member", {"name": "Ahlen · Ehrenamt", "language": "en", "theme": "dark"}
    ),
    "password.set": lambda scene: (
        "member", {"hash": scene.password_hash, "proof": digest(scene.password_hash)}
    ),
    "session.open": lambda scene: (
        "member", {"key": "ab" * 32, "ends_at": _later(), "proof": digest(scene.password_hash)}
    ),
    "session.close": lambda scene: ("member", {"session": scene.sessions["member elsewhere"]}),
    "text.change": lambda _: ("house", {"slug": "imprint", "language": "de", "source": "# Impressum"}),
    "organisation.create": lambda _: ("house", {"name": "Senden", "kind": "gemeinde", "region": ""}),
    "cohort.create": lambda _: (
        "house", {"name": "Durchgang 2019", "starts_on": "2019-01-01", "ends_on": "2020-06-30"}
    ),
    "team.create": lambda scene: ("cohort", {"organisation": scene.organisation, "name": "Kreis Olpe"}),
    "seat.give": lambda scene: (
        "cohort", {"team": scene.teams["ahlen"], "person": scene.people["newcomer"]}
    ),
    "seat.end": lambda scene: ("cohort", {"seat": scene.seats["neighbour"]}),
    "seat.turn": lambda scene: ("cohort", {"seat": scene.seats["neighbour"]}),
    "role.grant": lambda scene: (
        "house", {"person": scene.people["newcomer"], "role": "coach", "team": scene.teams["ahlen"]}
    ),
    "role.end": lambda scene: ("house", {"role": scene.roles["coach"]}),
    "workshop.create": lambda _: ("cohort", _meeting()),
    "workshop.change": lambda _: ("collecting", _meeting()),
    "topic.propose": lambda _: ("collecting", TOPIC),
    "topic.change": lambda scene: ("collecting", {**TOPIC, "topic": scene.topics["collecting"]}),
    "topic.withdraw": lambda scene: ("collecting", {"topic": scene.topics["collecting"]}),
    "topic.restore": lambda scene: ("collecting", {"topic": scene.topics["withdrawn"]}),
    "topic.need": lambda scene: ("collecting", {"topic": scene.topics["collecting"], "value": True}),
    "topic.offer": lambda scene: ("collecting", {"topic": scene.topics["collecting"], "value": True}),
    "poll.open": lambda _: ("collecting", {"opens_at": None, "closes_at": None}),
    "poll.close": lambda _: ("voting", {}),
    "poll.reopen": lambda _: ("counted", {"closes_at": None}),
    "ballot.mark": lambda scene: ("voting", {"topic": scene.topics["voting"], "value": 0}),
    "ballot.abstain": lambda _: ("voting", {"value": True}),
    "agenda.adopt": lambda _: ("counted", {}),
}  # fmt: skip

KNOWN = frozenset(_SITUATIONS)


def situation(scene: Scene, name: str) -> Situation:
    """Place and body of the command in the scene."""
    place, body = _SITUATIONS[name](scene)
    return scene.place(place), dict(body)
