"""One map that answers: may this actor do this to that?

Every permission is an enum member named like the command or stream it guards, and has exactly one
rule: a check in Python and, where lists need it, the same rule as a WHERE clause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, false

from foundation.errors import not_found


class ActorKind(StrEnum):
    """Who can ask for something."""

    PERSON = "person"
    GUEST = "guest"
    CAPABILITY = "capability"
    SYSTEM = "system"


class Role(StrEnum):
    """What somebody is, at a scope (`Grant.scope`)."""

    PARTICIPANT = "participant"
    COACH = "coach"
    FACILITATOR = "facilitator"
    EXPERT = "expert"
    NETWORK = "network"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Grant:
    """A role and where it holds: `house`, `cohort/<id>`, `team/<id>`, or a guest's `workshop/<id>`."""

    role: Role
    scope: str


@dataclass(frozen=True)
class Credential:
    """What a request brings to say who is asking: the key of a session, a link, ..."""

    kind: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who asks, with everything that rules look at. Read again inside each command's transaction."""

    kind: ActorKind
    id: str
    name: str = ""
    grants: frozenset[Grant] = frozenset()
    credential: Credential | None = None
    row: int = field(default=0, compare=False)

    def holds(self, role: Role, scope: str) -> bool:
        return Grant(role, scope) in self.grants

    def scopes(self, *roles: Role, prefix: str = "") -> frozenset[str]:
        """Where the actor holds any of the roles; without the prefix, which selects."""
        held = (grant.scope for grant in self.grants if grant.role in roles)
        return frozenset(scope.removeprefix(prefix) for scope in held if scope.startswith(prefix))

    @property
    def is_system(self) -> bool:
        return self.kind is ActorKind.SYSTEM


def system(job: str) -> Actor:
    """The house itself, acting for a named reason (a job, the command line, sign-in)."""
    return Actor(kind=ActorKind.SYSTEM, id=f"system/{job}", name="Werkstatt")


COMMAND_LINE = system("command-line")
"""Whoever runs the server, typing at it."""


def at_the_command_line(actor: Actor) -> bool:
    return actor.is_system and actor.id == COMMAND_LINE.id


Check = Callable[[Actor, Any], bool]
Clause = Callable[[Actor], ColumnElement[bool]]


@dataclass(frozen=True)
class Rule:
    """Who holds a permission, in both forms."""

    check: Check
    clause: Clause | None


_rules: dict[str, Rule] = {}


def rule(*permissions: StrEnum, clause: Clause | None = None) -> Callable[[Check], Check]:
    """Say who holds the permissions. A second rule for one of them is a mistake in the code."""

    def register(check: Check) -> Check:
        for permission in permissions:
            if permission in _rules:
                raise RuntimeError(f"{permission} already has a rule")
            _rules[permission] = Rule(check, clause)
        return check

    return register


def rules() -> Mapping[str, Rule]:
    """Every rule of the house by permission."""
    return _rules


def may(actor: Actor, permission: StrEnum, subject: Any) -> bool:
    """What has no rule is forbidden."""
    found = _rules.get(permission)
    return found is not None and found.check(actor, subject)


def require(actor: Actor, permission: StrEnum, subject: Any) -> None:
    """Refuse as if it did not exist, unless the rule allows it. `None` is what was not found."""
    if subject is None or not may(actor, permission, subject):
        raise not_found()


def where(actor: Actor, permission: StrEnum) -> ColumnElement[bool]:
    """The rule as a condition for a query; without one, nothing is found."""
    found = _rules.get(permission)
    return false() if found is None or found.clause is None else found.clause(actor)


def any_of(actor: Actor, roles: Iterable[Role], scopes: Iterable[str]) -> bool:
    """Whether the actor holds one of the roles at one of the scopes."""
    wanted = tuple(scopes)
    return any(actor.holds(role, scope) for role in roles for scope in wanted)
