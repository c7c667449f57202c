"""A list is taken in: organisations, teams and invitations at once, or nothing of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection, insert, select

from foundation import bodies, eventlog, ids, policy
from foundation.bodies import Body, PublicId, Text
from foundation.commands import Made, command
from foundation.errors import Code, Refusal, not_found
from foundation.places import Place
from foundation.policy import Actor, Role
from foundation.text import N_, same
from foundation.transaction import Transaction
from people.cohorts.models import Cohort, OrganisationKind
from people.cohorts.service import CreateOrganisation, make_organisation
from people.cohorts.teams import CreateTeam, make_team
from people.invitations.aiming import Invited
from people.invitations.issuing import issue_list

from . import queries
from .models import ImportRow
from .plans import NewInvitation, Plan
from .policy import ImportPermission
from .rules import MOST_BYTES, Kind, Table, read

CHANGED = N_("Inzwischen hat sich etwas geändert. Bitte sehen Sie sich die Vorschau noch einmal an.")
WRONG_LINES = N_("In der Liste ist noch etwas falsch. Bitte berichtigen Sie diese Zeilen.")
NOTHING_NEW = N_("Alles in dieser Liste gibt es schon.")


class ConfirmImport(Body):
    """A list, and what the preview of it showed (`Plan.digest`); without that, whatever it makes now.

    `cohort` goes with a list of people.
    """

    kind: Annotated[Kind, Field(strict=False)]
    cohort: PublicId | None = None
    text: Annotated[Text, Field(min_length=1, max_length=MOST_BYTES)]
    digest: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""

    @cached_property
    def table(self) -> Table:
        """The list, read once."""
        return read(self.kind, self.text)


def _cohort_too(_connection: Connection, _place: Place, body: ConfirmImport) -> Sequence[str]:
    _ = body.table  # nobody shall wait for the reading: this is asked before the lock
    return [f"cohort/{body.cohort}"] if body.cohort else []


@command("import.confirm", ConfirmImport, place="house", touches=_cohort_too, audited=True)
def confirm(transaction: Transaction, actor: Actor, place: Place, body: ConfirmImport) -> Made:
    policy.require(actor, ImportPermission.CONFIRM, place)
    if (body.cohort is None) is (body.kind is Kind.PEOPLE):
        raise (
            bodies.invalid(cohort=N_("Bitte wählen Sie einen Durchgang."))
            if body.cohort is None
            else not_found()
        )
    plan = queries.plan(transaction.connection, body.kind, body.cohort, body.table)
    if body.digest and plan.digest != body.digest:
        raise Refusal(Code.STALE, CHANGED)
    if plan.wrong:
        raise bodies.invalid(text=WRONG_LINES)
    if plan.makes_nothing:
        raise bodies.invalid(text=NOTHING_NEW)
    made = _carry_out(transaction, actor, body.cohort, plan)
    return {"import": _note(transaction, actor, body, made)}


def _carry_out(
    transaction: Transaction, actor: Actor, cohort: str | None, plan: Plan
) -> Mapping[str, Sequence[str]]:
    organisations = {
        one.key: make_organisation(
            transaction,
            CreateOrganisation(
                name=one.name, kind=OrganisationKind(one.kind), region=one.region, claim=one.claim
            ),
        )
        for one in plan.organisations
    }
    teams = {
        same(one.name): make_team(
            transaction,
            transaction.places[f"cohort/{cohort}"],
            CreateTeam(organisation=organisations.get(one.organisation, one.organisation), name=one.name),
        )
        for one in plan.teams
    }
    invited = [_invited(one, cohort, teams) for one in plan.invitations]
    invitations = issue_list(transaction, actor, cohort, invited) if cohort else []
    return {
        "organisations": list(organisations.values()),
        "teams": list(teams.values()),
        "invitations": invitations,
    }


def _invited(one: NewInvitation, cohort: str | None, teams: Mapping[str, str]) -> Invited:
    team = teams[one.new_team] if one.new_team else one.team
    return Invited(
        email=one.email,
        name=one.name,
        language=one.language,
        role=Role(one.role),
        team=team,
        cohort=None if team else cohort,
        valid_from=one.valid_from,
        valid_until=one.valid_until,
    )


def _note(
    transaction: Transaction, actor: Actor, body: ConfirmImport, made: Mapping[str, Sequence[str]]
) -> str:
    connection, public_id = transaction.connection, ids.public_id()
    cohort = select(Cohort.id).where(Cohort.public_id == body.cohort).scalar_subquery()
    connection.execute(
        insert(ImportRow).values(
            public_id=public_id,
            kind=body.kind,
            cohort_id=cohort if body.cohort else None,
            made=eventlog.encode({**made, "undone": {}, "stayed": {}}),
            made_at=transaction.now,
            made_by_id=actor.row or None,
        )
    )
    return public_id
