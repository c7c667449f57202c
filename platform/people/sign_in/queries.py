"""Reads about sessions: who is asking, and which browsers of a person are signed in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from foundation import clock
from foundation.door import Identify
from foundation.places import HOUSE
from foundation.policy import Actor, ActorKind, Credential, Grant, Role
from foundation.prepared import Prepared
from people.accounts.models import Person
from people.cohorts.queries import grants

from .models import SessionRow
from .rules import MARK_EVERY, SessionLimits

KIND = "session"
"""The kind of credential that a session is; its key is the SHA-256 of the token."""


_VALID = (
    select(SessionRow.key, SessionRow.public_id.label("session"), SessionRow.opened_at, SessionRow.seen_at)
    .add_columns(SessionRow.strong, SessionRow.confirmed_at)
    .add_columns(Person.id, Person.public_id, Person.name, Person.language, Person.theme, Person.toured_at)
    .join(Person, Person.id == SessionRow.person_id)
    .where(
        SessionRow.key.in_(bindparam("keys", expanding=True)),
        SessionRow.ends_at > bindparam("now"),
        Person.locked_at.is_(None),
    )
)
_KNOWN = Prepared(_VALID, lists=["keys"])


@dataclass(frozen=True, kw_only=True)
class Known:
    """A valid session: who it is, and how that person wants to be spoken to."""

    actor: Actor
    language: str
    theme: str
    session: str
    seen_at: datetime
    strong: bool
    confirmed_at: datetime | None
    lacks_factor: bool
    """An administrator who came in without a second factor: without those rights until there is one."""
    toured: bool


def known(
    connection: Connection, credentials: Collection[Credential], *, limits: SessionLimits
) -> dict[Credential, Known]:
    """The valid ones among the sessions; two queries, however many they are."""
    keys = {credential.key: credential for credential in credentials if credential.kind == KIND}
    if not keys:
        return {}
    now = clock.now()
    rows = _KNOWN.rows(connection, {"keys": list(keys), "now": now})
    held = grants(connection, {row.id for row in rows})
    found = {}
    for row in rows:
        own = held.get(row.id, frozenset())
        administrator = Grant(Role.ADMINISTRATOR, HOUSE) in own
        if now >= limits.ends_at(row.opened_at, row.seen_at, administrator=administrator):
            continue
        lacks_factor = administrator and limits.administrators_need_second_factor and not row.strong
        if lacks_factor:
            own -= {Grant(Role.ADMINISTRATOR, HOUSE)}
        credential = keys[row.key]
        found[credential] = Known(
            actor=Actor(
                kind=ActorKind.PERSON,
                id=row.public_id,
                name=row.name,
                grants=own,
                credential=credential,
                row=row.id,
            ),
            language=row.language,
            theme=row.theme,
            session=row.session,
            seen_at=row.seen_at,
            strong=row.strong,
            confirmed_at=row.confirmed_at,
            lacks_factor=lacks_factor,
            toured=row.toured_at is not None,
        )
    return found


def identify(
    connection: Connection, credentials: Collection[Credential], *, limits: SessionLimits
) -> Mapping[Credential, Actor]:
    """Who the sessions stand for now; missing are those ended, idle, expired, or of a locked person."""
    found = known(connection, credentials, limits=limits)
    return {credential: session.actor for credential, session in found.items()}


def identify_within(limits: SessionLimits) -> Identify:
    """The port that the door asks, with the limits of this house."""
    return partial(identify, limits=limits)


def touch(connection: Connection, credentials: Collection[Credential]) -> None:
    """Note that the sessions are in use. Only for those just found valid: an idle one would begin again."""
    now = clock.now()
    keys = {credential.key for credential in credentials if credential.kind == KIND}
    if keys:
        stale = SessionRow.key.in_(keys) & (SessionRow.seen_at <= now - MARK_EVERY)
        connection.execute(update(SessionRow).where(stale).values(seen_at=now))


def sessions_of(connection: Connection, person: str) -> list[dict[str, Any]]:
    """A person's open sessions, the oldest first, as their stream tells them."""
    query = (
        select(SessionRow.public_id, SessionRow.opened_at, SessionRow.device)
        .join(Person, Person.id == SessionRow.person_id)
        .where(Person.public_id == person, SessionRow.ends_at > clock.now())
        .order_by(SessionRow.id)
    )
    return [
        {"id": row.public_id, "opened_at": clock.wire(row.opened_at), "device": row.device}
        for row in connection.execute(query)
    ]


def ended(connection: Connection, *, limits: SessionLimits) -> list[tuple[str, str]]:
    """Person and session of those that no longer count, by their public ids."""
    now = clock.now()
    unused = SessionRow.seen_at <= now - min(limits.idle, limits.administrator_idle)
    rows = connection.execute(
        select(SessionRow.key, SessionRow.public_id.label("session"), Person.public_id.label("person"))
        .join(Person, Person.id == SessionRow.person_id)
        .where(unused | (SessionRow.ends_at <= now) | Person.locked_at.is_not(None))
    ).all()
    valid = known(connection, [Credential(KIND, row.key) for row in rows], limits=limits)
    return [(row.person, row.session) for row in rows if Credential(KIND, row.key) not in valid]
