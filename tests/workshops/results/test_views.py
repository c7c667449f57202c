"""The page of a result: for everybody who follows the workshop, from the close on."""

import re
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import insert, select, update
from tests.workshops.reading import words_of
from tests.workshops.test_frame_guests import invite

from foundation import clock
from people.cohorts.models import Team
from workshops.agenda.models import Agenda, Block
from workshops.topics.models import Topic
from workshops.voting import pabulib
from workshops.voting.models import Ballot, Mark, Poll
from workshops.voting.secret import keeping

EIGHT = {
    "Anerkennungskultur": 90, "Netzwerkmanagement": 120, "Strategieentwicklung": 120, "Fördermittel": 90,
    "Junges Engagement": 60, "Geflüchtete": 60, "Digitales Ehrenamt": 60, "Ehrenamtskarte": 30,
}  # fmt: skip
SIX_WANT = ("Strategieentwicklung", "Netzwerkmanagement", "Fördermittel", "Anerkennungskultur")
FOUR_WANT = ("Ehrenamtskarte", "Junges Engagement", "Geflüchtete")
SIX, FOUR = ("ahlen", "menden", "senden", "hagen", "hamm", "herne"), ("selm", "soest", "unna", "werl")
ADDRESS = "/workshops/{}/result"


def hold(world, method="equal_shares", **settings):
    """The ten teams of the example vote: six want one thing, four another."""
    for key in (*SIX[3:], *FOUR):
        world.join(key)
    topics = {title: world.propose(title=title, minutes=minutes) for title, minutes in EIGHT.items()}
    world.ask("facilitator", "poll.open", {"method": method, **settings})
    for who in (*SIX, *FOUR):
        for title in SIX_WANT if who in SIX else FOUR_WANT:
            world.mark(who, topics[title])
    world.ask("facilitator", "poll.close")
    return topics


def see(world, browse, who="ahlen", end="", **more):
    return browse(who, **more).get(ADDRESS.format(world.workshop) + end)


def test_the_example_of_the_ten_teams(world, browse):
    hold(world)
    shown = words_of(see(world, browse, "selm"))
    assert re.search(r"Ehrenamtskarte, 30 Minuten: vier Teams zahlen je 7,5 ihrer (39|49) Minuten\.", shown)
    assert "Getragen von: Selm, Soest, Unna, Werl." in shown
    assert "Digitales Ehrenamt, 60 Minuten: Kein Team will es." in shown
    assert "Junges Engagement, 60 Minuten: vier Teams zahlen je 15 ihrer " in shown
    own, others = shown.partition("Beleg für jedes Team")[2].split("Ahlen, Hagen")
    assert "Selm, Soest, Unna, Werl Ihr Team" in own
    assert "Für die eigenen Wünsche 150 Minuten" in own
    assert "Ehrenamtskarte: bezahlt 7,5 von 30 Minuten" in own
    assert "Nicht bekommen" not in own
    assert re.search(r"Für die eigenen Wünsche (180|210) Minuten", others)
    assert "Nicht bekommen" in others
    assert re.search(r"Nach den meisten Stimmen wäre stattdessen gewählt worden: „.*, zusammen 3\d0 M", shown)
    assert re.search(r"Selm, Soest und 2 weitere 150 Minuten, nach den meisten Stimmen (30|60)\b", shown)


def test_from_the_close_on_until_the_poll_is_opened_again(world, browse):
    empty = "Das Ergebnis entsteht aus der Abstimmung"
    topic = world.propose()
    assert empty in words_of(see(world, browse))
    world.ask("facilitator", "poll.open")
    world.mark("ahlen", topic)
    assert empty in words_of(see(world, browse))
    world.ask("facilitator", "poll.close")
    before = words_of(see(world, browse))
    assert "Anerkennungskultur, 90 Minuten: Ein Team will es, und es passt" in before
    assert "noch nicht übernommen" in before
    world.ask("facilitator", "poll.reopen")
    assert empty in words_of(see(world, browse))
    world.ask("facilitator", "poll.close")
    world.ask("facilitator", "agenda.adopt")
    after = words_of(see(world, browse))
    assert "Anerkennungskultur, 90 Minuten: Ein Team will es, und es passt" in after
    assert "noch nicht übernommen" not in after


def test_only_who_may_adopt_is_asked_to(world, browse):
    world.ask("facilitator", "poll.open")
    world.ask("facilitator", "poll.close")
    address = f'href="/workshops/{world.workshop}/agenda"><span class="kern-icon'
    assert [address in see(world, browse, who).text for who in ("facilitator", "ahlen")] == [True, False]
    world.ask("facilitator", "agenda.adopt")
    assert address not in see(world, browse, "facilitator").text


@pytest.mark.parametrize("end", ["", ".pb", ".txt"])
def test_everybody_who_follows_the_workshop_sees_it_and_nobody_else(world, browse, end):
    world.propose()
    world.ask("facilitator", "poll.open")
    assert see(world, browse, end=end).status_code == (404 if end else 200)
    world.ask("facilitator", "poll.close")
    invite(world, "stranger", ends=datetime(2099, 1, 1, tzinfo=UTC))
    found = {
        who: see(world, browse, who, end).status_code
        for who in ("ahlen", "coach", "facilitator", "stranger", "olpe", "administrator")
    }
    readers = dict.fromkeys(("ahlen", "coach", "facilitator", "stranger"), 200)
    assert found == {**readers, "olpe": 404, "administrator": 404}


def test_who_was_silent_or_abstained_is_said_and_what_was_laid_aside_is_not(world, browse):
    topic = world.propose(title="Netzwerke")
    world.ask("facilitator", "poll.open")
    world.mark("ahlen", topic)
    world.ask("ahlen", "ballot.abstain", {"value": True})
    world.ask("facilitator", "poll.close")
    receipts = words_of(see(world, browse)).partition("Beleg für jedes Team")[2]
    assert "Ahlen Ihr Team Hat sich enthalten." in receipts
    assert "Menden, Senden Hat nicht abgestimmt." in receipts
    assert "Netzwerke" not in receipts
    assert pabulib.read(see(world, browse, end=".pb").text).ballots[world.teams["ahlen"]] == {}


def test_what_somebody_says_of_a_topic_that_was_withdrawn_is_nowhere(world, browse):
    kept, gone = (world.propose(title=title, minutes=240) for title in ("Netzwerke", "Doch nicht"))
    world.ask("facilitator", "poll.open")
    for who, topic in (("ahlen", kept), ("menden", kept), ("ahlen", gone)):
        world.mark(who, topic)
    world.ask("facilitator", "poll.close")
    assert "Doch nicht" in words_of(see(world, browse))
    world.ask("ahlen", "topic.withdraw", {"topic": gone})
    world.ask("facilitator", "poll.reopen")
    world.ask("facilitator", "poll.close")
    assert "Doch nicht" not in words_of(see(world, browse))
    assert gone not in see(world, browse, end=".pb").text


def test_a_secret_poll_names_no_team(world, browse):
    hold(world)
    with world.door.database.transaction() as connection:
        connection.execute(update(Poll).values(secret=True, quorum=5))
        connection.execute(update(Block).values(payments=None))
    page = see(world, browse)
    shown = words_of(page)
    assert "Ehrenamtskarte, 30 Minuten: vier Teams zahlen zusammen 30 Minuten." in shown
    assert "Die Abstimmung war geheim" in shown
    assert "Beleg für jedes Team" not in shown
    files = [see(world, browse, end=end).text for end in (".pb", ".txt")]
    assert [name for name in ("Selm", "Werl", "Hamm") if any(name in one for one in (shown, *files))] == []
    assert not [team for team in world.teams.values() if team in files[0]]


def test_an_announcement_that_was_taken_back_has_no_result(world, browse):
    world.propose()
    world.ask("facilitator", "poll.open", {"opens_at": clock.wire(clock.now() + timedelta(hours=1))})
    world.ask("facilitator", "poll.close")
    assert "Das Ergebnis entsteht aus der Abstimmung" in words_of(see(world, browse))
    assert [see(world, browse, end=end).status_code for end in (".pb", ".txt")] == [404, 404]


@pytest.mark.parametrize("lost", [False, True])
def test_a_secret_poll_with_too_few_ballots_says_that_it_has_no_result(world, browse, lost):
    world.propose()
    world.ask("facilitator", "poll.open", {"secret": True, "show": "end", "quorum": 3})
    if lost:
        [key] = world.door.vault.kept()
        world.door.vault.destroy(key)
        assert keeping.mend(world.door) == 1
    world.ask("facilitator", "poll.close")
    shown = words_of(see(world, browse))
    assert "Diese geheime Abstimmung hat kein Ergebnis" in shown
    assert ("weniger als 3 ausgefüllte Stimmzettel" in shown) is not lost
    assert ("verloren gegangen" in shown) is lost
    assert [see(world, browse, end=end).status_code for end in (".pb", ".txt")] == [404, 404]


def test_the_files_are_handed_out_as_files(world, browse):
    topics = hold(world)
    for end, name in ((".pb", "ergebnis.pb"), (".txt", "ergebnis.txt")):
        answer = see(world, browse, end=end)
        assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    vote = pabulib.read(see(world, browse, end=".pb").text)
    assert vote.ballots[world.teams["selm"]] == {topics[title]: 1 for title in FOUR_WANT}
    assert vote.meta["seed"] == world.state()["poll"]["seed"]


def test_what_was_left_over_is_followed(world, browse):
    topics = {title: world.propose(title=title, minutes=240) for title in ("Eins", "Zwei", "Drei")}
    world.ask("facilitator", "poll.open")
    world.mark("ahlen", topics["Eins"])
    world.ask("facilitator", "poll.close")
    assert words_of(see(world, browse)).count("Es kommt beim nächsten Treffen wieder.") == 2
    world.add_workshop()
    world.ask("ahlen", "topic.withdraw", {"topic": topics["Drei"]})
    world.ask("facilitator", "agenda.adopt")
    shown = words_of(see(world, browse))
    assert "Es steht jetzt hier zur Wahl: 2. Werkstatt-Treffen." in shown
    assert "Das Team hat es inzwischen zurückgezogen." in shown


def fill(world, *, teams, topics):
    """A counted vote with so many teams and topics, written down as the close would."""
    said = Random(1)
    with world.door.database.transaction() as connection:
        poll = connection.execute(select(Poll.id, Poll.workshop_id)).one()
        agenda = connection.execute(select(Agenda.id)).scalar_one()
        one = connection.execute(select(Team).limit(1)).one()._mapping
        topic = connection.execute(select(Topic).limit(1)).one()._mapping
        for number in range(teams):
            values = {**one, "id": 1000 + number, "public_id": f"team{number:012}", "name": f"Stadt {number}"}
            connection.execute(insert(Team).values(values))
            connection.execute(
                insert(Ballot).values(id=1000 + number, poll_id=poll.id, team_id=1000 + number, marked=True)
            )
        for number in range(topics):
            values = {
                **topic,
                "id": 1000 + number,
                "public_id": f"topic{number:011}",
                "position": 100 + number,
            }
            connection.execute(insert(Topic).values({**values, "title": f"Thema {number}"}))
            payers = [f"team{team:012}" for team in range(teams) if (team + number) % 3]
            paid = ",".join(f'"{team}": "{number + 7}/{len(payers)}"' for team in payers)
            chosen = number < topics / 2
            connection.execute(
                insert(Block).values(
                    agenda_id=agenda, topic_id=1000 + number, rank=100 + number, title=f"Thema {number}",
                    position=100 + number if chosen else None, minutes=number + 7, approvals=len(payers),
                    free=60, verdict="paid" if chosen else "too_dear", funds="7/3", by_votes=number % 2 == 0,
                    payments="{" + paid + "}" if chosen else None,
                )
            )  # fmt: skip
            marks = [
                {"ballot_id": 1000 + team, "topic_id": 1000 + number, "value": 1, "at": clock.now()}
                for team in range(teams)
                if said.random() < 0.5
            ]
            if marks:
                connection.execute(insert(Mark), marks)
        connection.execute(update(Agenda).values(share="10"))
        connection.execute(update(Poll).values(method="equal_shares"))


def test_the_page_costs_the_same_for_one_team_and_for_thirty(world, browse):
    world.propose()
    world.ask("facilitator", "poll.open")
    world.ask("facilitator", "poll.close")
    client, address = browse("ahlen"), ADDRESS.format(world.workshop)
    client.get(address)
    _, few = world.count_statements(lambda: client.get(address))
    fill(world, teams=30, topics=20)
    page, many = world.count_statements(lambda: client.get(address))
    assert "Stadt 29" in page.text
    assert many == few
