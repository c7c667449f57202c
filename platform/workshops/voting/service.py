"""What facilitators do with a poll: open it, close it, open it again. The clock may close it too."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from foundation import bodies, commands, ids, jobs, policy
from foundation.bodies import Body, WireMoment
from foundation.commands import Made, command
from foundation.door import Door
from foundation.errors import Code, Refusal, not_found
from foundation.jobs import Job
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from workshops.agenda import queries as agendas
from workshops.agenda import service as agenda
from workshops.series import queries as series
from workshops.topics import queries as topics
from workshops.topics.events import TopicChanged
from workshops.topics.models import Topic, TopicState

from . import ballots, desk, queries, reminders, settings, shares, tallies
from .events import (
    BallotRenewed,
    MissingChanged,
    PollChanged,
    PollClosed,
    PollOpened,
    PollReopened,
    TallyShown,
)
from .models import Poll, What
from .policy import VotingPermission
from .queries import PollAt
from .rules.election import Completion, Election
from .rules.filling import most_approvals_that_fit
from .rules.methods import METHODS, Kind, Method
from .secret import polls as secret
from .settings import PollSettings, Show
from .tallies import Counting

CLOSE = "poll.close_when_due"
FURTHEST = timedelta(days=731)
"""How far ahead a poll may be planned; what lies beyond is a slip of the keyboard."""


class OpenPoll(PollSettings):
    """How the poll is held, from when until when: nothing means now, and by hand."""


class ChangePoll(PollSettings):
    """How the poll shall be held instead. Once it is open, when it opened stays as it is."""


class ClosePoll(Body):
    """The poll that is open."""


class ReopenPoll(Body):
    """Until when: nothing means by hand."""

    closes_at: WireMoment | None = None


def _series(connection: Connection, place: Place, body: PollSettings) -> Sequence[str]:
    """What is left over goes to one workshop of the cohort: two of them do not ask for it at once."""
    return _whole_series(connection, place, body) if body.carries else []


def _whole_series(_connection: Connection, place: Place, _body: Body) -> Sequence[str]:
    return [f"cohort/{place.above('cohort')}"]


@command("poll.open", OpenPoll, place="workshop", touches=_series)
def open_(transaction: Transaction, actor: Actor, place: Place, body: OpenPoll) -> Made:
    """Begin a round with a blank ballot for each team and a seed for ties; who joins later votes next time.

    A result that was not adopted is void.
    """
    policy.require(actor, VotingPermission.OPEN, place)
    settings.check(body)
    connection = transaction.connection
    here = series.meeting(connection, actor, place.id)
    if here is None:
        raise not_found()
    opens_at = max(body.opens_at or transaction.now, transaction.now)
    _check_times(opens_at, body.closes_at, transaction.now)
    before = queries.last(connection, place.id)
    if before is not None:
        _end(transaction, place, before)
    made = ids.public_id()
    added = insert(Poll).values(
        public_id=made,
        workshop_id=here.row,
        round=before.round + 1 if before else 1,
        **settings.columns(body, here.minutes),
        opens_at=opens_at,
        closes_at=body.closes_at,
        seed=secrets.token_hex(8),
        job=_plan(transaction, place, body.closes_at),
    )
    row = connection.execute(added.returning(Poll.id)).scalar_one()
    teams = ballots.issue(connection, row, here.cohort_row)
    owned = shares.share_out(connection, row)
    secret.begin(transaction, row, body, len(teams))
    poll = queries.state(connection, queries.last(connection, place.id))
    transaction.append(place.name, PollOpened(poll=poll or {}))
    for team in teams:
        transaction.append(f"{place.name}/team/{team}", BallotRenewed(poll=made, owns=owned[team]))
    missing = queries.missing(connection, place.id)
    transaction.append(f"{place.name}/facilitators", MissingChanged(missing=missing))
    desk.note(transaction, place, here.row, What.OPENED, actor)
    reminders.announce(transaction, place, made)
    reminders.plan(transaction, place, made)
    return {"poll": made}


@command("poll.change", ChangePoll, place="workshop", touches=_series)
def change(transaction: Transaction, actor: Actor, place: Place, body: ChangePoll) -> Made:
    """Until somebody has voted: what a ballot says must not change under those who have filled it in."""
    policy.require(actor, VotingPermission.CHANGE, place)
    settings.check(body)
    connection = transaction.connection
    here = series.meeting(connection, actor, place.id)
    poll = queries.last(connection, place.id)
    if here is None or poll is None or poll.closed_at is not None:
        raise Refusal(Code.CLOSED, N_("Hier läuft keine Abstimmung."))
    filled = poll.voted or ballots.are_entered(connection, poll.row)
    if filled or (poll.opens_at <= transaction.now and (poll.secret or body.secret)):
        raise Refusal(
            Code.CLOSED,
            N_(
                "Es ist schon abgestimmt worden, oder es lässt sich nicht mehr ausschließen. "
                "Schließen Sie die Abstimmung und öffnen Sie eine neue: "
                "Sie beginnt mit leeren Stimmzetteln."
            ),
        )
    begun = poll.opens_at <= transaction.now
    opens_at = poll.opens_at if begun else max(body.opens_at or transaction.now, transaction.now)
    _check_times(opens_at, body.closes_at, transaction.now)
    if poll.job is not None:
        jobs.cancel(connection, poll.job)
    values = {
        **settings.columns(body, here.minutes),
        "opens_at": opens_at,
        "closes_at": body.closes_at,
        "job": _plan(transaction, place, body.closes_at),
    }
    connection.execute(update(Poll).where(Poll.id == poll.row).values(values))
    secret.begin(transaction, poll.row, body, poll.teams)
    changed = queries.state(connection, queries.last(connection, place.id)) or {}
    transaction.append(place.name, PollChanged(poll=changed))
    shares.renew(transaction, place, poll)
    if body.secret != poll.secret:  # of a secret poll nobody knows who is missing
        missing = queries.missing(connection, place.id)
        transaction.append(f"{place.name}/facilitators", MissingChanged(missing=missing))
    desk.note(transaction, place, poll.workshop, What.CHANGED, actor)
    reminders.give_up(transaction, poll.id, poll.closes_at)
    reminders.announce(transaction, place, poll.id)
    reminders.plan(transaction, place, poll.id)
    return None


@command("poll.close", ClosePoll, place="workshop")
def close(transaction: Transaction, actor: Actor, place: Place, _body: ClosePoll) -> Made:
    """Count, and write the agenda in the same transaction. The clock only closes what is due.

    A secret poll with too few ballots is closed without a result, and can tell nobody what was in it.
    """
    policy.require(actor, VotingPermission.CLOSE, place)
    connection = transaction.connection
    poll = queries.last(connection, place.id)
    if poll is None or poll.closed_at is not None:
        raise Refusal(Code.CLOSED, N_("Hier läuft keine Abstimmung."))
    due = poll.closes_at is not None and poll.closes_at <= transaction.now
    if actor.is_system and not due:
        raise Refusal(Code.CLOSED, N_("Diese Abstimmung läuft noch."))
    counted = tallies.counting(connection, poll.row, poll.workshop)
    turnout = None
    if poll.secret:
        counted, turnout = secret.empty(transaction, poll, counted)
    # An announcement that is taken back has nothing to count, nor has a secret poll with too few ballots.
    void = poll.opens_at > transaction.now or (poll.secret and turnout is None)
    drawn_up, states = (None, {}) if void else _count(connection, poll, counted)
    if poll.job is not None:
        jobs.cancel(connection, poll.job)
    reminders.give_up(transaction, poll.id, poll.closes_at)
    # Marks were taken until it was due, however late the clock came round to closing it.
    closed_at = poll.closes_at if due else transaction.now
    connection.execute(
        update(Poll).where(Poll.id == poll.row).values(closed_at=closed_at, job=None, turnout=turnout)
    )
    closed = queries.state(connection, queries.last(connection, place.id)) or {}
    transaction.append(place.name, PollClosed(poll=closed, agenda=drawn_up, topics=states))
    _end_own_tallies(transaction, place, poll)
    what = What.CLOSED_BY_TIME if actor.is_system else What.CLOSED
    desk.note(transaction, place, poll.workshop, what, actor)
    return None


def _count(
    connection: Connection, poll: PollAt, counted: Counting
) -> tuple[Mapping[str, Any], Mapping[str, TopicState]]:
    """Draw the agenda up; and what has become of the topics."""
    election = Election(
        topics=counted.topics,
        teams=counted.teams,
        ballots=counted.ballots,
        minutes=poll.minutes,
        ties=shares.tie_order(connection, poll, counted),
        completion=Completion(poll.completion),
        owned=shares.owned(connection, poll),
    )
    outcome = METHODS[Method(poll.method)].rule(election)
    by_votes = None if poll.kind is Kind.VOICES else most_approvals_that_fit(election).chosen
    drawn_up = agenda.draw_up(connection, poll, counted, outcome, by_votes)
    shares.settle(connection, poll, counted, outcome)
    states = {topic.id: TopicState.PROPOSED for topic in counted.topics}
    return drawn_up, states | dict.fromkeys(outcome.chosen, TopicState.CHOSEN)


@command("poll.reopen", ReopenPoll, place="workshop", touches=_whole_series)
def reopen(transaction: Transaction, actor: Actor, place: Place, body: ReopenPoll) -> Made:
    """The same round goes on, with the teams, the ballots and the seed it had.

    If it had begun, everybody has seen its result by then, and sees the count from then on.
    """
    policy.require(actor, VotingPermission.REOPEN, place)
    connection = transaction.connection
    poll = queries.last(connection, place.id)
    if poll is None or poll.closed_at is None:
        raise Refusal(Code.CLOSED, N_("Es gibt keine beendete Abstimmung, die sich wieder öffnen ließe."))
    if poll.secret:
        raise Refusal(
            Code.CLOSED,
            N_(
                "Die Stimmzettel dieser geheimen Abstimmung sind vernichtet; sie lässt sich nicht wieder "
                "öffnen. Öffnen Sie eine neue."
            ),
        )
    _check_times(transaction.now, body.closes_at, transaction.now)
    _refuse_if_settled(transaction, poll)
    series.refuse_if_cancelled(connection, place.id)
    agenda.refuse_if_undone(connection, poll)
    shares.refuse_if_taken(connection, poll)
    chosen = agenda.take_back(connection, poll)
    connection.execute(
        update(Poll)
        .where(Poll.id == poll.row)
        .values(
            opens_at=min(poll.opens_at, transaction.now),
            closes_at=body.closes_at,
            closed_at=None,
            show=poll.show if poll.closed_at < poll.opens_at else Show.LIVE,
            job=_plan(transaction, place, body.closes_at),
        )
    )
    public = connection.execute(select(Topic.public_id).where(Topic.id.in_(chosen))).scalars()
    states = dict.fromkeys(public, TopicState.PROPOSED)
    reopened = queries.state(connection, queries.last(connection, place.id)) or {}
    transaction.append(place.name, PollReopened(poll=reopened, topics=states))
    desk.note(transaction, place, poll.workshop, What.REOPENED, actor)
    reminders.announce(transaction, place, poll.id)
    reminders.plan(transaction, place, poll.id)
    return None


def _end_own_tallies(transaction: Transaction, place: Place, poll: PollAt) -> None:
    """Where only those see the count who have voted: after the close all do, and no longer they alone."""
    if poll.show == Show.OWN:
        for team in tallies.voted(transaction.connection, poll.row):
            transaction.append(f"{place.name}/team/{team}", TallyShown(poll=poll.id, tally=None))


@jobs.job(CLOSE)
def close_when_due(door: Door, job: Job) -> None:
    asked = commands.ask("poll.close", job.payload["place"], id=job.id)
    door.carry_out(policy.system(CLOSE), asked)


def _end(transaction: Transaction, place: Place, poll: PollAt) -> None:
    """Make room for a new round."""
    if poll.closed_at is None:
        raise Refusal(Code.CLOSED, N_("Hier läuft schon eine Abstimmung oder ist eine angekündigt."))
    _refuse_if_settled(transaction, poll)
    connection = transaction.connection
    chosen = agenda.take_back(connection, poll)
    for topic in topics.states(connection, Topic.id.in_(chosen)):
        transaction.append(place.name, TopicChanged(topic=topic))


def _refuse_if_settled(transaction: Transaction, poll: PollAt) -> None:
    if agendas.is_settled(transaction.connection, poll.workshop):
        raise Refusal(Code.CLOSED, N_("Der Ablauf ist schon übernommen und steht fest."))


def _check_times(opens_at: datetime, closes_at: datetime | None, now: datetime) -> None:
    begins = max(opens_at, now)
    if closes_at is not None and closes_at <= begins:
        raise bodies.invalid(
            closes_at=N_("Bitte wählen Sie ein Ende, das nach dem Beginn und in der Zukunft liegt.")
        )
    for field, moment, after in (("opens_at", opens_at, now), ("closes_at", closes_at, begins)):
        if moment is not None and moment - after > FURTHEST:
            raise bodies.invalid(
                **{field: N_("Bitte wählen Sie einen Zeitpunkt in den nächsten zwei Jahren.")}
            )


def _plan(transaction: Transaction, place: Place, closes_at: datetime | None) -> str | None:
    if closes_at is None:
        return None
    return jobs.schedule(transaction.connection, CLOSE, closes_at, {"place": place.name})
