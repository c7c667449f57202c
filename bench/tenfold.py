"""The demo times ten, all in one cohort: 100 teams, 200 people, 60 workshops, ten times the topics."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bench import house
from bench.house import SEED, ask
from foundation import clock
from foundation.door import Door
from werkstatt.demo import meetings
from werkstatt.demo.meetings import Meeting

TIMES = 10


def seed(door: Door) -> dict[str, str]:
    """Public ids of the workshop whose poll is open and of one that is over, and a member's token."""
    today = clock.now()
    days = {
        "starts_on": (today - timedelta(days=300)).date(),
        "ends_on": (today + timedelta(days=3000)).date(),
    }
    cohort = ask(door, SEED, "cohort.create", name="Zehn Durchgänge in einem", **days)["cohort"]
    place = f"cohort/{cohort}"
    members = {
        f"{town} {number}": _team(door, place, f"{town} {number}")
        for number in range(1, TIMES + 1)
        for town in meetings.FIRST_BALLOTS
    }
    guide, guiding = house.person(door, "Moderation der Zehn")
    ask(door, SEED, "role.grant", person=guide, role="facilitator", cohort=cohort)
    turns = range(1, TIMES + 1)
    past = [
        (turn, meeting, _announce(door, place, meeting, today - timedelta(days=250 - 20 * turn - 10 * half)))
        for turn in turns
        for half, meeting in enumerate(meetings.PAST)
    ]
    coming = _announce(door, place, meetings.NEXT, today + timedelta(days=16))
    for number in range(1, len(meetings.LATER) * TIMES + TIMES):
        _announce(door, place, meetings.LATER[number % 3], today + timedelta(days=30 * number))
    # What is left over goes on to the next workshop, as in the demo, and keeps its key.
    topics: dict[str, str] = {}
    for turn, meeting, workshop in past:
        topics |= _propose(door, workshop, meeting, members, turn)
        ask(door, guiding, "poll.open", f"workshop/{workshop}")
        _vote(door, workshop, meeting, members, topics, turn)
        ask(door, guiding, "poll.close", f"workshop/{workshop}")
        ask(door, guiding, "agenda.adopt", f"workshop/{workshop}")
    for turn in turns:
        topics |= _propose(door, coming, meetings.NEXT, members, turn)
    ask(door, guiding, "poll.open", f"workshop/{coming}")
    for turn in turns:
        _vote(door, coming, meetings.NEXT, members, topics, turn)
    return {"coming": coming, "past": past[-1][2], "token": members["Menden 1"]}


def _team(door: Door, place: str, name: str) -> str:
    """Two people in a team; the token of the second."""
    organisation = ask(door, SEED, "organisation.create", name=name, kind="stadt")["organisation"]
    team = ask(door, SEED, "team.create", place, organisation=organisation, name=name)["team"]
    token = ""
    for office in ("Ehrenamt", "Sozialplanung"):
        person, token = house.person(door, f"{name} · {office}")
        ask(door, SEED, "seat.give", place, team=team, person=person)
    return token


def _announce(door: Door, place: str, meeting: Meeting, starts_at: datetime) -> str:
    body: dict[str, Any] = {"starts_at": starts_at, "place": meeting.place, "minutes": meeting.minutes}
    return ask(door, SEED, "workshop.create", place, **body)["workshop"]


def _propose(
    door: Door, workshop: str, meeting: Meeting, members: dict[str, str], turn: int
) -> dict[str, str]:
    place, topics = f"workshop/{workshop}", {}
    for proposal in meeting.proposals:
        author = members[f"{proposal.team} {turn}"]
        body = {
            "title": f"{proposal.title} {turn}",
            "question": proposal.question,
            "minutes": proposal.minutes,
        }
        topic = ask(door, author, "topic.propose", place, **body)["topic"]
        topics[f"{proposal.key} {turn}"] = topic
        for name, teams in (("topic.need", proposal.need), ("topic.offer", proposal.offer)):
            for team in teams:
                ask(door, members[f"{team} {turn}"], name, place, topic=topic, value=True)
    return topics


def _vote(
    door: Door, workshop: str, meeting: Meeting, members: dict[str, str], topics: dict[str, str], turn: int
) -> None:
    for team, keys in meeting.ballots.items():
        for key in keys.split():
            token = members[f"{team} {turn}"]
            ask(door, token, "ballot.mark", f"workshop/{workshop}", topic=topics[f"{key} {turn}"], value=1)
