"""Reads of what people have released, each by their own choice; nothing else leaves this module."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, case, literal, or_, select, union_all

from foundation import clock
from foundation.policy import Role
from people.accounts.models import Person
from people.cohorts.models import Cohort, RoleGrant, Seat, Team
from people.cohorts.queries import valid

from .models import DirectoryEntry
from .rules import dialled


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A person as the others of the cohort see them. Empty is what is not released."""

    id: str
    name: str
    parts: Mapping[str, tuple[str, ...]]
    """By role that the person has in the cohort: the teams, none for a role of the whole cohort."""
    office: str
    offers: str
    seeks: str
    email: str
    phone: str

    @property
    def teams(self) -> list[str]:
        return [team for teams in self.parts.values() for team in teams]

    @property
    def reachable(self) -> bool:
        """Whether they have released a way to reach them."""
        return bool(self.email or self.phone)

    @property
    def dials(self) -> str:
        return dialled(self.phone)

    def says(self, words: Iterable[str]) -> bool:
        """Whether every word stands in what is seen of them."""
        seen = " ".join((self.name, *self.teams, self.office, self.offers, self.seeks)).casefold()
        return all(word in seen for word in words)


@dataclass(frozen=True, kw_only=True)
class Own:
    """What a person has settled, released or not; for themselves."""

    office: str = ""
    phone: str = ""
    offers: str = ""
    seeks: str = ""
    shows_email: bool = False
    shows_phone: bool = False


def own(connection: Connection, person: str) -> Own:
    row = connection.execute(
        select(
            DirectoryEntry.office,
            DirectoryEntry.phone,
            DirectoryEntry.offers,
            DirectoryEntry.seeks,
            DirectoryEntry.shows_email,
            DirectoryEntry.shows_phone,
        )
        .join(Person, Person.id == DirectoryEntry.person_id)
        .where(Person.public_id == person)
    ).first()
    return Own(**row._asdict()) if row else Own()


def people(connection: Connection, cohort: str, *, search: str = "") -> list[Entry]:
    """Who is in the cohort now, by name; whose call it is has been settled by the caller. One query."""
    rows: dict[str, list[Mapping[str, str | None]]] = {}
    for row in connection.execute(_seen(cohort)):
        rows.setdefault(row.id, []).append(row._asdict())
    found = (_entry(several) for several in rows.values())
    words = search.casefold().split()
    return sorted((entry for entry in found if entry.says(words)), key=lambda entry: entry.name.casefold())


def _entry(rows: Sequence[Mapping[str, str | None]]) -> Entry:
    """One person, of whom every role and every team of it is a row."""
    parts: dict[str, tuple[str, ...]] = {}
    for row in rows:
        role, team = str(row["role"]), row["team"]
        parts[role] = tuple(sorted({*parts.get(role, ()), *([team] if team else [])}))
    told = {name: value or "" for name, value in rows[0].items() if name not in ("role", "team")}
    return Entry(**told, parts=parts)


def _seen(cohort: str) -> Select[Any]:
    now = clock.now()
    seats = (
        select(Seat.person_id, literal(Role.PARTICIPANT.value).label("role"), Team.name.label("team"))
        .join(Team, Team.id == Seat.team_id)
        .join(Cohort, Cohort.id == Team.cohort_id)
        .where(Cohort.public_id == cohort, valid(Seat, now))
    )
    roles = (
        select(RoleGrant.person_id, RoleGrant.role, Team.name.label("team"))
        .outerjoin(Team, Team.id == RoleGrant.team_id)
        .join(Cohort, or_(Cohort.id == RoleGrant.cohort_id, Cohort.id == Team.cohort_id))
        .where(Cohort.public_id == cohort, valid(RoleGrant, now))
        .where(RoleGrant.role.in_((Role.COACH, Role.FACILITATOR)))
    )
    part = union_all(seats, roles).subquery()
    entry = DirectoryEntry
    return (
        select(Person.public_id.label("id"), Person.name, part.c.role, part.c.team)
        .add_columns(entry.office, entry.offers, entry.seeks)
        .add_columns(case((entry.shows_email.is_(True), Person.email)).label("email"))
        .add_columns(case((entry.shows_phone.is_(True), entry.phone)).label("phone"))
        .join(part, part.c.person_id == Person.id)
        .outerjoin(entry, entry.person_id == Person.id)
        .where(Person.erased_at.is_(None))
    )
