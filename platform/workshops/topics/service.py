"""What teams do with topics: propose, change, take back, need, offer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy import ColumnElement, delete, func, insert, select, update

from foundation import clock, ids, policy
from foundation.bodies import Body, Line, PublicId, Text
from foundation.commands import Made, command
from foundation.errors import Code, Refusal, not_found
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from workshops.agenda import queries as agendas
from workshops.series import queries as series
from workshops.voting import queries as voting
from workshops.voting import tallies
from workshops.voting.telling import Telling

from . import queries
from .events import NeedsChanged, TopicChanged, TopicMoved, TopicProposed, TopicRestored, TopicWithdrawn
from .models import Need, Offer, Topic, TopicState
from .policy import TopicPermission
from .queries import StandingTopic


class ProposeTopic(Body):
    """What a topic says."""

    title: Annotated[Line, Field(min_length=3, max_length=120)]
    question: Annotated[Text, Field(max_length=600)] = ""
    minutes: Annotated[int, Field(ge=5, le=480, multiple_of=5)]


class ChangeTopic(ProposeTopic):
    """What a topic says from now on."""

    topic: PublicId


class WhichTopic(Body):
    """One topic."""

    topic: PublicId


class SayOfTopic(WhichTopic):
    """Whether the team says so."""

    value: bool


@command("topic.propose", ProposeTopic, place="workshop")
def propose(transaction: Transaction, actor: Actor, place: Place, body: ProposeTopic) -> Made:
    """While a vote runs as well: the topic joins it."""
    policy.require(actor, TopicPermission.PROPOSE, place)
    connection = transaction.connection
    here = series.meeting(connection, actor, place.id)
    if here is None or here.team_row is None:
        raise not_found()
    if agendas.is_settled(connection, here.row):
        raise _settled()
    made = ids.public_id()
    connection.execute(
        insert(Topic).values(
            public_id=made,
            cohort_id=here.cohort_row,
            workshop_id=here.row,
            team_id=here.team_row,
            position=_next_position(here.row),
            title=body.title,
            question=body.question,
            minutes=body.minutes,
            state=TopicState.PROPOSED,
            proposed_at=transaction.now,
        )
    )
    topic = {
        "id": made,
        "title": body.title,
        "question": body.question,
        "minutes": body.minutes,
        "team": here.team,
        "state": TopicState.PROPOSED,
        "need": [],
        "offer": [],
        "proposed_at": clock.wire(transaction.now),
    }
    transaction.append(place.name, TopicProposed(topic=topic))
    return {"topic": made}


@command("topic.change", ChangeTopic, place="workshop")
def change(transaction: Transaction, actor: Actor, place: Place, body: ChangeTopic) -> Made:
    topic = queries.standing(transaction.connection, place.id, body.topic)
    policy.require(actor, TopicPermission.CHANGE, topic and topic.team)
    topic = _untouched(topic)
    if topic.state == TopicState.WITHDRAWN:
        raise Refusal(Code.CLOSED, N_("Dieses Thema ist zurückgezogen. Holen Sie es zuerst zurück."))
    if (topic.title, topic.question, topic.minutes) == (body.title, body.question, body.minutes):
        return None
    values = {"title": body.title, "question": body.question, "minutes": body.minutes}
    transaction.connection.execute(update(Topic).where(Topic.id == topic.row).values(values))
    transaction.append(place.name, TopicChanged(topic=queries.one(transaction.connection, topic.row)))
    return None


@command("topic.withdraw", WhichTopic, place="workshop")
def withdraw(transaction: Transaction, actor: Actor, place: Place, body: WhichTopic) -> Made:
    topic = queries.standing(transaction.connection, place.id, body.topic)
    policy.require(actor, TopicPermission.WITHDRAW, topic and topic.team)
    topic = _untouched(topic)
    if topic.state == TopicState.WITHDRAWN:
        return None
    _set_state(transaction, topic, TopicState.WITHDRAWN)
    transaction.append(place.name, TopicWithdrawn(topic=queries.one(transaction.connection, topic.row)))
    return None


@command("topic.restore", WhichTopic, place="workshop")
def restore(transaction: Transaction, actor: Actor, place: Place, body: WhichTopic) -> Made:
    """Undo a withdrawal. What teams had marked before counts again."""
    topic = queries.standing(transaction.connection, place.id, body.topic)
    policy.require(actor, TopicPermission.RESTORE, topic and topic.team)
    topic = _present(topic)
    if topic.settled:
        raise _settled()
    if topic.state != TopicState.WITHDRAWN:
        return None
    _set_state(transaction, topic, TopicState.PROPOSED)
    transaction.append(place.name, TopicRestored(topic=queries.one(transaction.connection, topic.row)))
    poll = voting.last(transaction.connection, place.id) if topic.poll is not None else None
    if poll is not None:
        running = tallies.running(
            transaction.connection, poll.row, poll.workshop, poll.kind, Topic.id == topic.row
        )
        telling = Telling(
            transaction=transaction,
            place=place,
            poll=poll.id,
            show=poll.show,
            readers=lambda: tallies.voted(transaction.connection, poll.row),
        )
        telling.support(
            {topic: support for topic, support in running.items() if support}, poll.voted, turnout=False
        )
    return None


@command("topic.need", SayOfTopic, place="workshop")
def need(transaction: Transaction, actor: Actor, place: Place, body: SayOfTopic) -> Made:
    policy.require(actor, TopicPermission.NEED, place)
    _say(transaction, actor, place, body, Need)
    return None


@command("topic.offer", SayOfTopic, place="workshop")
def offer(transaction: Transaction, actor: Actor, place: Place, body: SayOfTopic) -> Made:
    policy.require(actor, TopicPermission.OFFER, place)
    _say(transaction, actor, place, body, Offer)
    return None


def leave(transaction: Transaction, place: str, workshop: int) -> list[int]:
    """Take what was not chosen away from a settled workshop; returns the rows, which now wait for another."""
    connection = transaction.connection
    query = select(Topic.id, Topic.public_id).order_by(Topic.position)
    rows = connection.execute(
        query.where(Topic.workshop_id == workshop, Topic.state == TopicState.PROPOSED)
    ).all()
    moved = [row.id for row in rows]
    connection.execute(update(Topic).where(Topic.id.in_(moved)).values(workshop_id=None))
    for row in rows:
        transaction.append(place, TopicMoved(topic=row.public_id))
    return moved


def arrive(transaction: Transaction, place: str, workshop: int, topics: ColumnElement[bool]) -> None:
    """Let topics that wait join a workshop, in the order of their arrival at the one before."""
    connection = transaction.connection
    waiting = select(Topic.id).where(Topic.workshop_id.is_(None), topics).order_by(Topic.position, Topic.id)
    rows = list(connection.execute(waiting).scalars())
    for row in rows:
        values = {"workshop_id": workshop, "position": _next_position(workshop)}
        connection.execute(update(Topic).where(Topic.id == row).values(values))
    for topic in queries.states(connection, Topic.id.in_(rows)):
        transaction.append(place, TopicProposed(topic=topic))


def _say(
    transaction: Transaction, actor: Actor, place: Place, body: SayOfTopic, voice: type[Need] | type[Offer]
) -> None:
    connection = transaction.connection
    here = series.meeting(connection, actor, place.id)
    topic = _present(queries.standing(connection, place.id, body.topic))
    if here is None or here.team_row is None:
        raise not_found()
    if topic.state == TopicState.WITHDRAWN:
        raise Refusal(Code.CLOSED, N_("Dieses Thema ist zurückgezogen."))
    own = (voice.topic_id == topic.row, voice.team_id == here.team_row)
    said = connection.execute(select(voice.id).where(*own)).first() is not None
    if said == body.value:
        return
    if body.value:
        connection.execute(insert(voice).values(topic_id=topic.row, team_id=here.team_row))
    else:
        connection.execute(delete(voice).where(*own))
    need, offer = queries.voices(connection, Topic.id == topic.row)
    transaction.append(place.name, NeedsChanged(topic=topic.id, need=need[topic.row], offer=offer[topic.row]))


def _set_state(transaction: Transaction, topic: StandingTopic, state: TopicState) -> None:
    transaction.connection.execute(update(Topic).where(Topic.id == topic.row).values(state=state))


def _next_position(workshop: int) -> ColumnElement[int]:
    last = select(func.coalesce(func.max(Topic.position), 0)).where(Topic.workshop_id == workshop)
    return last.scalar_subquery() + 1


def _present(topic: StandingTopic | None) -> StandingTopic:
    if topic is None:
        raise not_found()
    return topic


def _untouched(topic: StandingTopic | None) -> StandingTopic:
    """The topic, if nobody is voting on it or has chosen it."""
    topic = _present(topic)
    if topic.settled or topic.state == TopicState.CHOSEN:
        raise Refusal(Code.CLOSED, N_("Dieses Thema ist schon ausgewählt und lässt sich nicht mehr ändern."))
    if topic.poll is not None:
        raise Refusal(
            Code.CLOSED,
            N_("Die Abstimmung ist geöffnet oder angekündigt. Bis zum Ende bleibt das Thema, wie es ist."),
        )
    return topic


def _settled() -> Refusal:
    return Refusal(
        Code.CLOSED, N_("Der Ablauf dieses Treffens steht schon. Schlagen Sie Ihr Thema für das nächste vor.")
    )
