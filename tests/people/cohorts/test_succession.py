"""A seat passes on: the one who leaves is out at once, the team keeps everything, somebody is invited."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from tests.people.conftest import HASH

from foundation import clock as house_clock
from foundation import commands
from foundation.errors import Code, Refusal
from people.cohorts.models import Seat
from people.invitations.models import Invitation
from people.links.models import LinkRow
from people.mail.models import MailRow
from people.sign_in.policy import DOOR

NEW = {"name": "Ahlen · Nachfolge", "email": "nachfolge@example.org"}


def seat_of(database, team):
    with database.reading() as connection:
        query = select(Seat.public_id).where(Seat.valid_until.is_(None)).order_by(Seat.id)
        return connection.execute(query).scalars().all()[team]


@pytest.fixture
def seat(database):
    """The one of Ahlen."""
    return seat_of(database, 0)


def succeed(world, seat, *, asker="administrator", once="", **body):
    asked = {"seat": seat, **NEW, **body}
    return world.ask(asker, "seat.succeed", f"cohort/{world.cohort}", asked, command_id=once).result


def rows(database, table):
    with database.reading() as connection:
        return connection.execute(select(table).order_by(table.id)).all()


def accept(world, database):
    """The successor comes, by the link of the mail."""
    link = rows(database, LinkRow)[-1].public_id
    made = world.ask(DOOR, "invitation.accept", "house", {"link": link, "hash": HASH}).result
    world.people["successor"] = made["person"]
    world.open_session("successor")


def test_who_leaves_has_no_rights_from_that_second_on(world, seat):
    told = len(world.events(world.place("ahlen")))
    succeed(world, seat)
    assert world.actor("ahlen").grants == frozenset()
    assert world.events(world.place("ahlen"))[told:] == [("rights.changed", "{}")]


def test_the_seat_is_free_for_the_one_who_is_invited_even_in_a_full_team(world, seat, database):
    body = {"team": world.teams["ahlen"], "person": world.people["ahlen_2"]}
    world.ask("administrator", "seat.give", f"cohort/{world.cohort}", body)
    succeed(world, seat)
    accept(world, database)
    teams = world.state(f"cohort/{world.cohort}")[1]["teams"]
    assert [member["name"] for member in teams[0]["members"]] == [
        "Ahlen · Stadtteilarbeit", "Ahlen · Nachfolge",
    ]  # fmt: skip


def test_whoever_follows_the_cohort_sees_them_go_and_come(world, seat, database):
    def pass_on():
        succeed(world, seat)
        accept(world, database)

    drawn, state = world.followed(f"cohort/{world.cohort}", pass_on)
    assert drawn == state


def test_the_invitation_is_to_the_same_team_for_the_rest_of_the_time(world, database):
    until = house_clock.now() + timedelta(days=60)
    body = {"team": world.teams["ahlen"], "person": world.people["ahlen_2"], "valid_until": until}
    seat = world.ask("administrator", "seat.give", f"cohort/{world.cohort}", body).result["seat"]
    made = succeed(world, seat, language="en")
    (invitation,) = rows(database, Invitation)
    (mail,) = [row for row in rows(database, MailRow) if row.kind == "invitation"]
    assert (invitation.public_id, invitation.role, invitation.valid_until) == (
        made["invitation"], "participant", until,
    )  # fmt: skip
    assert (mail.address, mail.language) == ("nachfolge@example.org", "en")


def test_who_takes_over_a_seat_that_is_still_ahead_gets_no_rights_before(world, database):
    begins = house_clock.now() + timedelta(days=60)
    body = {"team": world.teams["ahlen"], "person": world.people["ahlen_2"], "valid_from": begins}
    succeed(world, world.ask("administrator", "seat.give", f"cohort/{world.cohort}", body).result["seat"])
    accept(world, database)
    assert world.actor("successor").grants == frozenset()
    assert rows(database, Seat)[-1].valid_from == begins


def test_if_the_invitation_is_impossible_the_seat_stays(world, seat):
    for email in ("ahlen@example.org", "menden@example.org", "niemand"):
        with pytest.raises(Refusal) as refused:
            succeed(world, seat, email=email)
        assert set(refused.value.fields) == {"email"}
    assert world.actor("ahlen").grants != frozenset()


def test_a_seat_passes_on_once(world, seat):
    succeed(world, seat)
    with pytest.raises(Refusal) as refused:
        succeed(world, seat, email="noch@example.org")
    assert refused.value.code is Code.CLOSED


def test_asked_twice_it_passes_on_once(world, seat, database):
    once = commands.new_id()
    assert succeed(world, seat, once=once) == succeed(world, seat, once=once)
    assert len(rows(database, Invitation)) == 1


def test_only_the_office_passes_seats_on(world, seat):
    for who in ("ahlen", "coach", "facilitator", "stranger"):
        with pytest.raises(Refusal) as refused:
            succeed(world, seat, asker=who)
        assert refused.value.code is Code.NOT_FOUND


def test_a_seat_of_another_cohort_is_not_there(world, seat):
    days = {"name": "Ein anderer", "starts_on": "2016-01-01", "ends_on": "2017-01-01"}
    other = world.ask("administrator", "cohort.create", "house", days).result["cohort"]
    for place, one in ((f"cohort/{other}", seat), (f"cohort/{world.cohort}", "0" * 16)):
        assert world.refused("administrator", "seat.succeed", place, {"seat": one, **NEW}) == "not_found"
