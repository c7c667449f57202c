"""Erasing a person: what goes, what stays without a name, and what keeps somebody from going."""

import json

import pytest
from sqlalchemy import func, insert, select, update

from foundation import clock as house_clock
from foundation.database import Model
from foundation.errors import Refusal
from foundation.eventlog import EventRow, StreamRow
from foundation.jobs import JobRow
from foundation.personal import Fate
from people.accounts.models import Person
from people.links.models import LinkRow
from people.mail.models import MailRow
from people.privacy import erasures, finding, sweeping
from people.privacy.models import Erasure
from people.privacy.policy import RESTORING
from people.sign_in.models import SessionRow
from people.sign_in.policy import DOOR

NAME = "Ahlen · Engagementförderung"
TABLES = {mapper.class_.__tablename__: mapper.class_ for mapper in Model.registry.mappers}


@pytest.fixture
def shown(database, world):
    """Everybody has shown a moment ago who they are."""
    with database.transaction() as connection:
        connection.execute(update(SessionRow).values(confirmed_at=house_clock.now(), strong=True))


@pytest.fixture
def erase(world, shown):
    def erase(who="ahlen", by=None):
        return world.ask(by or who, "person.erase", world.place(who), {"sure": True})

    return erase


def person(database, world, who="ahlen"):
    with database.reading() as connection:
        return connection.execute(select(Person).where(Person.public_id == world.people[who])).one()


def test_the_row_stays_and_says_nothing_any_more(erase, world, database):
    before = person(database, world)
    erase()
    after = person(database, world)
    assert (before.name, after.name) == (NAME, "")
    assert after.email == f"erased-{world.people['ahlen']}@invalid"
    assert after.erased_at is not None
    emptied = {name for name in Person.__about__.personal if getattr(after, name) is None}
    assert Person.__about__.personal - emptied == {"name", "email", "language", "theme", "created_at"}


def test_no_row_names_the_person_but_those_that_are_kept(erase, world, database):
    with database.reading() as connection:
        who = finding.who(connection, world.people["ahlen"])
    world.ask("ahlen", "directory.change", world.place("ahlen"), {"phone": "02382 59-0"})
    _leave_a_mark_in(database, world, who)
    before = _naming(database, who)
    erase()
    assert {"directory_entry", "device", "invitation", "link", "mail", "passkey", "poll_handling"} <= before
    kept = {name for name, kind in TABLES.items() if Fate.KEPT in kind.__about__.persons.values()}
    # The answer to the command bears the id, and the last mail the address.
    assert _naming(database, who) <= kept | {"receipt", "mail"}


def _leave_a_mark_in(database, world, who):
    """Rows that would take long to bring about."""
    now = house_clock.now()
    rows = {
        "device": {"person_id": who.row, "key": "k", "name": "Firefox", "first_at": now, "last_at": now},
        "passkey": {"public_id": "p", "person_id": who.row, "credential": "c", "public_key": "k",
                    "sign_count": 0, "transports": "", "name": "Telefon", "made_at": now},
        "invitation": {"public_id": "i", "email": who.email, "name": "n", "language": "de",
                       "role": "network", "invited_at": now},
        "link": {"public_id": "l", "purpose": "reset", "person": who.id, "subject": "", "made_at": now,
                 "ends_at": now},
        "mail": {"public_id": "m", "person_id": who.row, "kind": "reset", "params": "{}",
                 "language": "de", "made_at": now, "due_at": now, "digest": False, "attempts": 0,
                 "failed": ""},
        "workshop": {"public_id": "w", "cohort_id": 1, "number": 1, "title": "", "starts_at": now,
                     "place": "", "minutes": 60},
    }  # fmt: skip
    with database.transaction() as connection:
        for name, row in rows.items():
            connection.execute(insert(TABLES[name]).values(row))
        workshop = connection.execute(select(TABLES["workshop"].id)).scalar_one()
        handled = {"workshop_id": workshop, "what": "opened", "by_id": who.row, "at": now}
        connection.execute(insert(TABLES["poll_handling"]).values(handled))
        connection.execute(insert(JobRow), [
            {"id": "1", "kind": "mail.send", "due_at": now, "payload": '{"mail":"m"}', "attempts": 0,
             "error": ""},
            {"id": "2", "kind": "reset.request", "due_at": now, "payload": '{"address":"AHLEN@example.org "}',
             "attempts": 0, "error": ""},
            {"id": "3", "kind": "mail.send", "due_at": now, "payload": '{"mail":"other"}', "attempts": 0,
             "error": ""},
        ])  # fmt: skip


def test_an_address_that_somebody_else_wants_to_take_over_is_forgotten(erase, world, database):
    """Nobody has told them that it is somebody's."""
    world.ask(DOOR, "address.ask", world.place("menden"), {"address": "ahlen@example.org"})
    erase()
    with database.reading() as connection:
        assert connection.execute(select(LinkRow.subject)).scalars().all() == []


def _naming(database, who):
    """The tables that name the person somewhere."""
    found = set()
    with database.reading() as connection:
        for table, told in finding.tables():
            for condition in finding.naming(table, told, who).values():
                if connection.execute(select(func.count()).select_from(table).where(condition)).scalar_one():
                    found.add(table.name)
    return found


def test_due_work_about_the_person_goes_and_other_work_stays(erase, world, database):
    with database.reading() as connection:
        who = finding.who(connection, world.people["ahlen"])
    _leave_a_mark_in(database, world, who)
    erase()
    with database.reading() as connection:
        left = connection.execute(select(JobRow.id, JobRow.kind)).all()
    assert {"1", "2"} & {row.id for row in left} == set()
    assert "3" in {row.id for row in left}
    assert {erasures.NOTE, sweeping.SWEEP} <= {row.kind for row in left}


def test_the_log_names_nobody_and_whoever_follows_it_begins_anew(erase, world, database):
    cohort = f"cohort/{world.cohort}"
    with database.reading() as connection:
        before = dict(connection.execute(select(StreamRow.name, StreamRow.epoch)).all())
        told = connection.execute(select(EventRow.body)).scalars().all()
    assert any(NAME in body for body in told)
    erase()
    with database.reading() as connection:
        after = dict(connection.execute(select(StreamRow.name, StreamRow.epoch)).all())
        others = EventRow.stream != world.place("ahlen")
        left = connection.execute(select(EventRow.body, EventRow.subjects).where(others)).all()
    assert [row for row in left if NAME in row.body or world.people["ahlen"] in row.body + row.subjects] == []
    changed = {name for name, epoch in after.items() if epoch != before[name]}
    assert changed == {cohort, world.place("ahlen")}


def test_what_others_see_is_told_as_it_is_now(erase, world):
    _seq, state = world.state(f"cohort/{world.cohort}")
    assert world.people["ahlen"] in str(state)
    erase()
    assert json.dumps(world.people["ahlen"]) not in json.dumps(world.state(f"cohort/{world.cohort}")[1])
    assert world.events(world.place("ahlen"))[-1] == ("sessions.changed", '{"sessions":[]}')


def test_rights_end_with_the_commit(erase, world):
    acl = world.acl(f"cohort/{world.cohort}")
    erase()
    assert world.actor("ahlen") is None
    assert world.acl(f"cohort/{world.cohort}") > acl


def test_the_office_may_and_it_is_noted_without_a_name(erase, world, database):
    erase("ahlen", by="administrator")
    audit = Model.metadata.tables["audit"]
    with database.reading() as connection:
        entry = connection.execute(select(audit).order_by(audit.c.seq.desc()).limit(1)).one()
        assert connection.execute(select(Erasure.person)).scalars().all() == [world.people["ahlen"]]
    assert (entry.command, entry.place, entry.actor) == (
        "person.erase", world.place("ahlen"), world.people["administrator"]
    )  # fmt: skip


def test_a_second_time_there_is_nobody(erase, world):
    erase()
    assert world.refused("administrator", "person.erase", world.place("ahlen"), {"sure": True}) == "not_found"
    assert world.refused("administrator", "role.grant", "house",
                         {"person": world.people["ahlen"], "role": "network"}) == "not_found"  # fmt: skip


def test_it_takes_a_tick_and_a_fresh_look_at_who_it_is(world, shown, clock, database):
    assert world.refused("ahlen", "person.erase", world.place("ahlen"), {}) == "invalid"
    clock.move(minutes=11)
    assert world.refused("ahlen", "person.erase", world.place("ahlen"), {"sure": True}) == "closed"
    assert person(database, world).erased_at is None


@pytest.mark.parametrize(
    ("who", "sentence"), [("administrator", "Programmverwaltung"), ("facilitator", "Moderation")]
)
def test_a_role_that_nobody_else_has_must_be_handed_over_first(world, shown, clock, database, who, sentence):
    cohort = Model.metadata.tables["cohort"]
    with database.transaction() as connection:
        connection.execute(update(cohort).values(ends_on=clock.now().date()))
    with pytest.raises(Refusal, match=sentence):
        world.ask(who, "person.erase", world.place(who), {"sure": True})
    further = {"role": who, **({"cohort": world.cohort} if who == "facilitator" else {})}
    world.ask("administrator", "role.grant", "house", {"person": world.people["stranger"], **further})
    world.ask(who, "person.erase", world.place(who), {"sure": True})
    assert person(database, world, who).name == ""


def test_after_a_restore_nothing_is_in_the_way_and_nobody_is_written_to(world, database):
    world.ask(RESTORING, "person.erase", world.place("administrator"), {"sure": True})
    assert person(database, world, "administrator").name == ""
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(MailRow)).scalar_one() == 0


def test_the_last_mail_goes_to_the_old_address_and_bears_nothing_else(erase, database):
    erase()
    with database.reading() as connection:
        mail = connection.execute(select(MailRow)).one()
    assert (mail.address, mail.kind, mail.params, mail.person_id) == (
        "ahlen@example.org",
        "erased",
        "{}",
        None,
    )
