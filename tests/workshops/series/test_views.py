"""The series: where the cohort is in its year."""

import html
import re
from datetime import timedelta

from foundation import clock


def _steps(page):
    """For each step of the timeline: past, next or later, and its words."""
    found = re.findall(r'<li class="ws-series__step is-(\w+)">(.*?)</li>', page.text, re.DOTALL)
    return [(when, " ".join(html.unescape(re.sub(r"<[^>]+>", " ", words)).split())) for when, words in found]


def test_the_series_shows_what_was_what_is_next_and_what_comes_later(world, browse):
    following = world.add_workshop(starts_at="2098-04-28T07:30:00Z")
    world.add_workshop(starts_at="2099-11-05T08:00:00Z")
    topic = world.propose(minutes=90)
    world.ask("facilitator", "poll.open")
    world.mark("ahlen", topic)
    world.ask("facilitator", "poll.close")
    world.ask("facilitator", "agenda.adopt")
    world.propose(at=f"workshop/{following}")
    past = ["Donnerstag, 28. April 2016, 9 Uhr", "1. Werkstatt-Treffen", "Siegburg", "Treffen ist vorbei"]
    upcoming = ["2", "Montag, 28. April 2098, 9:30 Uhr", "2. Werkstatt-Treffen", "Siegburg"]
    later = ["3", "Donnerstag, 5. November 2099, 9 Uhr", "3. Werkstatt-Treffen", "Siegburg"]
    collecting, file = "Themen werden gesammelt", "Zum Kalender hinzufügen : {}. Werkstatt-Treffen"
    assert _steps(browse("coach").get("/workshops")) == [
        ("past", " ".join([*past, "1 Thema gewählt, 90 von 360 Minuten"])),
        ("next", " ".join([*upcoming, collecting, "1 Thema vorgeschlagen", file.format(2)])),
        ("later", " ".join([*later, collecting, "noch kein Thema vorgeschlagen", file.format(3)])),
    ]


def test_how_long_a_vote_runs_stands_beside_the_state(world, browse):
    upcoming = world.add_workshop(starts_at="2099-04-28T07:00:00Z")
    body = {"closes_at": clock.wire(clock.now() + timedelta(hours=2))}
    world.ask("facilitator", "poll.open", body, at=f"workshop/{upcoming}")
    ((_when, words),) = _steps(browse("coach").get("/workshops"))[1:]
    assert re.search(r"Abstimmung läuft bis \w+, .* Uhr · noch kein Thema vorgeschlagen Zum Kalender", words)


def test_a_cohort_without_workshops_is_told_what_will_be_here(browse):
    assert "Noch ist kein Treffen angesetzt" in browse("olpe").get("/workshops").text


def test_an_administrator_sees_the_series_without_ways_into_it(world, browse):
    page = browse("administrator").get("/workshops")
    assert f"/workshops/{world.workshop}" not in page.text
    world_of_a_member = browse("menden").get("/workshops")
    assert f'href="/workshops/{world.workshop}/topics"' in world_of_a_member.text


def test_a_workshop_opens_with_its_topics(world, browse):
    page = browse("coach").get(f"/workshops/{world.workshop}")
    assert (page.status_code, page.location) == (302, f"/workshops/{world.workshop}/topics")


def test_the_series_costs_the_same_for_one_workshop_and_for_thirty(world, browse):
    member = browse("ahlen")
    member.get("/workshops")
    _, few = world.count_statements(lambda: member.get("/workshops"))
    for number in range(30):
        world.add_workshop(starts_at=f"20{number + 20}-04-28T07:00:00Z")
    page, many = world.count_statements(lambda: member.get("/workshops"))
    assert (len(_steps(page)), many) == (31, few)
