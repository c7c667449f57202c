"""Who invites, and who may say that an invitation was accepted."""

from __future__ import annotations

from enum import StrEnum

from foundation.places import Place
from foundation.policy import Actor, rule
from people.accounts.policy import administers
from people.sign_in.policy import DOOR


class InvitationPermission(StrEnum):
    """What can be done with an invitation."""

    SEND = "invitation.send"
    RESEND = "invitation.resend"
    WITHDRAW = "invitation.withdraw"
    ACCEPT = "invitation.accept"


@rule(InvitationPermission.SEND, InvitationPermission.RESEND, InvitationPermission.WITHDRAW)
def the_office_invites(actor: Actor, _place: Place) -> bool:
    return administers(actor)


@rule(InvitationPermission.ACCEPT)
def the_door_after_it_has_seen_the_link(actor: Actor, _place: Place) -> bool:
    return actor.id == DOOR.id and actor.is_system
