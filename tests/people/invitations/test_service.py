"""Inviting by command: sent, sent again, withdrawn; by whom, and once."""

import pytest

from foundation import clock as house_clock
from foundation import commands, policy
from foundation.errors import Code, Refusal

NOBODY_ELSE = ["ahlen", "coach", "facilitator", "stranger"]


def closed(act, *args, **body):
    with pytest.raises(Refusal) as refused:
        act(*args, **body)
    return refused.value.code is Code.CLOSED


def test_asked_twice_one_invitation_is_sent(desk):
    once = commands.new_id()
    assert desk.invite(once=once) == desk.invite(once=once)
    assert len(desk.mails()) == len(desk.rows()) == 1


def test_only_the_office_invites(world, desk):
    invitation = desk.invite()
    sent = {"email": "x@example.org", "name": "X", "role": "participant", "team": world.teams["menden"]}
    known = {"invitation": invitation}
    for who in NOBODY_ELSE:
        assert [
            world.refused(who, "invitation.send", "house", sent),
            world.refused(who, "invitation.resend", "house", known),
            world.refused(who, "invitation.withdraw", "house", known),
        ] == ["not_found"] * 3
    assert len(desk.mails()) == 1


def test_the_invitation_says_who_invited(world, desk):
    desk.invite()
    assert desk.rows()[0].invited_by_id == world.actor("administrator").row


def test_sent_again_the_link_before_is_worthless_and_time_begins_anew(desk, clock):
    invitation = desk.invite()
    first, invited_at = desk.link(invitation), desk.rows()[0].invited_at
    clock.move(minutes=5)
    desk.resend(invitation)
    assert desk.link(invitation) not in (first, None)
    assert desk.rows()[0].invited_at > invited_at
    assert [params["link"] for _, _, params in desk.mails()] == [desk.link(invitation)]


def test_an_address_is_corrected_after_the_mail_came_back(desk):
    invitation = desk.invite("nue@example.org")
    desk.mark(bounced_at=house_clock.now())
    assert [entry.bounced for entry in desk.waiting()] == [True]
    desk.resend(invitation, email="Neu@example.org")
    (entry,) = desk.waiting()
    assert (entry.email, entry.bounced, entry.id) == ("neu@example.org", False, invitation)
    assert [address for address, _, _ in desk.mails()] == ["neu@example.org"]


def test_a_corrected_address_is_looked_at_like_a_new_one(desk, world):
    desk.invite("wartet@example.org", team=world.teams["menden"])
    invitation = desk.invite()
    for email in ("ahlen@example.org", "wartet@example.org", "niemand"):
        with pytest.raises(Refusal) as refused:
            desk.resend(invitation, email=email)
        assert set(refused.value.fields) == {"email"}
    assert desk.rows()[1].email == "neu@example.org"


def test_one_that_ran_out_can_be_sent_again(desk, world, clock):
    invitation = desk.invite()
    clock.move(days=31)
    world.ask(policy.system("office"), "invitation.resend", "house", {"invitation": invitation})
    assert [entry.expired for entry in desk.waiting()] == [False]


def test_a_withdrawn_invitation_opens_nothing_and_stays_so(desk):
    invitation = desk.invite()
    desk.withdraw(invitation)
    assert (desk.link(invitation), list(desk.waiting()), desk.mails()) == (None, [], [])
    assert closed(desk.withdraw, invitation)
    assert closed(desk.resend, invitation)


def test_what_does_not_exist_is_refused(world):
    for name in ("invitation.resend", "invitation.withdraw"):
        assert world.refused("administrator", name, "house", {"invitation": "0" * 16}) == "not_found"


def test_an_invitation_to_the_office_goes_elsewhere_only_after_one_has_shown_who_one_is(world, desk, clock):
    """Else whoever finds an open browser of the office makes an administrator of themselves."""
    office = desk.invite(role="administrator")
    clock.move(minutes=11)
    elsewhere = {"invitation": office, "email": "fremd@example.org"}
    assert world.refused("administrator", "invitation.resend", "house", elsewhere) == "closed"
    assert [address for address, _, _ in desk.mails()] == ["neu@example.org"]
    desk.resend(office)
    team = desk.invite()
    desk.resend(team, email="neuer@example.org")
