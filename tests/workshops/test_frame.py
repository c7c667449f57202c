"""The pages of a workshop: who gets them, what is embedded in them, what they cost."""

import json
import re

import pytest

from .conftest import PEOPLE

GROUP = {"ahlen", "ahlen_2", "menden", "senden", "coach", "facilitator"}
READERS = {
    "": GROUP,
    "/topics": GROUP,
    "/poll": GROUP,
    "/result": GROUP,
    "/agenda": GROUP,
    "/topics/new": GROUP - {"coach", "facilitator"},
}


def _embedded(page):
    """The streams whose snapshots the page brings, with their states."""
    found = re.findall(r'data-stream="([^"]+)">(.*?)</script>', page.text, re.DOTALL)
    return {stream: json.loads(body)["state"] for stream, body in found}


def _title(page):
    return re.search(r"<title>(.*?)</title>", page.text, re.DOTALL)[1].strip()


@pytest.mark.parametrize("page", READERS)
def test_a_page_is_there_for_its_readers_only(world, browse, page):
    answers = {who: browse(who).get(f"/workshops/{world.workshop}{page}").status_code for who in PEOPLE}
    found = 302 if page == "" else 200
    assert answers == {who: found if who in READERS[page] else 404 for who in PEOPLE}


@pytest.mark.parametrize("page", READERS)
def test_a_workshop_that_does_not_exist_looks_like_one_that_is_not_yours(world, browse, page):
    stranger = browse("stranger")
    missing = stranger.get(f"/workshops/{'0' * 16}{page}")
    assert missing.status_code == 404
    assert _title(missing) == _title(stranger.get(f"/workshops/{world.workshop}{page}"))


@pytest.mark.parametrize("page", ["/topics", "/poll", "/result", "/agenda", "/topics/new"])
def test_who_is_not_signed_in_comes_back_after_signing_in(world, browse, page):
    sent = browse().get(f"/workshops/{world.workshop}{page}")
    assert (sent.status_code, sent.location.partition("?")[0]) == (302, "/sign-in")


@pytest.mark.parametrize(
    ("page", "title"),
    [("topics", "Themen"), ("poll", "Abstimmung"), ("result", "Ergebnis"), ("agenda", "Ablauf")],
)
def test_a_title_names_page_and_place(world, browse, page, title):
    shown = browse("ahlen").get(f"/workshops/{world.workshop}/{page}")
    assert re.split(r"\s[-–]\s", _title(shown)) == [title, "1. Werkstatt-Treffen", "Werkstatt"]


def test_the_page_of_the_vote_brings_to_each_what_is_theirs(world, browse):
    address = f"/workshops/{world.workshop}/poll"
    brought = {who: set(_embedded(browse(who).get(address))) for who in ("ahlen", "facilitator", "coach")}
    assert brought == {
        "ahlen": {world.stream(), world.stream("ahlen")},
        "facilitator": {world.stream(), world.stream("facilitators")},
        "coach": {world.stream()},
    }


def test_the_page_of_topics_brings_the_teams_with_their_names(world, browse):
    page = browse("coach").get(f"/workshops/{world.workshop}/topics")
    cohort = f"cohort/{world.cohort}"
    assert _embedded(page) == {name: world.state(name) for name in (world.stream(), cohort)}
    assert f'<workshop-topics stream="{world.stream()}" cohort="{cohort}">' in page.text


def test_what_is_embedded_is_what_the_stream_says(world, browse):
    topic = world.propose(title="Mit </script> und <b>Fett</b>")
    world.ask("facilitator", "poll.open")
    world.mark("ahlen", topic)
    page = browse("ahlen_2").get(f"/workshops/{world.workshop}/poll")
    assert _embedded(page) == {name: world.state(name) for name in (world.stream(), world.stream("ahlen"))}


def test_the_page_says_who_looks_and_for_which_team(world, browse):
    found = {}
    for who in ("menden", "facilitator", "coach"):
        page = browse(who).get(f"/workshops/{world.workshop}/topics")
        frame = json.loads(re.search(r'id="page">(.*?)</script>', page.text, re.DOTALL)[1])
        found[who] = (frame["actor"]["id"], frame["team"], frame["facilitates"])
    assert found == {
        "menden": (world.people["menden"], world.teams["menden"], False),
        "facilitator": (world.people["facilitator"], None, True),
        "coach": (world.people["coach"], None, False),
    }


@pytest.mark.parametrize("page", ["topics", "poll", "result", "agenda"])
def test_a_page_costs_the_same_for_one_topic_and_for_thirty(world, browse, page):
    world.propose()
    facilitator, address = browse("facilitator"), f"/workshops/{world.workshop}/{page}"
    _settle(world)
    facilitator.get(address)
    _, few = world.count_statements(lambda: facilitator.get(address))
    world.ask("facilitator", "poll.reopen")
    for number in range(3):
        world.join(f"team{number}")
    for number in range(29):
        topic = world.propose(("ahlen", "menden", "senden")[number % 3], title=f"Thema {number}")
        world.ask("senden", "topic.need", {"topic": topic, "value": True})
        world.mark("ahlen", topic)
    world.ask("facilitator", "poll.close")
    _, many = world.count_statements(lambda: facilitator.get(address))
    assert many == few


def _settle(world):
    world.ask("facilitator", "poll.open")
    world.ask("facilitator", "poll.close")
