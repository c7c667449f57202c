"""The tables of organisations, cohorts, teams, seats and roles."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Model
from foundation.personal import GROUP_HISTORY, Fate, about


def _while_open(condition: str = "") -> dict[str, Any]:
    """The index holds among rows without an end; what has been given with dates is checked under the lock."""
    where = text(" AND ".join(filter(None, ["valid_until IS NULL", condition])))
    return {"sqlite_where": where, "postgresql_where": where}


class OrganisationKind(StrEnum):
    """What kind of public body sends a team."""

    STADT = "stadt"
    GEMEINDE = "gemeinde"
    KREIS = "kreis"
    BEZIRKSREGIERUNG = "bezirksregierung"


class Organisation(Model):
    """A municipality, or whoever else sends a team. `claim` is how a sign-in service of theirs calls it."""

    __tablename__ = "organisation"
    __about__ = about(plain="id public_id name kind region claim")
    __table_args__ = (
        CheckConstraint("kind IN ('stadt', 'gemeinde', 'kreis', 'bezirksregierung')", name="kind_known"),
        UniqueConstraint("name", "kind"),
        Index("uq_organisation_claim", "claim", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    region: Mapped[str]
    claim: Mapped[str | None]


class Programme(Model):
    """What runs cohort after cohort, in a Land or a region."""

    __tablename__ = "programme"
    __about__ = about(plain="id public_id name")

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)


class Cohort(Model):
    """One closed group of one programme, from its first day to its last.

    `places_teams` and `places_people` are how many it takes at most; none: no limit.
    """

    __tablename__ = "cohort"
    __about__ = about(
        plain="id public_id name starts_on ends_on seats_per_team programme_id places_teams places_people"
    )
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("seats_per_team BETWEEN 1 AND 20", name="seats_per_team_in_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    seats_per_team: Mapped[int] = mapped_column(default=2)
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"), index=True)
    places_teams: Mapped[int | None]
    places_people: Mapped[int | None]


class Team(Model):
    """The development team of one organisation in one cohort."""

    __tablename__ = "team"
    __about__ = about(plain="id public_id cohort_id organisation_id name")
    __table_args__ = (UniqueConstraint("cohort_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str]


class Seat(Model):
    """A person's place in a team while `valid_from <= now < valid_until`; no end: until further notice."""

    __tablename__ = "seat"
    __about__ = about(
        persons={"person_id": Fate.KEPT},
        personal="valid_from valid_until",
        plain="id public_id team_id",
        why=GROUP_HISTORY,
    )
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="ends_after_start"),
        Index("uq_seat_team_person_open", "team_id", "person_id", unique=True, **_while_open()),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]


class RoleGrant(Model):
    """A role of a person.

    Coach of a team, facilitator of a cohort, expert as the guest of a place (`workshop/<id>`), administrator
    of the house, member of the network.
    """

    __tablename__ = "role_grant"
    __about__ = about(
        persons={"person_id": Fate.KEPT},
        personal="role valid_from valid_until",
        plain="id public_id cohort_id team_id place",
        why=GROUP_HISTORY,
    )
    __table_args__ = (
        CheckConstraint(
            "(role = 'coach' AND team_id IS NOT NULL AND cohort_id IS NULL AND place IS NULL)"
            " OR (role = 'facilitator' AND cohort_id IS NOT NULL AND team_id IS NULL AND place IS NULL)"
            " OR (role = 'expert' AND place IS NOT NULL AND cohort_id IS NULL AND team_id IS NULL)"
            " OR (role IN ('administrator', 'network')"
            " AND cohort_id IS NULL AND team_id IS NULL AND place IS NULL)",
            name="role_has_its_scope",
        ),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="ends_after_start"),
        Index("uq_role_grant_team_open", "person_id", "team_id", unique=True, **_while_open()),
        Index("uq_role_grant_cohort_open", "person_id", "cohort_id", unique=True, **_while_open()),
        Index("uq_role_grant_house_open", "person_id", unique=True, **_while_open("role = 'administrator'")),
        Index("uq_role_grant_network_open", "person_id", unique=True, **_while_open("role = 'network'")),
        Index("uq_role_grant_place_open", "person_id", "place", unique=True, **_while_open()),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str]
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    place: Mapped[str | None] = mapped_column(ForeignKey("place.name"), index=True)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
