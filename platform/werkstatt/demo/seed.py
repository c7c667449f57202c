"""Fills a demo's empty database: by commands only, each asked by the one who would ask for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from foundation import clock, commands, policy
from foundation.door import Door
from foundation.policy import Actor, ActorKind, Role
from people.accounts.models import Person
from people.cohorts.queries import grants
from workshops.streams import follow_workshop

from . import around, meetings, opening, towns
from .meetings import Meeting
from .towns import Town

SEED = policy.system("seed")
THURSDAY = 3
BEGINS = time(9, 30)
VOTE_ENDS = time(18)
VOTE_ENDS_BEFORE = timedelta(days=6)
IN_ADDRESSES = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss", ord("·"): " "}


@dataclass
class _Cohort:
    """A cohort while it is being filled; teams by name, topics by the key that ballots use."""

    id: str
    teams: dict[str, str] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        return f"cohort/{self.id}"

    def member(self, team: str, turn: int) -> Actor:
        """The members of a team take turns."""
        seats = self.members[team]
        return self.actors[seats[turn % len(seats)]]


def seed(door: Door) -> None:
    """The third run in the middle of its year, and the fourth about to begin. Takes two or three seconds.

    The third is made first: the demo's door leads there. Nobody gets a password. Votes that lie
    behind are held like any other, and so are dated today.
    """
    today = clock.now().astimezone(clock.SHOWN_IN).date()
    third = _cohort(
        door, "Dritte Entwicklungswerkstatt 2015/16", today=today, days=(-210, 245), sends=towns.THIRD
    )
    fourth = _cohort(
        door, "Vierte Entwicklungswerkstatt 2017/18", today=today, days=(30, 480), sends=towns.FOURTH
    )
    facilitator, office = _people_with_roles(door, third, fourth=fourth)
    members = [one for seats in third.members.values() for one in seats]
    third.actors = _actors(door, [facilitator, office, *members])
    moderation = third.actors[facilitator]

    year = (*meetings.PAST, meetings.NEXT, *meetings.LATER)
    workshops = [_announce(door, third, meeting=meeting, today=today) for meeting in year]
    _announce(door, fourth, meeting=meetings.OPENING, today=today)
    first = _announce(door, third, meeting=opening.OPENING, today=today)
    _hold(door, third, moderation, workshop=first, meeting=opening.OPENING)
    _take_back(door, third, workshop=first, meeting=opening.OPENING)
    _ask(door, moderation, name="agenda.adopt", place=first)
    for workshop, meeting in zip(workshops, meetings.PAST, strict=False):
        _hold(door, third, moderation, workshop=workshop, meeting=meeting)
        _ask(door, moderation, name="agenda.adopt", place=workshop)
    upcoming = workshops[len(meetings.PAST)]
    _propose(door, third, workshop=upcoming, meeting=meetings.NEXT)
    closes_at = _moment(_day(meetings.NEXT, today) - VOTE_ENDS_BEFORE, VOTE_ENDS)
    _ask(door, moderation, name="poll.open", place=upcoming, body={"closes_at": closes_at})
    _vote(door, third, workshop=upcoming, meeting=meetings.NEXT)

    ends = _moment(_day(meetings.NEXT, today), around.GUEST_UNTIL)
    guest = _person(door, around.GUEST)
    _grant(door, guest, role=Role.EXPERT, place=upcoming, valid_until=clock.wire(ends))
    _grant(door, _person(door, around.NETWORK), role=Role.NETWORK)
    _release(door, third)
    _invite(door, third.actors[office], fourth)
    body = {"kind": "organisations", "text": around.ORGANISATIONS}
    _ask(door, third.actors[office], name="import.confirm", body=body)


def _cohort(door: Door, name: str, *, today: date, days: tuple[int, int], sends: Sequence[Town]) -> _Cohort:
    starts_on, ends_on = (today + timedelta(days=distance) for distance in days)
    body: dict[str, Any] = {"name": name, "starts_on": starts_on, "ends_on": ends_on}
    cohort = _Cohort(_ask(door, SEED, name="cohort.create", body=body)["cohort"])
    for town in sends:
        body = {"name": town.name, "kind": town.kind, "region": town.region}
        organisation = _ask(door, SEED, name="organisation.create", body=body)["organisation"]
        body = {"organisation": organisation, "name": town.name}
        team = _ask(door, SEED, name="team.create", place=cohort.place, body=body)["team"]
        cohort.teams[town.name] = team
        members = [_person(door, f"{town.name} · {office}") for office in town.offices]
        cohort.members[town.name] = members
        for person in members:
            seat = {"team": team, "person": person}
            _ask(door, SEED, name="seat.give", place=cohort.place, body=seat)
    return cohort


def _people_with_roles(door: Door, third: _Cohort, *, fourth: _Cohort) -> tuple[str, str]:
    """Those who sit in no team; returns the ids of the facilitator and of the office."""
    half = len(third.teams) // 2
    for teams in (list(third.teams)[:half], list(third.teams)[half:]):
        coach = _person(door, f"Coach · Teams {teams[0]} bis {teams[-1]}")
        for team in teams:
            _grant(door, coach, role=Role.COACH, team=third.teams[team])
    facilitator = _person(door, "Moderation")
    for cohort in (third, fourth):
        _grant(door, facilitator, role=Role.FACILITATOR, cohort=cohort.id)
    office = _person(door, "Programmbüro")
    _grant(door, office, role=Role.ADMINISTRATOR)
    return facilitator, office


def _person(door: Door, name: str) -> str:
    body = {"name": name, "email": _address(name)}
    return _ask(door, SEED, name="person.create", body=body)["person"]


def _address(name: str) -> str:
    """In a domain that is kept free for examples; no mail ever arrives there."""
    return ".".join(name.lower().translate(IN_ADDRESSES).split()) + "@example.org"


def _release(door: Door, cohort: _Cohort) -> None:
    """Some tell the others what they offer and look for, and how to reach them."""
    for member in cohort.actors.values():
        if released := around.RELEASED.get(member.name):
            _ask(door, member, name="directory.change", place=f"person/{member.id}", body=released)


def _invite(door: Door, office: Actor, cohort: _Cohort) -> None:
    for team, invited in around.INVITED.items():
        name = f"{team} · {invited}"
        body = {"name": name, "email": _address(name), "role": Role.PARTICIPANT, "team": cohort.teams[team]}
        _ask(door, office, name="invitation.send", body=body)


def _grant(door: Door, person: str, *, role: Role, **scope: str) -> None:
    _ask(door, SEED, name="role.grant", body={"person": person, "role": role, **scope})


def _announce(door: Door, cohort: _Cohort, *, meeting: Meeting, today: date) -> str:
    """Returns the name of the new workshop's place."""
    starts_at = _moment(_day(meeting, today), BEGINS)
    body: dict[str, Any] = {"starts_at": starts_at, "place": meeting.place, "minutes": meeting.minutes}
    if meeting.title:
        body["title"] = meeting.title
    made = _ask(door, SEED, name="workshop.create", place=cohort.place, body=body)
    return f"workshop/{made['workshop']}"


def _hold(door: Door, cohort: _Cohort, moderation: Actor, *, workshop: str, meeting: Meeting) -> None:
    """A vote from the first topic to the count."""
    _propose(door, cohort, workshop=workshop, meeting=meeting)
    _ask(door, moderation, name="poll.open", place=workshop, body={"method": meeting.method})
    _vote(door, cohort, workshop=workshop, meeting=meeting)
    _ask(door, moderation, name="poll.close", place=workshop)


def _take_back(door: Door, cohort: _Cohort, *, workshop: str, meeting: Meeting) -> None:
    """What was not chosen does not go on to the next workshop."""
    with door.database.reading() as connection:
        state = follow_workshop(connection, workshop=workshop.removeprefix("workshop/"))
    left = {topic["topic"] for topic in state["agenda"]["left_over"]}
    for proposal in meeting.proposals:
        topic = cohort.topics[proposal.key]
        if topic in left:
            author = cohort.member(proposal.team, 0)
            _ask(door, author, name="topic.withdraw", place=workshop, body={"topic": topic})


def _propose(door: Door, cohort: _Cohort, *, workshop: str, meeting: Meeting) -> None:
    for turn, proposal in enumerate(meeting.proposals):
        body: dict[str, Any] = {
            "title": proposal.title,
            "question": proposal.question,
            "minutes": proposal.minutes,
        }
        author = cohort.member(proposal.team, turn)
        topic = _ask(door, author, name="topic.propose", place=workshop, body=body)["topic"]
        cohort.topics[proposal.key] = topic
        for name, teams in (("topic.need", proposal.need), ("topic.offer", proposal.offer)):
            for team in teams:
                said = {"topic": topic, "value": True}
                _ask(door, cohort.member(team, turn), name=name, place=workshop, body=said)


def _vote(door: Door, cohort: _Cohort, *, workshop: str, meeting: Meeting) -> None:
    for team, keys in meeting.ballots.items():
        for turn, key in enumerate(keys.split()):
            mark = {"topic": cohort.topics[key], "value": 1}
            _ask(door, cohort.member(team, turn), name="ballot.mark", place=workshop, body=mark)


def _ask(
    door: Door, who: Actor, *, name: str, place: str = "house", body: Mapping[str, Any] | None = None
) -> Mapping[str, str]:
    return door.carry_out(who, commands.ask(name, place, body)).result


def _actors(door: Door, persons: Sequence[str]) -> dict[str, Actor]:
    """The persons by id as those who ask, with what they may do; they have not signed in anywhere yet."""
    query = select(Person.id, Person.public_id, Person.name).where(Person.public_id.in_(persons))
    with door.database.reading() as connection:
        rows = connection.execute(query).all()
        held = grants(connection, [row.id for row in rows])
    return {
        row.public_id: Actor(
            kind=ActorKind.PERSON, id=row.public_id, name=row.name, grants=held[row.id], row=row.id
        )
        for row in rows
    }


def _day(meeting: Meeting, today: date) -> date:
    """The first Thursday that is at least so far ahead."""
    day = today + timedelta(days=meeting.days)
    return day + timedelta(days=(THURSDAY - day.weekday()) % 7)


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, clock.SHOWN_IN)
