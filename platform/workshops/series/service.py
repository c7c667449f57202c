"""What is done to the series: announce a workshop, change one, cancel it, let it take place after all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection, func, insert, select, update

from foundation import bodies, ids, policy
from foundation.bodies import Body, Line, WireMoment
from foundation.commands import Made, command
from foundation.errors import Code, Refusal, not_found
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from people.cohorts.models import Cohort
from workshops.agenda import queries as agendas
from workshops.memory import queries as memory
from workshops.topics import service as topics
from workshops.topics.models import Topic
from workshops.voting import reminders

from . import queries, telling
from .events import WorkshopAnnounced, WorkshopChanged, WorkshopRescheduled
from .models import Workshop
from .policy import SeriesPermission

FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Between these a workshop can take place; what lies outside is a slip of the keyboard."""


class CreateWorkshop(Body):
    """A workshop to come. Without a title it is called by its number."""

    title: Annotated[Line, Field(max_length=120)] = ""
    starts_at: WireMoment
    place: Annotated[Line, Field(max_length=120)] = ""
    minutes: Annotated[int, Field(ge=15, le=1440, multiple_of=5)]


class ChangeWorkshop(Body):
    """A workshop as it shall be from now on."""

    title: Annotated[Line, Field(min_length=3, max_length=120)]
    starts_at: WireMoment
    place: Annotated[Line, Field(max_length=120)] = ""
    minutes: Annotated[int, Field(ge=15, le=1440, multiple_of=5)]


class CancelWorkshop(Body):
    """Why, for those who were coming; or nothing."""

    reason: Annotated[Line, Field(max_length=200)] = ""


class ReinstateWorkshop(Body):
    """The workshop that was cancelled."""


@command("workshop.create", CreateWorkshop, place="cohort", audited=True)
def create(transaction: Transaction, actor: Actor, place: Place, body: CreateWorkshop) -> Made:
    """The new workshop takes up the topics that were left over when there was no next one."""
    policy.require(actor, SeriesPermission.CREATE, place)
    _check_date(body.starts_at)
    connection = transaction.connection
    last = func.coalesce(func.max(Workshop.number), 0)
    query = select(Cohort.id, last.label("last")).outerjoin(Workshop, Workshop.cohort_id == Cohort.id)
    cohort = connection.execute(query.where(Cohort.public_id == place.id).group_by(Cohort.id)).first()
    if cohort is None:
        raise not_found()
    made, number = ids.public_id(), cohort.last + 1
    added = insert(Workshop).values(
        public_id=made,
        cohort_id=cohort.id,
        number=number,
        title=body.title or f"{number}. Werkstatt-Treffen",
        starts_at=body.starts_at,
        place=body.place,
        minutes=body.minutes,
        changed_at=transaction.now,
    )
    row = connection.execute(added.returning(Workshop.id)).scalar_one()
    transaction.create_place(f"workshop/{made}", parent=place.name)
    transaction.append(place.name, WorkshopAnnounced(workshop=_for_cohort(connection, made)))
    topics.arrive(transaction, f"workshop/{made}", row, Topic.cohort_id == cohort.id)
    return {"workshop": made}


def _cohort_too(_connection: Connection, place: Place, _body: Body) -> Sequence[str]:
    return [f"cohort/{place.above('cohort')}"]


@command("workshop.change", ChangeWorkshop, place="workshop", touches=_cohort_too, audited=True)
def change(transaction: Transaction, actor: Actor, place: Place, body: ChangeWorkshop) -> Made:
    """A vote that runs keeps the minutes it was opened with."""
    policy.require(actor, SeriesPermission.CHANGE, place)
    _check_date(body.starts_at)
    _become(
        transaction,
        place,
        {"title": body.title, "starts_at": body.starts_at, "place": body.place, "minutes": body.minutes},
    )
    return None


@command("workshop.cancel", CancelWorkshop, place="workshop", touches=_cohort_too, audited=True)
def cancel(transaction: Transaction, actor: Actor, place: Place, body: CancelWorkshop) -> Made:
    """Nothing is lost: topics stay where they are, and a vote that runs goes on."""
    policy.require(actor, SeriesPermission.CANCEL, place)
    if _is_cancelled(transaction, place):
        raise Refusal(Code.CLOSED, N_("Dieses Treffen ist schon abgesagt."))
    _become(transaction, place, {"cancelled_at": transaction.now, "cancelled_reason": body.reason})
    reminders.hold_back(transaction, place)
    telling.tell(transaction, place, actor, held=False)
    return None


@command("workshop.reinstate", ReinstateWorkshop, place="workshop", touches=_cohort_too, audited=True)
def reinstate(transaction: Transaction, actor: Actor, place: Place, _body: ReinstateWorkshop) -> Made:
    """Undo a cancellation: the workshop is as it was, and takes place.

    Like a new one it takes up topics that wait for the next, unless it is over or its agenda stands.
    """
    policy.require(actor, SeriesPermission.REINSTATE, place)
    if not _is_cancelled(transaction, place):
        raise Refusal(Code.CLOSED, N_("Dieses Treffen ist nicht abgesagt."))
    connection, here = transaction.connection, queries.planned(transaction.connection, actor, place.id)
    if here and memory.carries_what_is_taken(connection, here.row):
        raise Refusal(
            Code.CLOSED,
            N_(
                "Die Minuten, die in der Abstimmung dieses Treffens mitzählen, zählen inzwischen bei einem "
                "anderen mit. Solange dort niemand abgestimmt hat, können Sie das dort abstellen; sonst "
                "kündigen Sie ein neues Treffen an."
            ),
        )
    _become(transaction, place, {"cancelled_at": None, "cancelled_reason": ""})
    if here and here.starts_at > transaction.now and not agendas.is_settled(connection, here.row):
        topics.arrive(transaction, place.name, here.row, Topic.cohort_id == here.cohort_row)
    reminders.go_on(transaction, place)
    telling.tell(transaction, place, actor, held=True)
    return None


def _is_cancelled(transaction: Transaction, place: Place) -> bool:
    before = queries.state(transaction.connection, place.id)
    if before is None:
        raise not_found()
    return before["cancelled_at"] is not None


def _become(transaction: Transaction, place: Place, values: Mapping[str, Any]) -> None:
    """Write it down and tell it; what is as it was raises no number."""
    connection, this = transaction.connection, Workshop.public_id == place.id
    before = queries.state(connection, place.id)
    connection.execute(update(Workshop).where(this).values(values))
    after = queries.state(connection, place.id)
    if after is None:
        raise not_found()
    if after != before:
        tell_calendars(transaction, place)
        transaction.append(place.name, WorkshopChanged(workshop=after))
        told = WorkshopRescheduled(workshop=_for_cohort(connection, place.id))
        transaction.append(f"cohort/{place.above('cohort')}", told)


def tell_calendars(transaction: Transaction, place: Place) -> None:
    """What they show of the workshop has changed: they take it anew when they look next."""
    later = {"sequence": Workshop.sequence + 1, "changed_at": transaction.now}
    transaction.connection.execute(update(Workshop).where(Workshop.public_id == place.id).values(later))


def _for_cohort(connection: Connection, workshop: str) -> queries.State:
    state = queries.state(connection, workshop) or {}
    return {name: value for name, value in state.items() if name != "cohort"}


def _check_date(starts_at: datetime) -> None:
    if not FIRST <= starts_at < LAST:
        raise bodies.invalid(starts_at=N_("Bitte prüfen Sie das Jahr."))
