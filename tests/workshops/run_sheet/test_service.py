"""The run sheet of a workshop: it comes with the agenda, and nobody changes what they have not seen."""

from datetime import timedelta

import pytest
from tests.workshops.situations import MEETING, adopted

from foundation import clock
from foundation.errors import Refusal

ROLE = "facilitator"
NOWHERE = "0" * 16


@pytest.fixture
def sheet(world):
    """Of a meeting that is about to begin: arrival, one topic of 90 minutes, the closing."""
    return adopted(world, world.propose())


def blocks(world):
    return [(one["kind"], one["title"], one["minutes"]) for one in world.state()["sheet"]["blocks"]]


def ids(sheet):
    return [one["id"] for one in sheet["blocks"]]


def test_adopting_draws_the_run_sheet_up_and_everybody_is_told(world):
    topics = [
        world.propose(title=title, minutes=minutes) for title, minutes in (("Netzwerke", 120), ("Karte", 60))
    ]
    world.ask(ROLE, "poll.open")
    for who in ("ahlen", "menden"):
        world.mark(who, topics[0])
    world.mark("ahlen", topics[1])
    world.ask(ROLE, "poll.close")
    assert world.state()["sheet"] is None
    with world.everything_is_told():
        world.ask(ROLE, "agenda.adopt")
    assert blocks(world) == [
        ("arrival", "", 15),
        ("topic", "Netzwerke", 60),
        ("break", "", 15),
        ("topic", "Netzwerke", 60),
        ("break", "", 15),
        ("topic", "Karte", 60),
        ("closing", "", 10),
    ]
    sheet = world.state()["sheet"]
    assert [one["topic"] for one in sheet["blocks"]] == [
        None,
        topics[0],
        None,
        topics[0],
        None,
        topics[1],
        None,
    ]
    told = {name: sheet[name] for name in ("version", "planned", "agreed", "ended_at", "off")}
    assert told == {"version": 1, "planned": 220, "agreed": None, "ended_at": None, "off": []}


def test_what_happens_to_a_sheet_is_told_to_whoever_follows(world, sheet):
    arrival, topic, end = ids(sheet)
    acts = [
        ("block.add", {"kind": "other", "title": "Rundgang", "minutes": 20, "after": topic}),
        ("block.split", {"block": topic, "minutes": 40}),
        ("block.move", {"block": end, "after": arrival}),
        ("block.resize", {"block": end, "minutes": 25}),
        ("block.rename", {"block": end, "title": "Begrüßung"}),
        ("block.remove", {"block": arrival}),
    ]
    with world.everything_is_told():
        for base, (name, body) in enumerate(acts, start=1):
            world.ask(ROLE, name, {"base": base, **body})
    assert blocks(world) == [
        ("closing", "Begrüßung", 25),
        ("topic", "Anerkennungskultur", 40),
        ("topic", "Anerkennungskultur", 50),
        ("other", "Rundgang", 20),
    ]
    assert [one["kind"] for one in world.state()["sheet"]["off"]] == ["arrival"]
    assert world.state()["sheet"]["version"] == len(acts) + 1


def test_who_changes_an_older_sheet_is_refused_and_shown_the_present_one(world, sheet):
    _arrival, topic, end = ids(sheet)
    world.ask(ROLE, "block.resize", {"base": 1, "block": topic, "minutes": 60})
    with pytest.raises(Refusal) as refused:
        world.ask(ROLE, "block.resize", {"base": 1, "block": end, "minutes": 20})
    assert (refused.value.code, refused.value.status) == ("stale", 409)
    assert refused.value.present == world.state()["sheet"]
    assert [one["minutes"] for one in world.state()["sheet"]["blocks"]] == [15, 60, 10]


def test_what_is_made_is_named_in_the_answer(world, sheet):
    topic = ids(sheet)[1]
    second = world.ask(ROLE, "block.split", {"base": 1, "block": topic, "minutes": 30}).result["block"]
    pause = world.ask(ROLE, "block.add", {"base": 2, "minutes": 10, "after": topic}).result["block"]
    assert ids(world.state()["sheet"])[1:4] == [topic, pause, second]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("block.resize", {"minutes": 0}),
        ("block.resize", {"minutes": 481}),
        ("block.split", {"minutes": 90}),
        ("block.add", {"minutes": 15, "kind": "topic"}),
        ("block.add", {"minutes": 15, "kind": "other"}),
        ("block.add", {"minutes": 15, "title": "x" * 121}),
    ],
)
def test_what_makes_no_sense_is_refused(world, sheet, name, body):
    block = {} if name == "block.add" else {"block": ids(sheet)[1]}
    assert world.refused(ROLE, name, {"base": 1, **block, **body}) == "invalid"
    assert world.state()["sheet"] == sheet


def test_a_block_that_is_not_there_is_not_found(world, sheet):
    assert world.refused(ROLE, "block.remove", {"base": 1, "block": NOWHERE}) == "not_found"


def test_before_the_agenda_is_adopted_there_is_nothing_to_change(world):
    assert world.refused(ROLE, "block.add", {"base": 1, "minutes": 15}) == "closed"


def test_a_meeting_begins_goes_on_and_ends(world, sheet):
    with world.everything_is_told():
        world.ask(ROLE, "sheet.start", {"base": 1})
        world.ask(ROLE, "sheet.extend", {"base": 2, "minutes": 100})
        world.ask(ROLE, "sheet.next", {"base": 3})
        world.ask(ROLE, "sheet.next", {"base": 4})
        world.ask(ROLE, "sheet.back", {"base": 5})
    sheet = world.state()["sheet"]
    assert [one["begun_at"] is not None for one in sheet["blocks"]] == [False, True, True]
    assert (sheet["agreed"], sheet["ended_at"]) == (100, None)


@pytest.mark.parametrize("days", [-2, 7])
def test_a_meeting_begins_on_its_day_only(world, sheet, days):
    moved = clock.wire(clock.now() + timedelta(days=days))
    world.ask(ROLE, "workshop.change", {**MEETING, "starts_at": moved})
    assert world.refused(ROLE, "sheet.start", {"base": 1}) == "closed"


def test_the_sheet_of_a_cancelled_meeting_stays_as_it_is(world, sheet):
    world.ask(ROLE, "sheet.start", {"base": 1})
    before = world.state()["sheet"]
    world.ask(ROLE, "workshop.cancel", {"reason": ""})
    for name in ("sheet.start", "sheet.next"):
        with pytest.raises(Refusal, match="abgesagt"):
            world.ask(ROLE, name, {"base": 2})
    assert world.refused(ROLE, "block.add", {"base": 2, "minutes": 15}) == "closed"
    assert world.state()["sheet"] == before


def test_a_change_costs_the_same_for_few_blocks_and_for_many(world, sheet):
    topic = ids(sheet)[1]

    def resize(base, minutes):
        body = {"base": base, "block": topic, "minutes": minutes}
        return world.count_statements(lambda: world.ask(ROLE, "block.resize", body))[1]

    few = resize(1, 60)
    for base in range(2, 40):
        world.ask(ROLE, "block.add", {"base": base, "minutes": 5})
    assert resize(40, 65) == few
