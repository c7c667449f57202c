"""What can be asked for, by name: commands and their typed bodies, declared over verbs of `service.py`."""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, TypeVar, overload

from sqlalchemy import Connection

from foundation import bodies, eventlog
from foundation.bodies import Body
from foundation.errors import Code, Refusal, not_found
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction

B = TypeVar("B", bound=Body)
Made = dict[str, str] | None
"""The public ids of what a command made."""
Verb = Callable[[Transaction, Actor, Place, B], Made]
Touches = Callable[[Connection, Place, B], Sequence[str]]
"""The names of the further places a command changes, read before the lock and once more under it."""

Audited = bool | Callable[[Actor], bool]


class Shared(Protocol):
    """What several of one command at one place, carried out one after the other, read and write together.

    Made before the first of them; each verb gets it and keeps in it what becomes of its own part. A verb
    that shares refuses before it changes anything, for nothing else is undone for it alone.
    """

    def write(self) -> None:
        """Write what has changed; called after the last of them."""


S = TypeVar("S", bound=Shared)
Sharing = Callable[[Transaction, Place, Sequence[tuple[Actor, B]]], S]
"""Reads what those who ask share: all of them with their bodies, also those who will be refused."""
SharingVerb = Callable[[Transaction, Actor, Place, B, S], Made]
UnlinkableVerb = Callable[[Transaction, Actor, Place, B, "Command"], Made]
"""Sees the command itself: that it is done once is its own care."""


@dataclass(frozen=True)
class Declared:
    """A command as the house knows it."""

    name: str
    body: type[Body]
    place: str
    verb: Callable[..., Made]
    touches: Touches[Any] | None
    shares: Sharing[Any, Shared] | None
    changes_rights: bool
    audited: Audited
    unlinkable: bool

    @property
    def alone(self) -> bool:
        """Whether it shares no transaction: others in it would see rights or places change under them."""
        return self.changes_rights or self.touches is not None

    def leaves_entry(self, actor: Actor) -> bool:
        """Whether what this actor does with it stands in the list of what was administered."""
        return self.audited(actor) if callable(self.audited) else self.audited


@dataclass(frozen=True)
class Command:
    """One request to change a place. `id` is made by the asker and makes asking twice safe."""

    id: str
    name: str
    place: str
    body: Body
    digest: str

    @property
    def declared(self) -> Declared:
        return _commands[self.name]


@dataclass(frozen=True)
class Answer:
    """What the asker may know: the last number written in each stream of theirs, and the ids made."""

    seqs: Mapping[str, int]
    result: Mapping[str, str]

    def as_dict(self) -> dict[str, Any]:
        return {"seqs": dict(self.seqs), "result": dict(self.result)}


_commands: dict[str, Declared] = {}


@overload
def command(
    name: str,
    body: type[B],
    *,
    place: str,
    touches: Touches[B] | None = None,
    changes_rights: bool = False,
    audited: Audited = False,
) -> Callable[[Verb[B]], Verb[B]]: ...
@overload
def command(
    name: str, body: type[B], *, place: str, shares: Sharing[B, S]
) -> Callable[[SharingVerb[B, S]], SharingVerb[B, S]]: ...
@overload
def command(
    name: str, body: type[B], *, place: str, unlinkable: bool
) -> Callable[[UnlinkableVerb[B]], UnlinkableVerb[B]]: ...
def command(
    name: str,
    body: type[B],
    *,
    place: str,
    touches: Touches[B] | None = None,
    shares: Sharing[B, Any] | None = None,
    changes_rights: bool = False,
    audited: Audited = False,
    unlinkable: bool = False,
) -> Callable[[Any], Any]:
    """Declare a verb as a command.

    `place` is the kind of place it runs on (`workshop`, `cohort`, `person`, `house`). `touches`
    names further places. `shares` reads what several of them have in common (`Shared`).
    `changes_rights`: it raises the version of somebody's rights. `audited`: the list of what was done
    in the care of the house has an entry for it (`audit.py`), whoever did it or those of whom the rule
    says so. `unlinkable`: nothing that is kept says who has given it, or that it was given. It states no
    fact, its answer is the same to all, and no answer of it is kept: the verb itself does it once only.
    """

    def register(verb: Callable[..., Made]) -> Callable[..., Made]:
        if name in _commands:
            raise RuntimeError(f"the command {name} is declared twice")
        _commands[name] = Declared(
            name, body, place, verb, touches, shares, changes_rights, audited, unlinkable
        )
        return verb

    return register


def declared() -> Mapping[str, Declared]:
    """Every command of the house by name."""
    return _commands


def new_id() -> str:
    return str(uuid.uuid4())


def ask(
    name: str,
    place: str,
    body: Mapping[str, Any] | None = None,
    *,
    id: str = "",  # noqa: A002 -- the wire calls it id
    typed: bool = True,
) -> Command:
    """A command ready to be carried out, or a refusal that says what is wrong with it.

    Raises `invalid` for a body that does not fit, for an unknown name, and for an id that is no UUID;
    `not_found` for a place that no place could be called.
    """
    known = _commands.get(name)
    if known is None:
        raise bodies.invalid(name=N_("Diesen Befehl gibt es nicht."))
    try:
        settled = str(uuid.UUID(id)) if id else new_id()
    except ValueError:
        raise bodies.invalid(id=N_("Diese Angabe hat nicht die richtige Form.")) from None
    if not place.isprintable():
        raise not_found()
    if place.partition("/")[0] != known.place:
        raise bodies.invalid(place=N_("Diesen Befehl gibt es an diesem Ort nicht."))
    parsed = bodies.parse(known.body, dict(body or {}), typed=typed)
    digest = eventlog.encode([name, place, parsed.model_dump(mode="json")])
    return Command(settled, name, place, parsed, digest)


_WIRE_FIELDS = ("id", "name", "place", "body")


def from_wire(data: Any) -> Command:
    """A command from decoded JSON; every missing, surplus or wrong field is named."""
    if not isinstance(data, dict):
        raise Refusal(Code.BAD_REQUEST, N_("Ein Befehl ist ein JSON-Objekt mit id, name, place und body."))
    wrong: dict[str, str] = {}
    for name in _WIRE_FIELDS[:3]:
        if name not in data:
            wrong[name] = N_("Diese Angabe fehlt.")
        elif not isinstance(data[name], str) or not 0 < len(data[name]) <= 120:
            wrong[name] = N_("Hier wird Text erwartet.")
    if not isinstance(data.get("body", {}), dict):
        wrong["body"] = N_("Diese Angabe hat nicht die richtige Form.")
    surplus = sorted(data.keys() - set(_WIRE_FIELDS))[:20]
    wrong |= {name[:80]: N_("Diese Angabe ist hier nicht vorgesehen.") for name in surplus}
    if wrong:
        raise bodies.invalid(**wrong)
    return ask(data["name"], data["place"], data.get("body"), id=data["id"])


def fingerprint(asked: Command, secret: bytes) -> str:
    """A keyed hash of what was asked, so that the table of answers tells nobody what it was."""
    sealed = _keyed(secret).copy()
    sealed.update(asked.digest.encode("utf-8", "surrogatepass"))
    return sealed.hexdigest()


@cache
def _keyed(secret: bytes) -> hmac.HMAC:
    """Begun with the key: finding the algorithm and hashing the key cost ten times as much as the rest."""
    return hmac.new(secret, digestmod="sha256")
