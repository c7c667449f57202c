"""What every page has around it, and the state that is embedded in it."""

import re

import pytest

from foundation.errors import Code, Refusal
from people import page
from people.cohorts import current


def test_the_frame_of_a_page_knows_the_reader(visit, world, database):
    def frame():
        with database.reading() as connection:
            return page.frame(cohort=current.cohort(connection), breadcrumb=[("Personen", None)])

    found = visit("ahlen", frame)
    told = found["page"]
    assert told["actor"] == {
        "kind": "person",
        "id": world.people["ahlen"],
        "name": "Ahlen · Engagementförderung",
    }
    assert (told["team"], told["facilitates"], told["strings"]) == (world.teams["ahlen"], False, None)
    assert found["cohort"] == {"name": "Durchgang 2015/16", "others": []}
    here = [entry["href"] for entry in found["navigation"] if entry["current"] == "page"]
    assert (here, found["navigation"][0]["current"]) == (["/people"], False)


def test_the_frame_knows_who_facilitates(visit, database):
    def frame():
        with database.reading() as connection:
            return page.frame(cohort=current.cohort(connection))["page"]

    told = visit("facilitator", frame)
    assert (told["team"], told["facilitates"]) == (None, True)


def test_signed_out_there_is_no_navigation(visit):
    frame = visit(None, page.frame, path="/sign-in")
    assert frame["page"]["actor"] is None
    assert frame.keys().isdisjoint({"navigation", "account", "cohort"})


def test_a_stream_of_others_is_as_one_that_does_not_exist(visit, world, database):
    def snapshot(name):
        with database.reading() as connection:
            return page.snapshot(connection, name)

    for name in (world.place("menden"), "person/" + "0" * 16, "person/x", "nothing"):
        with pytest.raises(Refusal) as refused:
            visit("ahlen", lambda name=name: snapshot(name))
        assert refused.value.code is Code.NOT_FOUND


def test_a_snapshot_is_what_the_wire_gives(visit, world, database):
    def snapshot():
        with database.reading() as connection:
            return page.snapshot(connection, world.place("ahlen"))

    seq, state = world.state(world.place("ahlen"))
    found = visit("ahlen", snapshot)
    assert (found["stream"], found["seq"]) == (world.place("ahlen"), seq + 1)
    assert found["state"] == {**state, "sessions": found["state"]["sessions"]}
    assert re.fullmatch("[0-9a-z]{16}", found["epoch"])


def test_nothing_is_called_by_a_sign_that_no_database_keeps(browser, app):
    browser.sign_in("administrator")
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.arguments}
    pages = sorted(rule for rule in rules if not rule.startswith("/live/"))
    asked = [
        *(re.sub("<[^>]+>", "a%00b", rule) for rule in pages),
        "/admin/people?search=%00",
        "/admin/audit?person=%00",
    ]
    assert {path: browser.get(path).status_code for path in asked} == dict.fromkeys(asked, 404)
