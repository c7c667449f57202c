"""Who handles a poll, who fills in a team's ballot, and who sees either."""

from __future__ import annotations

from enum import StrEnum

from foundation import policy
from foundation.places import Place
from foundation.policy import Actor, Role
from foundation.streams import Audience


class VotingPermission(StrEnum):
    """The commands of a vote, and the streams that not everybody reads."""

    OPEN = "poll.open"
    CHANGE = "poll.change"
    CLOSE = "poll.close"
    REOPEN = "poll.reopen"
    REMIND = "poll.remind"
    RESET = "poll.reset"
    MARK = "ballot.mark"
    FILL = "ballot.fill"
    CONFIRM = "ballot.confirm"
    ENTER = "ballot.enter"
    ABSTAIN = "ballot.abstain"
    CAST = "ballot.cast"
    FOLLOW_BALLOT = "ballot.follow"
    FOLLOW_DESK = "desk.follow"


def facilitates(actor: Actor, place: Place) -> bool:
    """Whether the workshop is in this actor's care."""
    return actor.holds(Role.FACILITATOR, f"cohort/{place.above('cohort')}")


@policy.rule(VotingPermission.OPEN, VotingPermission.CHANGE, VotingPermission.REOPEN, VotingPermission.ENTER)
def facilitators_handle_the_poll(actor: Actor, place: Place) -> bool:
    return facilitates(actor, place)


@policy.rule(VotingPermission.CLOSE)
def facilitators_or_the_clock_close(actor: Actor, place: Place) -> bool:
    return actor.is_system or facilitates(actor, place)


@policy.rule(VotingPermission.REMIND, VotingPermission.RESET)
def the_house_itself(actor: Actor, _place: Place) -> bool:
    return actor.is_system


@policy.rule(
    VotingPermission.MARK,
    VotingPermission.FILL,
    VotingPermission.ABSTAIN,
    VotingPermission.CONFIRM,
    VotingPermission.CAST,
)
def members_fill_in_their_ballot(actor: Actor, place: Place) -> bool:
    return actor.holds(Role.PARTICIPANT, f"cohort/{place.above('cohort')}")


@policy.rule(VotingPermission.FOLLOW_BALLOT)
def the_team_sees_its_ballot(actor: Actor, audience: Audience) -> bool:
    """Nobody else, not even the team's coach: what a team wants is its own until it is counted."""
    own_cohort = actor.holds(Role.PARTICIPANT, f"cohort/{audience.place.above('cohort')}")
    return own_cohort and actor.holds(Role.PARTICIPANT, f"team/{audience.ids['team']}")


@policy.rule(VotingPermission.FOLLOW_DESK)
def facilitators_see_the_desk(actor: Actor, audience: Audience) -> bool:
    return facilitates(actor, audience.place)
