"""The tables of organisations, cohorts, teams, seats and roles."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Model


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
    """A municipality, or whoever else sends a team."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("kind IN ('stadt', 'gemeinde', 'kreis', 'bezirksregierung')", name="kind_known"),
        UniqueConstraint("name", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    region: Mapped[str]


class Cohort(Model):
    """One closed group of one programme, from its first day to its last."""

    __tablename__ = "cohort"
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


class Team(Model):
    """The development team of one organisation in one cohort."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("cohort_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str]


class Seat(Model):
    """A person's place in a team while `valid_from <= now < valid_until`; no end: until further notice."""

    __tablename__ = "seat"
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
    """A role of a person: coach of a team, facilitator of a cohort, administrator of the house."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(
            "(role = 'coach' AND team_id IS NOT NULL AND cohort_id IS NULL)"
            " OR (role = 'facilitator' AND cohort_id IS NOT NULL AND team_id IS NULL)"
            " OR (role = 'administrator' AND cohort_id IS NULL AND team_id IS NULL)",
            name="role_has_its_scope",
        ),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="ends_after_start"),
        Index("uq_role_grant_team_open", "person_id", "team_id", unique=True, **_while_open()),
        Index("uq_role_grant_cohort_open", "person_id", "cohort_id", unique=True, **_while_open()),
        Index("uq_role_grant_house_open", "person_id", unique=True, **_while_open("role = 'administrator'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str]
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
