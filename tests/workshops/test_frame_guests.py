"""Guests of a workshop: they read that one, for as long as it was said, and nothing beside it."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from tests.scene import PASSWORD, address
from tests.serving import Server
from tests.visiting import Visitor
from tests.workshops.reading import words_of

from foundation import clock, jobs

TABS = ("topics", "poll", "result", "agenda")
BANNER = "Sie sind hier zu Gast"
FAR, FAR_IN_WORDS = datetime(2099, 4, 28, 7, tzinfo=UTC), "Dienstag, 28. April 2099, 9 Uhr"


def invite(world, who="stranger", *, begins=None, ends=None, workshop=""):
    """A guest of the workshop; returns the public id of the role."""
    body = {"person": world.people[who], "role": "expert", "place": f"workshop/{workshop or world.workshop}"}
    dates = {"valid_from": begins, "valid_until": ends}
    body |= {name: clock.wire(moment) for name, moment in dates.items() if moment}
    return world.ask("administrator", "role.grant", body, at="house").result["role"]


def told(page):
    """What the page says about itself, and the streams it embeds."""
    about = json.loads(re.search(r'id="page">(.*?)</script>', page.text, re.DOTALL)[1])
    return about, set(re.findall(r'data-stream="([^"]+)"', page.text))


def test_a_guest_reads_the_one_workshop_and_is_told_until_when(world, browse):
    world.propose()
    invite(world, ends=FAR)
    guest = browse("stranger")
    for tab in TABS:
        page = guest.get(f"/workshops/{world.workshop}/{tab}")
        about, streams = told(page)
        assert page.status_code == 200
        assert f"{BANNER} bis {FAR_IN_WORDS}" in words_of(page)
        assert (streams, about["team"], about["facilitates"]) == ({world.stream()}, None, False)
        assert not any(f"{who}@example.org" in page.text for who in world.people)
    assert BANNER not in browse("coach").get(f"/workshops/{world.workshop}/topics").text


def test_the_teams_of_the_topics_have_names_and_no_people(world, browse):
    world.propose()
    invite(world)
    page = browse("stranger").get(f"/workshops/{world.workshop}/topics")
    names = {world.teams[team]: name for team, name in (("ahlen", "Ahlen"), ("menden", "Menden"))}
    assert told(page)[0]["teams"] == {**names, world.teams["senden"]: "Senden"}
    assert "Engagementförderung" not in page.text
    assert "cohort=" not in page.text


def test_a_guest_acts_nowhere_and_reads_nothing_beside_it(world, browse):
    topic = world.propose()
    other = world.add_workshop()
    invite(world)
    guest = browse("stranger")
    for path in (f"{other}/topics", f"{world.workshop}/topics/new", f"{world.workshop}/change", "new"):
        assert guest.get(f"/workshops/{path}").status_code == 404, path
    assert guest.get(f"/cohorts/{world.cohort}").status_code == 404
    body = {"title": "Netzwerke", "question": "", "minutes": 60}
    assert world.refused("stranger", "topic.propose", body) == "not_found"
    world.ask("facilitator", "poll.open")
    assert world.refused("stranger", "topic.need", {"topic": topic, "value": True}) == "not_found"
    assert world.refused("stranger", "ballot.mark", {"topic": topic, "value": 1}) == "not_found"
    assert world.refused("stranger", "poll.close") == "not_found"


def test_before_and_after_the_time_there_is_nothing(world, browse):
    now = clock.now()
    begins, ends = now + timedelta(hours=1), now + timedelta(hours=2)
    invite(world, begins=begins, ends=ends)
    guest, address_of = browse("stranger"), f"/workshops/{world.workshop}/topics"
    found = []
    for moment in (now, begins, ends - timedelta(minutes=1), ends):
        clock.move(moment - now)
        found.append((guest.get(address_of).status_code, address_of in guest.get("/").text))
    assert found == [(404, False), (200, True), (200, True), (404, False)]
    nowhere = guest.get(f"/workshops/{'0' * 16}/topics")
    assert words_of(guest.get(address_of)) == words_of(nowhere)


def test_the_overview_says_where_somebody_is_a_guest_now_and_later(world, browse):
    later = world.add_workshop()
    invite(world, ends=clock.now() + timedelta(days=3))
    invite(world, workshop=later, begins=FAR)
    page = browse("stranger").get("/")
    shown = words_of(page)
    assert "Hier sind Sie zu Gast" in shown
    assert "1. Werkstatt-Treffen" in shown
    assert f"Zu Gast ab {FAR_IN_WORDS}" in shown
    assert re.findall(r'href="/workshops/(\w{16})/topics"', page.text) == [world.workshop] * 2
    assert "Sie gehören noch zu keinem Durchgang" not in shown


def test_who_is_of_the_cohort_and_a_guest_as_well_is_no_guest(world, browse):
    invite(world, "ahlen", ends=clock.now() + timedelta(days=3))
    page = browse("ahlen").get(f"/workshops/{world.workshop}/topics")
    assert BANNER not in page.text
    assert f"cohort/{world.cohort}" in told(page)[1]


def test_a_member_of_the_network_is_told_what_it_is(world, browse):
    body = {"person": world.people["stranger"], "role": "network"}
    world.ask("administrator", "role.grant", body, at="house")
    shown = words_of(browse("stranger").get("/"))
    assert "Sie gehören zum Netzwerk" in shown
    assert "Profil öffnen" in shown
    assert "Sie gehören noch zu keinem Durchgang" not in shown


def test_the_end_of_a_role_is_told_when_it_has_come(world):
    now = clock.now()
    invite(world, begins=now + timedelta(hours=1), ends=now + timedelta(hours=2))
    stream, counts = f"person/{world.people['stranger']}", []
    for hours in (0, 1, 2):
        clock.move(timedelta(hours=hours))
        jobs.carry_out_due(world.door)
        counts.append([name for name, _body in world.events(stream)].count("rights.changed"))
    assert counts == [1, 2, 3]


@pytest.fixture
def served(scene, tmp_path):
    with Server(scene.url, tmp_path, mode="threading") as server:
        yield server


def test_an_open_screen_is_cut_off_in_the_second_in_which_the_time_is_over(scene, served):
    stream, office = scene.place("voting"), Visitor(served.url).sign_in(address("administrator"), PASSWORD)
    guest = Visitor(served.url).sign_in(address("network"), PASSWORD)
    socket = guest.socket()
    ends = clock.now() + timedelta(seconds=3)
    body = {"person": scene.people["network"], "role": "expert", "place": stream}
    assert office.command("role.grant", "house", {**body, "valid_until": clock.wire(ends)}).status == 200
    assert socket.subscribe(stream)["ok"]
    assert not socket.subscribe(scene.ballot("voting", "ahlen"))["ok"]
    socket.listen(lambda heard: ("evicted", {"stream": stream}) in heard)
    assert timedelta() <= clock.now() - ends < timedelta(seconds=5)  # of 10 without being told
    assert guest.get(f"/live/streams/{stream}").status == 404
    socket.close()
