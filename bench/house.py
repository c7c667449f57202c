"""A scratch house for measuring: many people in one cohort, a poll under way, everybody signed in.

All of it by commands, in-process; only while it is furnished, commits do not wait for the disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
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


@dataclass
class House:
    """Where it lies, and the tokens of those signed in, and a voter from each team."""

    url: str
    cohort: str = ""
    workshop: str = ""
    topics: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    voters: list[Voter] = field(default_factory=list)

    @property
    def place(self) -> str:
        return f"workshop/{self.workshop}"


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


def furnish(url: str, *, people: int) -> House:
    """One cohort with twenty teams, and a workshop in which a poll over twelve topics is open."""
    house = House(url)
    with furnishing(url) as door:
        today = clock.now().date()
        ends_on = today + timedelta(days=300)
        house.cohort = ask(
            door, SEED, "cohort.create", name="Durchgang", starts_on=today, ends_on=ends_on, seats_per_team=20
        )["cohort"]
        cohort = f"cohort/{house.cohort}"
        teams = []
        for number in range(1, TEAMS + 1):
            name = f"Kommune {number}"
            organisation = ask(door, SEED, "organisation.create", name=name, kind="stadt")["organisation"]
            teams.append(ask(door, SEED, "team.create", cohort, organisation=organisation, name=name)["team"])
        for number in range(people):
            made, token = person(door, f"Mitglied {number + 1}")
            ask(door, SEED, "seat.give", cohort, team=teams[number % TEAMS], person=made)
            house.tokens.append(token)
        guide, guiding = person(door, "Moderation")
        ask(door, SEED, "role.grant", person=guide, role="facilitator", cohort=house.cohort)
        starts_at = clock.now() + timedelta(days=30)
        made_workshop = ask(
            door, SEED, "workshop.create", cohort, starts_at=starts_at, place="Siegburg", minutes=360
        )
        house.workshop = made_workshop["workshop"]
        for number in range(TOPICS):
            proposal = {"title": f"Thema {number + 1}", "question": "Wie gelingt es?", "minutes": 60}
            author = house.tokens[number % len(house.tokens)]
            house.topics.append(ask(door, author, "topic.propose", house.place, **proposal)["topic"])
        ask(door, guiding, "poll.open", house.place)
    house.voters = [Voter(token, house.topics) for token in house.tokens[:TEAMS]]
    return house
