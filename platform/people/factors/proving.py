"""The step between the right password and being in, and the codes that are shown there."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from flask import session

from foundation import bodies, clock, commands
from foundation.errors import Code, Refusal
from people.house import house
from people.sign_in import asking
from people.sign_in.entering import enter, leave
from people.sign_in.policy import DOOR
from people.sign_in.rules import CONFIRMED_FOR, Method, digest

from . import queries
from .rules import fitting_step, recovery_key, unseal
from .service import WRONG_CODE

SECOND = "/sign-in/second"
_PENDING = "pending"
_OVER = frozenset({Code.NOT_FOUND, Code.INVALID, Code.ID_REUSED})
"""How the door says that the person is locked, that the password is another one, that it was used before."""


@dataclass(frozen=True)
class Pending:
    """Who has shown the first factor, how, and where they want to go; with `id` they come in once."""

    person: str
    method: Method
    next: str
    proof: str | None = None
    id: str = field(default_factory=commands.new_id)


def let_in(pending: Pending, *, strong: bool = False) -> str:
    """Sign this browser in, or have it wait for the second factor of whoever has one; raises `Refusal`.

    Returns the page to go on to. `strong`: two factors have been shown already.
    """
    if not strong:
        with house().database.reading() as connection:
            two_steps = queries.has_factor(connection, pending.person)
        if two_steps:
            wait_for_second(pending)
            return SECOND
    enter(pending.person, method=pending.method, strong=strong, proof=pending.proof)
    return pending.next


def come_in(pending: Pending) -> bool:
    """Sign in whoever has shown the second factor too; false if the first one is no longer good."""
    try:
        enter(pending.person, method=pending.method, strong=True, proof=pending.proof, once=pending.id)
    except Refusal as refusal:
        if refusal.code not in _OVER:
            raise
        session.pop(_PENDING, None)
        return False
    return True


def wait_for_second(pending: Pending) -> None:
    """Keep in the cookie that the first factor was shown. Nobody is signed in by it."""
    leave()
    until = (clock.now() + CONFIRMED_FOR).timestamp()
    session[_PENDING] = {**asdict(pending), "method": str(pending.method), "until": until}


def waiting() -> Pending | None:
    """Whose second factor is waited for in this browser, for ten minutes."""
    kept = session.get(_PENDING)
    if not isinstance(kept, dict) or clock.now().timestamp() >= kept["until"]:
        return None
    known = {name: value for name, value in kept.items() if name != "until"}
    return Pending(**{**known, "method": Method(kept["method"])})


def by_waiting() -> str:
    """For limits: the person whose code is being tried, from wherever."""
    found = waiting()
    return digest(f"second {found.person}") if found else "nobody"


def use(person: str, typed: str) -> None:
    """Use up an app's code or a recovery code of the person; raises `Refusal` for any other."""
    here = house()
    with here.database.reading() as connection:
        found = queries.factors(connection, person)
    if not found.number:
        raise bodies.invalid(code=WRONG_CODE)
    secret = found.codes and unseal(found.codes.secret, here.factor_key)
    after = found.codes.last_step if found.codes else 0
    step = fitting_step(secret, typed, clock.now(), after=after) if secret else None
    if step is not None:
        tell_door("code.use", person, {"step": step})
    else:
        tell_door("code.use", person, {"key": recovery_key(typed, person, here.factor_key)})


def tell_door(name: str, person: str, body: dict[str, Any] | None = None) -> None:
    """Carry out what only the house itself does, once a page has seen who it is."""
    house().door.carry_out(DOOR, commands.ask(name, f"person/{person}", body or {}))


def shown(*, strong: bool) -> None:
    """Note that whoever has this session has shown who they are."""
    who, credential = asking.required(), asking.credential()
    body = {"session": credential.key if credential else "", "strong": strong}
    tell_door("session.confirm", who.id, body)
