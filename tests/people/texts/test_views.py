"""The pages of the operator's texts."""

import re

import pytest

CHANGE = "/texts/imprint/change"


@pytest.fixture
def office(browser):
    browser.sign_in("administrator")
    return browser


@pytest.mark.parametrize(
    ("slug", "title"),
    [
        ("imprint", "Impressum"),
        ("privacy", "Datenschutz"),
        ("accessibility", "Erklärung zur Barrierefreiheit"),
    ],
)
def test_everybody_reads_them_signed_in_or_not(browser, slug, title):
    signed_out = browser.get(f"/texts/{slug}")
    browser.sign_in("stranger")
    signed_in = browser.get(f"/texts/{slug}")
    for answer in (signed_out, signed_in):
        assert answer.status_code == 200
        assert f">{title}</h1>" in answer.text
        assert "Text ändern" not in answer.text


def test_they_are_read_in_the_readers_language(browser):
    answer = browser.get("/texts/privacy", headers={"Accept-Language": "en"})
    assert "Who is responsible" in answer.text


def test_what_is_not_there_is_not_found(office):
    assert [
        office.get(path).status_code for path in ("/texts/x", "/texts/x/change", f"{CHANGE}?language=fr")
    ] == [
        404,
        404,
        404,
    ]


def test_the_office_changes_a_text_and_sees_it(office):
    answer = office.post(CHANGE, {"language": "de", "source": "## Stadt Ahlen\n\nWestenmauer 10"})
    assert (answer.status_code, answer.location) == (302, "/texts/imprint")
    page = office.get("/texts/imprint").text
    assert "<h2>Stadt Ahlen</h2>" in page
    assert "Stand: " in page
    assert f'href="{CHANGE}"' in page


def test_a_text_in_the_other_language_is_shown_where_it_was_changed(office):
    answer = office.post(CHANGE, {"language": "en", "source": "## Who we are"}, page=CHANGE)
    assert answer.location == f"{CHANGE}?language=en"
    page = office.get(answer.location).text
    assert "Der Text ist gespeichert." in page
    assert "## Who we are" in page


def test_of_two_who_change_a_text_nobody_replaces_what_they_have_not_seen(office, another_browser):
    another_browser.sign_in("administrator")
    seen = re.search(r'name="seen" value="([^"]*)"', office.get(CHANGE).text)[1]
    another_browser.post(CHANGE, {"language": "de", "source": "## Zuerst", "seen": seen})
    later = office.post(CHANGE, {"language": "de", "source": "## Danach", "seen": seen})
    assert (later.status_code, "hat jemand anderes diesen Text geändert" in later.text) == (409, True)
    assert "## Danach</textarea>" in later.text
    assert "<h2>Zuerst</h2>" in office.get("/texts/imprint").text
    seen = re.search(r'name="seen" value="([^"]*)"', later.text)[1]
    office.post(CHANGE, {"language": "de", "source": "## Danach", "seen": seen})
    assert "<h2>Danach</h2>" in office.get("/texts/imprint").text


def test_the_preview_stores_nothing_and_keeps_the_input(office):
    answer = office.post(CHANGE, {"language": "de", "source": "## Nur *probiert*", "preview": "1"})
    assert answer.status_code == 200
    assert "<h2>Nur <em>probiert</em></h2>" in answer.text
    assert "## Nur *probiert*</textarea>" in answer.text
    assert "Nur" not in office.get("/texts/imprint").text


def test_markup_that_could_do_harm_is_only_text(office):
    source = "<script>alert(1)</script> [hier](javascript:alert(1)) <img src=x onerror=alert(1)>"
    office.post(CHANGE, {"language": "de", "source": source})
    prose = re.search(r'<div class="ws-prose">(.*?)</div>', office.get("/texts/imprint").text, re.S)[1]
    assert not re.search(r"<script|<img|href=\"javascript", prose)


def test_a_text_that_is_too_long_comes_back_with_its_error(office):
    answer = office.post(CHANGE, {"language": "de", "source": "x" * 40_001})
    assert answer.status_code == 422
    assert 'id="field-source-error"' in answer.text
    assert "x" * 40_001 in answer.text


@pytest.mark.parametrize("who", ["ahlen", "coach", "facilitator", "stranger"])
def test_for_others_there_is_no_such_page(browser, who):
    browser.sign_in(who)
    data = {"language": "de", "source": "von mir"}
    answers = [
        browser.get(CHANGE),
        browser.post(CHANGE, data, page="/profile"),
        browser.post(CHANGE, {**data, "preview": "1"}, page="/profile"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert "von mir" not in browser.get("/texts/imprint").text


def test_whoever_is_signed_out_signs_in_first(browser):
    assert browser.get(CHANGE).location == "/sign-in?next=%2Ftexts%2Fimprint%2Fchange"


def test_the_welcome_is_shown_to_who_arrives_in_their_language_until_it_is_emptied(office, another_browser):
    change = "/texts/welcome/change"
    office.post(change, {"language": "de", "source": "Willkommen bei **Engagiert in Ahlen**."})
    in_english = {"Accept-Language": "en"}
    assert "Willkommen bei <strong>Engagiert in Ahlen</strong>." in another_browser.get("/sign-in").text
    assert "This is where the teams" in another_browser.get("/sign-in", headers=in_english).text
    assert "Engagiert in Ahlen" in office.get("/welcome").text
    assert "Engagiert in Ahlen" not in office.get("/welcome?step=2").text
    office.post(change, {"language": "de", "source": ""})
    assert "ws-prose" not in another_browser.get("/sign-in").text
    assert "Es wird nichts gezeigt: Der Text ist leer." in office.get("/texts/welcome").text
