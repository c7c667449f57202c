"""Writing an invitation inside a command: what is looked at first, the row, its link, its mail."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, insert, select, true, update

from foundation import bodies, ids, places
from foundation.errors import Code, Refusal, not_found
from foundation.policy import Actor, Role
from foundation.text import N_
from foundation.transaction import Transaction
from people.accounts.models import Language, Person
from people.accounts.rules import address
from people.accounts.service import NO_ADDRESS
from people.cohorts.models import Cohort, RoleGrant, Seat, Team
from people.cohorts.roles import takes_guests
from people.cohorts.room import room, why_not
from people.cohorts.rules import Period
from people.links import service as links
from people.links.rules import Purpose
from people.mail import service as mail
from people.mail.rules import Kind

from .models import Invitation
from .queries import OPEN

NOT_OPEN = N_("Diese Einladung ist schon angenommen oder zurückgezogen.")
SCOPE: Mapping[Role, str | None] = {
    Role.PARTICIPANT: "team",
    Role.COACH: "team",
    Role.FACILITATOR: "cohort",
    Role.EXPERT: "place",
    Role.ADMINISTRATOR: None,
    Role.NETWORK: None,
}
"""What has to be named beside the role: the team, the cohort, or the place of which somebody is a guest."""
_MISFIT = N_("Das passt nicht zu dieser Rolle.")


@dataclass(frozen=True, kw_only=True)
class Invited:
    """Who is invited to what: a seat in a team, or a role with its scope, named by public ids.

    `place` is the name of what a guest comes to.
    """

    email: str
    name: str
    language: str = Language.GERMAN
    role: Role = Role.PARTICIPANT
    team: str | None = None
    cohort: str | None = None
    place: str | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class _Aim:
    """The same by row numbers, as it is about to be written. `own` is the row that stands already."""

    role: Role
    email: str
    now: datetime
    period: Period
    cohort: int | None = None
    team: int | None = None
    place: str | None = None
    own: int | None = None

    @property
    def others(self) -> ColumnElement[bool]:
        """The other open invitations."""
        return OPEN & (Invitation.id != self.own if self.own is not None else true())


def issue(transaction: Transaction, actor: Actor, invited: Invited) -> str:
    """Invite somebody; returns the public id of the invitation. Rights are the caller's matter.

    The caller holds the cohort, or the house for a role in it: what is looked at here stays so until the
    commit. Raises `invalid` with a sentence for each field that is wrong, `not_found` for ids of nothing.
    """
    aim = _aim(transaction.connection, invited, transaction.now)
    if not invited.name.strip():
        raise bodies.invalid(name=N_("Bitte füllen Sie dieses Feld aus."))
    _refuse_what_cannot_be(transaction.connection, aim)
    return _write(transaction, actor, [(invited, aim)])[0]


def issue_list(
    transaction: Transaction, actor: Actor, cohort: str, everybody: Sequence[Invited]
) -> list[str]:
    """Invite many to a cohort (public id) and its teams, in a few statements; their public ids in order.

    Nothing is looked at: a caller with so many has seen, under the same lock, that they fit.
    """
    connection = transaction.connection
    row = connection.execute(select(Cohort.id).where(Cohort.public_id == cohort)).scalar_one()
    found = connection.execute(select(Team.public_id, Team.id).where(Team.cohort_id == row))
    teams: dict[str | None, int] = dict(found.all())
    aimed = [
        _Aim(
            role=one.role,
            email=_address(one.email),
            now=transaction.now,
            period=_period(one.valid_from, one.valid_until, transaction.now),
            cohort=row,
            team=teams[one.team] if one.team else None,
        )
        for one in everybody
    ]
    return _write(transaction, actor, list(zip(everybody, aimed, strict=True)))


def _write(transaction: Transaction, actor: Actor, aimed: Sequence[tuple[Invited, _Aim]]) -> list[str]:
    rows: list[dict[str, Any]] = [
        {
            "public_id": ids.public_id(),
            "email": aim.email,
            "name": invited.name.strip(),
            "language": invited.language,
            "role": aim.role,
            "team_id": aim.team,
            "cohort_id": aim.cohort,
            "place": aim.place,
            "valid_from": invited.valid_from,
            "valid_until": invited.valid_until,
            "invited_at": transaction.now,
            "invited_by_id": actor.row or None,
        }
        for invited, aim in aimed
    ]
    if rows:
        transaction.connection.execute(insert(Invitation), rows)
    _send(transaction, [(row["public_id"], row["email"], row["language"]) for row in rows])
    return [row["public_id"] for row in rows]


def send_again(transaction: Transaction, invitation: str, email: str | None = None) -> None:
    """A new link in a new mail, for which the thirty days begin again; perhaps to a corrected address.

    Raises `closed` if the invitation waits no longer, and `invalid` if it no longer fits.
    """
    connection = transaction.connection
    row = connection.execute(select(Invitation).where(OPEN, Invitation.public_id == invitation)).one_or_none()
    if row is None:
        raise Refusal(Code.CLOSED, NOT_OPEN)
    aim = _Aim(
        role=Role(row.role),
        email=_address(email if email is not None else row.email),
        now=transaction.now,
        period=_period(row.valid_from, row.valid_until, transaction.now),
        cohort=row.cohort_id,
        team=row.team_id,
        place=row.place,
        own=row.id,
    )
    _refuse_what_cannot_be(connection, aim)
    connection.execute(
        update(Invitation)
        .where(Invitation.id == row.id)
        .values(email=aim.email, invited_at=transaction.now, bounced_at=None)
    )
    _unsend(transaction, [invitation])
    _send(transaction, [(invitation, aim.email, row.language)])


def take_back(transaction: Transaction, invitations: Collection[str]) -> None:
    """Withdraw open invitations; their links open nothing any more. Raises `closed` if one is not open."""
    taken = (
        update(Invitation)
        .where(OPEN, Invitation.public_id.in_(invitations))
        .values(withdrawn_at=transaction.now)
    )
    if transaction.connection.execute(taken).rowcount != len(invitations):
        raise Refusal(Code.CLOSED, NOT_OPEN)
    _unsend(transaction, invitations)


def _unsend(transaction: Transaction, invitations: Collection[str]) -> None:
    """The links sent before open nothing, and a mail that has not gone out yet does not go."""
    links.withdraw(transaction, Purpose.INVITATION, subjects=invitations)
    mail.withdraw(transaction, *(_matter(invitation) for invitation in invitations))


def _matter(invitation: str) -> str:
    return f"invitation/{invitation}"


def _send(transaction: Transaction, letters: Sequence[tuple[str, str, str]]) -> None:
    """A link and a mail for each invitation (public id), to its address and in its language."""
    made = links.make_first(transaction, Purpose.INVITATION, [invitation for invitation, _, _ in letters])
    mails = [
        mail.Addressed(
            address=email,
            language=language,
            params={"link": link, "invitation": invitation},
            key=_matter(invitation),
        )
        for link, (invitation, email, language) in zip(made, letters, strict=True)
    ]
    mail.post_all(transaction, Kind.INVITATION, mails)


def _address(typed: str) -> str:
    email = address(typed)
    if not email:
        raise bodies.invalid(email=NO_ADDRESS)
    return email


def _period(begins: datetime | None, ends: datetime | None, now: datetime) -> Period:
    period = Period(max(begins or now, now), ends)
    if ends is not None and ends <= period.begins:
        raise bodies.invalid(valid_until=N_("Das Ende liegt vor dem Anfang oder ist schon vorbei."))
    return period


def _aim(connection: Connection, invited: Invited, now: datetime) -> _Aim:
    scope = SCOPE[invited.role]
    given = {name for name in ("team", "cohort", "place") if getattr(invited, name) is not None}
    if scope and scope not in given:
        raise bodies.invalid(**{scope: N_("Bitte wählen Sie aus, wozu Sie einladen.")})
    # A team and a workshop lie in a cohort: naming it as well is no mistake.
    if surplus := given - {scope} - ({"cohort"} if scope else set()):
        raise bodies.invalid(**dict.fromkeys(surplus, _MISFIT))
    period = _period(invited.valid_from, invited.valid_until, now)
    aim = _Aim(role=invited.role, email=_address(invited.email), now=now, period=period)
    if scope == "team":
        return _aim_at_team(connection, aim, invited)
    if scope == "place":
        place = places.find(connection, [invited.place or ""]).get(invited.place or "")
        if place is None or not takes_guests(place):
            raise not_found()
        aim = replace(aim, place=place.name)
    cohort = place.above("cohort") if scope == "place" and place else invited.cohort
    if scope is None:
        return aim
    row = connection.execute(select(Cohort.id).where(Cohort.public_id == cohort)).scalar_one_or_none()
    if row is None or invited.cohort not in (None, cohort):
        raise not_found()
    return replace(aim, cohort=row)


def _aim_at_team(connection: Connection, aim: _Aim, invited: Invited) -> _Aim:
    query = select(Team.id, Team.cohort_id, Cohort.public_id).join(Cohort, Cohort.id == Team.cohort_id)
    team = connection.execute(query.where(Team.public_id == invited.team)).one_or_none()
    if team is None or invited.cohort not in (None, team.public_id):
        raise not_found()
    return replace(aim, team=team.id, cohort=team.cohort_id)


def _refuse_what_cannot_be(connection: Connection, aim: _Aim) -> None:
    _refuse_second_invitation(connection, aim)
    _refuse_who_is_here(connection, aim)
    if aim.role is Role.PARTICIPANT:
        _refuse_full_house(connection, aim)


def _refuse_second_invitation(connection: Connection, aim: _Aim) -> None:
    same = aim.others & (Invitation.email == aim.email) & (Invitation.role == aim.role)
    same &= Invitation.cohort_id.is_not_distinct_from(aim.cohort)
    if aim.role is not Role.PARTICIPANT:  # who takes part sits in one team of a cohort
        same &= Invitation.team_id.is_not_distinct_from(aim.team)
        same &= Invitation.place.is_not_distinct_from(aim.place)
    if connection.execute(select(Invitation.id).where(same)).first():
        raise bodies.invalid(
            email=N_(
                "Diese Adresse ist dazu schon eingeladen. Sie können die Einladung noch einmal schicken."
            )
        )


def _refuse_who_is_here(connection: Connection, aim: _Aim) -> None:
    query = select(Person.id, Person.locked_at).where(Person.email == aim.email)
    person = connection.execute(query).first()
    if person is None:
        return
    if person.locked_at is not None:
        raise bodies.invalid(email=N_("Das Konto mit dieser Adresse ist gesperrt."))
    if aim.role is Role.PARTICIPANT:
        seats = select(Seat.valid_from, Seat.valid_until).join(Team, Team.id == Seat.team_id)
        held = connection.execute(seats.where(Team.cohort_id == aim.cohort, Seat.person_id == person.id))
        sentence = N_("Die Person mit dieser Adresse hat in diesem Durchgang schon einen Platz.")
    else:
        held = connection.execute(_granted(aim, person.id))
        sentence = N_("Die Person mit dieser Adresse hat diese Rolle schon.")
    if any(Period(*row).meets(aim.period) for row in held):
        raise bodies.invalid(email=sentence)


def _granted(aim: _Aim, person: int) -> Select[datetime, datetime | None]:
    """The times for which the person holds that role at that scope."""
    scope = RoleGrant.team_id.is_not_distinct_from(aim.team)
    scope &= RoleGrant.place.is_not_distinct_from(aim.place)
    if aim.role is Role.FACILITATOR:
        scope &= RoleGrant.cohort_id == aim.cohort
    query = select(RoleGrant.valid_from, RoleGrant.valid_until)
    return query.where(RoleGrant.person_id == person, RoleGrant.role == aim.role, scope)


def _refuse_full_house(connection: Connection, aim: _Aim) -> None:
    assert aim.cohort is not None
    here = room(connection, aim.cohort, without_address=aim.email, without_invitation=aim.own or 0)
    if lack := here.lack_of_seat(aim.team, aim.period):
        raise bodies.invalid(team=why_not(here, lack))
