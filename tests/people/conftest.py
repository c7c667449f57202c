"""A cohort of two teams with somebody in every role, and browsers to visit the house with."""

import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import BigInteger, event, update
from tests.refill import keep

from foundation import clock as house_clock
from foundation import commands, eventlog, places, policy, streams
from foundation.database import Database, Model
from foundation.door import Door
from foundation.errors import Refusal
from foundation.policy import Credential
from people.accounts.models import Person
from people.sign_in import passwords, queries
from people.sign_in.limits import ACCOUNT, ADDRESS, limiter
from people.sign_in.models import SessionRow
from people.sign_in.rules import SessionLimits, digest
from werkstatt import rooms
from werkstatt.app import create_app
from werkstatt.settings import load

SEED = policy.system("seed")
PASSWORD = "vier Worte reichen gut"
HASH = passwords.hash_of(PASSWORD)
LIMITS = SessionLimits()


@pytest.fixture(scope="session")
def postgres(new_postgres, furnished):
    """The same world on PostgreSQL, and how it is brought back."""
    database = Database(new_postgres("people"))
    Model.metadata.create_all(database.engine)
    source, _world, kept = furnished
    kept.bring_back()  # whatever the tests before have left in it
    _copy(source, database)
    yield database, keep(database)
    database.close()


@pytest.fixture(scope="session")
def furnished(tmp_path_factory):
    """A file with the world in it, what the world knows of it, and what brings it back."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('furnished')}/people.db")
    Model.metadata.create_all(database.engine)
    with database.transaction() as connection:
        rooms.furnish(connection)
    world = _furnish(_door(database))
    yield database, world, keep(database)
    database.close()


@pytest.fixture
def database(database_kind, request, furnished):
    if database_kind == "postgres":
        database, kept = request.getfixturevalue("postgres")
    else:
        database, _world, kept = furnished
    kept.bring_back()
    return database


def _copy(source, target):
    """Every row of one database into the other, which counts on from there."""
    with source.reading() as read, target.transaction() as write:
        for table in Model.metadata.sorted_tables:
            rows = [row._asdict() for row in read.execute(table.select())]
            if rows:
                write.execute(table.insert(), rows)
            if "id" in table.columns and isinstance(table.columns["id"].type, BigInteger):
                write.exec_driver_sql(f"SELECT setval('{table.name}_id_seq', {len(rows) + 1})")


def _door(database):
    return Door(database, queries.identify_within(LIMITS), secret=b"secret")


@pytest.fixture
def door(database):
    return _door(database)


@pytest.fixture
def clock():
    """The clock of the house; `clock.move(hours=1)` moves it on."""
    shift = timedelta()

    def move(**by):
        nonlocal shift
        shift += timedelta(**by)
        house_clock.move(shift)

    return SimpleNamespace(move=move, now=house_clock.now)


@dataclass
class World:
    """Two teams, somebody in every role, and a stranger; each person with an open session."""

    door: Door
    cohort: str
    teams: dict
    people: dict
    sessions: dict
    organisation: str

    def ask(self, who, name, place, body=None, *, command_id=""):
        """Carry a command out for a person (by their key in `people`) or for a system actor."""
        asker = self.credential(who) if isinstance(who, str) else who
        return self.door.carry_out(asker, commands.ask(name, place, body or {}, id=command_id))

    def credential(self, who):
        return Credential("session", self.sessions[who])

    def place(self, who):
        return f"person/{self.people[who]}"

    def actor(self, who):
        with self.door.database.reading() as connection:
            credential = self.credential(who)
            return queries.identify(connection, [credential], limits=LIMITS).get(credential)

    def open_session(self, who, *, device="", token=None):
        key = digest(token or f"token of {who} {len(self.sessions)}")
        body = {"key": key, "device": device, "ends_at": house_clock.now() + LIMITS.absolute}
        made = self.door.carry_out(
            policy.system("sign-in"), commands.ask("session.open", self.place(who), body)
        )
        self.sessions.setdefault(who, key)
        return key, made.result["session"]

    def state(self, stream):
        """The stream's number and state."""
        declared, ids = streams.match(stream)
        with self.door.database.reading() as connection:
            head = eventlog.head(connection, stream, streams.place_of(stream))
            return head.seq, declared.snapshot(connection, **ids)

    def events(self, stream, after=0):
        with self.door.database.reading() as connection:
            return [(event.name, event.body) for event in eventlog.after(connection, stream, after)]

    def followed(self, stream, act):
        """The state after `act` as a reader of the events draws it, and as a latecomer gets it."""
        seq, state = self.state(stream)
        act()
        for name, body in self.events(stream, seq):
            state = _EFFECTS[name](state, json.loads(body))
        return state, self.state(stream)[1]

    def acl(self, place):
        with self.door.database.reading() as connection:
            return places.find(connection, [place])[place].acl_version

    def refused(self, who, name, place, body=None):
        """The code of the refusal, or none."""
        try:
            self.ask(who, name, place, body)
        except Refusal as refusal:
            return str(refusal.code)
        return None


def _team_changed(state, body):
    teams = {team["id"]: team for team in state["teams"]}
    return {**state, "teams": list({**teams, body["team"]["id"]: body["team"]}.values())}


_EFFECTS = {
    "cohort.changed": lambda state, body: {**state, **body},
    "team.changed": _team_changed,
    "team.removed": lambda state, body: {
        **state, "teams": [team for team in state["teams"] if team["id"] != body["team"]]
    },
    "profile.changed": lambda state, body: {**state, **body},
    "sessions.changed": lambda state, body: {**state, **body},
    "rights.changed": lambda state, _body: state,
}  # fmt: skip
"""What docs/wire.md says that the events do to the states."""

PEOPLE = {
    "ahlen": "Ahlen · Engagementförderung",
    "ahlen_2": "Ahlen · Stadtteilarbeit",
    "menden": "Menden · Ehrenamt",
    "coach": "Coach",
    "facilitator": "Moderation",
    "administrator": "Programmverwaltung",
    "stranger": "Senden · Bürgerbüro",
}


@pytest.fixture
def world(furnished, door, database):
    made, now = furnished[1], house_clock.now()
    with database.transaction() as connection:
        moments = {"opened_at": now, "seen_at": now, "confirmed_at": now, "ends_at": now + LIMITS.absolute}
        connection.execute(update(SessionRow).values(**moments))
    return replace(made, door=door, sessions=dict(made.sessions), people=dict(made.people))


def _furnish(door):
    made = World(door, "", {}, {}, {}, "")
    for key, name in PEOPLE.items():
        body = {"name": name, "email": f"{key}@example.org"}
        made.people[key] = made.ask(SEED, "person.create", "house", body).result["person"]
    with door.database.transaction() as connection:
        connection.execute(update(Person).values(password_hash=HASH))
    made.organisation = made.ask(
        SEED, "organisation.create", "house", {"name": "Ahlen", "kind": "stadt", "region": "Münsterland"}
    ).result["organisation"]
    days = {"starts_on": "2015-09-01", "ends_on": "2016-12-31"}
    made.cohort = made.ask(SEED, "cohort.create", "house", {"name": "Durchgang 2015/16", **days}).result[
        "cohort"
    ]
    cohort = f"cohort/{made.cohort}"
    for key, name in {"ahlen": "Ahlen", "menden": "Menden"}.items():
        body = {"organisation": made.organisation, "name": name}
        made.teams[key] = made.ask(SEED, "team.create", cohort, body).result["team"]
    for key in ("ahlen", "menden"):
        made.ask(SEED, "seat.give", cohort, {"team": made.teams[key], "person": made.people[key]})
    for key, role, scope in (
        ("coach", "coach", {"team": made.teams["ahlen"]}),
        ("facilitator", "facilitator", {"cohort": made.cohort}),
        ("administrator", "administrator", {}),
    ):
        made.ask(SEED, "role.grant", "house", {"person": made.people[key], "role": role, **scope})
    for key in PEOPLE:
        made.open_session(key)
    with door.database.transaction() as connection:  # nobody has been at a browser yet
        connection.execute(update(Person).values(signed_in_at=None))
    return made


GENEROUS = {ACCOUNT: "1000 per minute", ADDRESS: "1000 per minute"}


@pytest.fixture(scope="session")
def application(tmp_path_factory):
    """The whole house; what it stands on is exchanged for each test."""
    settings = load(
        data_dir=tmp_path_factory.mktemp("house"),
        secret_key="only for tests, and long enough for them",
        base_url="http://localhost",
        async_="threading",
        administrators_need_second_factor=False,
    )
    application = create_app(settings)
    yield application
    application.database.close()


@pytest.fixture
def app(application, world, database):
    app = application.app
    app.config.update(GENEROUS, SESSION_COOKIE_SECURE=False)
    limiter.reset()
    house = app.extensions["house"]
    app.extensions["house"] = replace(house, database=database, door=world.door)
    yield app
    app.extensions["house"] = house


class Browser:
    """A browser that reads the token out of a form before it sends one."""

    def __init__(self, app):
        self.app = app
        self.client = app.test_client()

    def get(self, path, **options):
        return self.client.get(path, **options)

    def post(self, path, data=None, *, page=None, **options):
        """Send the form that stands on `page` (or on `path` itself)."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page or path).text)
        data = {"csrf_token": token[1] if token else "", **(data or {})}
        return self.client.post(path, data=data, **options)

    def sign_in(self, who, *, password=PASSWORD, **data):
        return self.post("/sign-in", {"email": f"{who}@example.org", "password": password, **data})


@pytest.fixture
def browser(app):
    return Browser(app)


@pytest.fixture
def another_browser(app):
    return Browser(app)


@pytest.fixture
def queries_of(database):
    """How many times something asks the database."""
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)

    def count(act):
        asked.clear()
        act()
        return len(asked)

    yield count
    event.remove(database.engine, "before_cursor_execute", note)


@pytest.fixture
def visit(app, browser):
    """Run `ask` inside a request of somebody who is signed in."""

    def visit(who, ask, path="/people"):
        if who:
            browser.sign_in(who)
        cookies = browser.client.get_cookie("session")
        headers = {"Cookie": f"session={cookies.value}"} if cookies else {}
        with app.test_request_context(path, headers=headers):
            return ask()

    return visit
