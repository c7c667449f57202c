"""Which database may be a demo, and which never."""

import pytest
from sqlalchemy import create_engine, text

from foundation import commands, policy
from foundation.database import Database
from werkstatt.demo import mark

SEED = policy.system("seed")


def _ask(door, name, body):
    return door.carry_out(SEED, commands.ask(name, "house", body))


def test_a_database_is_no_demo_until_it_is_marked(database):
    with database.transaction() as connection:
        assert not mark.is_demo(connection)
        mark.mark_as_demo(connection)
        assert mark.is_demo(connection)


def test_a_demo_is_ready_only_when_its_seed_has_come_to_the_end(database):
    with database.transaction() as connection:
        mark.mark_as_demo(connection)
        assert not mark.is_ready(connection)
        mark.mark_as_ready(connection)
        assert mark.is_ready(connection)
        assert mark.is_demo(connection)


def test_a_marked_database_is_not_served(database):
    with database.transaction() as connection:
        mark.mark_as_demo(connection)
        with pytest.raises(mark.WrongDatabaseError, match="»werkstatt serve« öffnet sie nicht"):
            mark.refuse_to_serve_demo(connection)


def test_an_unmarked_database_is_served(database):
    with database.reading() as connection:
        mark.refuse_to_serve_demo(connection)


def test_a_database_without_tables_may_become_a_demo(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/nothing.sqlite3")
    with database.reading() as connection:
        mark.refuse_to_demonstrate_on_real(connection)
    database.close()


def test_a_database_that_was_just_migrated_never_becomes_a_demo(database):
    """It is an operator's, and `serve` would refuse it afterwards."""
    with (
        database.reading() as connection,
        pytest.raises(mark.WrongDatabaseError, match="rührt sie nicht an"),
    ):
        mark.refuse_to_demonstrate_on_real(connection)


def test_a_marked_database_with_people_in_it_stays_a_demo(database, door):
    door.write(mark.mark_as_demo)
    _ask(door, "person.create", {"name": "Ahlen · Ehrenamt", "email": "ahlen@example.org"})
    with database.reading() as connection:
        mark.refuse_to_demonstrate_on_real(connection)


def test_somebody_elses_tables_never_become_a_demo(tmp_path):
    url = f"sqlite:///{tmp_path}/other.sqlite3"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE customer (id INTEGER)"))
    engine.dispose()
    database = Database(url)
    with database.reading() as connection:
        assert not mark.is_demo(connection)
        with pytest.raises(mark.WrongDatabaseError):
            mark.refuse_to_demonstrate_on_real(connection)
    database.close()
