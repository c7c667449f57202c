"""While the count is hidden nothing in any stream gives it away, whatever kind of ballot is filled in."""

import pytest

METHODS = ("approval", "score", "consent", "dots", "borda", "schulze", "equal_shares", "equal_shares_points")
WHOLE = ("dots", "equal_shares_points", "borda", "schulze")
KINDS = ("", "facilitators", "ahlen", "menden", "senden")


@pytest.fixture
def held(world):
    def open_poll(**settings):
        made = [world.propose(title=title) for title in ("Netzwerke", "Fördermittel", "Ehrenamtskarte")]
        world.ask("facilitator", "poll.open", settings)
        return made

    return open_poll


def _vote(world, who, method, topics):
    """What the team wants, the first the most."""
    if method in WHOLE:
        base = world.state(world.stream(who.removesuffix("_2")))["version"]
        marks = {topic: rank for rank, topic in enumerate(topics, start=1)}
        world.ask(who, "ballot.fill", {"base": base, "marks": marks})
    else:
        for topic in topics:
            world.mark(who, topic)


def _told(world, kind, name):
    return [body for event, body in world.events(world.stream(kind)) if event == name]


@pytest.mark.parametrize("method", METHODS)
def test_until_the_close_nobody_is_told_a_count(world, held, method):
    topics = held(method=method, show="end")
    with world.everything_is_told():
        for who in ("ahlen", "menden", "ahlen_2"):
            _vote(world, who, method, topics[:2])
        world.ask("senden", "ballot.abstain", {"value": True})
    counts = [body["approvals"] for body in _told(world, "", "poll.tally_changed")]
    assert set(counts) == {None}
    assert [_told(world, kind, "ballot.tally_changed") for kind in KINDS] == [[]] * len(KINDS)
    assert world.state()["poll"]["tally"] is None
    assert [world.state(world.stream(kind))["tally"] for kind in KINDS[2:]] == [None] * 3
    for event, body in world.events():
        assert event.startswith("topic.") or "marks" not in str(body), event


@pytest.mark.parametrize("method", METHODS)
def test_a_team_sees_the_count_once_it_has_voted_and_never_the_ballots_of_others(world, held, method):
    topics = held(method=method, show="own")
    with world.everything_is_told():
        _vote(world, "ahlen", method, topics[:2])
    assert [world.state(world.stream(kind))["tally"] is not None for kind in KINDS[2:]] == [
        True,
        False,
        False,
    ]
    with world.everything_is_told():
        _vote(world, "menden", method, topics[1:2])
        body = {"team": world.teams["senden"], "marks": {topics[0]: 1}}
        world.ask("facilitator", "ballot.enter", body)
    ahlen, menden, senden = (world.state(world.stream(kind))["tally"] for kind in KINDS[2:])
    assert (ahlen, senden) == (menden, None)
    with world.everything_is_told():
        world.ask("senden", "ballot.confirm", {"base": 1})
    every = [world.state(world.stream(kind))["tally"] for kind in KINDS[2:]]
    assert every == [every[0]] * 3
    assert every[0][topics[0]] > ahlen[topics[0]]
    assert {body["approvals"] for body in _told(world, "", "poll.tally_changed")} == {None}
    for kind in ("ahlen", "menden"):
        foreign = [body for event, body in world.events(world.stream(kind)) if "by" in body]
        own = {world.people[who] for who in world.people if who.startswith(kind)}
        assert {body["by"]["id"] for body in foreign} <= own
