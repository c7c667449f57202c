"""Announcing a workshop and changing one, by those who run the series."""

import re

import pytest

NEW = "/workshops/new"
GIVEN = {"title": "", "starts_at": "2098-06-05T09:30", "place": "Menden", "minutes": "240"}


def announce(visitor, **other):
    form = visitor.get(NEW).text
    hidden = dict(re.findall(r'name="(csrf_token|command_id)" value="([^"]+)"', form))
    return visitor.post(NEW, data={**hidden, **GIVEN, **other})


@pytest.mark.parametrize("who", ["facilitator", "administrator"])
def test_those_who_run_the_series_announce_a_workshop(world, browse, who):
    visitor = browse(who)
    with visitor.session_transaction() as session:
        session["cohort"] = world.cohort
    assert 'href="/workshops/new"' in visitor.get("/workshops").text
    assert announce(visitor).location == "/workshops"
    workshops = world.state(f"cohort/{world.cohort}")["workshops"]
    assert [(one["title"], one["starts_at"], one["place"], one["minutes"]) for one in workshops[1:]] == [
        ("2. Werkstatt-Treffen", "2098-06-05T07:30:00.000000Z", "Menden", 240)
    ]


def test_what_was_typed_stays_where_something_is_wrong(world, browse):
    answer = announce(browse("facilitator"), starts_at="morgen", minutes="7")
    assert answer.status_code == 422
    assert "Das ist kein gültiger Zeitpunkt." in answer.text
    assert 'value="Menden"' in answer.text
    assert announce(browse("facilitator"), starts_at="0001-01-01T00:00").status_code == 422
    assert len(world.state(f"cohort/{world.cohort}")["workshops"]) == 1


def test_the_same_form_sent_twice_announces_once(world, browse):
    visitor = browse("facilitator")
    form = visitor.get(NEW).text
    hidden = dict(re.findall(r'name="(csrf_token|command_id)" value="([^"]+)"', form))
    for _ in range(2):
        assert visitor.post(NEW, data={**hidden, **GIVEN}).status_code == 302
    assert len(world.state(f"cohort/{world.cohort}")["workshops"]) == 2


def test_a_change_begins_with_what_stands_in_local_time(world, browse):
    visitor = browse("facilitator")
    address = f"/workshops/{world.workshop}/change"
    form = visitor.get(address).text
    assert 'value="2016-04-28T09:00"' in form
    hidden = dict(re.findall(r'name="(csrf_token|command_id)" value="([^"]+)"', form))
    visitor.post(address, data={**hidden, **GIVEN, "title": "Treffen in Menden"})
    (workshop,) = world.state(f"cohort/{world.cohort}")["workshops"]
    assert (workshop["title"], workshop["starts_at"]) == ("Treffen in Menden", "2098-06-05T07:30:00.000000Z")


@pytest.mark.parametrize("who", ["ahlen", "coach", "olpe", "stranger"])
def test_for_everybody_else_there_is_no_such_page(world, browse, who):
    visitor = browse(who)
    addresses = [NEW, f"/workshops/{world.workshop}/change", "/workshops/0000000000000000/change"]
    assert [visitor.get(address).status_code for address in addresses] == [404, 404, 404]
    assert NEW not in visitor.get("/workshops").text
