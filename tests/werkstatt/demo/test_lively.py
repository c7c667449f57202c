"""The other teams come in by the front door, leave the visitors' team alone and go home by themselves."""

import json
import os
import random
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from tests.serving import free_port
from tests.visiting import wait_until
from werkzeug.serving import make_server

from foundation.eventlog import EventRow, StreamRow
from people.accounts.models import Person
from people.cohorts.models import Cohort, Seat, Team
from werkstatt.demo import lively
from werkstatt.demo.browser import Browser, Member, RefusedError

ROOT = Path(__file__).resolve().parents[3]
QUICKLY = ["--pace", "0", "--seed", "1"]


@pytest.fixture
def address(house):
    """Where the demo answers, in this process."""
    port = urlsplit(house.settings.base_url).port
    server = make_server("127.0.0.1", port, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def moderation(address, demo):
    """The facilitator's window."""
    with demo.reading() as connection:
        person = connection.execute(select(Person.public_id).where(Person.name == "Moderation")).scalar_one()
    browser = Browser(address)
    browser.enter(Member(person, ""))
    browser.now()
    return browser


def _last(database):
    """The number of the last event of each stream."""
    query = select(StreamRow.name, StreamRow.head)
    with database.reading() as connection:
        return {row.name: row.head for row in connection.execute(query)}


def _since(database, heads):
    """Name and body of what has happened since, in the streams of workshops."""
    query = select(EventRow.stream, EventRow.seq, EventRow.name, EventRow.body)
    with database.reading() as connection:
        rows = connection.execute(query.where(EventRow.stream.startswith("workshop/"))).all()
    return [(row.name, json.loads(row.body)) for row in rows if row.seq > heads.get(row.stream, 0)]


def _voters(facts):
    return {body["by"]["name"].partition(" · ")[0] for name, body in facts if name == "ballot.marked"}


def _company(address):
    return lively.Company(address, random.Random(1))


def test_it_needs_the_standard_library_only():
    """Without site-packages, as on a machine where nothing else is installed."""
    program = "import werkstatt.demo.lively"
    done = subprocess.run(
        [sys.executable, "-S", "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT / "platform")},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_other_teams_vote_say_and_propose_and_leave_ahlen_alone(address, demo):
    heads, company = _last(demo), _company(address)
    for _ in range(40):
        company.act()
    facts = _since(demo, heads)
    happened = Counter(name for name, _body in facts)
    told = {"poll.tally_changed", "poll.missing_changed"}
    assert happened.keys() == {"ballot.marked", "topic.needs_changed", "topic.proposed"} | told
    assert happened["ballot.marked"] > happened["topic.needs_changed"] > happened["topic.proposed"] > 0
    with demo.reading() as connection:
        query = select(Team.public_id).join(Cohort, Cohort.id == Team.cohort_id)
        ahlen = connection.execute(query.where(Team.name == "Ahlen")).scalar_one()
        others = (
            select(Team.name)
            .join(Seat, Seat.team_id == Team.id)
            .where(Team.cohort_id == 1, Team.name != "Ahlen")
        )
        teams = set(connection.execute(others).scalars())
    assert _voters(facts) <= teams
    assert len(_voters(facts)) > 5
    assert [body["topic"]["team"] for name, body in facts if name == "topic.proposed"].count(ahlen) == 0


def test_they_propose_nothing_twice_and_know_when_it_is_enough(address):
    companies = [_company(address), _company(address)]
    for company in companies:
        company.act()
    windows = [next(iter(company._windows.values())) for company in companies]
    upcoming = f"workshop/{windows[0].browser.cohort()[0]['workshops'][3]['id']}"
    for _ in range(30):
        for company, window in zip(companies, windows, strict=True):
            window.browser.now()
            company._propose(window, upcoming, window.browser.state(upcoming))
    titles = [topic["title"] for topic in windows[0].browser.state(upcoming)["topics"]]
    assert (len(titles), len(set(titles))) == (16, 16)


def test_after_the_vote_they_turn_to_the_next_workshop(address, demo, moderation):
    company = _company(address)
    company.act()
    cohort, _team = moderation.cohort()
    upcoming = f"workshop/{cohort['workshops'][3]['id']}"
    following = f"workshop/{cohort['workshops'][4]['id']}"
    moderation.command("poll.close", upcoming, {})
    moderation.command("agenda.adopt", upcoming, {})
    heads = _last(demo)
    for _ in range(10):
        company.act()
    assert _last(demo)[upcoming] == heads[upcoming]
    assert _last(demo)[following] > heads.get(following, 0)


def test_a_vote_that_closes_under_their_hands_is_no_accident(address, demo, moderation):
    """Who looked before the end and sends afterwards is refused, quietly."""
    cohort, _team = moderation.cohort()
    upcoming = f"workshop/{cohort['workshops'][3]['id']}"
    company = _company(address)
    member = next(one for one in Browser(address).members() if one.team == "Senden")
    window = company._window(member)
    window.browser.now()
    before = window.browser.state(upcoming)
    moderation.command("poll.close", upcoming, {})
    with pytest.raises(RefusedError) as refused:
        company._mark(window, upcoming, before)
    assert refused.value.code == "closed"


def test_a_session_that_ended_is_begun_anew(address):
    company = _company(address)
    company.act()
    (member,) = company._windows
    company._members = [one for one in company._members if one.id == member]
    company._windows[member].browser = Browser(address)
    with pytest.raises(RefusedError) as refused:
        company.act()
    assert refused.value.code == "unknown_actor"
    company.act()
    assert list(company._windows) == [member]


def test_it_goes_on_for_as_long_as_it_was_told(address, demo):
    heads = _last(demo)
    assert lively.main(["--url", address, "--minutes", "0.03", *QUICKLY]) == 0
    assert _voters(_since(demo, heads)) != set()


def test_it_ends_when_nobody_answers():
    assert lively.main(["--url", f"http://127.0.0.1:{free_port()}", *QUICKLY]) == 0


def test_it_ends_when_the_server_is_no_demo(house, address):
    house.app.before_request_funcs["demo"] = [lambda: ("", 404)]
    assert lively.main(["--url", address, *QUICKLY]) == 0


@pytest.mark.slow
def test_a_lively_demo_lives_by_itself(serve, demo, demo_url):
    heads = _last(demo)
    server = serve(demo_url, mode="eventlet", options=("--demo", "--lively")).start()
    wait_until(lambda: _voters(_since(demo, heads)), "another team has voted")
    assert server.stop() == 0
    assert "Traceback" not in server.said
