"""Orders and distributions of dots are written whole, and only over what the team has seen."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from foundation import bodies, policy
from foundation.bodies import Body, PublicId
from foundation.commands import Made, command
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction

from . import checks, counted, seen
from .events import BallotFilled
from .papers import Paper, Papers, teams_of
from .policy import VotingPermission
from .rules.methods import worth

Marks = Annotated[dict[PublicId, Annotated[int, Field(ge=0, le=500)]], Field(max_length=500)]
"""What a whole paper says, by topic; a topic that it does not name has 0."""


class FillBallot(Body):
    """All that the ballot shall say. `base`: the version of the ballot that it was made from.

    `own`: that version is the asker's own paper before this one, whose answer has not come yet.
    """

    poll: PublicId | None = None
    base: Annotated[int, Field(ge=0, le=1_000_000)]
    own: bool = False
    marks: Marks


@command("ballot.fill", FillBallot, place="workshop")
def fill(transaction: Transaction, actor: Actor, place: Place, body: FillBallot) -> Made:
    """Lifts an abstention. What the ballot says already changes nothing, whatever it was made from."""
    policy.require(actor, VotingPermission.FILL, place)
    papers = Papers(transaction, place, ((team, "") for team in teams_of(actor)), whole=True)
    paper = papers.of(actor, poll=body.poll)
    if paper.kind not in checks.WHOLE:
        raise bodies.invalid(marks=N_("Auf diesem Stimmzettel wird jedes Thema für sich gespeichert."))
    checks.whole(paper.kind, body.marks, dots=paper.dots)
    otherwise = papers.otherwise(paper, body.marks)
    voted, aside, before = paper.voted, paper.lies_aside, papers.says(paper)
    if not otherwise and not (aside and any(before.values())):
        return None
    if otherwise:
        _refuse_if_stale(transaction, actor, paper, body)
        for topic, value in otherwise.items():
            papers.mark(paper, papers.topic(topic), value, by=actor.row or None)
        papers.renew(paper)
    papers.take(paper)
    told = BallotFilled(
        poll=paper.poll_id,
        marks=papers.says(paper),
        version=paper.version,
        by=counted.by(actor),
        at=transaction.now,
    )
    transaction.append(f"{place.name}/team/{paper.team_id}", told, subjects=[actor.id])
    changed = {
        topic: papers.approvals[papers.topic(topic)]
        for topic, value in otherwise.items()
        if worth(paper.kind, value) != worth(paper.kind, before.get(topic, 0))
    }
    papers.write()
    counted.tell(transaction, place, papers, paper, changed, voted=voted, aside=aside)
    return None


def _refuse_if_stale(transaction: Transaction, actor: Actor, paper: Paper, body: FillBallot) -> None:
    """Nobody writes over what they have not seen; whoever asked sees both and decides."""
    if body.base == paper.version and not body.own:
        return
    refusal = seen.overtaken(transaction.connection, paper)
    if body.base == paper.version and refusal.present["by"]["id"] == actor.id:
        return
    raise refusal
