"""The series: workshops announced and changed, topics waiting for the next one."""

import pytest

from foundation import policy

SEED = policy.system("seed")
STARTS = "2016-04-28T07:00:00.000000Z"
LATER = "2016-06-09T07:00:00.000000Z"

BODY = {"starts_at": LATER, "place": "Siegburg", "minutes": 360}


def test_workshops_are_numbered_and_called_by_their_number(world):
    second = world.add_workshop()
    elsewhere = world.add_workshop(cohort=world.other_cohort)
    assert world.state(f"workshop/{second}")["workshop"] == {
        "id": second,
        "number": 2,
        "title": "2. Werkstatt-Treffen",
        "starts_at": LATER,
        "place": "Siegburg",
        "minutes": 360,
        "cancelled_at": None,
        "cancelled_reason": "",
        "cohort": world.cohort,
    }
    assert world.state(f"workshop/{elsewhere}")["workshop"]["number"] == 1


def test_a_title_of_its_own_stays(world):
    made = world.ask(SEED, "workshop.create", {**BODY, "title": "Auftakt"}, at=f"cohort/{world.cohort}")
    assert world.state(f"workshop/{made.result['workshop']}")["workshop"]["title"] == "Auftakt"


def test_the_cohort_lists_its_workshops_by_date(world):
    with world.everything_is_told():
        third = world.add_workshop(starts_at="2016-11-10T09:00:00Z")
        second = world.add_workshop(starts_at="2016-06-09T09:00:00+02:00")
    series = world.state(f"cohort/{world.cohort}")["workshops"]
    assert [one["id"] for one in series] == [world.workshop, second, third]
    assert [one["starts_at"] for one in series][:2] == [STARTS, LATER]


def test_a_new_workshop_has_the_streams_of_its_place(world):
    made = world.add_workshop()
    assert world.state(f"workshop/{made}")["topics"] == []
    assert world.state(f"workshop/{made}/facilitators") == {"missing": [], "log": []}
    team = world.teams["ahlen"]
    ballot = {"team": team, "poll": None, "entitled": False, "owns": None, "abstained": False}
    ballot |= {"version": 0, "awaits": False, "marks": {}, "tally": None}
    assert world.state(f"workshop/{made}/team/{team}") == ballot


def test_a_new_date_is_told_at_the_workshop_and_in_the_cohort(world):
    second = world.add_workshop(starts_at="2016-05-01T09:00:00Z")
    body = {"title": "Verlegt", "starts_at": LATER, "place": "Menden", "minutes": 240}
    with world.everything_is_told(world.workshop, second):
        world.ask("facilitator", "workshop.change", body)
    assert [one["title"] for one in world.state(f"cohort/{world.cohort}")["workshops"]] == [
        "2. Werkstatt-Treffen",
        "Verlegt",
    ]


def test_a_change_that_changes_nothing_is_no_news(world):
    workshop = world.state()["workshop"]
    before = world.heads()
    body = {key: workshop[key] for key in ("title", "starts_at", "place", "minutes")}
    world.ask("facilitator", "workshop.change", body)
    assert world.heads() == before


def test_a_poll_keeps_the_minutes_it_was_opened_with(world):
    world.ask("facilitator", "poll.open")
    world.ask("facilitator", "workshop.change", {**BODY, "title": "Kürzer", "minutes": 120})
    state = world.state()
    assert (state["workshop"]["minutes"], state["poll"]["minutes"]) == (120, 360)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("minutes", 10),
        ("minutes", 1445),
        ("minutes", 61),
        ("starts_at", "2016-04-28T09:00:00"),
        ("starts_at", "bald"),
        ("starts_at", "0001-01-01T00:00:00+14:00"),
        ("starts_at", "9999-12-31T23:59:59-14:00"),
        ("place", "zwei\nZeilen"),
        ("title", "N" * 121),
    ],
)
def test_what_a_workshop_cannot_be_is_refused(world, field, value):
    body = {**BODY, field: value}
    assert world.refused("facilitator", "workshop.create", body, at=f"cohort/{world.cohort}") == "invalid"
