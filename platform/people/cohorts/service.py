"""The verbs about organisations, cohorts and teams."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, Strict
from pydantic_core import PydanticCustomError
from sqlalchemy import insert, select
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
from .events import TeamChanged
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
    """A municipality, or whoever else sends a team."""

    name: Name
    kind: Annotated[OrganisationKind, Field(strict=False)]
    region: Annotated[Line, Field(max_length=120)] = ""


@command("organisation.create", CreateOrganisation, place="house")
def create_organisation(
    transaction: Transaction, actor: Actor, place: Place, body: CreateOrganisation
) -> Made:
    policy.require(actor, CohortPermission.ORGANISATION_CREATE, place)
    public_id = ids.public_id()
    try:
        with transaction.connection.begin_nested():
            transaction.connection.execute(
                insert(Organisation).values(
                    public_id=public_id, name=body.name, kind=body.kind, region=body.region
                )
            )
    except IntegrityError:
        raise bodies.invalid(name=N_("Eine Kommune mit diesem Namen gibt es schon.")) from None
    return {"organisation": public_id}


class CreateCohort(Body):
    """A closed group with its days and the number of seats each team has."""

    name: Name
    starts_on: WireDate
    ends_on: WireDate
    seats_per_team: Annotated[int, Field(ge=1, le=20)] = 2


@command("cohort.create", CreateCohort, place="house")
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


@command("team.create", CreateTeam, place="cohort")
def create_team(transaction: Transaction, actor: Actor, place: Place, body: CreateTeam) -> Made:
    policy.require(actor, CohortPermission.TEAM_CREATE, place)
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
    return {"team": public_id}


def tell_team(transaction: Transaction, cohort: Place, team: str) -> None:
    """State how the team now is in the stream of its cohort."""
    (state,) = queries.teams(transaction.connection, Team.public_id == team)
    subjects = [member["id"] for member in state["members"]]
    transaction.append(cohort.name, TeamChanged(team=state), subjects=subjects)
