"""What the house finds of a person who has left a mark in every column of every table."""

from datetime import date, datetime

import pytest
from sqlalchemy import create_engine, insert

from foundation import clock
from foundation.database import Model, Moment
from foundation.eventlog import Fact
from foundation.policy import Role
from people.accounts.models import Language, Person, Theme
from people.imports.rules import Kind as ListKind
from people.links.rules import Purpose
from people.mail.rules import Delivery, Kind
from people.privacy import mentions, queries
from people.privacy.columns import COLUMNS, EVENTS, HIDDEN, VALUES
from people.privacy.labels import LABELS
from people.privacy.queries import Said
from people.sign_in.rules import Method
from werkstatt import rooms  # noqa: F401 -- declares every table
from workshops.voting.models import What

TABLES = {mapper.class_.__tablename__: mapper.class_ for mapper in Model.registry.mappers}
NAMING = sorted(name for name, kind in TABLES.items() if kind.__about__.persons)
ROW, MARKED = 7, "the-marked-person"
WRITTEN = {
    ("person", "erased_at"): None,
    ("event", "subjects"): MARKED,
    ("event", "body"): f'{{"by":{{"id":"{MARKED}","name":"mark of event body"}}}}',
    ("job", "payload"): f'{{"person":"{MARKED}"}}',
}
"""What is not a mark like the others."""


@pytest.fixture(scope="module")
def found():
    """Filled without regard to what belongs together: here only the columns count."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        Model.metadata.create_all(connection)
        for name in [*NAMING, "event", "job"]:
            connection.execute(insert(TABLES[name]).values(_marked(name)))
        yield queries.about_person(connection, MARKED)
    engine.dispose()


def _marked(name):
    told, row = TABLES[name].__about__, {}
    for column in TABLES[name].__table__.columns:
        kind = datetime if isinstance(column.type, Moment) else column.type.python_type
        if column.name in told.persons or (name, column.name) == ("person", "public_id"):
            row[column.name] = ROW if issubclass(kind, int) else MARKED
        elif (name, column.name) in WRITTEN:
            row[column.name] = WRITTEN[name, column.name]
        else:
            row[column.name] = _value(kind, f"mark of {name} {column.name}")
    return row


def _value(kind, mark):
    if issubclass(kind, datetime):
        return clock.now()
    if issubclass(kind, date):
        return clock.now().date()
    return {bool: True, int: 1, bytes: mark.encode(), str: mark}.get(kind, 1)


@pytest.mark.parametrize("name", NAMING)
def test_every_row_that_names_the_person_is_found_with_all_that_it_says(found, name):
    (row,) = found[name]
    told = TABLES[name].__about__
    assert set(row) == {column.name for column in TABLES[name].__table__.columns}
    assert {row[key] for key in told.persons} == {Said.YOURSELF}
    texts = [key for key in told.personal - queries.SECRET if isinstance(row[key], str)]
    assert [key for key in texts if row[key] != f"mark of {name} {key}"] == []


def test_what_the_streams_tell_of_nobody_else_is_found(found):
    assert found["event"][0]["body"] == {"by": {"id": MARKED, "name": "mark of event body"}}


def test_what_is_still_to_be_done_about_the_person_is_found(found):
    assert found["job"][0]["payload"] == {"person": MARKED}


def test_no_secret_is_handed_out(found):
    secrets = {row[key] for rows in found.values() for row in rows for key in row.keys() & queries.SECRET}
    assert secrets == {Said.THERE}


def test_nothing_is_found_of_nobody_else(found):
    assert Person.__tablename__ in found
    assert len(found["person"]) == 1


def test_everything_found_can_be_written_down(found):
    assert "mark of person name" in queries.as_json(found)


def test_every_table_that_names_people_is_called_by_a_word_for_people():
    assert [name for name in [*NAMING, "event", "job"] if name not in LABELS] == []


def test_every_column_and_every_word_of_the_house_is_called_by_a_word_for_people():
    shown = {column.name for name in [*NAMING, "event", "job"] for column in TABLES[name].__table__.columns}
    facts = [fact for fact in Fact.__subclasses__() if not fact.__module__.startswith("tests")]
    told = [fact for fact in facts if fact.__about__.personal]
    fields = {field for fact in told for field in (*fact.__about__.personal, *fact.__about__.plain)}
    assert (shown | fields) - COLUMNS.keys() - HIDDEN == set()
    assert {fact.name for fact in told} - EVENTS.keys() == set()
    house = {"language": Language, "theme": Theme, "role": Role, "method": Method, "purpose": Purpose,
             "delivery": Delivery, "kind": [*Kind, *ListKind], "what": What}  # fmt: skip
    assert {name: set(map(str, words)) - VALUES[name].keys() for name, words in house.items()} == {
        name: set() for name in house
    }


def test_others_in_what_was_told_stay_unnamed():
    team = {"id": "t", "name": "Ahlen", "members": [{"id": "p", "name": "Amt"}, {"id": "q", "name": "Büro"}]}
    assert mentions.named({"team": team}) == {"t", "p", "q"}
    (left,) = mentions.without_others([team], {"q"}, "jemand")
    assert left == {**team, "members": [{"id": "p", "name": "Amt"}, {"id": "jemand", "name": "jemand"}]}
