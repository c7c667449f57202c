"""Single-use links: used once and in time, replaced by newer ones, never stored as what opens something."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from foundation.errors import Code, Refusal
from foundation.transaction import Transaction
from people.links import queries, service
from people.links.models import LinkRow
from people.links.rules import LASTS, Purpose, token

KEY = b"the key of the house"


def make(database, purpose=Purpose.RESET, *, person=None, subject=""):
    with database.transaction() as connection:
        return service.make(Transaction(connection), purpose, person=person, subject=subject)


def use_up(database, link, purpose=Purpose.RESET):
    with database.transaction() as connection:
        service.use_up(Transaction(connection), link, purpose)


def opens(database, link):
    with database.reading() as connection:
        found = queries.link(connection, token(link, KEY), key=KEY)
    return found is not None


def refused(database, link, purpose=Purpose.RESET):
    with pytest.raises(Refusal) as no:
        use_up(database, link, purpose)
    return no.value.code is Code.CLOSED


def test_a_link_tells_what_it_is_about(database, world):
    link = make(database, Purpose.ADDRESS_NEW, person=world.people["ahlen"], subject="neu@example.org")
    with database.reading() as connection:
        found = queries.link(connection, token(link, KEY), key=KEY)
    assert (found.id, found.purpose, found.person, found.subject) == (
        link, Purpose.ADDRESS_NEW, world.people["ahlen"], "neu@example.org"
    )  # fmt: skip


def test_a_link_is_used_once(database, world):
    link = make(database)
    use_up(database, link)
    assert not opens(database, link)
    assert refused(database, link)


def test_looking_uses_nothing_up(database, world):
    link = make(database)
    assert [opens(database, link) for _ in range(3)] == [True] * 3
    use_up(database, link)


def test_a_link_ends_with_its_time(database, world, clock):
    for purpose in Purpose:
        link = make(database, purpose)
        clock.move(seconds=(LASTS[purpose] - timedelta(seconds=5)).total_seconds())
        assert opens(database, link)
        clock.move(seconds=10)
        assert not opens(database, link)
        assert refused(database, link, purpose)


def test_a_link_serves_its_own_purpose_only(database, world):
    link = make(database, Purpose.RESET)
    assert refused(database, link, Purpose.INVITATION)
    assert opens(database, link)


def test_a_newer_link_replaces_those_of_the_same_person_and_subject(database, world):
    person = world.people["ahlen"]
    first, others = make(database, person=person), make(database, person=world.people["menden"])
    elsewhere = make(database, Purpose.ADDRESS_OLD, person=person)
    second = make(database, person=person)
    assert [opens(database, link) for link in (first, others, elsewhere, second)] == [False, True, True, True]


def test_links_about_other_subjects_stay(database, world):
    first, second = (make(database, Purpose.INVITATION, subject=name) for name in ("one", "two"))
    assert [opens(database, link) for link in (first, second)] == [True, True]


def test_withdrawn_links_open_nothing(database, world):
    first, second = (make(database, Purpose.INVITATION, subject=name) for name in ("one", "two"))
    with database.transaction() as connection:
        service.withdraw(Transaction(connection), Purpose.INVITATION, subjects=["one"])
    assert [opens(database, link) for link in (first, second)] == [False, True]


def test_the_table_holds_nothing_that_opens_a_link(database, world):
    link = make(database)
    with database.reading() as connection:
        (row,) = connection.execute(select(LinkRow)).all()
    sealed = token(link, KEY)[len(link) :]
    assert sealed not in repr(tuple(row))
