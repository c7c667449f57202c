"""The page of people, and the choice among cohorts."""

import json
import re

import pytest

NEXT = {"name": "Durchgang 2016/17", "starts_on": "2016-09-01", "ends_on": "2017-12-31"}


def embedded(answer):
    found = re.search(r'data-stream="([^"]+)">(.*?)</script>', answer.text, re.S)
    return found[1], json.loads(found[2])


def test_whoever_is_signed_out_is_sent_to_sign_in(browser):
    assert browser.get("/people").location == "/sign-in?next=%2Fpeople"


@pytest.mark.parametrize("who", ["ahlen", "coach", "facilitator", "administrator"])
def test_the_cohort_sees_its_teams(browser, world, who):
    browser.sign_in(who)
    answer = browser.get("/people")
    stream, snapshot = embedded(answer)
    assert f'<cohort-teams stream="{stream}">' in answer.text
    assert (stream, snapshot["seq"]) == (f"cohort/{world.cohort}", world.state(stream)[0])
    assert snapshot["state"] == world.state(stream)[1]


def test_who_belongs_to_no_cohort_reads_what_will_be_here(browser):
    browser.sign_in("stranger")
    answer = browser.get("/people")
    assert "Sie gehören noch zu keinem Durchgang" in answer.text
    assert "data-stream" not in answer.text


def test_a_page_costs_the_same_queries_however_many_people(browser, world, database, queries_of):
    browser.sign_in("administrator")
    few = queries_of(lambda: browser.get("/people"))
    cohort = f"cohort/{world.cohort}"
    for number in range(4):
        body = {"organisation": world.organisation, "name": f"Team {number}"}
        team = world.ask("administrator", "team.create", cohort, body).result["team"]
        person = {"name": f"Amt {number}", "email": f"amt{number}@example.org"}
        made = world.ask("administrator", "person.create", "house", person).result["person"]
        world.ask("administrator", "seat.give", cohort, {"team": team, "person": made})
    assert queries_of(lambda: browser.get("/people")) == few


def test_the_newest_cohort_is_shown_until_another_is_chosen(browser, world):
    newer = world.ask("administrator", "cohort.create", "house", NEXT).result["cohort"]
    browser.sign_in("administrator")
    assert embedded(browser.get("/people"))[0] == f"cohort/{newer}"
    assert f'href="/cohorts/{world.cohort}"' in browser.get("/people").text
    assert browser.get(f"/cohorts/{world.cohort}").location == "/"
    assert embedded(browser.get("/people"))[0] == f"cohort/{world.cohort}"


def test_a_cohort_of_others_cannot_be_chosen(browser, world):
    newer = world.ask("administrator", "cohort.create", "house", NEXT).result["cohort"]
    browser.sign_in("ahlen")
    answers = [browser.get(f"/cohorts/{cohort}").status_code for cohort in (newer, "0" * 16)]
    assert answers == [404, 404]


def test_whoever_loses_their_seat_no_longer_sees_the_cohort(browser, world, database):
    browser.sign_in("stranger")
    given = {"person": world.people["stranger"], "role": "facilitator", "cohort": world.cohort}
    role = world.ask("administrator", "role.grant", "house", given).result["role"]
    assert "data-stream" in browser.get("/people").text
    world.ask("administrator", "role.end", "house", {"role": role})
    assert "data-stream" not in browser.get("/people").text
