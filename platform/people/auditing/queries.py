"""Reads of the list of what was done in the care of the house; names are looked up as they are now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import InstrumentedAttribute

from foundation import places
from foundation.audit import AuditRow
from foundation.policy import COMMAND_LINE
from people.accounts.models import Person
from people.cohorts.models import Cohort, Organisation, Programme, RoleGrant, Seat, Team
from people.invitations.models import Invitation

A_PAGE = 50
HOUSE = "system"
"""Stands for the house itself, whichever part of it acted."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry. `who` is a name, none for the house itself and for somebody who was erased."""

    seq: int
    at: datetime
    actor: str
    who: str | None
    command: str
    about: Sequence[str]


def entries(
    connection: Connection, *, group: str = "", actor: str = "", before: int | None = None
) -> list[Entry]:
    """The newest first, those of one group of commands and of one person if asked; one more than a page."""
    query = select(AuditRow).order_by(AuditRow.seq.desc()).limit(A_PAGE + 1)
    if group:
        query = query.where(AuditRow.command.startswith(f"{group}.", autoescape=True))
    if actor == HOUSE:
        query = query.where(AuditRow.actor.startswith(f"{HOUSE}/"), AuditRow.actor != COMMAND_LINE.id)
    elif actor:
        query = query.where(AuditRow.actor == actor)
    if before is not None:
        query = query.where(AuditRow.seq < before)
    rows = connection.execute(query).all()
    lines = _lines(connection, {row.place for row in rows})
    named = {row.seq: [*(row.about.split(",") if row.about else []), *lines[row.place]] for row in rows}
    known = _names(connection, {one for about in named.values() for one in about})
    persons = persons_named(connection, {row.actor for row in rows})
    return [
        Entry(
            seq=row.seq,
            at=row.at,
            actor=row.actor,
            who=persons.get(row.actor),
            command=row.command,
            about=list(dict.fromkeys(name for one in named[row.seq] for name in known.get(one, ()))),
        )
        for row in rows
    ]


def is_house(actor: str) -> bool:
    """Whether no person acted, nor whoever looks after the server."""
    return actor.partition("/")[0] == HOUSE and actor != COMMAND_LINE.id


def actors(connection: Connection) -> dict[str, str | None]:
    """Everybody who stands in the list, by id, with their name as it is now; the house stands there once."""
    acted = connection.execute(select(AuditRow.actor).distinct()).scalars().all()
    found = {HOUSE if is_house(actor) else actor for actor in acted}
    names = persons_named(connection, found)
    return {actor: names.get(actor) for actor in found}


def persons_named(connection: Connection, persons: Collection[str]) -> dict[str, str]:
    """What persons are called; who was erased has no name any more."""
    query = select(Person.public_id, Person.name)
    rows = connection.execute(query.where(Person.public_id.in_(persons), Person.erased_at.is_(None)))
    return {row.public_id: row.name for row in rows}


def _lines(connection: Connection, names: Collection[str]) -> Mapping[str, list[str]]:
    """By place: the ids in its name and in those above it."""
    found = places.find(connection, names)
    lines = {name: found[name].line if name in found else (name,) for name in names}
    return {name: [one.partition("/")[2] for one in line if "/" in one] for name, line in lines.items()}


def _names(connection: Connection, asked: Collection[str]) -> dict[str, list[str]]:
    """What is behind public ids, whatever they are of; what is gone is missing."""
    found: dict[str, list[str]] = {one: [name] for one, name in persons_named(connection, asked).items()}
    for table in (Organisation, Programme, Cohort, Team):
        found |= _read(connection, table.public_id, table.name, asked)
    invited = select(Invitation.public_id, Invitation.name, Team.name).outerjoin(
        Team, Team.id == Invitation.team_id
    )
    seats = (
        select(Seat.public_id, Person.name, Team.name)
        .join(Person, Person.id == Seat.person_id)
        .join(Team, Team.id == Seat.team_id)
        .where(Person.erased_at.is_(None))
    )
    roles = (
        select(RoleGrant.public_id, Person.name, Team.name, Cohort.name)
        .join(Person, Person.id == RoleGrant.person_id)
        .outerjoin(Team, Team.id == RoleGrant.team_id)
        .outerjoin(Cohort, Cohort.id == RoleGrant.cohort_id)
        .where(Person.erased_at.is_(None))
    )
    for query, key in (
        (invited, Invitation.public_id),
        (seats, Seat.public_id),
        (roles, RoleGrant.public_id),
    ):
        found |= _listed(connection.execute(query.where(key.in_(asked))).all())
    return found


def _read(
    connection: Connection,
    key: InstrumentedAttribute[str],
    name: InstrumentedAttribute[str],
    asked: Collection[str],
) -> dict[str, list[str]]:
    return _listed(connection.execute(select(key, name).where(key.in_(asked))).all())


def _listed(rows: Sequence[Row[*tuple[str, ...]]]) -> dict[str, list[str]]:
    return {row[0]: [name for name in row[1:] if name] for row in rows}
