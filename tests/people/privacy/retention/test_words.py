"""Whatever tells something about people has a period, or a reason that people can read."""

from foundation.database import Model
from people.privacy.retention.queries import TABLES
from people.privacy.retention.rules import Kind
from people.privacy.retention.words import CALLED, SINCE, STAYING
from werkstatt import rooms  # noqa: F401 -- declares every table

CLASSES = {mapper.class_.__tablename__: mapper.class_ for mapper in Model.registry.mappers}
PERSONAL = {name for name, kind in CLASSES.items() if kind.__about__.persons or kind.__about__.personal}


def test_every_table_about_people_has_a_period_or_a_reason():
    reasoned = [name for one in STAYING for name in one.tables]
    assert sorted([*TABLES, *reasoned]) == sorted(PERSONAL)
    assert all(one.why.endswith(".") for one in STAYING)


def test_every_kind_is_said_in_words():
    assert set(TABLES.values()) == set(CALLED) == set(SINCE) == set(Kind)
