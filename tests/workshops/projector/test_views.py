"""The page for the wall: what everybody in the room may see, and nothing that is hidden from anybody."""

import json
import re

import pytest

SNAPSHOT = re.compile(r'<script type="application/json" data-stream="([^"]+)">(.*?)</script>', re.DOTALL)


def _address(world):
    return f"/workshops/{world.workshop}/projector"


def test_it_follows_the_stream_of_the_workshop_and_no_other(world, browse):
    world.propose()
    page = browse("facilitator").get(_address(world)).text
    assert [stream for stream, _state in SNAPSHOT.findall(page)] == [world.stream()]
    assert set(re.findall(r' (?:[a-z-]*stream)="([^"]*)"', page)) == {world.stream()}


@pytest.mark.parametrize(
    "settings", [{"show": "own"}, {"show": "end"}, {"show": "end", "secret": True, "quorum": 3}]
)
def test_it_never_receives_a_count_that_is_hidden(world, browse, settings):
    """Also for somebody whose own team sees it on its own pages."""
    topic = world.propose()
    world.ask("facilitator", "poll.open", settings)
    if not settings.get("secret"):
        world.mark("ahlen", topic)
    page = browse("ahlen").get(_address(world)).text
    ((_stream, state),) = SNAPSHOT.findall(page)
    assert json.loads(state)["state"]["poll"]["tally"] is None


def test_it_shows_how_to_join(world, browse):
    page = browse("ahlen").get(_address(world)).text
    assert '<span class="ws-projector__address">localhost</span>' in page
    assert 'src="data:image/svg+xml' in page


@pytest.mark.parametrize(
    ("who", "status"), [("facilitator", 200), ("coach", 200), ("olpe", 404), ("stranger", 404)]
)
def test_who_follows_the_workshop_sees_it(world, browse, who, status):
    assert browse(who).get(_address(world)).status_code == status


def test_facilitators_find_it_on_the_pages_of_the_workshop(world, browse):
    link = f'href="{_address(world)}"'
    pages = {
        who: browse(who).get(f"/workshops/{world.workshop}/poll").text for who in ("facilitator", "ahlen")
    }
    assert (link in pages["facilitator"], link in pages["ahlen"]) == (True, False)
