"""What becomes of a count: the agenda is drawn up, taken back, adopted."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from foundation import clock, policy
from foundation.bodies import Body
from foundation.commands import Made, command
from foundation.errors import Code, Refusal
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from workshops.run_sheet import service as run_sheet
from workshops.series import queries as series
from workshops.topics import queries as topic_queries
from workshops.topics import rules as topic_rules
from workshops.topics import service as topics
from workshops.topics.models import Topic, TopicState
from workshops.voting import desk, shares
from workshops.voting import queries as voting
from workshops.voting.models import What
from workshops.voting.queries import PollAt
from workshops.voting.rules.election import Outcome, Receipt
from workshops.voting.tallies import Counting

from . import queries
from .events import AgendaAdopted
from .models import Agenda, Block
from .policy import AgendaPermission


class AdoptAgenda(Body):
    """The agenda as it stands."""


def draw_up(
    connection: Connection,
    poll: PollAt,
    counted: Counting,
    outcome: Outcome,
    by_votes: Collection[str] | None,
) -> queries.State:
    """Write the outcome down as an agenda and mark what was chosen; returns it as the wire shows it.

    What was chosen stands in the order of the outcome, but behind its prerequisites. `by_votes`: what the
    most votes first would have chosen. Of a secret poll it is written how many paid,
    and neither who nor what they had left.
    """
    after = topic_queries.prerequisites(connection, poll.workshop)
    added = insert(Agenda).values(
        poll_id=poll.row,
        share=None if outcome.share is None else str(outcome.share),
        unmet=json.dumps(topic_rules.unmet(outcome.chosen, after)),
    )
    agenda = connection.execute(added.returning(Agenda.id)).scalar_one()
    order = [*outcome.receipts]
    owning = outcome.share is not None
    in_order = topic_rules.in_order_of_prerequisites(outcome.chosen, after)
    positions = {topic: place for place, topic in enumerate(in_order, start=1)}
    rows = [
        {
            "agenda_id": agenda,
            "topic_id": counted.rows[topic],
            "rank": rank,
            "position": positions.get(topic),
            "title": counted.titles[topic],
            "minutes": receipt.minutes,
            "approvals": receipt.support,
            "free": receipt.free,
            "verdict": receipt.verdict,
            "payments": None if poll.secret else _payments(receipt),
            "payers": sum(paid > 0 for paid in receipt.payments.values()) if owning else None,
            "funds": None if poll.secret or receipt.funds is None else str(receipt.funds),
            "by_votes": topic in by_votes if by_votes is not None else None,
        }
        for rank, topic in enumerate(order, start=1)
        for receipt in [outcome.receipts[topic]]
    ]
    if rows:
        connection.execute(insert(Block), rows)
    chosen = [counted.rows[topic] for topic in outcome.chosen]
    connection.execute(update(Topic).where(Topic.id.in_(chosen)).values(state=TopicState.CHOSEN))
    return queries.state(connection, agenda, None)


def _payments(receipt: Receipt) -> str | None:
    if not receipt.payments:
        return None
    return json.dumps({team: str(minutes) for team, minutes in receipt.payments.items()})


def take_back(connection: Connection, poll: PollAt) -> list[int]:
    """Remove the agenda of a poll that is not adopted; returns the rows of the topics that were chosen.

    Topics that have been handed on have a life of their own elsewhere.
    """
    agenda = select(Agenda.id).where(Agenda.poll_id == poll.row).scalar_subquery()
    query = select(Block.topic_id).join(Topic, Topic.id == Block.topic_id)
    query = query.where(Block.agenda_id == agenda, Block.position.is_not(None))
    query = query.where(Topic.workshop_id == poll.workshop)
    chosen = list(connection.execute(query.order_by(Block.position)).scalars())
    connection.execute(update(Topic).where(Topic.id.in_(chosen)).values(state=TopicState.PROPOSED))
    connection.execute(delete(Block).where(Block.agenda_id == agenda))
    connection.execute(delete(Agenda).where(Agenda.poll_id == poll.row))
    shares.forget(connection, poll)
    return chosen


def refuse_if_undone(connection: Connection, poll: PollAt) -> None:
    """Where the topics of a result have been handed on, it is there to be read, and for nothing else."""
    if queries.is_undone_at(connection, poll.row):
        raise Refusal(
            Code.CLOSED,
            N_(
                "Die Themen dieses Ergebnisses sind zum nächsten Treffen mitgenommen. "
                "Öffnen Sie eine neue Abstimmung, sobald hier wieder Themen stehen."
            ),
        )


def _next_one(connection: Connection, place: Place, _body: AdoptAgenda) -> Sequence[str]:
    return queries.next_place(connection, place.id)


@command("agenda.adopt", AdoptAgenda, place="workshop", touches=_next_one)
def adopt(transaction: Transaction, actor: Actor, place: Place, _body: AdoptAgenda) -> Made:
    """What was chosen becomes the run sheet; the rest goes on to the next workshop that can still take it.

    That is the next by date. Without one, it waits for the cohort's next workshop to be announced.
    """
    policy.require(actor, AgendaPermission.ADOPT, place)
    connection = transaction.connection
    poll = voting.last(connection, place.id)
    agenda = queries.of(connection, place.id)
    if poll is None or agenda is None:
        raise Refusal(Code.CLOSED, N_("Es gibt noch kein Ergebnis, das Sie übernehmen könnten."))
    if agenda["adopted_at"] is not None:
        raise Refusal(Code.CLOSED, N_("Dieser Ablauf ist schon übernommen."))
    series.refuse_if_cancelled(connection, place.id)
    refuse_if_undone(connection, poll)
    following = queries.following(connection, poll.workshop)
    connection.execute(update(Agenda).where(Agenda.poll_id == poll.row).values(adopted_at=transaction.now))
    adopted = {**agenda, "adopted_at": clock.wire(transaction.now)}
    transaction.append(place.name, AgendaAdopted(agenda=adopted))
    run_sheet.draw_up(transaction, place, *queries.chosen(connection, poll.row))
    desk.note(transaction, place, poll.workshop, What.ADOPTED, actor)
    left = topics.leave(transaction, place.name, poll.workshop)
    if following and left:
        topics.arrive(transaction, f"workshop/{following.public_id}", following.id, Topic.id.in_(left))
    return None
