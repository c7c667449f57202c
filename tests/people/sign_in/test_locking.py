"""The office keeps somebody out: at once and everywhere, and neither itself nor the last of its own."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from tests.scene import PASSWORD, address, credential, open_door
from tests.visiting import Visitor

from foundation import clock as house_clock
from foundation import commands
from foundation.database import Database
from foundation.errors import Code, Refusal
from foundation.transaction import Transaction
from people.mail import queries as mails
from people.mail.models import MailRow
from people.mail.rules import Kind
from people.mail.service import notify


def ask(world, name, who="ahlen", asker="administrator"):
    return world.ask(asker, name, "house", {"person": world.people[who]})


def refused(world, name, who, asker="administrator"):
    with pytest.raises(Refusal) as refusal:
        ask(world, name, who, asker)
    return refusal.value.code


def test_who_is_locked_is_out_and_gets_the_answer_that_everybody_gets(world, browser, another_browser):
    browser.sign_in("ahlen")
    ask(world, "person.lock")
    assert browser.get("/profile").location.startswith("/sign-in")
    answers = [another_browser.sign_in(who) for who in ("ahlen", "nobody")]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("passen nicht zusammen" in answer.text for answer in answers)
    ask(world, "person.unlock")
    assert browser.get("/profile").status_code == 302
    assert another_browser.sign_in("ahlen").status_code == 302
    assert another_browser.get("/profile").status_code == 200


def test_the_seat_stays_and_whoever_is_locked_is_told_that_no_session_is_left(world):
    before = world.state(f"cohort/{world.cohort}")
    drawn, state = world.followed(world.place("ahlen"), lambda: ask(world, "person.lock"))
    assert drawn == state
    assert state["sessions"] == []
    assert world.state(f"cohort/{world.cohort}") == before


def test_news_stop_for_who_is_locked(world, database):
    """What waits already is not sent, and nothing new is put into the outbox."""
    with database.transaction() as connection:
        notify(Transaction(connection), Kind.POLL_OPENED, persons=[world.people["ahlen"]])
    ask(world, "person.lock")
    with database.transaction() as connection:
        notify(Transaction(connection), Kind.POLL_OPENED, persons=[world.people["ahlen"]])
        (mail,) = connection.execute(select(MailRow.public_id)).scalars()
        waiting = mails.waiting(connection, mail)
    assert waiting is not None
    assert not waiting.wanted


def test_nobody_locks_themselves_or_the_last_administrator(world):
    assert refused(world, "person.lock", "administrator") is Code.CONFLICT
    assert refused(world, "sessions.end", "administrator") is Code.CONFLICT
    body = {"person": world.people["stranger"], "role": "administrator"}
    world.ask("administrator", "role.grant", "house", body)
    ask(world, "person.lock", "administrator", asker="stranger")
    assert world.actor("administrator") is None
    limited = {**body, "person": world.people["menden"], "valid_until": house_clock.now() + timedelta(days=1)}
    world.ask("stranger", "role.grant", "house", limited)
    assert refused(world, "person.lock", "stranger", asker="menden") is Code.CONFLICT


def test_who_administers_is_locked_only_after_one_has_shown_who_one_is(world, clock):
    """Else whoever finds an open browser of the office keeps the others of it out."""
    body = {"person": world.people["stranger"], "role": "administrator"}
    world.ask("administrator", "role.grant", "house", body)
    clock.move(minutes=11)
    assert refused(world, "person.lock", "stranger") is Code.CLOSED
    assert world.actor("stranger") is not None
    ask(world, "person.lock")


def test_a_lock_is_set_once_and_taken_off_once(world):
    assert refused(world, "person.unlock", "ahlen") is Code.CLOSED
    ask(world, "person.lock")
    assert refused(world, "person.lock", "ahlen") is Code.CLOSED


def test_a_socket_is_cut_as_soon_as_somebody_is_locked_or_signed_out_everywhere(scene, serve, on_sqlite):
    server = serve(scene.url, mode="threading").start()
    office = Visitor(server.url).sign_in(address("administrator"), PASSWORD)
    for who, name in (("member", "person.lock"), ("neighbour", "sessions.end")):
        visitor = Visitor(server.url).sign_in(address(who), PASSWORD)
        socket = visitor.socket()
        assert socket.subscribe(f"cohort/{scene.cohort}")["ok"]
        reply = office.command(name, "house", {"person": scene.people[who]})
        assert reply.status == 200
        socket.wait_for_close(seconds=5)
        assert visitor.get("/live/streams/" + f"cohort/{scene.cohort}").status == 401
    database = Database(scene.url)
    with database.reading() as connection:
        found = open_door(database).identify(connection, {credential(who) for who in ("member", "neighbour")})
    database.close()
    assert found == {}
    assert commands.declared()["person.lock"].audited
