"""Every column of every table says whether it tells something about a person, and what becomes of it."""

import json
from dataclasses import fields

import pytest
from sqlalchemy import select
from tests.scene import PEOPLE, credential, open_door

from foundation import commands
from foundation.database import Database, Model
from foundation.eventlog import EventRow, Fact
from foundation.personal import Fate
from people.accounts.models import NAMELESS
from people.privacy import mentions
from werkstatt import rooms  # noqa: F401 -- declares every table

FACTS = {fact.name: fact for fact in Fact.__subclasses__() if not fact.__module__.startswith("tests")}
TABLES = {mapper.class_.__tablename__: mapper.class_ for mapper in Model.registry.mappers}


def test_every_table_is_looked_at():
    assert set(TABLES) == set(Model.metadata.tables)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_column_is_in_exactly_one_list(name):
    told = TABLES[name].__about__
    listed = [*told.persons, *told.personal, *told.plain]
    assert sorted(listed) == sorted(column.name for column in TABLES[name].__table__.columns)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_what_points_to_a_person_is_named_as_such(name):
    table = TABLES[name].__table__
    pointing = {column.name for column in table.columns for key in column.foreign_keys
                if key.target_fullname == "person.id"}  # fmt: skip
    assert pointing <= set(TABLES[name].__about__.persons)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_what_stays_has_a_reason_for_people(name):
    told = TABLES[name].__about__
    if {Fate.KEPT, Fate.CLEARED} & set(told.persons.values()):
        assert told.why.endswith(".")


@pytest.mark.parametrize("name", sorted(TABLES))
def test_what_is_emptied_can_be_empty(name):
    table = TABLES[name].__table__
    cleared = [key for key, fate in TABLES[name].__about__.persons.items() if fate is Fate.CLEARED]
    assert [key for key in cleared if not table.columns[key].nullable] == []


@pytest.mark.parametrize("name", sorted(FACTS))
def test_every_field_of_a_fact_says_whether_a_person_may_stand_in_it(name):
    told = FACTS[name].__about__
    assert sorted([*told.personal, *told.plain]) == sorted(field.name for field in fields(FACTS[name]))


def test_people_stand_in_events_only_where_the_facts_say_so_and_as_somebody_with_an_id(scene):
    """Of everything that was told in the scene nothing is left of a person once they are taken out."""
    database = Database(scene.url)
    vote = commands.ask("ballot.abstain", scene.place("voting"), {"value": True})
    open_door(database).carry_out(credential("member"), vote)
    with database.reading() as connection:
        rows = connection.execute(select(EventRow).where(~EventRow.stream.startswith("person/"))).all()
    database.close()
    marks = [*PEOPLE.values(), *scene.people.values()]
    naming = set()
    for row in rows:
        body = json.loads(row.body)
        found = {field for field, value in body.items() if _says(value, marks)}
        assert found <= FACTS[row.name].__about__.personal, row.name
        naming |= {row.name} if found else set()
        for person in scene.people.values():
            body = mentions.without(body, person)
        assert not _says(body, marks), row.name
    assert {"team.changed", "ballot.marked", "ballot.abstained", "poll.handled"} <= naming


def _says(value, marks):
    told = json.dumps(value, ensure_ascii=False)
    # Some teams are called like the beginning of a person's name, so only whole values count.
    return any(f'"{mark}"' in told for mark in marks)


def test_whoever_is_taken_out_leaves_the_rest_as_it_was():
    body = {
        "by": {"id": "p", "name": "Amt"},
        "at": "now",
        "topic": "p",
        "team": {"members": [{"id": "q", "name": "B"}]},
    }
    assert mentions.without(body, "p") == {**body, "by": {"id": "", "name": NAMELESS}, "topic": ""}
