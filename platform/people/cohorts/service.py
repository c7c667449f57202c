"""The verbs about organisations and cohorts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, Strict
from pydantic_core import PydanticCustomError
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from foundation import bodies, clock, ids, policy
from foundation.bodies import Body, Line, PublicId
from foundation.commands import Made, command
from foundation.database import once
from foundation.errors import not_found
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from people.organisations.rules import town

from .events import CohortChanged
from .models import Cohort, Organisation, OrganisationKind, Programme
from .policy import CohortPermission
from .room import room
from .rules import Lack

NAMESAKE = N_("Eine Kommune mit diesem Namen gibt es schon.")
TAKEN = N_("Einen Durchgang mit diesem Namen gibt es schon.")
Name = Annotated[Line, Field(min_length=1, max_length=120)]
Seats = Annotated[int, Field(ge=1, le=20)]
Places = Annotated[int, Field(ge=1, le=10_000)]


def _written(value: Any) -> Any:
    """Numbers would be read as seconds since 1970, and a moment as its day."""
    if not isinstance(value, date) and not (
        isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value)
    ):
        raise PydanticCustomError("date_parsing", "not as ISO 8601 writes it")
    return value


def _within_reach(day: date) -> date:
    if not clock.is_within_reach(day):
        raise PydanticCustomError("date_parsing", "out of reach")
    return day


WireDate = Annotated[date, Strict(strict=False), BeforeValidator(_written), AfterValidator(_within_reach)]
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
    refuse_namesake(transaction.connection, body)
    return {"organisation": make_organisation(transaction, body)}


def make_organisation(transaction: Transaction, body: CreateOrganisation) -> str:
    """A new organisation, for a command that has seen that it may and that it is new; its public id."""
    public_id = ids.public_id()
    with one_of_its_kind(transaction.connection, public_id, body.claim):
        values = {**body.model_dump(), "claim": body.claim or None}
        transaction.connection.execute(insert(Organisation).values(public_id=public_id, **values))
    return public_id


def refuse_namesake(connection: Connection, body: CreateOrganisation, *, besides: str = "") -> None:
    """Of one kind no two bear the same name, however it is written; `besides` is the one that is changed."""
    others = select(Organisation.name).where(
        Organisation.kind == body.kind, Organisation.public_id != besides
    )
    if any(town(name) == town(body.name) for name in connection.execute(others).scalars()):
        raise bodies.invalid(name=NAMESAKE)


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
        raise bodies.invalid(name=NAMESAKE) from None


class CreateCohort(Body):
    """A closed group with its days, the seats of each team, and how many teams and people it takes."""

    name: Name
    starts_on: WireDate
    ends_on: WireDate
    seats_per_team: Seats = 2
    programme: PublicId | None = None
    places_teams: Places | None = None
    places_people: Places | None = None


@command("cohort.create", CreateCohort, place="house", audited=True)
def create_cohort(transaction: Transaction, actor: Actor, place: Place, body: CreateCohort) -> Made:
    policy.require(actor, CohortPermission.CREATE, place)
    public_id = ids.public_id()
    values = _values(transaction.connection, body)
    with once(transaction.connection, bodies.invalid(name=TAKEN)):
        transaction.connection.execute(insert(Cohort).values(public_id=public_id, **values))
    transaction.create_place(f"cohort/{public_id}")
    return {"cohort": public_id}


class ChangeCohort(CreateCohort):
    """The cohort as it shall be from now on."""

    seats_per_team: Seats


@command("cohort.change", ChangeCohort, place="cohort", audited=True)
def change_cohort(transaction: Transaction, actor: Actor, place: Place, body: ChangeCohort) -> Made:
    policy.require(actor, CohortPermission.CHANGE, place)
    connection = transaction.connection
    cohort = connection.execute(select(Cohort.id).where(Cohort.public_id == place.id)).scalar_one()
    values = _values(connection, body)
    _refuse_less_than_taken(connection, cohort, body)
    with once(connection, bodies.invalid(name=TAKEN)):
        connection.execute(update(Cohort).where(Cohort.id == cohort).values(**values))
    transaction.append(place.name, CohortChanged(cohort={"id": place.id, "name": body.name}))
    return None


_LESS = {
    Lack.SEATS: ("seats_per_team", N_("In einem Team sind schon %(needed)s Plätze besetzt oder vergeben.")),
    Lack.PEOPLE: ("places_people", N_("Es sind schon %(needed)s Personen dabei oder eingeladen.")),
    Lack.TEAMS: ("places_teams", N_("Es gibt schon %(needed)s Teams.")),
}


def _refuse_less_than_taken(connection: Connection, cohort: int, body: ChangeCohort) -> None:
    wrong: dict[str, tuple[str, dict[str, int]]] = {}
    for lack, needed in room(connection, cohort).needed().items():
        field, sentence = _LESS[lack]
        most = getattr(body, field)
        if most is not None and most < needed:
            wrong[field] = (sentence, {"needed": needed})
    if wrong:
        raise bodies.invalid(**wrong)


def _values(connection: Connection, body: CreateCohort) -> dict[str, Any]:
    if body.ends_on < body.starts_on:
        raise bodies.invalid(ends_on=N_("Der letzte Tag liegt vor dem ersten."))
    programme = None
    if body.programme is not None:
        query = select(Programme.id).where(Programme.public_id == body.programme)
        programme = connection.execute(query).scalar_one_or_none()
        if programme is None:
            raise not_found()
    return {**body.model_dump(exclude={"programme"}), "programme_id": programme}
