"""What can be followed at a cohort and at its workshops, put together from what the features read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from foundation.errors import not_found
from foundation.streams import stream
from people.cohorts.policy import CohortPermission
from people.cohorts.queries import cohort_state
from workshops.agenda import queries as agenda
from workshops.agenda import service as agenda_verbs
from workshops.run_sheet import queries as run_sheet
from workshops.run_sheet import service as run_sheet_verbs
from workshops.series import queries as series
from workshops.series import service as series_verbs
from workshops.series.policy import SeriesPermission
from workshops.topics import life, merging
from workshops.topics import queries as topics
from workshops.topics import service as topic_verbs
from workshops.voting import ballots as ballot_verbs
from workshops.voting import entering as entering_verbs
from workshops.voting import queries as voting
from workshops.voting import service as voting_verbs
from workshops.voting import whole as whole_verbs
from workshops.voting.policy import VotingPermission
from workshops.voting.secret import service as secret_verbs

DECLARED = (
    agenda_verbs,
    ballot_verbs,
    entering_verbs,
    life,
    merging,
    run_sheet_verbs,
    secret_verbs,
    series_verbs,
    topic_verbs,
    voting_verbs,
    whole_verbs,
)
"""The modules that declare commands and jobs by being imported: what tells the streams something."""
State = dict[str, Any]


@stream("cohort/{cohort}", place="cohort/{cohort}", readers=CohortPermission.FOLLOW)
def follow_cohort(connection: Connection, *, cohort: str) -> State:
    """Workshops, teams and who sits in them."""
    return {**cohort_state(connection, cohort), "workshops": series.series(connection, cohort)}


@stream(
    "workshop/{workshop}",
    place="workshop/{workshop}",
    readers=SeriesPermission.FOLLOW,
    counts_as_use=series.is_on,
)
def follow_workshop(connection: Connection, *, workshop: str) -> State:
    """Topics, the poll with its tally, the agenda, and the run sheet."""
    state = series.state(connection, workshop)
    if state is None:
        raise not_found()
    return {
        "workshop": state,
        "topics": topics.at(connection, workshop),
        "poll": voting.state(connection, voting.last(connection, workshop)),
        "agenda": agenda.of(connection, workshop),
        "sheet": run_sheet.state(connection, workshop),
    }


@stream(
    "workshop/{workshop}/team/{team}", place="workshop/{workshop}", readers=VotingPermission.FOLLOW_BALLOT
)
def follow_ballot(connection: Connection, *, workshop: str, team: str) -> State:
    """The ballot of a team: who changed what, and when."""
    ballot = voting.ballot(connection, workshop, team)
    if ballot is None:
        raise not_found()
    return ballot


@stream("workshop/{workshop}/facilitators", place="workshop/{workshop}", readers=VotingPermission.FOLLOW_DESK)
def follow_desk(connection: Connection, *, workshop: str) -> State:
    """Who handled the poll, and which teams have not voted."""
    return {
        "missing": voting.missing(connection, workshop),
        "log": voting.handled(connection, workshop),
    }
