"""What happens to a topic before and after the vote: a question noted, who carries it, was it answered."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field
from sqlalchemy import update

from foundation import policy
from foundation.bodies import Body, Line, Text
from foundation.commands import Made, command
from foundation.errors import Code, Refusal
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction

from . import queries, rules
from .events import TopicAnswered, TopicAsked, TopicChanged
from .models import Topic, TopicState
from .policy import TopicPermission
from .service import WhichTopic, add, present, still_open


class Answered(StrEnum):
    """Whether the workshop has answered the question behind a topic."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Carrier(StrEnum):
    """Who is to carry a topic."""

    GROUP = "group"
    EXPERT = "expert"


class AskQuestion(Body):
    """A question from practice, as it comes up; a topic may be made of it later."""

    question: Annotated[Text, Field(min_length=3, max_length=600)]
    title: Annotated[Line, Field(max_length=120)] = ""


class AnswerTopic(WhichTopic):
    """What the workshop has brought, as the proposing team sees it."""

    answered: Annotated[Answered, Field(strict=False)]
    note: Annotated[Text, Field(max_length=600)] = ""


class CarryTopic(WhichTopic):
    """Who is to carry the topic; nothing: it is open again."""

    by: Annotated[Carrier, Field(strict=False)] | None = None
    note: Annotated[Text, Field(max_length=300)] = ""


@command("topic.ask", AskQuestion, place="workshop")
def ask(transaction: Transaction, actor: Actor, place: Place, body: AskQuestion) -> Made:
    """It does not stand for election, so it may come while a vote runs."""
    policy.require(actor, TopicPermission.ASK, place)
    connection = transaction.connection
    here = still_open(connection, actor, place)
    values = {
        "title": body.title,
        "question": body.question,
        "minutes": None,
        "state": TopicState.QUESTION,
        "proposed_at": transaction.now,
        "asked_at": transaction.now,
    }
    row, made = add(connection, here, values)
    transaction.append(place.name, TopicAsked(topic=queries.one(connection, row)))
    return {"topic": made}


@command("topic.answer", AnswerTopic, place="workshop")
def answer(transaction: Transaction, actor: Actor, place: Place, body: AnswerTopic) -> Made:
    """Once the workshop is over; said again, it replaces what was said before."""
    topic = queries.standing(transaction.connection, place.id, body.topic)
    policy.require(actor, TopicPermission.ANSWER, topic and topic.team)
    topic = present(topic)
    if topic.is_over(transaction.now) and topic.taken_off:
        raise Refusal(
            Code.CLOSED, N_("Dieses Thema ist vom Ablauf genommen und kam beim Treffen nicht dran.")
        )
    if not topic.is_held(transaction.now):
        raise Refusal(
            Code.CLOSED, N_("Das lässt sich sagen, sobald das Treffen mit diesem Thema vorbei ist.")
        )
    if (topic.answered, topic.answer_note) == (body.answered, body.note):
        return None
    values = {"answered": body.answered, "answer_note": body.note}
    transaction.connection.execute(update(Topic).where(Topic.id == topic.row).values(values))
    transaction.append(place.name, TopicAnswered(topic=queries.one(transaction.connection, topic.row)))
    return None


@command("topic.carry", CarryTopic, place="workshop")
def carry(transaction: Transaction, actor: Actor, place: Place, body: CarryTopic) -> Made:
    """Facilitators note the decision at any time, also when the agenda stands."""
    policy.require(actor, TopicPermission.CARRY, place)
    topic = present(queries.standing(transaction.connection, place.id, body.topic))
    rules.refuse_unless_standing(topic.state)
    said = (body.by or "", body.note if body.by else "")
    if (topic.carrier, topic.carrier_note) == said:
        return None
    values = dict(zip(("carrier", "carrier_note"), said, strict=True))
    transaction.connection.execute(update(Topic).where(Topic.id == topic.row).values(values))
    transaction.append(place.name, TopicChanged(topic=queries.one(transaction.connection, topic.row)))
    return None
