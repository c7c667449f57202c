"""One house with somebody in every role, for tests that go through more than one room.

Two cohorts. The first has some workshops: at one topics are collected, at one the teams vote, at one
the votes are counted and the agenda waits to be adopted, at one nobody has voted yet, at one the
facilitator has filled in ballots, one has its run sheet, one is going on, one is
cancelled, and at one they vote in secret. Every command of the house makes sense somewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from foundation import clock, commands, ids, policy
from foundation.database import Database
from foundation.door import Door
from foundation.policy import Credential, Role
from foundation.transaction import Transaction
from foundation.vault import NO_VAULT, Vault
from people.accounts.models import Person
from people.factors.models import OneTimeCode, Passkey
from people.identities.service import link_identity
from people.invitations.aiming import Invited
from people.invitations.issuing import issue
from people.links import service as links
from people.links.rules import Purpose
from people.mail import service as mail
from people.sign_in import passwords
from people.sign_in.policy import DOOR
from people.sign_in.queries import KIND, identify_within
from people.sign_in.rules import SessionLimits, digest
from werkstatt import migrating, rooms
from workshops.run_sheet import queries as run_sheet

SEED = policy.system("seed")
ISSUER = "https://anmeldung.example.org"
CALENDAR = "the-token-of-the-calendar-of-the-member-000"
"""What stands in the address under which the member's calendar asks."""
PASSWORD = "vier Worte reichen gut"
PEOPLE = {
    "member": "Ahlen · Engagementförderung",
    "neighbour": "Menden · Ehrenamt",
    "outsider": "Hille · Dorfentwicklung",
    "coach": "Coach",
    "facilitator": "Moderation",
    "visitor": "Moderation des nächsten Durchgangs",
    "administrator": "Programmbüro",
    "former": "Ahlen · Sozialplanung",
    "expert": "Fachhochschule · Engagementforschung",
    "network": "Siegen · Ehrenamtsservice",
    "newcomer": "Senden · Bürgerbüro",
}
"""Who there is, by role. `visitor` facilitates the other cohort; `newcomer` has no seat and no role yet."""


def address(who: str) -> str:
    return f"{who}@example.org"


def token(who: str) -> str:
    """The token of a session that is open from the beginning."""
    return f"the token of {who}"


@dataclass
class Scene:
    """Public ids by the names the tests use, and where it all lies."""

    url: str
    keys: Path
    """Where the keys of its secret polls lie."""
    cohort: str = ""
    other_cohort: str = ""
    organisation: str = ""
    unused: str = ""
    """An organisation without a team."""
    programme: str = ""
    taken: str = ""
    """A list that was taken in."""
    invitation: str = ""
    """One that waits: to facilitate the other cohort."""
    teams: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    seats: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    workshops: dict[str, str] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)
    polls: dict[str, str] = field(default_factory=dict)
    blocks: dict[str, str] = field(default_factory=dict)
    """On the run sheet that is arranged: both parts of a topic, and a break that was taken off."""
    links: dict[str, str] = field(default_factory=dict)
    passkey: str = ""
    """One of somebody who has a role in no table: `guarded`."""
    password_hash: str = ""

    def place(self, name: str) -> str:
        """`collecting` -> `workshop/<id>`; else `cohort`, `other_cohort`, `house` or one of `PEOPLE`."""
        if name in self.workshops:
            return f"workshop/{self.workshops[name]}"
        if name in self.people:
            return f"person/{self.people[name]}"
        return {"cohort": f"cohort/{self.cohort}", "other_cohort": f"cohort/{self.other_cohort}"}.get(
            name, name
        )

    def ballot(self, workshop: str, team: str) -> str:
        """The stream of a team's ballot."""
        return f"workshop/{self.workshops[workshop]}/team/{self.teams[team]}"

    def desk(self, workshop: str) -> str:
        return f"workshop/{self.workshops[workshop]}/facilitators"


def credential(who: str) -> Credential:
    return Credential(KIND, digest(token(who)))


def open_door(database: Database, *, keys: Path | None = None) -> Door:
    vault = Vault(keys) if keys else NO_VAULT
    return Door(database, identify_within(SessionLimits()), secret=b"the scene", vault=vault)


def furnish(url: str, keys: Path) -> Scene:
    """Bring an empty database to the newest tables and put everybody in; all of it by commands."""
    migrating.upgrade(url)
    database = Database(url)
    with database.transaction() as connection:
        rooms.furnish(connection)
    scene = Scene(url, keys)
    door = open_door(database, keys=keys)
    scene.password_hash = passwords.hash_of(PASSWORD)
    _people(door, scene)
    _seats(door, scene)
    _series(door, scene)
    _run_sheets(door, scene)
    _lives(door, scene)
    _ways_in(database, scene)
    _invitation(database, scene)
    database.close()
    return scene


def _ask(door: Door, who: Any, name: str, place: str, body: dict[str, Any] | None = None) -> dict[str, str]:
    asker = credential(who) if isinstance(who, str) else who
    return dict(door.carry_out(asker, commands.ask(name, place, body)).result)


def _people(door: Door, scene: Scene) -> None:
    kinds = {"name": "Ahlen", "kind": "stadt", "region": "Münsterland"}
    scene.organisation = _ask(door, SEED, "organisation.create", "house", kinds)["organisation"]
    unused = {"name": "Telgte", "kind": "stadt"}
    scene.unused = _ask(door, SEED, "organisation.create", "house", unused)["organisation"]
    scene.programme = _ask(door, SEED, "programme.create", "house", {"name": "Engagiert"})["programme"]
    taken = {"kind": "organisations", "text": "Name;Art\nBeckum;Stadt"}
    scene.taken = _ask(door, SEED, "import.confirm", "house", taken)["import"]
    days = {"starts_on": "2015-09-01", "ends_on": "2017-12-31"}
    scene.cohort, scene.other_cohort = (
        _ask(door, SEED, "cohort.create", "house", {"name": name, **days})["cohort"]
        for name in ("Durchgang 2015/16", "Durchgang 2017")
    )
    for who, name in PEOPLE.items():
        body = {"name": name, "email": address(who)}
        scene.people[who] = _ask(door, SEED, "person.create", "house", body)["person"]
        _ask(door, SEED, "password.set", scene.place(who), {"hash": scene.password_hash})
        key, ends_at = digest(token(who)), clock.now() + timedelta(days=7)
        opened = _ask(door, DOOR, "session.open", scene.place(who), {"key": key, "ends_at": ends_at})
        scene.sessions[who] = opened["session"]
    key, ends_at = digest("another token of member"), clock.now() + timedelta(days=7)
    opened = _ask(door, DOOR, "session.open", scene.place("member"), {"key": key, "ends_at": ends_at})
    scene.sessions["member elsewhere"] = opened["session"]
    guarded = {"name": "Finnentrop · Ehrenamt", "email": address("guarded")}
    scene.people["guarded"] = _ask(door, SEED, "person.create", "house", guarded)["person"]
    locked = {"name": "Sprockhövel · Kultur", "email": address("locked")}
    scene.people["locked"] = _ask(door, SEED, "person.create", "house", locked)["person"]
    _ask(door, SEED, "person.lock", "house", {"person": scene.people["locked"]})


def _ways_in(database: Database, scene: Scene) -> None:
    """What the member has been sent and where else they are known; no mail waits, as it is long sent."""
    person = scene.people["member"]
    with database.transaction() as connection:
        transaction = Transaction(connection)
        for key in ("blank", "entered", "sealed"):
            mail.withdraw(transaction, f"poll/{scene.polls[key]}")
        row = connection.execute(select(Person.id).where(Person.public_id == person)).scalar_one()
        link_identity(transaction, row, ISSUER, "member")
        for purpose in (Purpose.RESET, Purpose.ADDRESS_OLD, Purpose.ADDRESS_NEW):
            subject = "" if purpose is Purpose.RESET else "moved@example.org"
            scene.links[purpose] = links.make(transaction, purpose, person=person, subject=subject)
        for who, confirmed_at in (("guarded", transaction.now), ("outsider", None)):
            has = select(Person.id).where(Person.public_id == scene.people[who]).scalar_subquery()
            codes = {"secret": "sealed", "made_at": transaction.now, "confirmed_at": confirmed_at}
            connection.execute(insert(OneTimeCode).values(person_id=has, last_step=1, **codes))
        scene.passkey = ids.public_id()
        has = select(Person.id).where(Person.public_id == scene.people["guarded"]).scalar_subquery()
        about = {"public_key": "key", "sign_count": 1, "transports": "usb", "made_at": transaction.now}
        # Two, so that one of them is not the only way in.
        for public_id, name in ((scene.passkey, "Schlüssel"), (ids.public_id(), "Telefon")):
            row = {"public_id": public_id, "credential": name, "name": name, "person_id": has, **about}
            connection.execute(insert(Passkey).values(**row))


def _invitation(database: Database, scene: Scene) -> None:
    with database.transaction() as connection:
        transaction = Transaction(connection)
        invited = Invited(
            email=address("invited"), name="Moderation, neu", role=Role.FACILITATOR,
            cohort=scene.other_cohort,
        )  # fmt: skip
        scene.invitation = issue(transaction, SEED, invited)
        scene.links[Purpose.INVITATION] = links.make(
            transaction, Purpose.INVITATION, subject=scene.invitation
        )


def _seats(door: Door, scene: Scene) -> None:
    for key, name, cohort in (
        ("ahlen", "Ahlen", "cohort"),
        ("menden", "Menden", "cohort"),
        ("senden", "Senden", "cohort"),
        ("hille", "Hille", "other_cohort"),
        ("empty", "Hamm", "other_cohort"),
    ):
        body = {"organisation": scene.organisation, "name": name}
        scene.teams[key] = _ask(door, SEED, "team.create", scene.place(cohort), body)["team"]
    for who, team, cohort in (
        ("member", "ahlen", "cohort"),
        ("neighbour", "menden", "cohort"),
        ("former", "ahlen", "cohort"),
        ("outsider", "hille", "other_cohort"),
    ):
        body = {"team": scene.teams[team], "person": scene.people[who]}
        scene.seats[who] = _ask(door, SEED, "seat.give", scene.place(cohort), body)["seat"]
    released = {"office": "Ehrenamtsbüro", "phone": "02373 903-0", "shows_email": True}
    _ask(door, "neighbour", "directory.change", scene.place("neighbour"), released)
    for who, role, scope in (
        ("coach", "coach", {"team": scene.teams["ahlen"]}),
        ("facilitator", "facilitator", {"cohort": scene.cohort}),
        ("visitor", "facilitator", {"cohort": scene.other_cohort}),
        ("administrator", "administrator", {}),
        ("network", "network", {}),
    ):
        body = {"person": scene.people[who], "role": role, **scope}
        scene.roles[who] = _ask(door, SEED, "role.grant", "house", body)["role"]


def _series(door: Door, scene: Scene) -> None:
    for number, (key, cohort) in enumerate(
        (
            ("collecting", "cohort"),
            ("voting", "cohort"),
            ("counted", "cohort"),
            ("foreign", "other_cohort"),
            ("blank", "cohort"),
            ("entered", "cohort"),
            ("sealed", "cohort"),
        )
    ):
        starts_at = clock.now() + timedelta(days=30 + number)
        body = {"starts_at": starts_at, "place": "Siegburg", "minutes": 360}
        scene.workshops[key] = _ask(door, SEED, "workshop.create", scene.place(cohort), body)["workshop"]
        who = "outsider" if key == "foreign" else "member"
        body = {"title": "Anerkennungskultur", "question": "Wie gelingt sie?", "minutes": 90}
        scene.topics[key] = _ask(door, who, "topic.propose", scene.place(key), body)["topic"]
    body = {"title": "Digitales Ehrenamt", "minutes": 60}
    scene.topics["withdrawn"] = _ask(door, "member", "topic.propose", scene.place("collecting"), body)[
        "topic"
    ]
    _ask(door, "member", "topic.withdraw", scene.place("collecting"), {"topic": scene.topics["withdrawn"]})
    # It would have been yesterday, so no mails about it wait.
    body = {"starts_at": clock.now() - timedelta(days=1), "place": "Siegburg", "minutes": 360}
    made = _ask(door, SEED, "workshop.create", scene.place("cohort"), body)
    scene.workshops["cancelled"] = made["workshop"]
    body = {"title": "Ehrenamtsbörse", "minutes": 60}
    scene.topics["cancelled"] = _ask(door, "member", "topic.propose", scene.place("cancelled"), body)["topic"]
    body = {"reason": "Der Saal ist gesperrt."}
    _ask(door, "facilitator", "workshop.cancel", scene.place("cancelled"), body)
    _ask(door, "member", "calendar.open", scene.place("member"), {"key": digest(CALENDAR)})
    # The seat ends only now: whoever left has left something behind.
    _ask(door, SEED, "seat.end", scene.place("cohort"), {"seat": scene.seats["former"]})
    tomorrow = clock.now() + timedelta(days=1)
    for key in ("voting", "counted"):
        body = {"closes_at": tomorrow}
        scene.polls[key] = _ask(door, "facilitator", "poll.open", scene.place(key), body)["poll"]
        mark = {"topic": scene.topics[key], "value": 1}
        _ask(door, "member", "ballot.mark", scene.place(key), mark)
    _ask(door, "facilitator", "poll.close", scene.place("counted"))
    for key, body in (("blank", {}), ("entered", {"method": "dots"})):
        scene.polls[key] = _ask(door, "facilitator", "poll.open", scene.place(key), body)["poll"]
    for team in ("ahlen", "menden"):
        body = {"team": scene.teams[team], "marks": {scene.topics["entered"]: 2}}
        _ask(door, "facilitator", "ballot.enter", scene.place("entered"), body)
    body = {"secret": True, "show": "end", "quorum": 3}
    scene.polls["sealed"] = _ask(door, "facilitator", "poll.open", scene.place("sealed"), body)["poll"]
    body = {"person": scene.people["expert"], "role": "expert", "place": scene.place("voting")}
    scene.roles["expert"] = _ask(door, SEED, "role.grant", "house", body)["role"]


def _run_sheets(door: Door, scene: Scene) -> None:
    """One that was changed three times, and one of a meeting that has begun."""
    for key in ("arranged", "running"):
        body: dict[str, Any] = {"starts_at": clock.now(), "place": "Siegburg", "minutes": 360}
        made = _ask(door, SEED, "workshop.create", scene.place("cohort"), body)
        scene.workshops[key] = made["workshop"]
        body = {"title": "Netzwerkmanagement", "question": "", "minutes": 90}
        topic = _ask(door, "member", "topic.propose", scene.place(key), body)["topic"]
        _ask(door, "facilitator", "poll.open", scene.place(key))
        _ask(door, "member", "ballot.mark", scene.place(key), {"topic": topic, "value": 1})
        for name in ("poll.close", "agenda.adopt"):
            _ask(door, "facilitator", name, scene.place(key))
    _ask(door, "facilitator", "sheet.start", scene.place("running"), {"base": 1})
    with door.database.reading() as connection:
        sheet = run_sheet.state(connection, scene.workshops["arranged"])
    assert sheet
    scene.blocks["first"], scene.blocks["closing"] = (block["id"] for block in sheet["blocks"][1:])
    first = scene.blocks["first"]
    for key, name, body in (
        ("second", "block.split", {"base": 1, "block": first, "minutes": 30}),
        ("off", "block.add", {"base": 2, "minutes": 15}),
    ):
        scene.blocks[key] = _ask(door, "facilitator", name, scene.place("arranged"), body)["block"]
    off = {"base": 3, "block": scene.blocks["off"]}
    _ask(door, "facilitator", "block.remove", scene.place("arranged"), off)


def _lives(door: Door, scene: Scene) -> None:
    """Topics that mean the same, some of them merged, and one that was held at a workshop of yesterday."""
    for key in ("similar", "merged"):
        body = {"title": "Dank und Anerkennung", "minutes": 60}
        made = _ask(door, "neighbour", "topic.propose", scene.place("collecting"), body)
        scene.topics[key] = made["topic"]
    both = {"into": scene.topics["similar"], "topic": scene.topics["merged"]}
    _ask(door, "facilitator", "topic.merge", scene.place("collecting"), both)
    body = {"starts_at": clock.now() - timedelta(days=1), "place": "Siegburg", "minutes": 60}
    scene.workshops["held"] = _ask(door, SEED, "workshop.create", scene.place("cohort"), body)["workshop"]
    place, body = scene.place("held"), {"title": "Ehrenamtskarte", "minutes": 30}
    scene.topics["held"] = _ask(door, "member", "topic.propose", place, body)["topic"]
    _ask(door, "facilitator", "poll.open", place)
    _ask(door, "member", "ballot.mark", place, {"topic": scene.topics["held"], "value": 1})
    for command in ("poll.close", "agenda.adopt"):
        _ask(door, "facilitator", command, place)
