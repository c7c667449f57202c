"""A workshop that does not take place: everybody sees it, nothing is lost, and it can be taken back."""

import re

import pytest
from tests.workshops.reading import words_of

from foundation import policy
from foundation.errors import Refusal

SEED = policy.system("seed")
LATER = "2098-06-09T07:00:00.000000Z"
REASON = "Der Saal ist gesperrt."
MOVED = {"title": "Verlegt", "starts_at": LATER, "place": "Menden", "minutes": 240}


@pytest.fixture
def upcoming(world):
    return world.add_workshop(starts_at=LATER)


def steps(page):
    found = re.findall(r'<li class="ws-series__step is-\w+">(.*?)</li>', page.text, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", words).split()) for words in found]


def test_a_cancellation_is_told_at_the_workshop_and_in_the_cohort(world):
    with world.everything_is_told():
        world.ask("facilitator", "workshop.cancel", {"reason": REASON})
    told = world.state()["workshop"]
    assert (told["cancelled_at"] is not None, told["cancelled_reason"]) == (True, REASON)
    [listed] = world.state(f"cohort/{world.cohort}")["workshops"]
    assert listed == {name: value for name, value in told.items() if name != "cohort"}


def test_taken_back_it_is_as_it_was(world):
    before = world.state()
    world.ask("facilitator", "workshop.cancel", {"reason": REASON})
    with world.everything_is_told():
        world.ask("administrator", "workshop.reinstate")
    assert world.state() == before


def test_what_is_cancelled_cannot_be_cancelled_and_what_is_not_cannot_be_taken_back(world):
    assert world.refused("facilitator", "workshop.reinstate") == "closed"
    world.ask("facilitator", "workshop.cancel")
    assert world.refused("facilitator", "workshop.cancel", {"reason": REASON}) == "closed"
    assert world.state()["workshop"]["cancelled_reason"] == ""


def test_a_reason_is_short_and_stands_in_one_line(world):
    assert world.refused("facilitator", "workshop.cancel", {"reason": "x" * 201}) == "invalid"
    assert world.refused("facilitator", "workshop.cancel", {"reason": "erst\ndann"}) == "invalid"


def test_nothing_new_is_prepared_for_it(world):
    topic = world.propose()
    world.ask("facilitator", "workshop.cancel")
    proposal = {"title": "Junges Engagement", "question": "", "minutes": 60}
    asked = [
        ("ahlen", "topic.propose", proposal),
        ("menden", "topic.need", {"topic": topic, "value": True}),
        ("menden", "topic.offer", {"topic": topic, "value": True}),
        ("facilitator", "poll.open", {}),
    ]
    for who, name, body in asked:
        with pytest.raises(Refusal) as refused:
            world.ask(who, name, body)
        assert refused.value.code == "closed"
        assert refused.value.message.startswith("Dieses Treffen ist abgesagt.")
    world.ask("facilitator", "workshop.reinstate")
    assert [world.refused(*one) for one in asked] == [None] * 4


def test_who_may_not_prepare_it_does_not_learn_that_it_is_cancelled(world):
    world.ask("facilitator", "workshop.cancel")
    assert (
        world.refused("olpe", "topic.propose", {"title": "Abc", "question": "", "minutes": 60}) == "not_found"
    )


def test_a_vote_that_runs_goes_on(world):
    topic = world.propose()
    world.ask("facilitator", "poll.open")
    before = world.state()["poll"]
    world.ask("facilitator", "workshop.cancel")
    assert world.state()["poll"] == before
    world.mark("ahlen", topic)
    world.ask("facilitator", "poll.close")
    assert [block["topic"] for block in world.state()["agenda"]["blocks"]] == [topic]


def test_what_is_left_over_goes_past_it_to_the_next_that_takes_place(world, upcoming):
    following = world.add_workshop(starts_at="2099-06-09T07:00:00Z")
    world.ask("facilitator", "workshop.cancel", at=f"workshop/{upcoming}")
    left = world.propose()
    world.ask("facilitator", "poll.open")
    world.ask("facilitator", "poll.close")
    world.ask("facilitator", "agenda.adopt")
    assert [topic["id"] for topic in world.state(f"workshop/{following}")["topics"]] == [left]
    assert world.state(f"workshop/{upcoming}")["topics"] == []


def test_its_date_can_still_be_changed(world):
    world.ask("facilitator", "workshop.cancel")
    world.ask("facilitator", "workshop.change", MOVED)
    told = world.state()["workshop"]
    assert (told["title"], told["cancelled_at"] is not None) == ("Verlegt", True)


def test_every_page_says_so_in_words(world, browse, upcoming):
    world.ask("facilitator", "workshop.cancel", {"reason": REASON}, at=f"workshop/{upcoming}")
    series = steps(browse("ahlen").get("/workshops"))[1]
    assert f"Abgesagt {REASON} Absage in den Kalender übernehmen" in series
    for tab in ("topics", "poll", "agenda"):
        page = browse("ahlen").get(f"/workshops/{upcoming}/{tab}").text
        assert "Dieses Treffen ist abgesagt" in page
        assert REASON in page
        assert f'<workshop-cancelled stream="workshop/{upcoming}">' in page
    overview = words_of(browse("ahlen").get("/"))
    assert "Abgesagt: 2. Werkstatt-Treffen am" in overview
    assert REASON in overview


def test_it_is_not_the_next_one_and_nothing_waits_there(world, browse, upcoming):
    following = world.add_workshop(starts_at="2099-06-09T07:00:00Z")
    assert f'href="/workshops/{upcoming}/topics"' in browse("ahlen").get("/").text
    world.ask("facilitator", "workshop.cancel", at=f"workshop/{upcoming}")
    overview = browse("ahlen").get("/").text
    assert f"/workshops/{upcoming}/" not in overview
    assert f'href="/workshops/{following}/topics/new"' in overview


@pytest.mark.parametrize(("starts_at", "named"), [(LATER, True), ("2016-04-28T07:00:00Z", False)])
def test_where_only_cancelled_ones_are_the_overview_says_so_and_leads_to_all(world, browse, starts_at, named):
    """Of one that would be over by now nobody has to be told any more."""
    world.ask("facilitator", "workshop.change", {**MOVED, "starts_at": starts_at})
    world.ask("facilitator", "workshop.cancel", {"reason": REASON})
    page = browse("ahlen").get("/")
    overview = words_of(page)
    assert "Zurzeit ist kein Treffen angesetzt" in overview
    assert ("Abgesagt: Verlegt am" in overview, REASON in overview) == (named, named)
    assert 'href="/workshops">Alle Treffen der Reihe ansehen' in page.text


def test_those_who_run_the_series_are_asked_before_they_cancel(world, browse, upcoming):
    visitor, address = browse("facilitator"), f"/workshops/{world.workshop}/cancel"
    series = visitor.get("/workshops").text
    assert [one in series for one in (address, f'href="/workshops/{upcoming}/cancel"')] == [False, True]
    form = visitor.get(address).text
    assert "Sie können die Absage jederzeit zurücknehmen." in form
    assert world.state()["workshop"]["cancelled_at"] is None
    [number] = re.findall(r'name="command_id" value="([^"]+)"', form)
    for _ in range(2):
        answer = visitor.post(address, data={"command_id": number, "reason": REASON})
        assert answer.location == "/workshops"
    assert world.state()["workshop"]["cancelled_reason"] == REASON


def test_what_was_typed_stays_where_something_is_wrong(world, browse):
    visitor, address = browse("facilitator"), f"/workshops/{world.workshop}/cancel"
    number = r'name="command_id" value="([^"]+)"'
    sent = re.findall(number, visitor.get(address).text)
    answer = visitor.post(address, data={"command_id": sent[0], "reason": "x" * 201})
    assert answer.status_code == 422
    assert "x" * 201 in answer.text
    assert re.findall(number, answer.text) == sent
    assert world.state()["workshop"]["cancelled_at"] is None


def test_they_take_it_back_on_the_page_of_the_series(world, browse):
    world.ask("facilitator", "workshop.cancel")
    visitor, address = browse("administrator"), f"/workshops/{world.workshop}/reinstate"
    with visitor.session_transaction() as session:
        session["cohort"] = world.cohort
    assert f'action="{address}"' in visitor.get("/workshops").text
    assert visitor.post(address, data={"command_id": ""}).location == "/workshops"
    assert world.state()["workshop"]["cancelled_at"] is None
    visitor.post(address, data={"command_id": ""})
    assert "Dieses Treffen ist nicht abgesagt." in visitor.get("/workshops").text


@pytest.mark.parametrize("who", ["ahlen", "coach", "olpe", "stranger"])
def test_for_everybody_else_there_is_no_such_page(world, browse, who):
    visitor, here = browse(who), f"/workshops/{world.workshop}"
    answers = [
        visitor.get(f"{here}/cancel"),
        visitor.post(f"{here}/cancel", data={"command_id": ""}),
        visitor.post(f"{here}/reinstate", data={"command_id": ""}),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
