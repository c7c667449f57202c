"""Reports of mail that comes back, as mail servers write them, and whatever else arrives there."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from foundation import clock as house_clock
from foundation import ids
from people.accounts.models import Person
from people.cohorts.models import Cohort
from people.invitations.models import Invitation
from people.mail import bouncing
from people.mail.bouncing import Report
from people.mail.rules import Kind

REPORTS = Path(__file__).parent / "reports"
OURS = "0123456789abcdef"


def report(name, mail=OURS):
    return (REPORTS / f"{name}.eml").read_bytes().replace(b"MAIL_ID", mail.encode())


@pytest.mark.parametrize(
    ("name", "addresses", "mails"),
    [
        ("postfix", {"ahlen@example.org"}, {OURS}),
        ("headers_only", {"menden+2b@example.org", "menden+@example.org", "menden@example.org"}, {OURS}),
        ("delayed", set(), set()),
        ("away", set(), set()),
    ],
)
@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_a_report_says_whom_a_mail_did_not_reach(name, addresses, mails, ends):
    raw = report(name).replace(b"\n", ends)
    assert bouncing.read(raw) == Report(frozenset(addresses), frozenset(mails))


def test_what_comes_back_whole_may_be_longer_than_what_is_read():
    raw = report("postfix") + b"x" * bouncing.LARGEST
    assert bouncing.read(raw).addresses == {"ahlen@example.org"}


def test_a_report_about_thousands_is_read_in_part():
    block = "\n".join(f"Final-Recipient: rfc822; a{n}@example.org\nAction: failed\n" for n in range(500))
    raw = report("postfix").replace(b"Final-Recipient: rfc822; Ahlen@example.org\n", f"{block}\n".encode(), 1)
    assert len(bouncing.read(raw).addresses) == bouncing.MOST


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00" * 1000,
        b"Content-Type: message/delivery-status\n\n",
        b"Content-Type: multipart/report; boundary=\n\n--\n--\n",
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 2000,  # noqa: E501 -- as it stands in a mail
        b"".join(b"Content-Type: message/rfc822\n\n" for _ in range(3000)),
        b"Content-Type: message/delivery-status\n\nAction: failed\nFinal-Recipient: rfc822; \xff\xfe@\xff\n\n",  # noqa: E501 -- as it stands in a mail
        b"Content-Type: message/delivery-status\n\nAction: failed\nFinal-Recipient: local; ahlen\n\n",
        b"Content-Type: message/delivery-status\n\nAction: failed\nFinal-Recipient: rfc822; +ZZ+41\n\n",
    ],
)  # fmt: skip
def test_garbage_says_nothing(raw):
    assert bouncing.read(raw) == Report()


@given(st.randoms(use_true_random=False), st.sampled_from(["postfix", "headers_only"]))
def test_a_report_that_was_damaged_breaks_nothing(chance: random.Random, name):
    raw = bytearray(report(name))
    for _ in range(chance.randrange(1, 40)):
        at = chance.randrange(len(raw))
        raw[at : at + chance.randrange(3)] = bytes(chance.randrange(256) for _ in range(chance.randrange(3)))
    assert all("@" in address for address in bouncing.read(bytes(raw)).addresses)


@given(st.binary(max_size=2000))
def test_anything_at_all_can_be_read(raw):
    assert isinstance(bouncing.read(raw), Report)


def note(world, **what):
    told = []
    work = {"addresses": [], "mails": [], "at": house_clock.now(), **what}
    world.door.write(lambda connection: told.append(bouncing.note(connection, **work)))
    return told[0]


def test_a_bounce_is_noted_where_the_office_will_see_it(world, post, outbox):
    post(Kind.PASSWORD_CHANGED, "ahlen")
    post(Kind.PASSWORD_CHANGED, "menden")
    mail = outbox()[0].public_id
    at = house_clock.now()
    assert note(world, addresses=["ahlen@example.org", "nobody@example.org"], mails=[mail, OURS], at=at) == 2
    with world.door.database.reading() as connection:
        noted = connection.execute(
            select(Person.email, Person.bounced_at).where(Person.bounced_at.is_not(None))
        )
        assert [tuple(row) for row in noted] == [("ahlen@example.org", at)]
    assert [row.bounced_at for row in outbox()] == [at, None]


def test_the_first_bounce_stays(world, clock):
    at = house_clock.now()
    note(world, addresses=["ahlen@example.org"], at=at)
    clock.move(days=1)
    assert note(world, addresses=["ahlen@example.org"]) == 0


def test_an_invitation_that_waits_is_noted_and_one_that_was_accepted_is_not(world):
    now = house_clock.now()

    def invite(connection):
        cohort = connection.execute(select(Cohort.id)).scalars().first()
        base = {"email": "new@example.org", "name": "Neu", "language": "de", "role": "facilitator"}
        base |= {"cohort_id": cohort, "invited_at": now}
        for settled in ({}, {"accepted_at": now}, {"withdrawn_at": now}):
            connection.execute(insert(Invitation).values(public_id=ids.public_id(), **base, **settled))

    world.door.write(invite)
    assert note(world, addresses=["new@example.org"]) == 1
    with world.door.database.reading() as connection:
        rows = connection.execute(select(Invitation.bounced_at).order_by(Invitation.id)).scalars().all()
    assert [at is not None for at in rows] == [True, False, False]
