"""Mails on their way to a real server: once each, again where it could not, noted where it never will."""

import re
import threading
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select, update
from tests.mail_server import MailServer

from foundation import clock as house_clock
from foundation import jobs
from foundation.door import Door
from foundation.jobs import JobRow
from foundation.policy import Actor, ActorKind
from people.accounts.models import Person
from people.mail import service
from people.mail.handing import Server
from people.mail.models import MailRow
from people.mail.rules import Kind
from people.mail.sending import GIVEN_UP, POINTLESS, Postman
from people.mail.service import SEND


def bounced(world):
    with world.door.database.reading() as connection:
        query = select(Person.email).where(Person.bounced_at.is_not(None)).order_by(Person.email)
        return list(connection.execute(query).scalars())


def waiting_jobs(world):
    with world.door.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(JobRow)).scalar_one()


def to(server):
    return sorted(address for received in server.messages for address in received.to)


def test_a_mail_is_sent_and_then_only_a_note(world, post, postman, mail_server, outbox):
    post(Kind.PASSWORD_CHANGED, "ahlen", params={"device": "Firefox, Linux"}, address="elsewhere@example.org")
    assert postman.work(world.door) == 1
    [received] = mail_server.messages
    assert (received.sender, received.to) == ("post@example.org", ["elsewhere@example.org"])
    assert "Passwort" in received.part("plain")
    [row] = outbox()
    assert (row.kind, row.attempts, row.failed, row.reader) == (
        "password_changed",
        1,
        "",
        world.people["ahlen"],
    )
    assert row.sent_at is not None
    assert (row.params, row.address, row.matter) == ("{}", None, None)
    assert waiting_jobs(world) == 0
    assert postman.work(world.door) == 0
    assert len(mail_server.messages) == 1


@pytest.mark.parametrize("delivery", ["at_once", "digest"])
def test_of_news_it_is_known_afterwards_who_has_been_told(
    world, notify, postman, mail_server, outbox, within, clock, delivery
):
    choice = {"deliveries": {"poll_opened": delivery}}
    world.ask("ahlen", "notifications.change", f"person/{world.people['ahlen']}", choice)
    notify(Kind.POLL_OPENED, ["ahlen"], key="poll/one")

    def told(kind=Kind.POLL_OPENED, key="poll/one"):
        return within(lambda transaction: service.told(transaction.connection, kind, key))

    assert told() == set()
    clock.move(seconds=timedelta(days=2).total_seconds())
    postman.work(world.door)
    assert len(mail_server.messages) == 1
    assert told() == {world.people["ahlen"]}
    assert (told(key="poll/other"), told(kind=Kind.POLL_RESET)) == (set(), set())
    assert {row.params for row in outbox()} == {"{}"}


def test_mail_programs_read_in_it_how_to_unsubscribe(world, notify, postman, mail_server):
    """A long header would be written as RFC 2047 does, which holds for words and for no address."""
    notify(Kind.POLL_OPENED, ["ahlen"])
    postman.work(world.door)
    [received] = mail_server.messages
    head, _, body = received.content.partition(b"\r\n\r\n")
    [written] = [line for line in head.split(b"\r\n") if line.startswith(b"List-Unsubscribe:")]
    assert re.fullmatch(rb"List-Unsubscribe: <https://[^ ]+/mail/unsubscribe/[^ ]+>", written)
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert max(map(len, body.split(b"\r\n"))) <= 78


def test_a_server_that_cannot_now_is_asked_again_each_time_later(
    world, post, postman, mail_server, outbox, clock
):
    mail_server.answers[:] = ["451 come back later"] * 3
    post(Kind.PASSWORD_CHANGED, "ahlen")
    pauses = []
    for attempt in range(1, 4):
        assert postman.work(world.door) == 1
        assert postman.work(world.door) == 0
        [row] = outbox()
        assert (row.attempts, row.sent_at, row.failed) == (attempt, None, "")
        with world.door.database.reading() as connection:
            due_at = connection.execute(select(JobRow.due_at)).scalar_one()
        pauses.append((due_at - house_clock.now()).total_seconds())
        clock.move(seconds=pauses[-1])
    assert pauses == sorted(pauses)
    assert pauses[-1] > 3 * pauses[0]
    assert postman.work(world.door) == 1
    assert to(mail_server) == ["ahlen@example.org"]
    assert outbox()[0].attempts == 4
    assert bounced(world) == []


def test_a_mail_that_was_tried_again_is_the_same_mail(world, post, postman, mail_server, clock):
    mail_server.verdicts[:] = ["451 the scanner is busy"]
    post(Kind.PASSWORD_CHANGED, "ahlen")
    postman.work(world.door)
    clock.move(minutes=1)
    postman.work(world.door)
    clock.move(minutes=1)
    [received] = mail_server.messages
    assert received.message["Message-ID"].endswith("@werkstatt.example.org>")


def test_after_three_days_nobody_wants_the_news_any_more(world, post, postman, mail_server, outbox, clock):
    mail_server.answers[:] = ["451 come back later"] * 2
    post(Kind.PASSWORD_CHANGED, "ahlen")
    postman.work(world.door)
    clock.move(days=3, minutes=1)
    postman.work(world.door)
    [row] = outbox()
    assert (row.sent_at, row.failed, row.params) == (None, GIVEN_UP, "{}")
    assert waiting_jobs(world) == 0
    assert mail_server.messages == []


@pytest.mark.parametrize("answer", ["550 5.1.1 no such mailbox", "550 unknown", "552 5.2.2 mailbox full"])
def test_a_mailbox_that_does_not_exist_is_noted_and_not_asked_again(
    world, post, postman, mail_server, outbox, clock, answer
):
    mail_server.refused["ahlen@example.org"] = answer
    post(Kind.PASSWORD_CHANGED, "ahlen")
    post(Kind.PASSWORD_CHANGED, "menden")
    postman.work(world.door)
    clock.move(days=1)
    assert postman.work(world.door) == 0
    failed, sent = outbox()
    assert (failed.failed, failed.sent_at, failed.bounced_at is not None) == (answer[:3], None, True)
    assert sent.sent_at is not None
    assert mail_server.asked["ahlen@example.org"] == 1
    assert to(mail_server) == ["menden@example.org"]
    assert bounced(world) == ["ahlen@example.org"]


@pytest.mark.parametrize("answer", ["554 5.7.1 relay access denied", "530 5.5.1 sign in first"])
def test_a_server_that_does_not_want_us_says_nothing_about_the_mailbox(
    world, post, postman, mail_server, outbox, clock, answer
):
    mail_server.answers[:] = [answer]
    post(Kind.PASSWORD_CHANGED, "ahlen")
    postman.work(world.door)
    assert (outbox()[0].failed, bounced(world)) == ("", [])
    clock.move(minutes=1)
    postman.work(world.door)
    assert to(mail_server) == ["ahlen@example.org"]


def test_a_mail_turned_down_for_what_it_is_says_nothing_about_the_mailbox(
    world, post, postman, mail_server, outbox
):
    mail_server.verdicts[:] = ["554 looks like spam"]
    post(Kind.PASSWORD_CHANGED, "ahlen")
    postman.work(world.door)
    assert (outbox()[0].failed, outbox()[0].bounced_at, bounced(world)) == ("554", None, [])


def test_what_waits_while_the_server_is_away_arrives_when_it_is_back(world, post, head, clock, outbox):
    server = MailServer()
    postman = Postman(Server(server.url), head)
    for who in ("ahlen", "menden", "coach"):
        post(Kind.PASSWORD_CHANGED, who)
    assert postman.work(world.door) == 3
    assert {row.sent_at for row in outbox()} == {None}
    with server:
        clock.move(minutes=1)
        assert postman.work(world.door) == 3
    assert to(server) == ["ahlen@example.org", "coach@example.org", "menden@example.org"]
    assert None not in {row.sent_at for row in outbox()}


def test_several_processes_send_each_mail_once(world, post, head, mail_server):
    for who in list(world.people) * 3:
        post(Kind.PASSWORD_CHANGED, who)
    doors = [Door(world.door.database, world.door.identify, secret=b"secret") for _ in range(3)]
    ready = threading.Barrier(len(doors))

    def work(door):
        ready.wait()
        Postman(Server(mail_server.url), head).work(door)

    threads = [threading.Thread(target=work, args=(door,)) for door in doors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert to(mail_server) == sorted(f"{who}@example.org" for who in list(world.people) * 3)
    assert len({received.message["Message-ID"] for received in mail_server.messages}) == len(
        mail_server.messages
    )


def test_a_mail_whose_note_was_lost_is_sent_once_more_under_the_same_id(
    world, post, postman, mail_server, outbox, clock
):
    """What a crash between the server's answer and our note leaves behind."""
    post(Kind.PASSWORD_CHANGED, "ahlen")
    with world.door.database.reading() as connection:
        job = connection.execute(select(JobRow)).one()._mapping
    postman.work(world.door)
    world.door.write(lambda connection: connection.execute(update(MailRow).values(sent_at=None)))
    world.door.write(
        lambda connection: jobs.schedule(connection, SEND, clock.now(), {"mail": outbox()[0].public_id})
    )
    assert postman.work(world.door) == 1
    first, second = mail_server.messages
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert job["kind"] == SEND


def test_a_job_that_comes_twice_sends_once(world, post, postman, mail_server, outbox, clock):
    post(Kind.PASSWORD_CHANGED, "ahlen")
    payload = {"mail": outbox()[0].public_id}
    world.door.write(lambda connection: jobs.schedule(connection, SEND, clock.now(), payload))
    assert postman.work(world.door) == 2
    assert len(mail_server.messages) == 1


def test_what_has_become_pointless_is_not_sent(world, notify, post, postman, mail_server, outbox, clock):
    notify(
        Kind.POLL_OPENED,
        ["ahlen"],
        due_at=clock.now() + timedelta(hours=1),
        until=clock.now() + timedelta(hours=2),
    )
    post(Kind.RESET, "menden", params={"link": "0" * 16})
    clock.move(hours=3)
    postman.work(world.door)
    assert mail_server.messages == []
    assert [(row.failed, row.params) for row in outbox()] == [(POINTLESS, "{}")] * 2
    assert waiting_jobs(world) == 0


def test_a_locked_account_gets_no_news_and_still_what_concerns_its_safety(
    world, notify, post, postman, mail_server, clock
):
    notify(Kind.POLL_OPENED, ["ahlen"], due_at=clock.now() + timedelta(hours=1))
    post(Kind.PASSWORD_CHANGED, "ahlen")
    world.door.write(lambda connection: connection.execute(update(Person).values(locked_at=clock.now())))
    clock.move(hours=2)
    postman.work(world.door)
    assert [received.message["Subject"] for received in mail_server.messages] == ["Ihr Passwort ist geändert"]


def test_a_mail_that_was_late_does_not_come_in_quiet_hours(
    world, notify, postman, mail_server, outbox, clock, noon
):
    """Planned for another time, held up by its server until the quiet hours."""
    notify(Kind.POLL_OPENED, ["ahlen"])
    themselves = Actor(kind=ActorKind.PERSON, id=world.people["ahlen"])
    body = {"deliveries": {}, "quiet_from": 12, "quiet_until": 14}
    world.ask(themselves, "notifications.change", world.place("ahlen"), body)
    postman.work(world.door)
    assert mail_server.messages == []
    clock.move(hours=2)
    postman.work(world.door)
    assert to(mail_server) == ["ahlen@example.org"]
    assert outbox()[0].sent_at >= noon.replace(hour=14)


def test_an_address_that_is_none_is_noted_without_asking_anybody(world, post, postman, mail_server, outbox):
    def misspell(connection):
        connection.execute(
            update(Person).where(Person.email == "ahlen@example.org").values(email="a..b@example.org")
        )

    world.door.write(misspell)
    post(Kind.PASSWORD_CHANGED, "ahlen")
    postman.work(world.door)
    assert (outbox()[0].failed, bounced(world)) == ("no_address", ["a..b@example.org"])
    assert mail_server.messages == []


def test_a_mistake_of_ours_costs_one_mail_an_hour_and_the_others_nothing(
    world, post, postman, mail_server, outbox
):
    post(Kind.PASSWORD_CHANGED, "ahlen")
    world.door.write(partial(_spoil, kind="unheard_of"))
    post(Kind.PASSWORD_CHANGED, "menden")
    assert postman.work(world.door) == 2
    assert to(mail_server) == ["menden@example.org"]
    assert outbox()[0].sent_at is None


def _spoil(connection, *, kind):
    connection.execute(update(MailRow).values(kind=kind))


def test_logs_name_neither_address_nor_text(world, post, postman, mail_server, caplog, capfd):
    mail_server.refused["ahlen@example.org"] = "550 <ahlen@example.org> is unknown"
    mail_server.refused["menden@example.org"] = "451 <menden@example.org> later"
    for who in ("ahlen", "menden", "coach"):
        post(Kind.PASSWORD_CHANGED, who)
    postman.work(world.door)
    said = caplog.text + "".join(capfd.readouterr())
    assert "example.org" not in said
    assert "mail_turned_down" in said
