"""What is due after an erasure: the storage's forgetting, and of the last mail."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from foundation import clock as house_clock
from foundation import jobs, policy
from foundation.errors import Code, Refusal
from foundation.jobs import JobRow
from people.mail.models import MailRow
from people.mail.rules import GIVE_UP
from people.privacy import sweeping
from people.privacy.policy import RESTORING


@pytest.fixture
def erased(world):
    """Somebody whom the office has erased just now."""
    world.ask(policy.system("seed"), "person.erase", world.place("ahlen"), {"sure": True})
    return world


def due(database, kind):
    with database.reading() as connection:
        query = select(func.count()).select_from(JobRow).where(JobRow.kind == kind)
        return connection.execute(query).scalar_one()


def test_it_waits_until_nobody_writes_and_is_done_once_for_all(erased, database, clock):
    erased.ask(RESTORING, "person.erase", erased.place("menden"), {"sure": True})
    assert due(database, sweeping.SWEEP) == 1
    jobs.carry_out_due(erased.door)
    assert due(database, sweeping.SWEEP) == 1
    clock.move(seconds=sweeping.QUIET.seconds + 1)
    jobs.carry_out_due(erased.door)
    assert due(database, sweeping.SWEEP) == 0


def test_whoever_reads_is_in_its_way_for_a_moment(erased, database, on_sqlite):
    with database.reading() as connection:
        connection.execute(select(MailRow.id)).all()
        with pytest.raises(Refusal) as refused:
            sweeping.sweep(database)
    assert refused.value.code is Code.BUSY
    sweeping.sweep(database)


def test_a_last_mail_that_no_server_takes_is_forgotten(erased, database):
    house_clock.move(GIVE_UP - timedelta(minutes=1))
    jobs.carry_out_due(erased.door)
    assert _mails(database) == 1
    house_clock.move(GIVE_UP + timedelta(minutes=1))
    jobs.carry_out_due(erased.door)
    assert _mails(database) == 0


def _mails(database):
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(MailRow)).scalar_one()
