"""The page on which the office sees what is kept how long, what goes next, and what went."""

import re

import pytest

from foundation import commands
from people.privacy.retention import service


@pytest.fixture
def page(browser, aged):
    browser.sign_in("administrator")
    return lambda: browser.get("/admin/retention").text


def row(text, what):
    return re.search(rf'<th[^>]*scope="row"[^>]*>{what}</th>(.*?)</tr>', text, re.S)[1]


def test_it_says_periods_in_words_and_what_goes_next(page, aged):
    service.keep_planned(aged.door)
    text = page()
    assert "90 Tage nach dem Annehmen" in row(text, "Einladungen")
    assert ">3</td>" in row(text, "Einladungen")
    assert "1.095 Tage" in row(text, "Protokoll der Verwaltung")
    assert re.search(r"In der nächsten Nacht, am \d+\. \w+ \d{4}, 4:00 Uhr", text)
    assert "Sie gehören zum Konto und werden mit ihm gelöscht." in text
    assert "Noch nichts." in text
    assert "In der nächsten Nacht geht sie an 2 Personen." in text


def test_it_reports_what_went(page, aged, periods, clock):
    service.go_through(aged.door, periods, round_=commands.new_id(), now=clock.now())
    service.go_through(aged.door, periods, round_=commands.new_id(), now=clock.now())
    service.warn_unused(aged.door, periods, now=clock.now())
    text = page()
    assert "Einladungen: 3, Links aus E-Mails: 1" in text
    assert ">nichts</td>" in text
    assert "In der nächsten Nacht geht keine hinaus." in text
    assert ">0</td>" in row(text, "Einladungen")


def test_it_asks_the_database_as_often_for_one_round_as_for_many(page, aged, periods, clock, queries_of):
    service.go_through(aged.door, periods, round_=commands.new_id(), now=clock.now())
    one = queries_of(page)
    for _ in range(5):
        service.go_through(aged.door, periods, round_=commands.new_id(), now=clock.now())
    assert queries_of(page) == one
