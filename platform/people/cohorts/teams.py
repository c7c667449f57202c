"""The verbs about the teams of a cohort."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, insert, select, update

from foundation import bodies, ids, policy
from foundation.bodies import Body, PublicId
from foundation.commands import Made, command
from foundation.database import once
from foundation.errors import Code, Refusal, not_found
from foundation.places import Place
from foundation.pointing import pointing
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from people.invitations.models import Invitation

from . import queries
from .events import TeamChanged, TeamRemoved
from .models import Cohort, Organisation, Team
from .policy import CohortPermission
from .room import refuse_without_room, room
from .service import Name

TAKEN = N_("Ein Team mit diesem Namen gibt es in diesem Durchgang schon.")


class CreateTeam(Body):
    """The team of one organisation in this cohort."""

    organisation: PublicId
    name: Name


@command("team.create", CreateTeam, place="cohort", audited=True)
def create_team(transaction: Transaction, actor: Actor, place: Place, body: CreateTeam) -> Made:
    """Raises `conflict` where the cohort takes no more teams."""
    policy.require(actor, CohortPermission.TEAM_CREATE, place)
    here = room(transaction.connection, _row(transaction.connection, place))
    refuse_without_room(here, here.lack_of_team())
    return {"team": make_team(transaction, place, body)}


def make_team(transaction: Transaction, place: Place, body: CreateTeam) -> str:
    """A new team of the cohort, for a command that has asked whether it may and whether there is room.

    Returns its public id.
    """
    connection, public_id = transaction.connection, ids.public_id()
    organisation, cohort = _organisation(connection, body.organisation), _row(connection, place)
    with once(connection, bodies.invalid(name=TAKEN)):
        connection.execute(
            insert(Team).values(
                public_id=public_id, cohort_id=cohort, organisation_id=organisation, name=body.name
            )
        )
    tell_team(transaction, place, public_id)
    return public_id


def _row(connection: Connection, cohort: Place) -> int:
    return connection.execute(select(Cohort.id).where(Cohort.public_id == cohort.id)).scalar_one()


class ChangeTeam(CreateTeam):
    """The team as it shall be called, and the organisation that sends it."""

    team: PublicId


@command("team.change", ChangeTeam, place="cohort", audited=True)
def change_team(transaction: Transaction, actor: Actor, place: Place, body: ChangeTeam) -> Made:
    policy.require(actor, CohortPermission.TEAM_CHANGE, place)
    connection = transaction.connection
    team, organisation = _team(connection, place, body.team), _organisation(connection, body.organisation)
    with once(connection, bodies.invalid(name=TAKEN)):
        connection.execute(
            update(Team).where(Team.id == team).values(organisation_id=organisation, name=body.name)
        )
    tell_team(transaction, place, body.team)
    return None


class RemoveTeam(Body):
    """A team that was made by mistake, or to which nobody ever came."""

    team: PublicId


@command("team.remove", RemoveTeam, place="cohort", audited=True)
def remove(transaction: Transaction, actor: Actor, place: Place, body: RemoveTeam) -> Made:
    policy.require(actor, CohortPermission.TEAM_REMOVE, place)
    team = _team(transaction.connection, place, body.team)
    if not removable(transaction.connection, [team]):
        raise Refusal(
            Code.CONFLICT,
            N_(
                "Dieses Team bleibt: Jemand sitzt oder saß darin, ist eingeladen oder begleitet es, oder es "
                "hat schon etwas beigetragen."
            ),
        )
    remove_team(transaction, place, body.team)
    return None


def removable(connection: Connection, teams: Collection[int]) -> frozenset[int]:
    """Those of the teams (by row) to which nothing points but invitations that were withdrawn."""
    kept = Invitation.withdrawn_at.is_(None)
    asked = select(Invitation.team_id).where(Invitation.team_id.in_(teams), kept)
    invited = set(connection.execute(asked).scalars())
    used = pointing(connection, Team.id, teams)
    return frozenset(
        team for team in teams if team not in invited and used.get(team, set()) <= {"invitation"}
    )


def remove_team(transaction: Transaction, cohort: Place, team: str) -> None:
    """Take away a team that is `removable`, with its withdrawn invitations, and tell the cohort so."""
    row = select(Team.id).where(Team.public_id == team).scalar_subquery()
    transaction.connection.execute(delete(Invitation).where(Invitation.team_id == row))
    transaction.connection.execute(delete(Team).where(Team.public_id == team))
    transaction.append(cohort.name, TeamRemoved(team=team))


def tell_team(transaction: Transaction, cohort: Place, team: str) -> None:
    """State how the team now is in the stream of its cohort."""
    (state,) = queries.teams(transaction.connection, Team.public_id == team)
    subjects = [member["id"] for member in state["members"]]
    transaction.append(cohort.name, TeamChanged(team=state), subjects=subjects)


def _team(connection: Connection, cohort: Place, team: str) -> int:
    query = select(Team.id).join(Cohort, Cohort.id == Team.cohort_id)
    row = connection.execute(
        query.where(Team.public_id == team, Cohort.public_id == cohort.id)
    ).scalar_one_or_none()
    if row is None:
        raise not_found()
    return row


def _organisation(connection: Connection, organisation: str) -> int:
    query = select(Organisation.id).where(Organisation.public_id == organisation)
    row = connection.execute(query).scalar_one_or_none()
    if row is None:
        raise not_found()
    return row
