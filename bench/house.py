"""A scratch house for measuring: many people in one cohort, a poll under way, everybody signed in.

All of it by commands, in-process; only while it is furnished, commits do not wait for the disk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event
from tests.serving import SECRET_KEY

from foundation import clock, commands, policy
from foundation.database import Database
from foundation.door import Door
from foundation.policy import Actor, Credential
from people.sign_in.policy import DOOR
from people.sign_in.queries import KIND, identify_within
from people.sign_in.rules import SessionLimits, digest
from werkstatt import keys, migrating, rooms
from werkstatt.settings import load

SEED = policy.system("seed")
TEAMS = 20
TOPICS = 12


class Voter:
    """One who marks all topics and then takes the marks back, so that every command changes something."""

    def __init__(self, token: str, topics: list[str]) -> None:
        self.token = token
        self._topics = topics
        self._said = 0

    def next(self) -> dict[str, Any]:
        """The body of the next `ballot.mark`."""
        turn, topic = divmod(self._said, len(self._topics))
        self._said += 1
        return {"topic": self._topics[topic], "value": 1 - turn % 2}


@dataclass(frozen=True)
class Member:
    """Somebody signed in: public id, name, the team's public id, and the token of the session."""

    id: str
    name: str
    team: str
    token: str


@dataclass
class House:
    """Where it lies, and those signed in, and a voter from each team."""

    url: str
    cohort: str = ""
    workshop: str = ""
    topics: list[str] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    voters: list[Voter] = field(default_factory=list)

    @property
    def place(self) -> str:
        return f"workshop/{self.workshop}"

    @property
    def tokens(self) -> list[str]:
        return [member.token for member in self.members]

    def pairs(self) -> list[tuple[Member, str]]:
        """Members with a topic of their own each: nobody's mark is undone by another one of the team."""
        told: Counter[str] = Counter()
        found = []
        for member in self.members:
            if told[member.team] < len(self.topics):
                found.append((member, self.topics[told[member.team]]))
                told[member.team] += 1
        return found


def credential(token: str) -> Credential:
    return Credential(KIND, digest(token))


def cookie(token: str) -> str:
    """The cookie of a server with the tests' secret, without the cost of a password."""
    app = Flask("cookies")
    app.secret_key = keys.key(load(secret_key=SECRET_KEY), keys.COOKIES).hex()
    signed = SecureCookieSessionInterface().get_signing_serializer(app)
    if signed is None:
        raise RuntimeError("there is no key to sign cookies with")
    return f"session={signed.dumps({'_user_id': token})}"


def tokens_for_commands(tokens: Sequence[str]) -> list[tuple[str, str]]:
    """For each session a cookie, and the token that commands bring: what `/live/session` would say."""
    app = Flask("cookies")
    app.secret_key = keys.key(load(secret_key=SECRET_KEY), keys.COOKIES).hex()
    cookies = SecureCookieSessionInterface().get_signing_serializer(app)
    if cookies is None:
        raise RuntimeError("there is no key to sign cookies with")
    signer = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")
    found = []
    for token in tokens:
        secret = digest(token)[:40]
        signed = cookies.dumps({"_user_id": token, "csrf_token": secret})
        found.append((f"session={signed}", str(signer.dumps(secret))))
    return found


def open_door(database: Database) -> Door:
    secret = keys.key(load(secret_key=SECRET_KEY), keys.RECEIPTS)
    return Door(database, identify_within(SessionLimits()), secret=secret)


@contextmanager
def furnishing(url: str) -> Iterator[Door]:
    """The door of a new house. Commits do not wait for the disk."""
    migrating.upgrade(url)
    database = Database(url)
    hurry = "PRAGMA synchronous=OFF" if database.is_sqlite else "SET synchronous_commit TO off"

    @event.listens_for(database.engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.execute(hurry)
        connection.commit()

    with database.transaction() as connection:
        rooms.furnish(connection)
    yield open_door(database)
    database.close()


def ask(door: Door, who: Actor | str, name: str, place: str = "house", /, **body: Any) -> dict[str, str]:
    """Who is the house itself, or the token of somebody signed in."""
    asker = credential(who) if isinstance(who, str) else who
    return dict(door.carry_out(asker, commands.ask(name, place, body)).result)


def person(door: Door, name: str) -> tuple[str, str]:
    """Somebody new who is signed in: public id and token."""
    mailbox = digest(name)[:16]
    made = ask(door, SEED, "person.create", name=name, email=f"{mailbox}@example.org")["person"]
    token = f"the token of {name}"
    ends_at = clock.now() + timedelta(days=1)
    ask(door, DOOR, "session.open", f"person/{made}", key=digest(token), ends_at=ends_at)
    return made, token


def furnish(url: str, *, people: int, teams: int = TEAMS, topics: int = TOPICS) -> House:
    """One cohort, its people spread over its teams, and a workshop in which a poll is open."""
    house = House(url)
    with furnishing(url) as door:
        today = clock.now().date()
        ends_on = today + timedelta(days=300)
        house.cohort = ask(
            door, SEED, "cohort.create", name="Durchgang", starts_on=today, ends_on=ends_on, seats_per_team=20
        )["cohort"]
        cohort = f"cohort/{house.cohort}"
        made_teams = []
        for number in range(1, teams + 1):
            name = f"Kommune {number}"
            organisation = ask(door, SEED, "organisation.create", name=name, kind="stadt")["organisation"]
            team = ask(door, SEED, "team.create", cohort, organisation=organisation, name=name)["team"]
            made_teams.append(team)
        for number in range(people):
            name, team = f"Mitglied {number + 1}", made_teams[number % teams]
            made, token = person(door, name)
            ask(door, SEED, "seat.give", cohort, team=team, person=made)
            house.members.append(Member(made, name, team, token))
        guide, guiding = person(door, "Moderation")
        ask(door, SEED, "role.grant", person=guide, role="facilitator", cohort=house.cohort)
        starts_at = clock.now() + timedelta(days=30)
        made_workshop = ask(
            door, SEED, "workshop.create", cohort, starts_at=starts_at, place="Siegburg", minutes=360
        )
        house.workshop = made_workshop["workshop"]
        for number in range(topics):
            proposal = {"title": f"Thema {number + 1}", "question": "Wie gelingt es?", "minutes": 60}
            author = house.members[number % people].token
            house.topics.append(ask(door, author, "topic.propose", house.place, **proposal)["topic"])
        ask(door, guiding, "poll.open", house.place)
    house.voters = [Voter(token, house.topics) for token in house.tokens[:teams]]
    return house
