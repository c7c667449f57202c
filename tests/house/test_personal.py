"""Every column of every table says whether it tells something about a person, and what becomes of it."""

import pytest

from foundation.database import Model
from foundation.personal import Fate
from werkstatt import rooms  # noqa: F401 -- declares every table

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
