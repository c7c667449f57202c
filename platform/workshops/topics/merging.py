"""What facilitators do with topics that mean the same: merge them, separate them again."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from foundation import bodies, policy
from foundation.bodies import Body, PublicId
from foundation.commands import Made, command
from foundation.errors import Code, Refusal
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from workshops.voting import queries as voting
from workshops.voting import tallies
from workshops.voting.events import TallyShown
from workshops.voting.queries import PollAt
from workshops.voting.settings import Show

from . import carrying, queries, rules
from .events import TopicsMerged, TopicsUnmerged
from .models import Topic, TopicState
from .policy import TopicPermission
from .queries import StandingTopic
from .rules import Vote
from .service import WhichTopic, present


class MergeTopics(Body):
    """`topic` becomes part of `into`."""

    into: PublicId
    topic: PublicId


@command("topic.merge", MergeTopics, place="workshop")
def merge(transaction: Transaction, actor: Actor, place: Place, body: MergeTopics) -> Made:
    """The supporters of both count once at the one that goes on; nothing a team wrote is changed."""
    policy.require(actor, TopicPermission.MERGE, place)
    connection = transaction.connection
    source = present(queries.standing(connection, place.id, body.topic))
    target = present(queries.standing(connection, place.id, body.into))
    poll = _poll(transaction, place, source)
    if source.row == target.row:
        raise bodies.invalid(into=N_("Bitte wählen Sie ein anderes Thema."))
    for topic in (source, target):
        rules.refuse_unless_standing(topic.state)
    _set(connection, source, TopicState.MERGED, target.row)
    if rules.has_circle(queries.prerequisites(connection, source.workshop)):
        raise Refusal(
            Code.CONFLICT,
            N_(
                "So würden Themen aufeinander warten. "
                "Bitten Sie die Teams, zuerst zu ändern, was vorher kommen muss."
            ),
        )
    if poll is not None:
        carrying.rewrite(transaction, place, poll, target, source, rules.merged)
    _tell(transaction, place, TopicsMerged, source, target)
    return None


@command("topic.unmerge", WhichTopic, place="workshop")
def unmerge(transaction: Transaction, actor: Actor, place: Place, body: WhichTopic) -> Made:
    """Each ballot says again what it said before, but for what its team has marked since."""
    policy.require(actor, TopicPermission.UNMERGE, place)
    connection = transaction.connection
    source = present(queries.standing(connection, place.id, body.topic))
    poll = _poll(transaction, place, source)
    if source.merged_into is None:
        return None
    into = connection.execute(select(Topic.public_id).where(Topic.id == source.merged_into)).scalar_one()
    target = present(queries.standing(connection, place.id, into))
    if target.merged_into is not None:
        raise Refusal(
            Code.CONFLICT,
            N_(
                "Dieses Thema steckt in „%(title)s“, und das ist selbst mit einem anderen zusammengeführt. "
                "Trennen Sie zuerst „%(title)s“."
            ),
            title=target.title,
        )
    _set(connection, source, TopicState.PROPOSED, None)
    if poll is not None:
        carrying.rewrite(transaction, place, poll, target, source, rules.separated)
    _tell(transaction, place, TopicsUnmerged, source, target)
    return None


def _poll(transaction: Transaction, place: Place, topic: StandingTopic) -> PollAt | None:
    """The poll whose ballots are touched, if one is under way; a refusal where nothing may be merged."""
    poll = voting.last(transaction.connection, place.id)
    if poll is None:
        return None
    if poll.closed_at is not None and poll.closed_at < poll.opens_at and not topic.settled:
        return None
    closes_at, now = poll.closes_at, transaction.now
    vote = Vote(
        settled=topic.settled,
        closed=poll.closed_at is not None or (closes_at is not None and closes_at <= now),
        started=poll.opens_at <= now,
        method=poll.method,
        secret=poll.secret,
    )
    rules.refuse_to_merge_during(vote)
    return poll


def _set(connection: Connection, topic: StandingTopic, state: TopicState, into: int | None) -> None:
    values = {"state": state, "merged_into_id": into}
    connection.execute(update(Topic).where(Topic.id == topic.row).values(values))


def _tell(
    transaction: Transaction,
    place: Place,
    fact: type[TopicsMerged] | type[TopicsUnmerged],
    *topics: StandingTopic,
) -> None:
    """The poll goes along as everybody sees it; what is hidden there is told to those who may see it."""
    connection = transaction.connection
    rows = [topic.row for topic in topics]
    poll = voting.last(connection, place.id)
    now = queries.states(connection, Topic.id.in_(rows))
    transaction.append(place.name, fact(topics=now, poll=voting.state(connection, poll)))
    if poll is not None and poll.show == Show.OWN:
        running = tallies.running(connection, poll.row, poll.workshop, poll.kind, Topic.id.in_(rows))
        changed = {topic.id: running.get(topic.id, 0) for topic in topics}
        for team in tallies.voted(connection, poll.row):
            transaction.append(f"{place.name}/team/{team}", TallyShown(poll=poll.id, tally=changed))
