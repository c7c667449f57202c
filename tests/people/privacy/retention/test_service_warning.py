"""Nobody's account goes unless they were told in time, and have not used it since."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from foundation import clock as house_clock
from foundation import commands
from people.accounts.models import Person
from people.mail.models import MailRow
from people.privacy.retention import queries, service
from people.privacy.retention.rules import Kind, goes_at


@pytest.fixture
def night(aged, periods, clock):
    """What a night does: who is told and who goes, by their keys."""
    names = {public_id: who for who, public_id in aged.people.items()}

    def those(condition):
        with aged.door.database.reading() as connection:
            return {
                names[one] for one in connection.execute(select(Person.public_id).where(condition)).scalars()
            }

    def night(*, days=0):
        clock.move(days=days)
        now = clock.now()
        service.go_through(aged.door, periods, round_=commands.new_id(), now=now)
        service.warn_unused(aged.door, periods, now=now)
        return those(Person.warned_at >= now), those(Person.erased_at >= now)

    return night


def warnings(world):
    query = select(Person.public_id, MailRow.params).join(Person)
    with world.door.database.reading() as connection:
        return connection.execute(query.where(MailRow.kind == "account_ends")).all()


def test_whose_account_goes_was_told_thirty_days_before_and_once(night):
    assert night() == ({"ahlen_2", "stranger"}, set())
    assert night(days=1) == night(days=28) == (set(), set())
    assert night(days=1) == (set(), {"ahlen_2", "stranger"})


def test_the_mail_is_about_a_day_and_nothing_else(night, aged, clock):
    night()
    day = house_clock.wire(goes_at(clock.now()))
    assert {(one.public_id, one.params) for one in warnings(aged)} == {
        (aged.people[who], f'{{"until":"{day}"}}') for who in ("ahlen_2", "stranger")
    }


def test_whoever_signs_in_stays_and_is_told_anew_before_the_next_time(night, aged, periods):
    night()
    aged.open_session("stranger")
    assert night(days=30) == (set(), {"ahlen_2"})
    kept = periods[Kind.ACCOUNTS].days
    assert "stranger" not in night(days=kept - 61)[0]
    told, gone = night(days=3)
    assert ("stranger" in told, "stranger" in gone) == (True, False)
    assert "stranger" in night(days=30)[1]


def test_an_account_is_told_when_its_period_has_thirty_days_left(aged, database, periods, clock):
    day = clock.now()
    with database.transaction() as connection:
        connection.execute(update(Person).values(signed_in_at=day, warned_at=None))
        left = day + periods[Kind.ACCOUNTS] - timedelta(days=30)
        some = timedelta(minutes=1)
        assert queries.to_warn(connection, periods, left - some) == 0
        assert queries.to_warn(connection, periods, left + some) == 2


def test_two_who_warn_at_the_same_time_write_one_mail(night, aged):
    night()
    assert aged.refused(service.HOUSE, "retention.warn", aged.place("stranger"), {}) == "not_found"
    assert len(warnings(aged)) == 2
