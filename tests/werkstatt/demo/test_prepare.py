"""A demo is made once, marked before its first row, and never out of anything real."""

import pytest
from sqlalchemy import inspect, select, update

from foundation import commands, policy
from foundation.database import Database
from foundation.door import Door
from people.accounts.models import Person
from people.cohorts.models import Cohort
from people.sign_in.queries import identify_within
from people.sign_in.rules import SessionLimits
from werkstatt import migrating, rooms
from werkstatt.demo import mark
from werkstatt.demo.mark import Installation
from werkstatt.demo.prepare import prepare


def _prepare(url, *, fresh=False):
    said = []
    prepare(url, secret=b"secret", fresh=fresh, say=said.append)
    return said


def _cohorts(database):
    with database.reading() as connection:
        return list(connection.execute(select(Cohort.public_id)).scalars())


def test_what_is_prepared_is_marked_and_ready(demo):
    with demo.reading() as connection:
        assert (mark.is_demo(connection), mark.is_ready(connection)) == (True, True)


def test_a_demo_that_is_ready_is_left_as_it_is(demo, demo_url):
    before = _cohorts(demo)
    assert _prepare(demo_url) == []
    assert _cohorts(demo) == before


def test_a_fresh_start_throws_everything_away(demo, demo_url):
    before = _cohorts(demo)
    assert _prepare(demo_url, fresh=True) == ["Beispieldaten werden angelegt ..."]
    assert (len(_cohorts(demo)), set(_cohorts(demo)) & set(before)) == (2, set())


def test_a_demo_that_was_broken_off_begins_anew(demo, demo_url):
    before = _cohorts(demo)
    with demo.transaction() as connection:
        connection.execute(update(Installation).values(value="begun"))
    assert _prepare(demo_url) == ["Beispieldaten werden angelegt ..."]
    assert set(_cohorts(demo)) & set(before) == set()


@pytest.mark.parametrize("fresh", [False, True])
def test_a_database_that_was_just_migrated_is_not_touched(tmp_path, fresh):
    url = f"sqlite:///{tmp_path}/migrated.sqlite3"
    migrating.upgrade(url)
    with pytest.raises(mark.WrongDatabaseError):
        _prepare(url, fresh=fresh)
    database = Database(url)
    with database.reading() as connection:
        assert not mark.is_demo(connection)
    database.close()


def test_the_tables_come_with_the_mark_or_not_at_all(tmp_path, monkeypatch):
    """Broken off in between, it would never be a demo's again."""
    url = f"sqlite:///{tmp_path}/new.sqlite3"

    def break_off(_connection):
        raise RuntimeError("broken off")

    with monkeypatch.context() as patched:
        patched.setattr(mark, "mark_as_demo", break_off)
        with pytest.raises(RuntimeError, match="broken off"):
            _prepare(url)
    assert _prepare(url) == ["Beispieldaten werden angelegt ..."]


@pytest.mark.parametrize("fresh", [False, True])
def test_a_real_database_is_not_touched(tmp_path, fresh):
    url = f"sqlite:///{tmp_path}/real.sqlite3"
    migrating.upgrade(url)
    database = Database(url)
    with database.transaction() as connection:
        rooms.furnish(connection)
    door = Door(database, identify_within(SessionLimits()), secret=b"secret")
    body = {"name": "Ahlen · Ehrenamt", "email": "ahlen@example.org"}
    door.carry_out(policy.system("test"), commands.ask("person.create", "house", body))
    with pytest.raises(mark.WrongDatabaseError):
        _prepare(url, fresh=fresh)
    with database.reading() as connection:
        assert list(connection.execute(select(Person.email)).scalars()) == ["ahlen@example.org"]
        assert not mark.is_demo(connection)
    database.close()


def test_somebody_elses_database_gets_no_table_of_ours(tmp_path):
    url = f"sqlite:///{tmp_path}/other.sqlite3"
    database = Database(url)
    with database.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE customer (id INTEGER)")
    with pytest.raises(mark.WrongDatabaseError):
        _prepare(url)
    assert inspect(database.engine).get_table_names() == ["customer"]
    database.close()
