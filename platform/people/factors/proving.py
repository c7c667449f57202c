"""The step between the right password and being in, and the codes that are shown there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import session

from foundation import bodies, clock, commands
from people.house import house
from people.sign_in import asking
from people.sign_in.entering import leave
from people.sign_in.policy import DOOR
from people.sign_in.rules import CONFIRMED_FOR, Method, digest

from . import queries
from .rules import fitting_step, recovery_key, unseal
from .service import WRONG_CODE

_PENDING = "pending"


@dataclass(frozen=True, kw_only=True)
class Pending:
    """Who has shown the first factor, how, and where they want to go."""

    person: str
    proof: str | None
    method: Method
    next: str


def wait_for_second(pending: Pending) -> None:
    """Keep in the cookie that the first factor was shown. Nobody is signed in by it."""
    leave()
    until = (clock.now() + CONFIRMED_FOR).timestamp()
    kept = {"person": pending.person, "proof": pending.proof, "method": str(pending.method)}
    session[_PENDING] = {**kept, "next": pending.next, "until": until}


def waiting() -> Pending | None:
    """Whose second factor is waited for in this browser, for ten minutes."""
    kept = session.get(_PENDING)
    if not isinstance(kept, dict) or clock.now().timestamp() >= kept["until"]:
        return None
    return Pending(
        person=kept["person"], proof=kept["proof"], method=Method(kept["method"]), next=kept["next"]
    )


def by_waiting() -> str:
    """For limits: the person whose code is being tried, from wherever."""
    found = waiting()
    return digest(f"second {found.person}") if found else "nobody"


def use(person: str, typed: str) -> None:
    """Use up an app's code or a recovery code of the person; raises `Refusal` for any other."""
    here = house()
    with here.database.reading() as connection:
        found = queries.codes(connection, person)
    if found is None or not found.confirmed:
        raise bodies.invalid(code=WRONG_CODE)
    secret = unseal(found.secret, here.factor_key)
    step = fitting_step(secret, typed, clock.now(), after=found.last_step) if secret else None
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
