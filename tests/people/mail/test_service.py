"""Telling many people something, each as they want it: at once, in a digest or never, outside quiet hours."""

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, update

from foundation.jobs import JobRow
from foundation.policy import Actor, ActorKind
from people.accounts.models import Person
from people.mail import service
from people.mail.rules import GIVE_UP, Kind

OPENED = Kind.POLL_OPENED


@pytest.fixture
def want(world):
    def want(who, deliveries, **hours):
        body = {"deliveries": {kind.value: delivery for kind, delivery in deliveries.items()}, **hours}
        themselves = Actor(kind=ActorKind.PERSON, id=world.people[who])
        world.ask(themselves, "notifications.change", world.place(who), body)

    return want


def near(moment, expected):
    return abs(moment - expected) < timedelta(seconds=30)


def readers(world, server):
    return sorted(address.removesuffix("@example.org") for one in server.messages for address in one.to)


def test_everybody_is_told_at_once_unless_they_wanted_it_otherwise(
    world, notify, want, postman, mail_server, noon
):
    want("menden", {OPENED: "never"})
    want("coach", {OPENED: "digest"})
    notify(OPENED, ["ahlen", "menden", "coach", "facilitator"])
    postman.work(world.door)
    assert readers(world, mail_server) == ["ahlen", "facilitator"]


def test_another_kind_goes_by_what_was_said_about_that_kind(world, notify, want, outbox):
    want("ahlen", {OPENED: "never"})
    notify(Kind.POLL_CLOSES_SOON, ["ahlen"])
    notify(OPENED, ["ahlen"])
    assert [row.kind for row in outbox()] == [Kind.POLL_CLOSES_SOON]


def test_in_quiet_hours_it_waits_for_their_end(
    world, notify, want, postman, mail_server, outbox, clock, noon
):
    want("ahlen", {}, quiet_from=11, quiet_until=14)
    notify(OPENED, ["ahlen", "menden"])
    postman.work(world.door)
    assert readers(world, mail_server) == ["menden"]
    assert outbox()[0].due_at == noon.replace(hour=14)
    clock.move(hours=1, minutes=59)
    assert postman.work(world.door) == 0
    clock.move(minutes=2)
    postman.work(world.door)
    assert readers(world, mail_server) == ["ahlen", "menden"]


def test_what_is_about_safety_comes_in_quiet_hours_too(world, post, want, postman, mail_server, noon):
    want("ahlen", {OPENED: "never"}, quiet_from=11, quiet_until=14)
    post(Kind.PASSWORD_CHANGED, "ahlen")
    postman.work(world.door)
    assert readers(world, mail_server) == ["ahlen"]


def test_a_digest_collects_what_waits_and_comes_once(
    world, notify, want, postman, mail_server, outbox, clock, noon
):
    want("ahlen", {OPENED: "digest", Kind.POLL_CLOSES_SOON: "digest"}, digest_hour=17)
    for hours in (1, 1, 1):
        clock.move(hours=hours)
        notify(OPENED, ["ahlen"])
    notify(Kind.POLL_CLOSES_SOON, ["ahlen"], until=noon + timedelta(days=1))
    assert postman.work(world.door) == 0
    clock.move(hours=2, minutes=1)
    assert postman.work(world.door) == 1
    [received] = mail_server.messages
    assert received.message["Subject"] == "Was in der Werkstatt ansteht"
    assert received.part("plain").count("Zum Stimmzettel:") == 4
    assert {(row.sent_at is not None, row.params, row.failed) for row in outbox()} == {(True, "{}", "")}
    clock.move(days=2)
    assert postman.work(world.door) == 0


def test_a_digest_on_a_day_of_the_week_waits_for_that_day(world, notify, want, outbox, noon):
    want("ahlen", {OPENED: "digest"}, digest_weekday=4, digest_hour=9)
    notify(OPENED, ["ahlen"])
    friday = (noon + timedelta(days=2)).replace(hour=9)
    assert {row.due_at for row in outbox()} == {friday}


def test_each_day_has_its_own_digest(world, notify, want, postman, mail_server, clock, noon):
    want("ahlen", {OPENED: "digest"}, digest_hour=17)
    for _ in range(2):
        notify(OPENED, ["ahlen"])
        clock.move(days=1)
        postman.work(world.door)
    assert readers(world, mail_server) == ["ahlen", "ahlen"]


def test_what_would_be_over_before_the_digest_comes_at_once(world, notify, want, postman, mail_server, noon):
    want("ahlen", {OPENED: "digest"}, digest_hour=17)
    notify(OPENED, ["ahlen"], until=noon.replace(hour=16))
    postman.work(world.door)
    assert [one.message["Subject"] for one in mail_server.messages] == ["Die Abstimmung ist eröffnet"]


def test_a_digest_whose_news_are_all_over_is_not_sent(
    world, notify, want, postman, mail_server, outbox, clock, noon
):
    want("ahlen", {OPENED: "digest"}, digest_hour=17)
    notify(OPENED, ["ahlen"], until=noon.replace(hour=18))
    clock.move(hours=7)
    postman.work(world.door)
    assert mail_server.messages == []
    assert {row.failed for row in outbox()} == {"pointless"}


def test_a_digest_that_the_server_did_not_take_loses_nothing(
    world, notify, want, postman, mail_server, clock, outbox, noon
):
    want("ahlen", {OPENED: "digest"}, digest_hour=17)
    notify(OPENED, ["ahlen"])
    mail_server.answers[:] = ["451 later"]
    clock.move(hours=5, minutes=1)
    postman.work(world.door)
    assert {row.sent_at for row in outbox()} == {None}
    clock.move(minutes=1)
    postman.work(world.door)
    assert mail_server.messages[0].part("plain").count("Zum Stimmzettel:") == 1
    assert None not in {row.sent_at for row in outbox()}


def test_what_lies_ahead_is_told_when_its_time_comes(
    world, notify, postman, mail_server, outbox, clock, noon
):
    notify(OPENED, ["ahlen"], due_at=noon + timedelta(hours=3))
    assert near(outbox()[0].due_at, noon + timedelta(hours=3))
    assert postman.work(world.door) == 0
    clock.move(hours=3, minutes=1)
    postman.work(world.door)
    assert readers(world, mail_server) == ["ahlen"]


def test_what_is_taken_back_does_not_come_alone_or_in_a_digest(
    world, notify, want, within, postman, mail_server, clock, outbox, noon
):
    want("menden", {OPENED: "digest"}, digest_hour=17)
    for key in ("poll/one", "poll/another"):
        notify(OPENED, ["ahlen", "menden"], key=key)
    within(lambda transaction: service.withdraw(transaction, "poll/one"))
    clock.move(hours=6)
    postman.work(world.door)
    assert readers(world, mail_server) == ["ahlen", "menden"]
    assert mail_server.messages[-1].part("plain").count("Zum Stimmzettel:") == 1


def test_what_was_sent_stays_in_the_books_when_it_is_taken_back(
    world, notify, within, postman, outbox, mail_server
):
    notify(OPENED, ["ahlen"], key="poll/one")
    postman.work(world.door)
    within(lambda transaction: service.withdraw(transaction, "poll/one"))
    assert len(outbox()) == 1


def test_nobody_who_is_gone_or_locked_out_is_told(world, notify, outbox, clock):
    def lose(connection):
        for who, column in (("ahlen", "erased_at"), ("menden", "locked_at")):
            this = Person.public_id == world.people[who]
            connection.execute(update(Person).where(this).values({column: clock.now()}))

    world.door.write(lose)
    notify(OPENED, ["ahlen", "menden", "coach"])
    assert [row.reader for row in outbox()] == [world.people["coach"]]


def test_telling_many_takes_as_few_statements_as_telling_one(world, notify, want):
    want("menden", {OPENED: "digest"})
    want("coach", {OPENED: "digest"})
    asked = []
    watched = (world.door.database.engine, "before_cursor_execute", lambda *_: asked.append(1))
    event.listen(*watched)
    try:
        notify(OPENED, ["ahlen", "menden"])
        few = len(asked)
        asked.clear()
        notify(OPENED, list(world.people))
        assert len(asked) <= few
    finally:
        event.remove(*watched)
    with world.door.database.reading() as connection:
        jobs = connection.execute(select(func.count()).select_from(JobRow)).scalar_one()
    assert jobs == 1 + (len(world.people) - 2) + 2


def test_news_is_not_tried_for_ever():
    assert timedelta(days=1) < GIVE_UP < timedelta(days=7)
