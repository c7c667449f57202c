"""The proof: somebody who has left a mark wherever one can is erased, and it is found nowhere any more."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Text, cast, func, insert, or_, select, update
from sqlalchemy.engine import make_url
from tests.mail_server import MailServer
from tests.scene import credential, open_door

from foundation import clock, commands, jobs
from foundation.database import Database, Model
from foundation.policy import Credential
from people.accounts.models import Person
from people.invitations.models import Invitation
from people.links.models import LinkRow
from people.links.rules import Purpose
from people.mail.handing import Server
from people.mail.sending import Postman
from people.mail.writing import Letterhead
from people.privacy import erasures
from people.sign_in.models import SessionRow
from people.sign_in.policy import DOOR
from werkstatt.backup import archive, making, verifying
from werkstatt.paths import TRANSLATIONS

MARK = "wendehals"
PHONE = "+49 2373 90381547"
ADDRESS = f"{MARK}.old@example.org"
EVERYWHERE = {
    "person", "invitation", "directory_entry", "session", "device", "identity", "passkey", "link", "mail",
    "job", "event",
}  # fmt: skip
"""The tables in which the mark stands before."""


@pytest.fixture
def house(scene, tmp_path):
    database = Database(scene.url)
    yield House(scene, database, tmp_path)
    database.close()


class House:
    """The scene, and everything that is searched."""

    def __init__(self, scene, database, folder):
        self.scene, self.database, self.folder = scene, database, folder
        self.door = open_door(database)

    def ask(self, who, name, place, body=None):
        asked = commands.ask(name, place, body or {})
        return self.door.carry_out(credential(who) if isinstance(who, str) else who, asked).result

    def tables(self):
        """By table: how many rows bear the mark, in whatever column and whatever letters."""
        found = {}
        with self.database.reading() as connection:
            for table in Model.metadata.sorted_tables:
                texts = [func.lower(cast(column, Text)) for column in table.columns]
                bears = or_(*(text.contains(mark) for text in texts for mark in (MARK, PHONE)))
                rows = connection.execute(select(func.count()).select_from(table).where(bears)).scalar_one()
                found |= {table.name: rows} if rows else {}
        return found

    def files(self):
        """By file of the database, how often the mark stands in its bytes; none on PostgreSQL."""
        if not self.database.is_sqlite:
            return {}
        file = str(make_url(self.scene.url).database)
        return {name: _marks(f"{file}{name}") for name in ("", "-wal")}

    def settle(self):
        """Have SQLite copy what its log holds into the file; the log keeps it too."""
        if self.database.is_sqlite:
            with self.database.engine.connect() as connection:
                connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def backup(self, name):
        file = making.make(self.database, self.folder / name, recipient="").file
        with archive.opened(file, identity=None, scratch=self.folder) as opened:
            assert verifying.problems(opened, key=b"the scene", scratch=self.folder) == []
        return _marks(file)


def _marks(path):
    content = Path(path).read_bytes().lower()
    return sum(content.count(mark.encode()) for mark in (MARK, PHONE))


def test_nothing_is_left_of_who_was_erased(house, capfd):
    person = _come(house)
    with house.database.reading() as connection:
        named = select(Invitation.public_id).where(Invitation.name.contains(MARK))
        came_by = connection.execute(named).scalar_one()
    _live(house, person)
    assert set(house.tables()) >= EVERYWHERE
    house.settle()
    assert 0 not in house.files().values()
    assert house.backup("before.tar") > 0
    capfd.readouterr()

    house.ask("administrator", "person.erase", f"person/{person}", {"sure": True})
    assert set(house.tables()) == {"mail"}
    with MailServer() as server:
        head = Letterhead(
            base_url="https://w.example.org", sender="", link_key=b"k", translations=TRANSLATIONS
        )
        Postman(Server(server.url), head).work(house.door)
        (last,) = server.messages
    assert last.to == [ADDRESS]
    clock.move(timedelta(minutes=1))
    listed = house.folder / erasures.FILE
    jobs.carry_out_due(house.door)
    jobs.carry_out_due(house.door, {erasures.NOTE: erasures.writer(listed)})

    assert house.tables() == {}
    assert set(house.files().values()) <= {0}
    assert house.backup("after.tar") == 0
    assert set(erasures.read(listed)) == {person, came_by}
    said = "".join(capfd.readouterr())
    assert "swept" in said
    assert MARK not in said.lower()


def _come(house):
    """By a list that the office takes in, and the invitation that comes of it."""
    text = f"Team;Name;E-Mail\nMenden;{MARK} invited;{ADDRESS}"
    body = {"kind": "people", "cohort": house.scene.cohort, "text": text}
    house.ask("administrator", "import.confirm", "house", body)
    with house.database.reading() as connection:
        newest = select(LinkRow.public_id).where(LinkRow.purpose == Purpose.INVITATION)
        link = connection.execute(newest.order_by(LinkRow.id.desc()).limit(1)).scalar_one()
    body = {"link": link, "hash": house.scene.password_hash}
    house.ask(DOOR, "invitation.accept", "house", body)
    with house.database.reading() as connection:
        return connection.execute(select(Person.public_id).where(Person.email == ADDRESS)).scalar_one()


def _live(house, person):
    """Everything that somebody does here in a year, with the mark wherever something can be typed."""
    place, key, now = f"person/{person}", "ab" * 32, clock.now()
    opened = {"key": key, "device": f"{MARK} device", "ends_at": now + timedelta(days=7)}
    house.ask(DOOR, "session.open", place, opened)
    own = Credential("session", key)
    profile = {"name": f"{MARK} later", "language": "de", "theme": "auto"}
    words = {name: f"{MARK} {name}" for name in ("office", "offers", "seeks")}
    for name, body in (
        ("profile.change", profile),
        ("directory.change", {**words, "phone": PHONE}),
        (
            "notifications.change",
            {"deliveries": {"poll_opened": "never"}, "quiet_from": 20, "quiet_until": 7},
        ),
    ):
        house.ask(own, name, place, body)
    # A seat makes marks, a role makes entries about a poll; both are told to others by name.
    topic = {"topic": house.scene.topics["voting"], "value": 1}
    house.ask(own, "ballot.mark", house.scene.place("voting"), topic)
    role = {"person": person, "role": "facilitator", "cohort": house.scene.cohort}
    house.ask("administrator", "role.grant", "house", role)
    house.ask(own, "poll.close", house.scene.place("voting"))
    house.ask(
        DOOR, "identity.link", place, {"issuer": "https://id.example.org", "subject": f"{MARK} subject"}
    )
    house.ask(DOOR, "address.ask", place, {"address": f"{MARK}.new@example.org"})
    house.ask(DOOR, "reset.make", place)
    house.ask(DOOR, "reset.request", "house", {"address": f" {ADDRESS.upper()}"})
    _by_hand(house, person, now)


def _by_hand(house, person, now):
    """What only a browser brings about."""
    tables = Model.metadata.tables
    with house.database.transaction() as connection:
        row = connection.execute(select(Person.id).where(Person.public_id == person)).scalar_one()
        device = {"person_id": row, "key": "k", "name": f"{MARK} phone", "first_at": now, "last_at": now}
        connection.execute(insert(tables["device"]).values(device))
        passkey = {"public_id": "p" * 16, "person_id": row, "credential": "c", "public_key": "k",
                   "sign_count": 0, "transports": "", "name": f"{MARK} key", "made_at": now}  # fmt: skip
        connection.execute(insert(tables["passkey"]).values(passkey))
        connection.execute(update(SessionRow).values(confirmed_at=now))
