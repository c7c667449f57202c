"""The page of the memory: bars, the table behind them, own minutes, and what is not counted."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import update

from workshops.voting.models import Ballot

from .conftest import ROLE, SHARES, vote

PAGE = "/workshops/memory"


def text(page):
    shown = re.sub(r"<(script|title)\b.*?</\1>", "", page.text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", shown)).split())


def table(page, name):
    """The rows of a table, its head first."""
    [found] = re.findall(rf'aria-labelledby="{name}-caption">(.*?)</table>', page.text, re.DOTALL)
    rows = re.findall(r"<tr\b.*?</tr>", found, re.DOTALL)
    return [
        [
            html.unescape(re.sub(r"<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<t[hd]\b.*?</t[hd]>", row)
        ]
        for row in rows
    ]


def bars(page):
    """By team: where the parts of its bar begin, how wide they are, and which workshop they stand for."""
    rows = re.findall(r'<li class="ws-memory__row.*?</li>', page.text, re.DOTALL)
    return {
        re.search(r'__team">([^<]+)', row)[1].strip(): (
            re.findall(r' x="([\d.]+%)" y="\d" width="([\d.]+%)"', row),
            re.findall(r"<text[^>]*>(\d+)</text>", row),
        )
        for row in rows
    }


def test_before_the_first_adopted_agenda_the_page_says_what_will_be_here(world, browse):
    vote(world, {"A": (90, "ahlen")}, adopt=False)
    page = browse("ahlen").get(PAGE)
    assert "Noch gibt es nichts zu zählen" in text(page)
    assert bars(page) == {}


def test_each_team_has_a_bar_with_a_part_for_each_workshop(world, browse, later):
    vote(world, {"A": (90, "ahlen menden"), "B": (60, "ahlen")})
    vote(world, {"C": (50, "ahlen senden")}, at=later[0])
    page = browse("ahlen").get(PAGE)
    assert bars(page) == {
        "Ahlen": ([("0.00%", "75.00%"), ("75.00%", "25.00%")], ["1", "2"]),
        "Menden": ([("0.00%", "45.00%")], ["1"]),
        "Senden": ([("0.00%", "25.00%")], ["2"]),
    }
    assert table(page, "served") == [
        ["Team", "insgesamt", "1. Werkstatt-Treffen", "2. Werkstatt-Treffen"],
        ["Ahlen", "200", "150", "50"],
        ["Menden", "90", "90", "0"],
        ["Senden", "50", "0", "50"],
    ]
    assert "Im Durchschnitt je Team 113 Minuten" in text(page)
    assert "50 bis 200 Minuten" in text(page)


def test_a_team_that_came_later_has_nothing_where_it_was_not_there(world, browse, later):
    vote(world, {"A": (90, "ahlen")})
    world.join("hilden")
    assert "Hilden" not in text(browse("ahlen").get(PAGE))
    vote(world, {"B": (60, "hilden")}, at=later[0])
    assert ["Hilden", "60", "–", "60"] in table(browse("ahlen").get(PAGE), "served")


def test_own_minutes_are_shown_where_they_were_paid_with(world, browse, later):
    vote(world, {"A": (90, "ahlen")}, **SHARES)
    vote(world, {"B": (60, "menden")}, at=later[0])
    page = browse("senden").get(PAGE)
    assert table(page, "owned") == [
        ["Team", "1. Werkstatt-Treffen", "zuletzt übrig"],
        ["Ahlen", "90 von 120", "30 Minuten"],
        ["Menden", "0 von 120", "120 Minuten"],
        ["Senden", "0 von 120", "120 Minuten"],
    ]


def test_without_own_minutes_nothing_is_said_about_them(world, browse):
    vote(world, {"A": (90, "ahlen")})
    assert "Eigene Minuten" not in text(browse("ahlen").get(PAGE))


def test_secret_votes_are_named_and_not_counted(world, browse, later):
    vote(world, {"A": (90, "ahlen")})
    topic = world.propose(title="Geheim", at=later[0])
    held = {"secret": True, "show": "end", "quorum": 3}
    poll = world.ask(ROLE, "poll.open", held, at=later[0]).result["poll"]
    for who in ("ahlen", "menden", "senden"):
        world.ask(who, "ballot.cast", {"poll": poll, "base": 0, "marks": {topic: 1}}, at=later[0])
    for command in ("poll.close", "agenda.adopt"):
        world.ask(ROLE, command, at=later[0])
    page = browse("ahlen").get(PAGE)
    assert table(page, "served")[0] == ["Team", "insgesamt", "1. Werkstatt-Treffen"]
    assert "Geheime Abstimmungen zählen nicht mit" in text(page)
    assert "was die Teams dort wollten: 2. Werkstatt-Treffen." in text(page)


def test_votes_from_before_there_was_a_memory_are_not_shown(world, browse):
    """Nobody had said then that it would be seen whose wishes came up."""
    vote(world, {"A": (90, "ahlen")})
    with world.door.database.transaction() as connection:
        connection.execute(update(Ballot).values(served=None))
    assert "Noch gibt es nichts zu zählen" in text(browse("ahlen").get(PAGE))


def test_a_vote_whose_ties_go_by_it_shows_who_comes_first(world, browse, later):
    vote(world, {"A": (90, "ahlen"), "B": (60, "ahlen senden")})
    page = browse("ahlen").get(PAGE)
    assert "Bei Gleichstand" not in text(page)
    world.ask(ROLE, "poll.open", {"ties": "least_served"}, at=later[0])
    page = browse("ahlen").get(PAGE)
    assert "Bei Gleichstand: 2. Werkstatt-Treffen" in text(page)
    assert table(page, "ties-table-1")[1:] == [["Menden", "0"], ["Senden", "60"], ["Ahlen", "150"]]
    for command in ("poll.close", "agenda.adopt"):
        world.ask(ROLE, command, at=later[0])
    assert "Bei Gleichstand" not in text(browse("ahlen").get(PAGE))


def test_the_own_team_is_named_so(world, browse):
    vote(world, {"A": (90, "ahlen")})
    assert re.findall(r"is-own.*?__team\">(\w+)", browse("menden").get(PAGE).text, re.DOTALL) == ["Menden"]
    assert "Ihr Team" not in text(browse("coach").get(PAGE))


@pytest.mark.parametrize("who", ["administrator", "stranger"])
def test_who_is_not_of_the_group_does_not_find_it(world, browse, who):
    vote(world, {"A": (90, "ahlen")})
    assert browse(who).get(PAGE).status_code == 404
    assert PAGE not in browse(who).get("/workshops").text


def test_another_cohort_sees_its_own_series(world, browse):
    vote(world, {"A": (90, "ahlen")})
    page = browse("olpe").get(PAGE)
    assert page.status_code == 200
    assert "Ahlen" not in text(page)


def test_the_series_leads_there(world, browse):
    assert f'href="{PAGE}"' in browse("ahlen").get("/workshops").text


def test_it_costs_the_same_for_one_workshop_and_for_many(world, browse):
    vote(world, {"A": (90, "ahlen")}, **SHARES)
    member = browse("ahlen")
    member.get(PAGE)
    _, few = world.count_statements(lambda: member.get(PAGE))
    for number in range(5):
        place = f"workshop/{world.add_workshop(starts_at=f'20{17 + number}-04-28T07:00:00Z')}"
        vote(world, {"A": (90, "ahlen menden")}, at=place, **SHARES)
    world.join("hilden")
    page, many = world.count_statements(lambda: member.get(PAGE))
    assert (many, len(table(page, "served")[0])) == (few, 8)
