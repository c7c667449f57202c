"""The demo holds what it says: real towns, no invented people, votes that were really held."""

import json
from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from foundation import clock
from foundation.database import Database
from foundation.eventlog import EventRow, StreamRow
from foundation.receipts import ReceiptRow
from people.accounts.models import Person
from people.cohorts.models import Cohort, Organisation, RoleGrant, Seat, Team
from people.directory.models import DirectoryEntry
from people.imports.models import ImportRow
from people.invitations.models import Invitation
from people.sign_in.models import SessionRow
from werkstatt.demo import opening, topics, towns
from werkstatt.demo.seed import seed
from workshops import streams
from workshops.series.models import Workshop
from workshops.topics.models import Need, Offer, Topic
from workshops.voting.models import Ballot, Mark, Poll

EVERYTHING = {
    Organisation: 24, Cohort: 2, Team: 20, Person: 36, Seat: 30, RoleGrant: 15, SessionRow: 0,
    Workshop: 8, Topic: 27, Poll: 4, Ballot: 40, Mark: 142, Invitation: 2, ImportRow: 1, DirectoryEntry: 3,
}  # fmt: skip


@pytest.fixture(scope="module")
def told(prepared):
    database = Database(f"sqlite:///{prepared}")
    with database.reading() as connection:
        yield connection
    database.close()


@pytest.fixture(scope="module")
def workshops(told):
    """The states of the workshops of the third run, by number: the opening was announced last."""
    query = select(Workshop.public_id).join(Cohort, Cohort.id == Workshop.cohort_id)
    third = query.where(Cohort.name.startswith("Dritte")).order_by(Workshop.number)
    ids = list(told.execute(third).scalars())
    return [streams.follow_workshop(told, workshop=workshop) for workshop in ids]


def _counts(connection):
    return {
        table: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in EVERYTHING
    }


def _column(connection, column):
    return list(connection.execute(select(column)).scalars())


def _facts(connection, name):
    """The bodies of all events of that name, in order."""
    query = select(EventRow.body).where(EventRow.name == name).order_by(EventRow.stream, EventRow.seq)
    return [json.loads(body) for body in connection.execute(query).scalars()]


def _titles(blocks):
    return [block["title"] for block in blocks]


def test_the_seed_fills_both_databases(database, door):
    seed(door)
    with database.reading() as connection:
        assert _counts(connection) == EVERYTHING


def test_everything_is_there(told):
    assert _counts(told) == EVERYTHING


def test_the_towns_are_those_of_the_third_run(told):
    query = (
        select(Organisation.kind, Organisation.name).where(Organisation.id <= 10).order_by(Organisation.name)
    )
    assert [(row.kind, row.name) for row in told.execute(query)] == [
        ("stadt", "Ahlen"),
        ("stadt", "Bad Berleburg"),
        ("stadt", "Bergkamen"),
        ("gemeinde", "Finnentrop"),
        ("gemeinde", "Kirchhundem"),
        ("kreis", "Kreis Olpe"),
        ("kreis", "Kreis Siegen-Wittgenstein"),
        ("stadt", "Menden"),
        ("gemeinde", "Senden"),
        ("stadt", "Sprockhövel"),
    ]


def test_every_member_bears_the_name_of_the_team_and_an_office(told):
    query = select(Team.name, Person.name.label("person")).join(Seat, Seat.team_id == Team.id)
    rows = told.execute(query.join(Person, Person.id == Seat.person_id)).all()
    assert [row for row in rows if not row.person.startswith(f"{row.name} · ")] == []
    named = set(_column(told, Person.name)) - {row.person for row in rows}
    assert named == {
        "Coach · Teams Ahlen bis Kirchhundem",
        "Coach · Teams Kreis Olpe bis Sprockhövel",
        "Moderation",
        "Programmbüro",
        "Hochschule · Engagementforschung",
        "Kreis Soest · Ehrenamtsbüro",
    }


def test_every_team_of_the_third_run_has_two_members(told):
    query = select(Team.name, func.count(Seat.id)).join(Seat, Seat.team_id == Team.id).group_by(Team.id)
    seats = {row[0]: row[1] for row in told.execute(query)}
    assert {name: seats[name] for name in [town.name for town in towns.THIRD]} == {
        town.name: 2 for town in towns.THIRD
    }


def test_nobody_has_a_password_or_an_address_that_could_be_somebodys(told):
    assert set(_column(told, Person.password_hash)) == {None}
    assert {email.partition("@")[2] for email in _column(told, Person.email)} == {"example.org"}
    assert [email for email in _column(told, Person.email) if not email.isascii()] == []


def test_three_workshops_lie_behind_and_four_ahead(workshops):
    now = clock.wire(clock.now())
    by_date = [workshops[-1], *workshops[:-1]]
    assert [state["workshop"]["starts_at"] < now for state in by_date] == [True] * 3 + [False] * 4
    assert [state["workshop"]["starts_at"] for state in by_date] == sorted(
        state["workshop"]["starts_at"] for state in by_date
    )


def test_the_opening_was_voted_by_equal_shares_and_left_nothing_over(workshops):
    state = workshops[-1]
    assert (state["poll"]["method"], state["poll"]["voted"]) == ("equal_shares", 10)
    chosen = _titles(state["agenda"]["blocks"])
    titles = {one.key: one.title for one in opening.TOPICS}
    assert {titles[key] for key in opening.FOUR.split()} <= set(chosen)
    assert len(chosen) == 5
    assert {topic["state"] for topic in state["topics"]} == {"chosen", "withdrawn"}
    assert state["agenda"]["adopted_at"] is not None


@pytest.mark.parametrize(
    ("number", "chosen", "left_over"),
    [
        (
            0,
            ["bestand", "querschnitt", "rolle", "agentur"],
            ["vereine"],
        ),
        (
            1,
            ["projekt", "politik", "verbände", "vereine", "presse"],
            ["netzwerk", "karte"],
        ),
    ],
)
def test_what_lies_behind_was_voted_on_and_adopted(workshops, number, chosen, left_over):
    titles = {one.key: one.title for one in (*topics.FIRST, *topics.SECOND)}
    agenda = workshops[number]["agenda"]
    assert agenda["adopted_at"] is not None
    assert _titles(agenda["blocks"]) == [titles[key] for key in chosen]
    assert _titles(agenda["left_over"]) == [titles[key] for key in left_over]
    assert workshops[number]["poll"]["voted"] == 10


def test_the_next_workshop_is_being_voted_on(workshops):
    state = workshops[2]
    poll = state["poll"]
    assert (poll["closed_at"], poll["voted"], poll["teams"], state["agenda"]) == (None, 6, 10, None)
    assert clock.wire(clock.now() + timedelta(days=7)) < poll["closes_at"] < state["workshop"]["starts_at"]
    left_over = ["Netzwerkmanagement", "Ehrenamtskarte"]
    assert [topic["title"] for topic in state["topics"]] == [*left_over, *(one.title for one in topics.THIRD)]
    assert sum(topic["minutes"] for topic in state["topics"]) > 2 * state["workshop"]["minutes"]


def test_ahlen_has_not_voted_yet(told, workshops):
    desk = streams.follow_desk(told, workshop=workshops[2]["workshop"]["id"])
    assert towns.AHLEN in [team["name"] for team in desk["missing"]]


def test_later_workshops_are_empty(workshops):
    assert [(state["topics"], state["poll"], state["agenda"]) for state in workshops[3:6]] == [
        ([], None, None)
    ] * 3


def test_every_mark_is_that_of_a_member_of_its_team(told):
    query = (
        select(func.count())
        .select_from(Mark)
        .join(Ballot, Ballot.id == Mark.ballot_id)
        .join(Seat, (Seat.person_id == Mark.by_id) & (Seat.team_id == Ballot.team_id))
    )
    assert told.execute(query).scalar_one() == EVERYTHING[Mark]


def test_both_members_of_a_team_take_part(told):
    marking = select(Ballot.id, func.count(func.distinct(Mark.by_id))).join(Mark, Mark.ballot_id == Ballot.id)
    assert {count for _ballot, count in told.execute(marking.group_by(Ballot.id))} == {2}


def test_the_guest_is_one_of_the_next_workshop_until_its_evening(told, workshops):
    guest = told.execute(
        select(RoleGrant.place, RoleGrant.valid_until).where(RoleGrant.role == "expert")
    ).one()
    assert guest.place == f"workshop/{workshops[2]['workshop']['id']}"
    begins = datetime.fromisoformat(workshops[2]["workshop"]["starts_at"])
    assert timedelta(hours=6) < guest.valid_until - begins < timedelta(hours=14)


def test_nothing_that_somebody_invented_reaches_a_telephone(told):
    phones = set(_column(told, DirectoryEntry.phone))
    assert phones == {"", "0221 4710-142"}  # 0221 4710 xxx is nobody's


def test_every_stream_is_numbered_without_gaps(told):
    heads = {row.name: row.head for row in told.execute(select(StreamRow.name, StreamRow.head))}
    numbers = {name: [] for name in heads}
    for row in told.execute(select(EventRow.stream, EventRow.seq).order_by(EventRow.seq)):
        numbers[row.stream].append(row.seq)
    assert numbers == {name: list(range(1, head + 1)) for name, head in heads.items()}
    kinds = Counter("/".join(name.split("/")[::2]) for name in heads)
    # Four workshops have been worked on: each with a stream of its own, one a team, one for the desk.
    assert kinds == {
        "cohort": 2,
        "person": 36,
        "workshop": 4,
        "workshop/team": 40,
        "workshop/facilitators": 4,
    }


def test_every_row_is_told_by_an_event(told):
    proposed = {fact["topic"]["id"] for fact in _facts(told, "topic.proposed")}
    announced = {fact["workshop"]["id"] for fact in _facts(told, "workshop.announced")}
    opened = {fact["poll"]["id"] for fact in _facts(told, "poll.opened")}
    teams = {fact["team"]["id"]: fact["team"]["members"] for fact in _facts(told, "team.changed")}
    said = {
        fact["topic"]: (len(fact["need"]), len(fact["offer"])) for fact in _facts(told, "topic.needs_changed")
    }
    assert proposed == set(_column(told, Topic.public_id))
    assert announced == set(_column(told, Workshop.public_id))
    assert opened == set(_column(told, Poll.public_id))
    assert teams.keys() == set(_column(told, Team.public_id))
    assert sum(len(members) for members in teams.values()) == EVERYTHING[Seat]
    assert len(_facts(told, "ballot.marked")) == EVERYTHING[Mark]
    assert sum(need for need, _offer in said.values()) == len(_column(told, Need.id))
    assert sum(offer for _need, offer in said.values()) == len(_column(told, Offer.id))


def test_everything_was_made_by_a_command(told):
    answered = set(_column(told, ReceiptRow.at))
    moments = (
        EventRow.at,
        Person.created_at,
        Seat.valid_from,
        RoleGrant.valid_from,
        Topic.proposed_at,
        Mark.at,
    )
    assert {column.key: set(_column(told, column)) - answered for column in moments} == {
        column.key: set() for column in moments
    }
    by_one_each = (Cohort, Team, Person, Seat, RoleGrant, Workshop, Topic)
    by_one_each += (Invitation, ImportRow, DirectoryEntry)
    made = sum(EVERYTHING[table] for table in by_one_each)
    made += EVERYTHING[Organisation] - 4  # of one list
    voices = len(_column(told, Need.id)) + len(_column(told, Offer.id))
    handled = 4 + 3 + 3  # opened, closed, adopted
    taken_back = len(_facts(told, "topic.withdrawn"))
    assert len(_column(told, ReceiptRow.id)) == made + voices + EVERYTHING[Mark] + handled + taken_back
