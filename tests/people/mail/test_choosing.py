"""Which mails somebody gets and when: chosen on a page, or by the address in a mail."""

import pytest

from foundation import commands, policy
from foundation.errors import Refusal
from people.mail import queries
from people.mail.policy import LETTERBOX
from people.mail.rules import USUAL, Delivery, Hours, Kind

ALL = {
    "poll_opened": "digest",
    "poll_closes_soon": "never",
    "workshop_cancelled": "at_once",
    "poll_reset": "at_once",
}


def change(world, who="ahlen", *, of=None, command_id="", **body):
    asked = {"deliveries": {}, **body}
    return world.ask(who, "notifications.change", world.place(of or who), asked, command_id=command_id)


def wishes(world, who="ahlen"):
    with world.door.database.reading() as connection:
        return queries.wishes(connection, world.people[who])


def refused(world, **body):
    with pytest.raises(Refusal) as refusal:
        change(world, **body)
    return refusal.value


def unsubscribe(world, kind, who="ahlen", actor=LETTERBOX, command_id=""):
    return world.ask(
        actor, "notifications.unsubscribe", world.place(who), {"kind": kind}, command_id=command_id
    )


def test_until_somebody_chooses_everything_comes_at_once(world):
    assert wishes(world).deliveries == USUAL
    assert wishes(world).hours == Hours()


def test_what_was_chosen_holds_and_what_was_not_named_stays(world):
    change(world, deliveries=ALL, quiet_from=20, quiet_until=7, digest_weekday=0, digest_hour=9)
    found = wishes(world)
    assert found.deliveries == {
        **USUAL,
        Kind.POLL_OPENED: Delivery.DIGEST,
        Kind.POLL_CLOSES_SOON: Delivery.NEVER,
    }
    assert found.hours == Hours(quiet_from=20, quiet_until=7, digest_weekday=0, digest_hour=9)
    change(world, deliveries={"poll_opened": "at_once"})
    found = wishes(world)
    assert found.deliveries == {**USUAL, Kind.POLL_CLOSES_SOON: Delivery.NEVER}
    assert found.hours == Hours()
    assert wishes(world, "menden").deliveries == USUAL


def test_asked_twice_it_is_done_once(world):
    asked = commands.new_id()
    first = change(world, deliveries=ALL, command_id=asked)
    change(world, deliveries={"poll_opened": "at_once"})
    assert change(world, deliveries=ALL, command_id=asked) == first
    assert wishes(world).deliveries[Kind.POLL_OPENED] is Delivery.AT_ONCE


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"deliveries": {"reset": "never"}}, "deliveries"),
        ({"deliveries": {"digest": "never"}}, "deliveries"),
        ({"deliveries": {"poll_opened": "sometimes"}}, "deliveries.poll_opened"),
        ({"deliveries": None}, "deliveries"),
        ({"quiet_from": 20}, "quiet_until"),
        ({"quiet_until": 7}, "quiet_until"),
        ({"quiet_from": 7, "quiet_until": 7}, "quiet_until"),
        ({"quiet_from": 24, "quiet_until": 7}, "quiet_from"),
        ({"quiet_from": -1, "quiet_until": 7}, "quiet_from"),
        ({"digest_weekday": 7}, "digest_weekday"),
        ({"digest_hour": 24}, "digest_hour"),
        ({"digest_hour": None}, "digest_hour"),
    ],
)
def test_what_makes_no_sense_is_named(world, body, field):
    refusal = refused(world, **body)
    assert (str(refusal.code), list(refusal.fields)) == ("invalid", [field])
    assert wishes(world).deliveries == USUAL


def test_more_kinds_than_there_are_are_not_read(world):
    kinds = {f"kind{number}": "never" for number in range(1000)}
    assert str(refused(world, deliveries=kinds).code) == "invalid"


def test_nobody_chooses_for_somebody_else(world):
    with pytest.raises(Refusal, match="not_found"):
        change(world, "menden", of="ahlen", deliveries=ALL)
    with pytest.raises(Refusal, match="not_found"):
        unsubscribe(world, "poll_opened", actor="menden")
    assert wishes(world).deliveries == USUAL


def test_what_waits_of_a_kind_that_is_wanted_no_more_is_forgotten(world, notify, outbox):
    notify(Kind.POLL_OPENED, ["ahlen", "menden"])
    notify(Kind.POLL_CLOSES_SOON, ["ahlen"])
    change(world, deliveries={"poll_opened": "never"})
    assert [(row.kind, row.reader) for row in outbox()] == [
        ("poll_opened", world.people["menden"]),
        ("poll_closes_soon", world.people["ahlen"]),
    ]


def test_the_house_unsubscribes_for_the_address_in_a_mail(world, notify, outbox):
    notify(Kind.POLL_OPENED, ["ahlen"])
    unsubscribe(world, "poll_opened")
    assert wishes(world).deliveries == {**USUAL, Kind.POLL_OPENED: Delivery.NEVER}
    assert outbox() == []
    unsubscribe(world, "poll_opened")


def test_unsubscribed_twice_by_one_click_is_done_once(world):
    asked = commands.new_id()
    first = unsubscribe(world, "poll_opened", command_id=asked)
    change(world, deliveries={"poll_opened": "at_once"})
    assert unsubscribe(world, "poll_opened", command_id=asked) == first
    assert wishes(world).deliveries == USUAL


def test_the_address_in_a_digest_ends_all_that_was_collected_and_nothing_else(world):
    change(world, deliveries={"poll_opened": "digest"})
    unsubscribe(world, "digest")
    assert wishes(world).deliveries == {**USUAL, Kind.POLL_OPENED: Delivery.NEVER}


def test_what_is_about_safety_cannot_be_unsubscribed(world):
    with pytest.raises(Refusal) as refusal:
        unsubscribe(world, "password_changed", actor=policy.system("unsubscribe"))
    assert list(refusal.value.fields) == ["kind"]
