"""A list is taken back for an hour: what nobody has used yet goes, what is used stays."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, delete, select, update

from foundation import eventlog, policy
from foundation.bodies import Body, PublicId
from foundation.commands import Made, command
from foundation.errors import Code, Refusal, not_found
from foundation.places import Place
from foundation.pointing import pointing
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from people.cohorts.models import Cohort, Organisation, Team
from people.cohorts.teams import removable, remove_team
from people.invitations.issuing import take_back
from people.invitations.models import Invitation

from .models import ImportRow
from .policy import ImportPermission

LASTS = timedelta(hours=1)
"""How long a list can be taken back."""


def can_be_undone(made_at: datetime, undone_at: datetime | None, now: datetime) -> bool:
    return undone_at is None and now < made_at + LASTS


class UndoImport(Body):
    """A list that was taken in within the last hour."""

    list: PublicId


def _cohort_too(connection: Connection, _place: Place, body: UndoImport) -> Sequence[str]:
    query = select(Cohort.public_id).join(ImportRow, ImportRow.cohort_id == Cohort.id)
    cohorts = connection.execute(query.where(ImportRow.public_id == body.list)).scalars()
    return [f"cohort/{cohort}" for cohort in cohorts]


@command("import.undo", UndoImport, place="house", touches=_cohort_too, audited=True)
def undo(transaction: Transaction, actor: Actor, place: Place, body: UndoImport) -> Made:
    policy.require(actor, ImportPermission.UNDO, place)
    connection = transaction.connection
    row = connection.execute(
        select(ImportRow.made, ImportRow.made_at, ImportRow.undone_at).where(ImportRow.public_id == body.list)
    ).first()
    if row is None:
        raise not_found()
    if row.undone_at is not None:
        raise Refusal(Code.CLOSED, N_("Diese Liste ist schon zurückgenommen."))
    if not can_be_undone(row.made_at, row.undone_at, transaction.now):
        raise Refusal(Code.CLOSED, N_("Eine Liste lässt sich nur eine Stunde lang zurücknehmen."))
    made: Mapping[str, list[str]] = json.loads(row.made)
    gone = {
        "invitations": _withdraw(transaction, made["invitations"]),
        "teams": _remove_teams(transaction, body, made["teams"]),
        "organisations": _remove_organisations(connection, made["organisations"]),
    }
    stayed = {kind: _there(connection, kind, made[kind]) for kind in gone}
    told = eventlog.encode({**made, "undone": gone, "stayed": stayed})
    which = update(ImportRow).where(ImportRow.public_id == body.list)
    connection.execute(which.values(undone_at=transaction.now, made=told))
    return None


def _withdraw(transaction: Transaction, made: Sequence[str]) -> list[str]:
    open_ = Invitation.accepted_at.is_(None) & Invitation.withdrawn_at.is_(None)
    query = select(Invitation.public_id).where(open_, Invitation.public_id.in_(made))
    waiting = set(transaction.connection.execute(query).scalars())
    take_back(transaction, waiting)
    return [one for one in made if one in waiting]


def _remove_teams(transaction: Transaction, body: UndoImport, made: Sequence[str]) -> list[str]:
    connection = transaction.connection
    teams = {row.id: row.public_id for row in connection.execute(_rows(Team, made))}
    free = sorted(removable(connection, teams))
    (cohort,) = _cohort_too(connection, transaction.places["house"], body) or ("",)
    for row in free:
        remove_team(transaction, transaction.places[cohort], teams[row])
    return [teams[row] for row in free]


def _remove_organisations(connection: Connection, made: Sequence[str]) -> list[str]:
    rows = {row.id: row.public_id for row in connection.execute(_rows(Organisation, made))}
    free = sorted(set(rows) - set(pointing(connection, Organisation.id, rows)))
    connection.execute(delete(Organisation).where(Organisation.id.in_(free)))
    return [rows[row] for row in free]


def _rows(table: type[Team] | type[Organisation], made: Sequence[str]) -> Select[int, str]:
    return select(table.id, table.public_id).where(table.public_id.in_(made))


def _there(connection: Connection, kind: str, made: Sequence[str]) -> list[str]:
    """What of it is in use: teams and organisations that are still there, invitations that were accepted."""
    if kind == "invitations":
        query = select(Invitation.public_id).where(Invitation.accepted_at.is_not(None))
        found = set(connection.execute(query.where(Invitation.public_id.in_(made))).scalars())
    else:
        table = Team if kind == "teams" else Organisation
        found = {row.public_id for row in connection.execute(_rows(table, made))}
    return [one for one in made if one in found]
