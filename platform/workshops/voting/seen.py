"""What somebody has seen of a ballot before they write on it: which poll it is of, and which version."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection

from foundation.bodies import Body, PublicId
from foundation.errors import Code, Refusal
from foundation.text import N_

from . import queries
from .papers import Paper


class OnBallot(Body):
    """`poll`: the one whose ballot is meant; a change that was on its way when it ended is not for the next.

    `base`: the version that the asker has seen. While something waits that a facilitator entered, it is
    needed: what a member does takes over all of it.
    """

    poll: PublicId | None = None
    base: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


def require(connection: Connection, paper: Paper, base: int | None) -> None:
    """Refuse who takes over what was entered and has not seen it as it is."""
    if paper.awaits and base != paper.version:
        raise overtaken(connection, paper)


def overtaken(connection: Connection, paper: Paper) -> Refusal:
    """The ballot says something else by now; whoever asked sees both and decides."""
    marks = queries.marks(connection, paper.ballot)
    nobody: queries.State = {"by": {"id": "", "name": ""}, "at": None}
    last = max(marks.values(), key=lambda mark: mark["at"], default=nobody)
    said = {topic: mark["value"] for topic, mark in marks.items() if mark["value"]}
    return Refusal(
        Code.STALE,
        N_("Der Stimmzettel Ihres Teams ist inzwischen ein anderer. Bitte entscheiden Sie, welcher gilt."),
        present={"version": paper.version, "marks": said, "by": last["by"], "at": last["at"]},
    )
