"""The verb about a person's own profile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection, select, update

from foundation import policy
from foundation.bodies import Body
from foundation.commands import Made, command
from foundation.places import Place
from foundation.policy import Actor
from foundation.transaction import Transaction
from people.accounts.events import ProfileChanged
from people.accounts.models import Language, Person, Theme
from people.accounts.policy import PersonPermission
from people.accounts.service import Name
from people.cohorts.queries import teams_seating
from people.cohorts.teams import tell_team


class ChangeProfile(Body):
    """How a person is called, and how the house speaks to them and looks."""

    name: Name
    language: Annotated[Language, Field(strict=False)]
    theme: Annotated[Theme, Field(strict=False)]


def _where_the_name_stands(connection: Connection, place: Place, body: ChangeProfile) -> Sequence[str]:
    """The cohorts whose lists show the name, if it is another one."""
    if body.name == _name(connection, place):
        return []
    return [f"cohort/{cohort}" for cohort, _team in teams_seating(connection, place.id)]


def _name(connection: Connection, place: Place) -> str:
    return connection.execute(select(Person.name).where(Person.public_id == place.id)).scalar_one()


@command("profile.change", ChangeProfile, place="person", touches=_where_the_name_stands)
def change(transaction: Transaction, actor: Actor, place: Place, body: ChangeProfile) -> Made:
    policy.require(actor, PersonPermission.CHANGE, place)
    connection = transaction.connection
    renamed = body.name != _name(connection, place)
    connection.execute(update(Person).where(Person.public_id == place.id).values(**body.model_dump()))
    changed = ProfileChanged(person_name=body.name, language=body.language, theme=body.theme)
    transaction.append(place.name, changed, subjects=[place.id])
    if renamed:
        for cohort, team in teams_seating(connection, place.id):
            tell_team(transaction, transaction.places[f"cohort/{cohort}"], team)
    return None
