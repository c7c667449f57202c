"""Grades and voices: marked topic by topic, with a reason where somebody has a concern."""

import pytest


@pytest.fixture
def held(world):
    """Three topics and an open poll of the method: `held("score")` are the topics."""

    def open_poll(method, **settings):
        made = [world.propose(title=title) for title in ("Netzwerke", "Fördermittel", "Ehrenamtskarte")]
        world.ask("facilitator", "poll.open", {"method": method, **settings})
        return made

    return open_poll


def _say(world, who, topic, value, reason=None):
    body = {"topic": topic, "value": value} | ({"reason": reason} if reason is not None else {})
    return world.ask(who, "ballot.mark", body)


def _tally(world):
    return list(world.state()["poll"]["tally"].values())


def test_grades_are_added_up(world, held):
    first, second, _ = held("score")
    with world.everything_is_told():
        _say(world, "ahlen", first, 5)
        _say(world, "menden", first, 3)
        _say(world, "menden", second, 1)
        _say(world, "ahlen_2", first, 4)
    assert _tally(world) == [7, 1, 0]
    assert world.refused("ahlen", "ballot.mark", {"topic": first, "value": 6}) == "invalid"
    with world.everything_is_told():
        world.ask("facilitator", "poll.close")
    assert [block["approvals"] for block in world.state()["agenda"]["blocks"]] == [7, 1]


def test_a_consent_counts_who_agrees_with_or_without_a_concern(world, held):
    first, second, _ = held("consent")
    with world.everything_is_told():
        _say(world, "ahlen", first, 1)
        _say(world, "menden", first, 2)
        _say(world, "senden", first, 3)
        _say(world, "senden", second, 0)
    assert _tally(world) == [2, 0, 0]
    assert world.refused("ahlen", "ballot.mark", {"topic": first, "value": 4}) == "invalid"


def test_a_reason_is_the_teams_own_until_the_close_and_everybodys_with_the_result(world, held):
    first, second, third = held("consent")
    with world.everything_is_told():
        _say(world, "ahlen", first, 3, "Dafür haben wir gerade keine Leute.")
        _say(world, "menden", first, 2, "Bitte am Vormittag.")
        _say(world, "menden", second, 2)
        _say(world, "menden", third, 1)
    own = world.state(world.stream("ahlen"))["marks"][first]
    assert (own["value"], own["reason"]) == (3, "Dafür haben wir gerade keine Leute.")
    others = [world.events(world.stream(kind)) for kind in ("", "facilitators", "menden", "senden")]
    assert "keine Leute" not in str(others)
    assert world.state()["poll"]["voices"] is None
    with world.everything_is_told():
        world.ask("facilitator", "poll.close")
    ahlen, menden = world.teams["ahlen"], world.teams["menden"]
    assert world.state()["poll"]["voices"] == {
        first: [
            {"team": ahlen, "value": 3, "reason": "Dafür haben wir gerade keine Leute."},
            {"team": menden, "value": 2, "reason": "Bitte am Vormittag."},
        ],
        second: [{"team": menden, "value": 2, "reason": ""}],
    }


def test_another_reason_is_news_and_the_same_is_not(world, held):
    topic, *_ = held("consent")
    _say(world, "ahlen", topic, 2, "Zu lang.")
    before = world.heads()
    _say(world, "ahlen_2", topic, 2, "Zu lang.")
    assert world.heads() == before
    with world.everything_is_told():
        _say(world, "ahlen_2", topic, 2, "Zu kurz.")
    after = world.heads()
    assert {name for name in after if after[name] != before[name]} == {world.stream("ahlen")}
    with world.everything_is_told():
        _say(world, "ahlen", topic, 1)
    assert world.state(world.stream("ahlen"))["marks"][topic]["reason"] == ""


@pytest.mark.parametrize("value", [0, 1])
def test_who_agrees_or_stands_aside_gives_no_reason(world, held, value):
    topic, *_ = held("consent")
    body = {"topic": topic, "value": value, "reason": "Zu lang."}
    assert world.refused("ahlen", "ballot.mark", body) == "invalid"


def test_a_reason_is_a_sentence_and_no_page(world, held):
    topic, *_ = held("consent")
    body = {"topic": topic, "value": 3, "reason": "x" * 301}
    assert world.refused("ahlen", "ballot.mark", body) == "invalid"


def test_reasons_of_a_team_that_abstains_are_not_shown(world, held):
    topic, *_ = held("consent")
    _say(world, "ahlen", topic, 3, "Zu lang.")
    world.ask("ahlen", "ballot.abstain", {"value": True})
    world.ask("facilitator", "poll.close")
    assert world.state()["poll"]["voices"] == {}
