"""What opening and closing mean for a poll that is secret."""

from __future__ import annotations

from dataclasses import replace

from foundation import bodies
from foundation.text import N_
from foundation.transaction import Transaction
from workshops.voting.queries import PollAt
from workshops.voting.settings import PollSettings
from workshops.voting.tallies import Counting

from . import box, rules


def begin(transaction: Transaction, poll: int, held: PollSettings, teams: int) -> None:
    """An empty box, if the poll is held in secret now; what it had before as a secret poll is gone.

    More ballots than there are could never come together: said before anybody votes.
    """
    box.remove(transaction, poll)
    if not held.secret:
        return
    if held.quorum > teams:
        raise bodies.invalid(quorum=(N_("Es gibt nur %(le)s Stimmzettel."), {"le": teams}))
    box.make(transaction, poll)


def empty(transaction: Transaction, poll: PollAt, counted: Counting) -> tuple[Counting, int | None]:
    """What was in the box, by no team, and how many had cast. The box is gone then, and so is its key.

    No number: too few ballots say something, so nothing of them may be counted or kept.
    """
    opened = rules.count(box.take(transaction.connection, transaction.vault, poll.row).values())
    box.remove(transaction, poll.row)
    if len(opened.papers) < (poll.quorum or 0):
        return counted, None
    teams, ballots = opened.ballots(counted.rows, len(counted.teams))
    return replace(counted, teams=teams, ballots=ballots), opened.turnout
