"""Who may do what with passwords and sessions."""

from __future__ import annotations

from enum import StrEnum

from foundation import policy
from foundation.places import Place
from foundation.policy import Actor, rule
from people.accounts.policy import administers

DOOR = policy.system("sign-in")
"""The house in its role as the one who lets people in, after it has seen that they are who they say."""


class SessionPermission(StrEnum):
    """What can be done with passwords and sessions."""

    PASSWORD = "password.set"  # noqa: S105 -- the name of a command
    BEGIN = "password.begin"
    RENEW = "password.renew"
    OPEN = "session.open"
    CLOSE = "session.close"
    LOCK = "person.lock"
    UNLOCK = "person.unlock"
    END = "sessions.end"


@rule(SessionPermission.OPEN, SessionPermission.BEGIN, SessionPermission.RENEW)
def the_door_after_it_has_seen_them(actor: Actor, _place: Place) -> bool:
    return actor.id == DOOR.id and actor.is_system


@rule(SessionPermission.PASSWORD, SessionPermission.CLOSE)
def everybody_their_own_and_the_house(actor: Actor, place: Place) -> bool:
    return actor.is_system or actor.id == place.id


@rule(SessionPermission.LOCK, SessionPermission.UNLOCK, SessionPermission.END)
def the_office_keeps_out(actor: Actor, _place: Place) -> bool:
    return administers(actor)
