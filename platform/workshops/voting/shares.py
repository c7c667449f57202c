"""The minutes of teams in a poll: what each owns from the opening, what it paid and what its wishes got."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from sqlalchemy import Connection, bindparam, select, update

from foundation.errors import Code, Refusal
from foundation.places import Place
from foundation.text import N_
from foundation.transaction import Transaction
from people.cohorts.models import Team
from workshops.memory import queries as memory
from workshops.memory import rules

from .events import ShareChanged
from .models import Ballot, Poll
from .queries import PollAt
from .rules.election import Outcome
from .rules.methods import OWNING, Method
from .rules.ties import TieOrder, by_seed, least_served_first
from .settings import TieRule
from .tallies import Counting

Texts = dict[str, str | None]
"""By team (public id) what it owns, as an exact fraction; nothing where teams own no minutes."""


def share_out(connection: Connection, poll: int) -> Texts:
    """Write on each ballot of the poll what its team owns, and what ties will go by; returns the former.

    Both are fixed with that: a workshop before this one may still be settled, or put on another day. On
    ballots of a secret poll nothing is written.
    """
    query = select(Poll.workshop_id, Poll.method, Poll.minutes, Poll.carries, Poll.ties, Poll.secret)
    held = connection.execute(query.where(Poll.id == poll)).one()
    ballots = select(Ballot.id, Team.public_id).join(Team, Team.id == Ballot.team_id)
    issued = connection.execute(ballots.where(Ballot.poll_id == poll).order_by(Team.id)).all()
    owned: Mapping[str, Fraction] = {}
    source = None
    if Method(held.method) in OWNING and not held.secret:
        source = _source(connection, held.workshop_id) if held.carries else None
        brought = memory.brought(connection, source) if source is not None else {}
        owned = rules.share_out(
            held.minutes, {row.public_id: brought.get(row.public_id, Fraction(0)) for row in issued}
        )
    connection.execute(update(Poll).where(Poll.id == poll).values(carries_from_id=source))
    by_ties = held.ties == TieRule.LEAST_SERVED
    served = memory.served_before(connection, held.workshop_id) if by_ties else {}
    texts = {row.public_id: str(owned[row.public_id]) if owned else None for row in issued}
    rows = [
        {
            "ballot": row.id,
            "owns": texts[row.public_id],
            "before": served.get(row.public_id, 0) if by_ties else None,
        }
        for row in issued
    ]
    if rows:
        this = update(Ballot).where(Ballot.id == bindparam("ballot"))
        connection.execute(this.values(owns=bindparam("owns"), served_before=bindparam("before")), rows)
    return texts


def _source(connection: Connection, workshop: int) -> int | None:
    """Whose minutes the teams bring along; none is promised twice."""
    source = memory.source(connection, workshop)
    _refuse_if_taken(connection, source, workshop)
    return source


def refuse_if_taken(connection: Connection, poll: PollAt) -> None:
    """Before a poll goes on that was over: another may carry meanwhile what this one took along."""
    source = connection.execute(select(Poll.carries_from_id).where(Poll.id == poll.row)).scalar_one()
    _refuse_if_taken(connection, source, poll.workshop)


def _refuse_if_taken(connection: Connection, source: int | None, workshop: int) -> None:
    if source is not None and memory.is_taken(connection, source, workshop):
        raise Refusal(
            Code.CLOSED,
            N_(
                "Die Minuten, die zuletzt übrig waren, zählen schon in der Abstimmung eines anderen "
                "Treffens mit. Bitte lassen Sie sie hier nicht mitzählen."
            ),
        )


def renew(transaction: Transaction, place: Place, poll: PollAt) -> None:
    """After the poll was set otherwise; every team is told whose share is another one now."""
    connection = transaction.connection
    before = _texts(connection, poll.row)
    for team, owns in share_out(connection, poll.row).items():
        if owns != before[team]:
            transaction.append(f"{place.name}/team/{team}", ShareChanged(poll=poll.id, owns=owns))


def owned(connection: Connection, poll: PollAt) -> dict[str, Fraction] | None:
    """By team what it owns, for the count; nothing where all own the same, or nothing."""
    if not poll.carries:
        return None
    texts = _texts(connection, poll.row)
    return {team: Fraction(owns) for team, owns in texts.items() if owns is not None} or None


def tie_order(connection: Connection, poll: PollAt, counted: Counting) -> TieOrder:
    """As it was announced with the poll."""
    then = by_seed(poll.seed)
    if poll.ties != TieRule.LEAST_SERVED:
        return then
    wishes = rules.wishes(poll.kind, counted.ballots)
    return least_served_first(memory.announced(connection, poll.row), wishes, then)


def settle(connection: Connection, poll: PollAt, counted: Counting, outcome: Outcome) -> None:
    """Write down by ballot what the count came to for its team; in a secret poll nobody can know."""
    if poll.secret or not counted.teams:
        return
    lengths = {topic: outcome.receipts[topic].minutes for topic in outcome.chosen}
    wishes = rules.wishes(poll.kind, counted.ballots)
    paid = dict.fromkeys(counted.teams, Fraction(0))
    for receipt in outcome.receipts.values():
        for team, minutes in receipt.payments.items():
            paid[team] += minutes
    owning = outcome.share is not None
    rows = [
        {
            "of": team,
            "pays": str(paid[team]) if owning else None,
            "gets": rules.served(lengths, wishes.get(team, ())),
        }
        for team in counted.teams
    ]
    whose = select(Team.id).where(Team.public_id == bindparam("of")).scalar_subquery()
    this = update(Ballot).where(Ballot.poll_id == poll.row, Ballot.team_id == whose)
    connection.execute(this.values(paid=bindparam("pays"), served=bindparam("gets")), rows)


def forget(connection: Connection, poll: PollAt) -> None:
    """The count is void, and with it what it came to for each team."""
    connection.execute(update(Ballot).where(Ballot.poll_id == poll.row).values(paid=None, served=None))


def _texts(connection: Connection, poll: int) -> Texts:
    query = select(Team.public_id, Ballot.owns).join(Ballot, Ballot.team_id == Team.id)
    rows = connection.execute(query.where(Ballot.poll_id == poll).order_by(Team.id))
    return {row.public_id: row.owns for row in rows}
