"""Lists as files: what they hold, and the entry that says who took one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection, select

from foundation import clock, policy
from foundation.bodies import Body, PublicId
from foundation.commands import Made, command
from foundation.errors import not_found
from foundation.places import Place
from foundation.policy import Actor
from foundation.transaction import Transaction
from people.cohorts.models import Cohort, Organisation, Team
from people.organisations import queries as organisations
from people.organisations.rules import KINDS

from .policy import ImportPermission
from .queries import Holder, holders
from .rules import COLUMNS, Kind, written

ROLES = {"participant": "Platz", "coach": "Coach", "facilitator": "Moderation"}
STATE = "Stand"


class ExportList(Body):
    """Which list somebody takes as a file; `cohort` goes with one of people."""

    list: Annotated[Kind, Field(strict=False)]
    cohort: PublicId | None = None


@command("list.export", ExportList, place="house", audited=True)
def export(transaction: Transaction, actor: Actor, place: Place, body: ExportList) -> Made:
    """Changes nothing: it is there so that the list of what was administered says who took one."""
    policy.require(actor, ImportPermission.EXPORT, place)
    wanted = select(Cohort.id).where(Cohort.public_id == body.cohort)
    there = transaction.connection.execute(wanted).first() is not None
    if there is not (body.list is Kind.PEOPLE):
        raise not_found()
    return None


def head(kind: Kind) -> list[str]:
    return [column.name for column in COLUMNS[kind].values()]


def organisations_file(connection: Connection) -> bytes:
    rows = [
        [one.name, KINDS[one.kind], one.region, one.claim] for one in organisations.organisations(connection)
    ]
    return written(head(Kind.ORGANISATIONS), rows)


def people_file(connection: Connection, cohort: str) -> bytes:
    """Everybody of the cohort now and later; those who facilitate, then by team, empty teams as well."""
    row = connection.execute(select(Cohort.id).where(Cohort.public_id == cohort)).scalar_one()
    teams = connection.execute(
        select(Team.public_id, Team.name, Organisation.name, Organisation.kind)
        .join(Organisation, Organisation.id == Team.organisation_id)
        .where(Team.cohort_id == row)
        .order_by(Team.id)
    ).all()
    by_team: dict[str | None, list[Holder]] = {}
    for held in holders(connection, row):
        by_team.setdefault(held.holding.team, []).append(held)
    rows = [_row(["", "", ""], held) for held in by_team.get(None, ())]
    for team, name, organisation, kind in teams:
        of = [organisation, KINDS[kind], name]
        rows += [_row(of, held) for held in by_team.get(team, ())] or [[*of, "", "", "", "", "", "", "frei"]]
    return written([*head(Kind.PEOPLE), STATE], rows)


def _row(team: Sequence[str], held: Holder) -> list[str]:
    one = held.holding
    begins = "" if one.invited else _day(one.period.begins)
    # The end is the moment at which somebody is no longer there: the day before it is their last.
    last = _day(one.period.ends - timedelta(microseconds=1)) if one.period.ends else ""
    state = "eingeladen" if one.invited else "dabei"
    return [*team, held.name, one.email, ROLES[one.role], begins, last, held.language, state]


def _day(moment: datetime) -> str:
    return moment.astimezone(clock.SHOWN_IN).strftime("%d.%m.%Y")
