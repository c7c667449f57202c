"""For every command of the house: a place and a body with which it can be carried out in the scene.

A command that is not here fails `tests/house/test_rights.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from tests.scene import ISSUER, Scene, token

from foundation import clock
from people.sign_in.passwords import NOBODY
from people.sign_in.rules import digest, entry

Situation = tuple[str, dict[str, Any]]

TOPIC = {"title": "Junges Engagement", "question": "Wie erreichen wir junge Menschen?", "minutes": 60}
KEYS = [digest(f"recovery code {number}") for number in range(10)]
NIGHT = "5d0c5a4e-7a51-4f0e-8d3c-0f6f1f3b8a77"
NOWHERE = "0" * 16
"""A public id that nothing has."""


def _meeting() -> dict[str, Any]:
    starts_at = clock.wire(clock.now() + timedelta(days=90))
    return {"title": "Treffen in Siegburg", "starts_at": starts_at, "place": "Siegburg", "minutes": 240}


def _later() -> str:
    return clock.wire(clock.now() + timedelta(days=2))


def _block(scene: Scene, key: str) -> dict[str, Any]:
    """A block of the run sheet that is arranged, as it stands."""
    return {"base": 4, "block": scene.blocks[key]}


_SITUATIONS: Mapping[str, Callable[[Scene], Situation]] = {
    "person.create": lambda _: ("house", {"name": "Bergkamen · Integration", "email": "neu@example.org"}),
    "person.lock": lambda scene: ("house", {"person": scene.people["newcomer"]}),
    "person.unlock": lambda scene: ("house", {"person": scene.people["locked"]}),
    "sessions.end": lambda scene: ("house", {"person": scene.people["member"]}),
    "profile.change": lambda _: (
        "member", {"name": "Ahlen · Ehrenamt", "language": "en", "theme": "dark"}
    ),
    "notifications.change": lambda _: (
        "member", {"deliveries": {"poll_opened": "digest"}, "quiet_from": 20, "quiet_until": 7}
    ),
    "notifications.unsubscribe": lambda _: ("member", {"kind": "poll_opened"}),
    "person.erase": lambda _: ("member", {"sure": True}),
    "tour.finish": lambda _: ("member", {}),
    "directory.change": lambda _: ("member", {"office": "Ehrenamt", "shows_email": True}),
    "password.set": lambda scene: (
        "member", {"hash": scene.password_hash, "proof": digest(scene.password_hash)}
    ),
    "password.begin": lambda scene: (
        "guarded", {"hash": scene.password_hash, "session": digest("a session")}
    ),
    "password.renew": lambda scene: (
        "member", {"hash": NOBODY, "proof": digest(scene.password_hash)}
    ),
    "session.open": lambda scene: (
        "member", {"key": "ab" * 32, "ends_at": _later(), "proof": entry(scene.password_hash)}
    ),
    "session.close": lambda scene: ("member", {"session": scene.sessions["member elsewhere"]}),
    "codes.begin": lambda _: ("member", {"secret": "sealed"}),
    "codes.confirm": lambda _: (
        "outsider", {"secret": "sealed", "step": 2, "keys": KEYS, "session": digest(token("outsider"))}
    ),
    "codes.remove": lambda _: ("guarded", {}),
    "code.use": lambda _: ("guarded", {"step": 2}),
    "factors.drop": lambda _: ("guarded", {}),
    "recovery.renew": lambda _: ("guarded", {"keys": KEYS}),
    "session.confirm": lambda _: ("member", {"session": digest(token("member")), "strong": True}),
    "passkey.add": lambda _: (
        "member",
        {
            "credential": "made", "public_key": "key", "sign_count": 0, "name": "Telefon", "keys": KEYS,
            "session": digest(token("member")),
        },
    ),
    "passkey.use": lambda scene: (
        "guarded", {"passkey": scene.passkey, "sign_count": 2, "asked_at": clock.wire(clock.now())}
    ),
    "passkey.rename": lambda scene: ("guarded", {"passkey": scene.passkey, "name": "Schlüsselbund"}),
    "passkey.remove": lambda scene: (
        "guarded", {"passkey": scene.passkey, "session": digest(token("member")), "passwords": True}
    ),
    "identity.link": lambda _: ("member", {"issuer": ISSUER, "subject": "another"}),
    "identity.use": lambda _: ("member", {"issuer": ISSUER, "subject": "member"}),
    "identity.remove": lambda _: ("member", {"issuer": ISSUER, "subject": "member", "passwords": True}),
    "reset.request": lambda _: ("house", {"address": "member@example.org"}),
    "reset.make": lambda _: ("member", {}),
    "reset.use": lambda scene: (
        "member", {"link": scene.links["reset"], "hash": scene.password_hash}
    ),
    "address.ask": lambda _: ("member", {"address": "elsewhere@example.org"}),
    "address.confirm": lambda scene: ("member", {"link": scene.links["address_old"]}),
    "address.drop": lambda _: ("member", {}),
    "text.change": lambda _: ("house", {"slug": "imprint", "language": "de", "source": "# Impressum"}),
    "retention.run": lambda _: ("house", {"round": NIGHT, "kind": "links", "before": _later()}),
    "retention.warn": lambda _: ("member", {}),
    "organisation.create": lambda _: ("house", {"name": "Senden", "kind": "gemeinde", "region": ""}),
    "organisation.change": lambda scene: (
        "house", {"organisation": scene.organisation, "name": "Ahlen", "kind": "stadt", "region": "Westfalen"}
    ),
    "organisation.remove": lambda scene: ("house", {"organisation": scene.unused}),
    "programme.create": lambda _: ("house", {"name": "Engagiert im Kreis"}),
    "programme.change": lambda scene: (
        "house", {"programme": scene.programme, "name": "Engagiert in Westfalen"}
    ),
    "import.confirm": lambda scene: (
        "house",
        {"kind": "people", "cohort": scene.cohort, "text": "Team;Name;E-Mail\nMenden;Neu;neu@example.org"},
    ),
    "import.undo": lambda scene: ("house", {"list": scene.taken}),
    "list.export": lambda scene: ("house", {"list": "people", "cohort": scene.cohort}),
    "cohort.create": lambda _: (
        "house", {"name": "Durchgang 2019", "starts_on": "2019-01-01", "ends_on": "2020-06-30"}
    ),
    "cohort.change": lambda _: (
        "cohort",
        {"name": "Umbenannt", "starts_on": "2015-09-01", "ends_on": "2018-06-30", "seats_per_team": 3},
    ),
    "team.change": lambda scene: (
        "cohort", {"team": scene.teams["senden"], "organisation": scene.organisation, "name": "Senden, neu"}
    ),
    "team.remove": lambda scene: ("other_cohort", {"team": scene.teams["empty"]}),
    "team.create": lambda scene: ("cohort", {"organisation": scene.organisation, "name": "Kreis Olpe"}),
    "seat.give": lambda scene: (
        "cohort", {"team": scene.teams["ahlen"], "person": scene.people["newcomer"]}
    ),
    "seat.change": lambda scene: ("cohort", {"seat": scene.seats["neighbour"], "valid_until": _later()}),
    "seat.end": lambda scene: ("cohort", {"seat": scene.seats["neighbour"]}),
    "seat.succeed": lambda scene: (
        "cohort", {"seat": scene.seats["neighbour"], "name": "Neu in Menden", "email": "neu@example.org"}
    ),
    "seat.turn": lambda scene: ("cohort", {"seat": scene.seats["neighbour"]}),
    "role.grant": lambda scene: (
        "house", {"person": scene.people["newcomer"], "role": "coach", "team": scene.teams["ahlen"]}
    ),
    "role.turn": lambda scene: ("house", {"role": scene.roles["coach"]}),
    "role.change": lambda scene: ("house", {"role": scene.roles["coach"], "valid_until": _later()}),
    "role.end": lambda scene: ("house", {"role": scene.roles["coach"]}),
    "invitation.send": lambda scene: (
        "house", {"email": "neu@example.org", "name": "Neu", "role": "participant", "team": scene.teams["ahlen"]}  # noqa: E501 -- one body in one line
    ),
    "invitation.resend": lambda scene: ("house", {"invitation": scene.invitation}),
    "invitation.withdraw": lambda scene: ("house", {"invitation": scene.invitation}),
    "invitation.accept": lambda scene: (
        "house", {"link": scene.links["invitation"], "hash": scene.password_hash}
    ),
    "workshop.create": lambda _: ("cohort", _meeting()),
    "workshop.change": lambda _: ("collecting", _meeting()),
    "workshop.cancel": lambda _: ("collecting", {"reason": "Der Saal ist gesperrt."}),
    "workshop.reinstate": lambda _: ("cancelled", {}),
    "calendar.open": lambda _: ("member", {"key": digest("another calendar")}),
    "calendar.revoke": lambda _: ("member", {}),
    "topic.propose": lambda _: ("collecting", TOPIC),
    "topic.change": lambda scene: ("collecting", {**TOPIC, "topic": scene.topics["collecting"]}),
    "topic.withdraw": lambda scene: ("collecting", {"topic": scene.topics["collecting"]}),
    "topic.restore": lambda scene: ("collecting", {"topic": scene.topics["withdrawn"]}),
    "topic.need": lambda scene: ("collecting", {"topic": scene.topics["collecting"], "value": True}),
    "topic.offer": lambda scene: ("collecting", {"topic": scene.topics["collecting"], "value": True}),
    "topic.ask": lambda _: ("collecting", {"question": "Wie erreichen wir junge Menschen?"}),
    "topic.answer": lambda scene: ("held", {"topic": scene.topics["held"], "answered": "partly"}),
    "topic.carry": lambda scene: ("collecting", {"topic": scene.topics["collecting"], "by": "expert"}),
    "topic.merge": lambda scene: (
        "collecting", {"into": scene.topics["collecting"], "topic": scene.topics["similar"]}
    ),
    "topic.unmerge": lambda scene: ("collecting", {"topic": scene.topics["merged"]}),
    "topic.forward": lambda _: ("cancelled", {}),
    "poll.open": lambda _: ("collecting", {"opens_at": None, "closes_at": None}),
    "poll.change": lambda _: ("blank", {"method": "score"}),
    "poll.close": lambda _: ("voting", {}),
    "poll.reopen": lambda _: ("counted", {"closes_at": None}),
    "poll.remind": lambda scene: ("voting", {"poll": scene.polls["voting"]}),
    "ballot.mark": lambda scene: ("voting", {"topic": scene.topics["voting"], "value": 0}),
    "ballot.fill": lambda scene: ("entered", {"base": 1, "marks": {scene.topics["entered"]: 3}}),
    "ballot.confirm": lambda _: ("entered", {"base": 1}),
    "ballot.enter": lambda scene: (
        "entered", {"team": scene.teams["senden"], "marks": {scene.topics["entered"]: 1}}
    ),
    "poll.reset": lambda scene: ("sealed", {"poll": scene.polls["sealed"]}),
    "ballot.abstain": lambda _: ("voting", {"value": True}),
    "ballot.cast": lambda scene: (
        "sealed", {"poll": scene.polls["sealed"], "base": 0, "marks": {scene.topics["sealed"]: 1}}
    ),
    "agenda.adopt": lambda _: ("counted", {}),
    "block.move": lambda scene: ("arranged", {**_block(scene, "second"), "after": None}),
    "block.resize": lambda scene: ("arranged", {**_block(scene, "first"), "minutes": 45}),
    "block.rename": lambda scene: ("arranged", {**_block(scene, "closing"), "title": "Feedback"}),
    "block.split": lambda scene: ("arranged", {**_block(scene, "second"), "minutes": 20}),
    "block.join": lambda scene: ("arranged", {**_block(scene, "first"), "other": scene.blocks["second"]}),
    "block.add": lambda _: ("arranged", {"base": 4, "minutes": 15}),
    "block.remove": lambda scene: ("arranged", _block(scene, "second")),
    "block.restore": lambda scene: ("arranged", _block(scene, "off")),
    "sheet.start": lambda _: ("arranged", {"base": 4}),
    "sheet.next": lambda _: ("running", {"base": 2}),
    "sheet.back": lambda _: ("running", {"base": 2}),
    "sheet.extend": lambda _: ("running", {"base": 2, "minutes": 100}),
}  # fmt: skip

KNOWN = frozenset(_SITUATIONS)


def situation(scene: Scene, name: str) -> Situation:
    """Place and body of the command in the scene."""
    place, body = _SITUATIONS[name](scene)
    return scene.place(place), dict(body)
