"""Reads about organisations and programmes, for the office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, distinct, func, select

from people.accounts.models import Person
from people.cohorts.models import Cohort, Organisation, Programme, Team


@dataclass(frozen=True, kw_only=True)
class OrganisationEntry:
    """An organisation, and how many teams and persons belong to it."""

    id: str
    name: str
    kind: str
    region: str
    claim: str
    teams: int
    people: int

    @property
    def unused(self) -> bool:
        return not self.teams and not self.people


def organisations(
    connection: Connection, *, search: str = "", only: str | None = None
) -> list[OrganisationEntry]:
    """By name; those in whose name or region the words stand, or the one with that public id."""
    query = (
        select(
            Organisation.public_id,
            Organisation.name,
            Organisation.kind,
            Organisation.region,
            func.coalesce(Organisation.claim, ""),
            func.count(distinct(Team.id)),
            func.count(distinct(Person.id)),
        )
        .outerjoin(Team, Team.organisation_id == Organisation.id)
        .outerjoin(Person, Person.organisation_id == Organisation.id)
        .group_by(Organisation.id)
    )
    if only is not None:
        query = query.where(Organisation.public_id == only)
    found = [
        OrganisationEntry(
            id=own, name=name, kind=kind, region=region, claim=claim, teams=teams, people=people
        )
        for own, name, kind, region, claim, teams, people in connection.execute(query)
    ]
    # In Python: SQLite folds only the letters of English.
    words = search.casefold().split()
    found = [one for one in found if all(word in f"{one.name} {one.region}".casefold() for word in words)]
    return sorted(found, key=lambda one: (one.name.casefold(), one.kind))


@dataclass(frozen=True, kw_only=True)
class ProgrammeEntry:
    """A programme with the names of its cohorts, the newest first."""

    id: str
    name: str
    cohorts: Sequence[str]


def programmes(connection: Connection) -> list[ProgrammeEntry]:
    """By name; two queries."""
    query = select(Programme.id, Programme.public_id, Programme.name)
    rows = sorted(connection.execute(query), key=lambda row: row.name.casefold())
    cohorts: dict[int, list[str]] = {}
    newest = select(Cohort.programme_id, Cohort.name).where(Cohort.programme_id.is_not(None))
    for programme, name in connection.execute(newest.order_by(Cohort.starts_on.desc(), Cohort.id.desc())):
        cohorts.setdefault(programme or 0, []).append(name)
    return [ProgrammeEntry(id=row.public_id, name=row.name, cohorts=cohorts.get(row.id, [])) for row in rows]
