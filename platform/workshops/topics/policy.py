"""Who may propose topics, change them, and speak for a team about them."""

from __future__ import annotations

from enum import StrEnum

from foundation import policy
from foundation.places import Place
from foundation.policy import Actor, Role


class TopicPermission(StrEnum):
    """The commands about topics."""

    PROPOSE = "topic.propose"
    CHANGE = "topic.change"
    WITHDRAW = "topic.withdraw"
    RESTORE = "topic.restore"
    NEED = "topic.need"
    OFFER = "topic.offer"
    ASK = "topic.ask"
    ANSWER = "topic.answer"
    CARRY = "topic.carry"
    MERGE = "topic.merge"
    UNMERGE = "topic.unmerge"
    FORWARD = "topic.forward"


@policy.rule(TopicPermission.PROPOSE, TopicPermission.NEED, TopicPermission.OFFER, TopicPermission.ASK)
def members_speak_for_their_team(actor: Actor, place: Place) -> bool:
    return actor.holds(Role.PARTICIPANT, f"cohort/{place.above('cohort')}")


@policy.rule(TopicPermission.MERGE, TopicPermission.UNMERGE, TopicPermission.CARRY, TopicPermission.FORWARD)
def facilitators_tend_the_list(actor: Actor, place: Place) -> bool:
    return actor.holds(Role.FACILITATOR, f"cohort/{place.above('cohort')}")


@policy.rule(
    TopicPermission.CHANGE, TopicPermission.WITHDRAW, TopicPermission.RESTORE, TopicPermission.ANSWER
)
def the_proposing_team_decides(actor: Actor, team: str) -> bool:
    """`team` is the public id of the team that proposed the topic."""
    return actor.holds(Role.PARTICIPANT, f"team/{team}")
