"""Two cohorts with somebody in every role, a workshop or two, and readers who follow everything."""

import json
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import reduce
from types import SimpleNamespace

import pytest
from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect
from sqlalchemy import event, text, update
from tests.refill import keep

from foundation import clock as house_clock
from foundation import commands, eventlog, policy, streams
from foundation.database import Database, Model
from foundation.door import Door
from foundation.errors import Refusal
from foundation.policy import Credential
from foundation.vault import Vault
from people.house import Entry, House
from people.sign_in import asking
from people.sign_in.models import SessionRow
from people.sign_in.queries import identify_within
from people.sign_in.rules import SessionLimits, digest
from werkstatt import errors, paths, rooms
from workshops.agenda import views as agenda_pages
from workshops.calendar import views as calendar_pages
from workshops.memory import views as memory_pages
from workshops.overview import views as overview_pages
from workshops.projector import views as projector_pages
from workshops.results import views as result_pages
from workshops.series import views as series_pages
from workshops.topics import views as topic_pages
from workshops.voting import views as voting_pages
from workshops.voting.secret import views as secret_pages

from .reducer import apply

SEED = policy.system("seed")
LIMITS = SessionLimits()
PEOPLE = {
    "ahlen": "Ahlen · Engagementförderung",
    "ahlen_2": "Ahlen · Stadtteilarbeit",
    "menden": "Menden · Ehrenamt",
    "senden": "Senden · Bürgerbüro",
    "olpe": "Kreis Olpe · Ehrenamt",
    "coach": "Coach",
    "facilitator": "Moderation",
    "administrator": "Programmverwaltung",
    "stranger": "Ohne Platz",
}
SEATS = {"ahlen": "ahlen", "ahlen_2": "ahlen", "menden": "menden", "senden": "senden", "olpe": "olpe"}
BASE = "https://werkstatt.example.org"
STARTS = "2016-04-28T07:00:00.000000Z"
LATER = "2016-06-09T07:00:00.000000Z"


@dataclass
class World:
    """The cohort of Ahlen, Menden and Senden with one workshop; Kreis Olpe is of another cohort."""

    door: Door
    cohort: str = ""
    other_cohort: str = ""
    workshop: str = ""
    teams: dict = field(default_factory=dict)
    people: dict = field(default_factory=dict)
    sessions: dict = field(default_factory=dict)

    def credential(self, who):
        return Credential("session", self.sessions[who])

    def actor(self, who):
        credential = self.credential(who)
        with self.door.database.reading() as connection:
            return self.door.identify(connection, [credential])[credential]

    def carry_out(self, who, name, place, body=None, *, command_id=""):
        asker = self.credential(who) if isinstance(who, str) else who
        return self.door.carry_out(asker, commands.ask(name, place, body or {}, id=command_id))

    def ask(self, who, name, body=None, *, at="", command_id=""):
        """Carry a command out at the workshop, or at another place."""
        place = at or f"workshop/{self.workshop}"
        return self.carry_out(who, name, place, body, command_id=command_id)

    def refused(self, who, name, body=None, *, at=""):
        """The code of the refusal, or none."""
        try:
            self.ask(who, name, body, at=at)
        except Refusal as refusal:
            return str(refusal.code)
        return None

    def propose(self, who="ahlen", *, title="Anerkennungskultur", minutes=90, at=""):
        body = {"title": title, "question": f"Wie gelingt {title}?", "minutes": minutes}
        return self.ask(who, "topic.propose", body, at=at).result["topic"]

    def mark(self, who, topic, value=1):
        return self.ask(who, "ballot.mark", {"topic": topic, "value": value})

    def join(self, key, *, cohort=""):
        """A team comes to the cohort, with one member who is signed in; both go by the key."""
        place, office = f"cohort/{cohort or self.cohort}", f"{key.title()} · Ehrenamt"
        kinds = {"name": f"Stadt {key.title()}", "kind": "stadt"}
        organisation = self.carry_out(SEED, "organisation.create", "house", kinds).result["organisation"]
        body = {"organisation": organisation, "name": key.title()}
        team = self.carry_out(SEED, "team.create", place, body).result["team"]
        body = {"name": office, "email": f"{key}@example.org"}
        person = self.carry_out(SEED, "person.create", "house", body).result["person"]
        self.carry_out(SEED, "seat.give", place, {"team": team, "person": person})
        self.teams = {**self.teams, key: team}
        self.people = {**self.people, key: person}
        self.sessions = {**self.sessions, key: self.open_session(key)}

    def open_session(self, who):
        """Sign somebody in; the key of the session."""
        key = digest(f"token of {who}")
        body = {"key": key, "device": "", "ends_at": house_clock.now() + LIMITS.absolute}
        self.carry_out(policy.system("sign-in"), "session.open", f"person/{self.people[who]}", body)
        return key

    def add_workshop(self, *, starts_at=LATER, minutes=360, cohort=""):
        body = {"starts_at": starts_at, "place": "Siegburg", "minutes": minutes}
        place = f"cohort/{cohort or self.cohort}"
        return self.carry_out(SEED, "workshop.create", place, body).result["workshop"]

    def stream(self, kind="", workshop=""):
        """The name of a stream of the workshop: its own, `facilitators`, or that of a team by its key."""
        name = f"workshop/{workshop or self.workshop}"
        if kind in self.teams:
            return f"{name}/team/{self.teams[kind]}"
        return f"{name}/{kind}" if kind else name

    def state(self, stream=""):
        """What a latecomer gets; of the workshop's own stream unless another is named."""
        return self.snapshot(stream or self.stream())[1]

    def snapshot(self, stream):
        declared, ids = streams.match(stream)
        with self.door.database.reading() as connection:
            head = eventlog.head(connection, stream, streams.place_of(stream))
            return head.seq, json.loads(json.dumps(declared.snapshot(connection, **ids)))

    def events(self, stream="", after=0):
        with self.door.database.reading() as connection:
            found = eventlog.after(connection, stream or self.stream(), after)
        return [(event.name, json.loads(event.body)) for event in found]

    def heads(self):
        """How far every stream has come."""
        with self.door.database.reading() as connection:
            rows = connection.execute(text("SELECT name, head FROM stream"))
            return dict(rows.all())

    @contextmanager
    def everything_is_told(self, *workshops):
        """Who took a snapshot before and applies the events since sees what a latecomer sees, everywhere."""
        names = [f"cohort/{self.cohort}"]
        for workshop in workshops or [self.workshop]:
            names += [
                self.stream(kind, workshop) for kind in ("", "facilitators", "ahlen", "menden", "senden")
            ]
        before = {name: self.snapshot(name) for name in names}
        yield
        drawn = {}
        for name, (seq, state) in before.items():
            drawn[name] = reduce(lambda now, told: apply(now, *told), self.events(name, seq), state)
        assert drawn == {name: self.state(name) for name in names}

    def count_statements(self, work):
        """What `work` returns, and how many statements it took."""
        counted = []
        watched = (self.door.database.engine, "before_cursor_execute", lambda *_: counted.append(1))
        event.listen(*watched)
        try:
            return work(), len(counted)
        finally:
            event.remove(*watched)


def _furnish(database):
    world = World(Door(database, identify_within(LIMITS), secret=b"secret"))
    for key, name in PEOPLE.items():
        body = {"name": name, "email": f"{key}@example.org"}
        world.people[key] = world.carry_out(SEED, "person.create", "house", body).result["person"]
    kinds = {"name": "Ahlen", "kind": "stadt", "region": "Münsterland"}
    organisation = world.carry_out(SEED, "organisation.create", "house", kinds).result["organisation"]
    days = {"starts_on": "2015-09-01", "ends_on": "2016-12-31"}
    cohorts = [
        world.carry_out(SEED, "cohort.create", "house", {"name": name, **days}).result["cohort"]
        for name in ("Durchgang 2015/16", "Durchgang 2017")
    ]
    world.cohort, world.other_cohort = cohorts
    for key, name in {"ahlen": "Ahlen", "menden": "Menden", "senden": "Senden", "olpe": "Kreis Olpe"}.items():
        place = f"cohort/{cohorts[key == 'olpe']}"
        body = {"organisation": organisation, "name": name}
        world.teams[key] = world.carry_out(SEED, "team.create", place, body).result["team"]
    for person, team in SEATS.items():
        body = {"team": world.teams[team], "person": world.people[person]}
        world.carry_out(SEED, "seat.give", f"cohort/{cohorts[team == 'olpe']}", body)
    for key, scope in (
        ("coach", {"team": world.teams["ahlen"]}),
        ("facilitator", {"cohort": world.cohort}),
        ("administrator", {}),
    ):
        body = {"person": world.people[key], "role": key, **scope}
        world.carry_out(SEED, "role.grant", "house", body)
    world.sessions = {key: world.open_session(key) for key in world.people}
    world.workshop = world.add_workshop(starts_at=STARTS)
    return world


@pytest.fixture(scope="session")
def furnished(database_kind, tmp_path_factory, request):
    """A database with the world in it, what the world knows of it, and what brings it back."""
    if database_kind == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('furnished')}/workshops.sqlite3"
    else:
        url = request.getfixturevalue("new_postgres")("workshops")
    database = Database(url)
    Model.metadata.create_all(database.engine)
    with database.transaction() as connection:
        rooms.furnish(connection)
    yield database, _furnish(database), keep(database)
    database.close()


@pytest.fixture
def database(furnished):
    whole, _, kept = furnished
    kept.bring_back()
    return whole


@pytest.fixture
def world(furnished, database, tmp_path):
    with database.transaction() as connection:  # the furnished one may be older than a session lives unused
        connection.execute(update(SessionRow).values(seen_at=house_clock.now()))
    vault = Vault(tmp_path / "keys")
    door = Door(database, identify_within(LIMITS), secret=b"secret", vault=vault)
    return replace(furnished[1], door=door)


@pytest.fixture(scope="session")
def pages():
    """The pages of workshops in the house's frame; the house itself moves in with each test."""
    app = Flask("workshops", template_folder=str(paths.TEMPLATES))
    app.config.update(SECRET_KEY="secret", WTF_CSRF_ENABLED=False)
    Babel(app, default_locale="de", locale_selector=asking.language)
    CSRFProtect(app)
    app.jinja_env.globals["asset"] = lambda name: f"/static/dist/{name}"
    asking.move_in(app, House(database=None, door=None, settings=None))
    errors.register(app)
    for feature in (
        overview_pages,
        series_pages,
        memory_pages,
        topic_pages,
        voting_pages,
        secret_pages,
        result_pages,
        agenda_pages,
        projector_pages,
        calendar_pages,
    ):
        app.register_blueprint(feature.pages)
    return app


@pytest.fixture
def browse(pages, world):
    """`browse("ahlen")` is the browser of somebody who is signed in; `browse()` of somebody who is not."""
    navigation = (Entry("Übersicht", "/", "overview"), Entry("Werkstatt-Treffen", "/workshops", "workshops"))
    settings = SimpleNamespace(base_url=BASE, mail_from="Werkstatt <werkstatt@example.org>")
    pages.extensions["house"] = House(
        database=world.door.database, door=world.door, settings=settings, navigation=navigation
    )

    def signed_in(who=None, *, language="de"):
        client = pages.test_client()
        with client.session_transaction() as session:
            session[asking.LANGUAGE] = language
            if who:
                session["_user_id"] = f"token of {who}"
        return client

    return signed_in
