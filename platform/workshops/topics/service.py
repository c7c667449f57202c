"""What teams do with topics: propose, change, take back, need, offer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from foundation import bodies, ids, policy
from foundation.bodies import Body, Line, PublicId, Text
from foundation.commands import Made, command
from foundation.errors import Code, Refusal, not_found
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from workshops.agenda import queries as agendas
from workshops.series import queries as series
from workshops.series.queries import Meeting
from workshops.voting import queries as voting
from workshops.voting import tallies
from workshops.voting.checks import WHOLE
from workshops.voting.telling import Telling

from . import prerequisites, queries, rules
from .events import NeedsChanged, TopicChanged, TopicMoved, TopicProposed, TopicRestored, TopicWithdrawn
from .models import Need, Offer, Topic, TopicState
from .policy import TopicPermission
from .queries import StandingTopic

Minutes = Annotated[int, Field(ge=5, le=480, multiple_of=5)]


class _Said(Body):
    """`minutes` is voted on, `minutes_most` is how long it may last; `after`: what has to come before."""

    title: Annotated[Line, Field(min_length=3, max_length=120)]
    question: Annotated[Text, Field(max_length=600)] = ""
    minutes: Minutes
    minutes_most: Minutes | None = None
    after: Annotated[list[PublicId], Field(max_length=5)] = []


class ProposeTopic(_Said):
    """What a topic says. `asked`: the team's question from practice that becomes this topic."""

    asked: PublicId | None = None


class ChangeTopic(_Said):
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
    here = still_open(connection, actor, place)
    _check_minutes(body)
    values = {
        "title": body.title,
        "question": body.question,
        "minutes": body.minutes,
        "minutes_most": body.minutes_most,
        "state": TopicState.PROPOSED,
        "proposed_at": transaction.now,
    }
    if body.asked is not None:
        question = queries.standing(connection, place.id, body.asked)
        if question is None or question.team != here.team or question.state != TopicState.QUESTION:
            raise not_found()
        connection.execute(update(Topic).where(Topic.id == question.row).values(values))
        row, made = question.row, question.id
    else:
        row, made = add(connection, here, values)
    prerequisites.set_for(connection, here.row, row, body.after)
    transaction.append(place.name, TopicProposed(topic=queries.one(connection, row)))
    return {"topic": made}


@command("topic.change", ChangeTopic, place="workshop")
def change(transaction: Transaction, actor: Actor, place: Place, body: ChangeTopic) -> Made:
    topic = queries.standing(transaction.connection, place.id, body.topic)
    policy.require(actor, TopicPermission.CHANGE, topic and topic.team)
    topic = _untouched(topic)
    refuse_if_counted(topic)
    if topic.state == TopicState.WITHDRAWN:
        raise Refusal(Code.CLOSED, N_("Dieses Thema ist zurückgezogen. Holen Sie es zuerst zurück."))
    rules.refuse_unless_standing(topic.state)
    _check_minutes(body)
    connection = transaction.connection
    before = queries.one(connection, topic.row)
    names = ("title", "question", "minutes", "minutes_most")
    said = {name: getattr(body, name) for name in names}
    if {name: before[name] for name in names} == said and sorted(before["after"]) == sorted(set(body.after)):
        return None
    connection.execute(update(Topic).where(Topic.id == topic.row).values(said))
    prerequisites.set_for(connection, topic.workshop, topic.row, body.after, already=before["after"])
    transaction.append(place.name, TopicChanged(topic=queries.one(connection, topic.row)))
    return None


@command("topic.withdraw", WhichTopic, place="workshop")
def withdraw(transaction: Transaction, actor: Actor, place: Place, body: WhichTopic) -> Made:
    topic = queries.standing(transaction.connection, place.id, body.topic)
    policy.require(actor, TopicPermission.WITHDRAW, topic and topic.team)
    topic = _untouched(topic)
    if topic.state == TopicState.WITHDRAWN:
        return None
    if topic.state != TopicState.QUESTION:
        rules.refuse_unless_standing(topic.state)
    if topic.contains:
        raise Refusal(
            Code.CLOSED,
            N_(
                "In diesem Thema stecken auch Themen anderer Teams. "
                "Bitten Sie die Moderation, sie zuerst zu trennen."
            ),
        )
    _set_state(transaction, topic, TopicState.WITHDRAWN)
    transaction.append(place.name, TopicWithdrawn(topic=queries.one(transaction.connection, topic.row)))
    return None


@command("topic.restore", WhichTopic, place="workshop")
def restore(transaction: Transaction, actor: Actor, place: Place, body: WhichTopic) -> Made:
    """Undo a withdrawal. What teams had marked before counts again; a question is on no ballot."""
    topic = queries.standing(transaction.connection, place.id, body.topic)
    policy.require(actor, TopicPermission.RESTORE, topic and topic.team)
    topic = present(topic)
    if topic.settled:
        raise settled()
    votable = topic.minutes is not None
    if votable:
        refuse_if_counted(topic)
    poll = voting.last(transaction.connection, place.id) if votable and topic.poll is not None else None
    if poll is not None and poll.kind in WHOLE:
        raise Refusal(
            Code.CLOSED,
            N_(
                "In dieser Abstimmung haben die Teams Punkte verteilt oder Themen geordnet, ohne dieses. "
                "Bringen Sie es nach dem Ende zurück."
            ),
        )
    if topic.state != TopicState.WITHDRAWN:
        return None
    _set_state(transaction, topic, TopicState.PROPOSED if votable else TopicState.QUESTION)
    transaction.append(place.name, TopicRestored(topic=queries.one(transaction.connection, topic.row)))
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


def still_open(connection: Connection, actor: Actor, place: Place) -> Meeting:
    """The workshop with the actor's team there, as long as it takes topics and questions."""
    here = series.meeting(connection, actor, place.id)
    if here is None or here.team_row is None:
        raise not_found()
    if agendas.is_settled(connection, here.row):
        raise settled()
    return here


def add(connection: Connection, here: Meeting, values: Mapping[str, Any]) -> tuple[int, str]:
    """A new topic, or a question, of the actor's team at the end of the list: its row and public id."""
    made = ids.public_id()
    added = insert(Topic).values(
        public_id=made,
        cohort_id=here.cohort_row,
        workshop_id=here.row,
        team_id=here.team_row,
        position=next_position(here.row),
        **values,
    )
    return connection.execute(added.returning(Topic.id)).scalar_one(), made


def leave(transaction: Transaction, place: str, workshop: int) -> list[int]:
    """Take what is not chosen away from a workshop that is settled or cancelled.

    Returns the rows, which now wait for another workshop.

    Questions go along, and what has become part of another topic goes where that goes.
    """
    connection = transaction.connection
    query = select(Topic.id, Topic.public_id, Topic.state, Topic.merged_into_id).order_by(Topic.position)
    rows = {row.id: row for row in connection.execute(query.where(Topic.workshop_id == workshop))}
    root = rules.roots({row.id: row.merged_into_id for row in rows.values()})
    waiting = (TopicState.PROPOSED, TopicState.QUESTION)
    moved = [row for row in rows if rows[root[row]].state in waiting]
    connection.execute(update(Topic).where(Topic.id.in_(moved)).values(workshop_id=None))
    for row in moved:
        transaction.append(place, TopicMoved(topic=rows[row].public_id))
    return moved


def arrive(transaction: Transaction, place: str, workshop: int, topics: ColumnElement[bool]) -> None:
    """Let topics that wait join a workshop, in the order of their arrival at the one before."""
    connection = transaction.connection
    waiting = select(Topic.id).where(Topic.workshop_id.is_(None), topics).order_by(Topic.position, Topic.id)
    rows = list(connection.execute(waiting).scalars())
    for row in rows:
        values = {"workshop_id": workshop, "position": next_position(workshop)}
        connection.execute(update(Topic).where(Topic.id == row).values(values))
    for topic in queries.states(connection, Topic.id.in_(rows)):
        transaction.append(place, TopicProposed(topic=topic))


def _say(
    transaction: Transaction, actor: Actor, place: Place, body: SayOfTopic, voice: type[Need] | type[Offer]
) -> None:
    connection = transaction.connection
    here = series.meeting(connection, actor, place.id)
    topic = present(queries.standing(connection, place.id, body.topic))
    if here is None or here.team_row is None:
        raise not_found()
    if topic.state != TopicState.QUESTION:
        rules.refuse_unless_standing(topic.state)
    family = queries.families(Topic.id == topic.row)
    parts = list(connection.execute(select(family.c.member)).scalars())
    own = (voice.topic_id.in_(parts), voice.team_id == here.team_row)
    said = connection.execute(select(voice.id).where(*own)).first() is not None
    if said == body.value:
        return
    if body.value:
        connection.execute(insert(voice).values(topic_id=topic.row, team_id=here.team_row))
    else:
        connection.execute(delete(voice).where(*own))
    told = parts if not body.value else [topic.row]
    for now in queries.states(connection, Topic.id.in_(told)):
        changed = NeedsChanged(topic=now["id"], need=now["need"], offer=now["offer"])
        transaction.append(place.name, changed)


def _check_minutes(body: _Said) -> None:
    if body.minutes_most is not None and body.minutes_most < body.minutes:
        raise bodies.invalid(
            minutes_most=N_(
                "Bitte geben Sie nicht weniger Minuten an als beim Zeitbedarf, oder lassen Sie es frei."
            )
        )


def _set_state(transaction: Transaction, topic: StandingTopic, state: TopicState) -> None:
    transaction.connection.execute(update(Topic).where(Topic.id == topic.row).values(state=state))


def next_position(workshop: int) -> ColumnElement[int]:
    last = select(func.coalesce(func.max(Topic.position), 0)).where(Topic.workshop_id == workshop)
    return last.scalar_subquery() + 1


def present(topic: StandingTopic | None) -> StandingTopic:
    if topic is None:
        raise not_found()
    return topic


def _untouched(topic: StandingTopic | None) -> StandingTopic:
    """The topic, if nobody is voting on it or has chosen it."""
    topic = present(topic)
    if topic.settled or topic.state == TopicState.CHOSEN:
        raise Refusal(Code.CLOSED, N_("Dieses Thema ist schon ausgewählt und lässt sich nicht mehr ändern."))
    if topic.poll is not None and topic.state != TopicState.QUESTION:
        raise Refusal(
            Code.CLOSED,
            N_("Die Abstimmung ist geöffnet oder angekündigt. Bis zum Ende bleibt das Thema, wie es ist."),
        )
    return topic


def refuse_if_counted(topic: StandingTopic) -> None:
    """A poll that was counted may be opened again with its ballots: what is on them stays as it is."""
    if topic.counted and topic.state != TopicState.QUESTION:
        raise Refusal(
            Code.CLOSED,
            N_(
                "Die Abstimmung ist ausgezählt, der Ablauf aber noch nicht übernommen. "
                "Bis dahin bleibt das Thema, wie es ist."
            ),
        )


def settled() -> Refusal:
    return Refusal(
        Code.CLOSED, N_("Der Ablauf dieses Treffens steht schon. Schlagen Sie Ihr Thema für das nächste vor.")
    )
