"""The verbs about organisations, cohorts and teams."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, Strict
from pydantic_core import PydanticCustomError
from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from foundation import bodies, ids, policy
from foundation.bodies import Body, Line, PublicId
from foundation.commands import Made, command
from foundation.errors import not_found
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction

from . import queries
from .events import TeamChanged, TeamRemoved
from .models import Cohort, Organisation, OrganisationKind, Team
from .policy import CohortPermission

Name = Annotated[Line, Field(min_length=1, max_length=120)]


def _written(value: Any) -> Any:
    """Numbers would be read as seconds since 1970, and a moment as its day."""
    if not isinstance(value, date) and not (
        isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value)
    ):
        raise PydanticCustomError("date_parsing", "not as ISO 8601 writes it")
    return value


WireDate = Annotated[date, Strict(strict=False), BeforeValidator(_written)]
"""A day, as ISO 8601 text."""


class CreateOrganisation(Body):
    """A municipality, or whoever else sends a team. `claim` is how a sign-in service of theirs calls it."""

    name: Name
    kind: Annotated[OrganisationKind, Field(strict=False)]
    region: Annotated[Line, Field(max_length=120)] = ""
    claim: Annotated[Line, Field(max_length=200)] = ""


@command("organisation.create", CreateOrganisation, place="house", audited=True)
def create_organisation(
    transaction: Transaction, actor: Actor, place: Place, body: CreateOrganisation
) -> Made:
    policy.require(actor, CohortPermission.ORGANISATION_CREATE, place)
    return {"organisation": make_organisation(transaction, body)}


def make_organisation(transaction: Transaction, body: CreateOrganisation) -> str:
    """A new organisation, for a command that has asked whether it may; returns its public id."""
    public_id = ids.public_id()
    with one_of_its_kind(transaction.connection, public_id, body.claim):
        values = {**body.model_dump(), "claim": body.claim or None}
        transaction.connection.execute(insert(Organisation).values(public_id=public_id, **values))
    return public_id


@contextmanager
def one_of_its_kind(connection: Connection, organisation: str, claim: str) -> Iterator[None]:
    """Say which field is the same as another organisation's, if one must not be."""
    try:
        with connection.begin_nested():
            yield
    except IntegrityError:
        others = select(Organisation.id).where(
            Organisation.claim == claim, Organisation.public_id != organisation
        )
        if claim and connection.execute(others).first() is not None:
            raise bodies.invalid(claim=N_("Diesen Wert hat schon eine andere Kommune.")) from None
        raise bodies.invalid(name=N_("Eine Kommune mit diesem Namen gibt es schon.")) from None


class CreateCohort(Body):
    """A closed group with its days and the number of seats each team has."""

    name: Name
    starts_on: WireDate
    ends_on: WireDate
    seats_per_team: Annotated[int, Field(ge=1, le=20)] = 2


@command("cohort.create", CreateCohort, place="house", audited=True)
def create_cohort(transaction: Transaction, actor: Actor, place: Place, body: CreateCohort) -> Made:
    policy.require(actor, CohortPermission.CREATE, place)
    if body.ends_on < body.starts_on:
        raise bodies.invalid(ends_on=N_("Der letzte Tag liegt vor dem ersten."))
    public_id = ids.public_id()
    try:
        with transaction.connection.begin_nested():
            transaction.connection.execute(insert(Cohort).values(public_id=public_id, **body.model_dump()))
    except IntegrityError:
        raise bodies.invalid(name=N_("Einen Durchgang mit diesem Namen gibt es schon.")) from None
    transaction.create_place(f"cohort/{public_id}")
    return {"cohort": public_id}


class CreateTeam(Body):
    """The team of one organisation in this cohort."""

    organisation: PublicId
    name: Name


@command("team.create", CreateTeam, place="cohort", audited=True)
def create_team(transaction: Transaction, actor: Actor, place: Place, body: CreateTeam) -> Made:
    policy.require(actor, CohortPermission.TEAM_CREATE, place)
    return {"team": make_team(transaction, place, body)}


def make_team(transaction: Transaction, place: Place, body: CreateTeam) -> str:
    """A new team of the cohort, for a command that has asked whether it may; returns its public id."""
    connection, public_id = transaction.connection, ids.public_id()
    organisation = connection.execute(
        select(Organisation.id).where(Organisation.public_id == body.organisation)
    ).scalar_one_or_none()
    if organisation is None:
        raise not_found()
    cohort = connection.execute(select(Cohort.id).where(Cohort.public_id == place.id)).scalar_one()
    try:
        with connection.begin_nested():
            connection.execute(
                insert(Team).values(
                    public_id=public_id, cohort_id=cohort, organisation_id=organisation, name=body.name
                )
            )
    except IntegrityError:
        raise bodies.invalid(
            name=N_("Ein Team mit diesem Namen gibt es in diesem Durchgang schon.")
        ) from None
    tell_team(transaction, place, public_id)
    return public_id


def remove_team(transaction: Transaction, cohort: Place, team: str) -> None:
    """Take away a team that nothing points at, and tell the cohort so."""
    transaction.connection.execute(delete(Team).where(Team.public_id == team))
    transaction.append(cohort.name, TeamRemoved(team=team))


def tell_team(transaction: Transaction, cohort: Place, team: str) -> None:
    """State how the team now is in the stream of its cohort."""
    (state,) = queries.teams(transaction.connection, Team.public_id == team)
    subjects = [member["id"] for member in state["members"]]
    transaction.append(cohort.name, TeamChanged(team=state), subjects=subjects)
