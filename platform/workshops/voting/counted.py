"""What is told when a ballot begins to count, or counts otherwise than before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from foundation.places import Place
from foundation.policy import Actor
from foundation.transaction import Transaction
from workshops.topics.models import Topic

from . import queries, tallies
from .events import By, MissingChanged
from .models import Mark
from .papers import Paper, Papers
from .settings import Show
from .telling import Telling


def by(actor: Actor) -> By:
    """Who did it, as events say it."""
    return {"id": actor.id, "name": actor.name}


def tell(
    transaction: Transaction,
    place: Place,
    papers: Papers,
    paper: Paper,
    changed: Mapping[str, int],
    *,
    voted: bool,
    aside: bool,
) -> None:
    """`changed`: topics whose support is another now.

    `voted` and `aside`: whether the team had voted before, and whether its marks lay aside.
    """
    if aside:
        papers.write()
        papers.count()
        changed = wanted(transaction, paper)
    telling = telling_of(transaction, place, papers, paper)
    telling.support(changed, papers.voted, turnout=not voted)
    if not voted:
        first_vote(transaction, telling, papers, paper)
        tell_missing(transaction, place, papers.missing)


def telling_of(transaction: Transaction, place: Place, papers: Papers, paper: Paper) -> Telling:
    return Telling(
        transaction=transaction,
        place=place,
        poll=paper.poll_id,
        show=paper.show,
        readers=lambda: papers.readers,
    )


def wanted(transaction: Transaction, paper: Paper) -> dict[str, int]:
    """The support of everything that the ballot wants, as it is written."""
    marked = select(Mark.topic_id).where(Mark.ballot_id == paper.ballot, Mark.value > 0)
    this = (paper.poll, paper.workshop, paper.kind)
    return tallies.running(transaction.connection, *this, Topic.id.in_(marked))


def first_vote(transaction: Transaction, telling: Telling, papers: Papers, paper: Paper) -> None:
    """From now on the team sees what those see who have voted."""
    if telling.show == Show.OWN:
        papers.write()
        running = tallies.running(transaction.connection, paper.poll, paper.workshop, paper.kind)
        telling.to(paper.team_id, {topic: support for topic, support in running.items() if support})


def tell_missing(transaction: Transaction, place: Place, missing: list[dict[str, Any]]) -> None:
    """Tell facilitators which teams have not voted."""
    transaction.append(f"{place.name}/facilitators", MissingChanged(missing=missing))


def now_missing(transaction: Transaction, place: Place) -> None:
    """The same, read anew."""
    tell_missing(transaction, place, queries.missing(transaction.connection, place.id))
