"""The forms around the vote: a question, an answer, who carries a topic; each keeps what was typed."""

import re
from datetime import timedelta

import pytest

from foundation import clock

DESK = "facilitator"


def _id(page):
    return re.search(r'name="command_id" value="([^"]+)"', page.text)[1]


def _errors(page):
    return dict(re.findall(r'<li><a href="#field-(\w+)">(.*?)</a></li>', page.text))


def _send(browser, address, **given):
    return browser.post(address, data={**given, "command_id": _id(browser.get(address))})


@pytest.fixture
def held(world):
    """A topic of Ahlen's that was held yesterday; the next workshop is to come."""
    world.workshop = world.add_workshop(starts_at=clock.wire(clock.now() - timedelta(days=1)))
    topic = world.propose()
    world.ask(DESK, "poll.open")
    world.mark("ahlen", topic)
    for command in ("poll.close", "agenda.adopt"):
        world.ask(DESK, command)
    return f"/workshops/{world.workshop}/topics/{topic}"


def test_a_question_is_noted_and_a_topic_made_of_it(world, browse):
    browser, topics = browse("ahlen"), f"/workshops/{world.workshop}/topics"
    assert f"{topics}/ask" in browser.get(topics).text
    sent = _send(browser, f"{topics}/ask", question="Wie erreichen wir die Jüngeren?", title="Jugend")
    (question,) = world.state()["topics"]
    assert (sent.status_code, sent.location) == (302, f"{topics}#topic-{question['id']}")
    begun = f"{topics}/new?question={question['id']}"
    page = browser.get(begun)
    assert 'value="Jugend"' in page.text
    assert "Wie erreichen wir die Jüngeren?" in page.text
    assert f'name="asked" value="{question["id"]}"' in page.text
    assert browse("menden").get(begun).status_code == 404
    given = {"title": "Jugend", "question": "Wie?", "minutes": "60", "asked": question["id"]}
    browser.post(f"{topics}/new", data={**given, "command_id": _id(page)})
    assert [(topic["id"], topic["state"]) for topic in world.state()["topics"]] == [
        (question["id"], "proposed")
    ]


def test_a_question_without_words_is_said_at_its_field(world, browse):
    page = _send(browse("ahlen"), f"/workshops/{world.workshop}/topics/ask", question="", title="Jugend")
    assert (page.status_code, _errors(page)) == (
        422,
        {"question": "Ihre Frage: Bitte füllen Sie dieses Feld aus."},
    )
    assert 'value="Jugend"' in page.text


def test_a_range_and_prerequisites_are_kept_when_the_form_comes_back(world, browse):
    first = world.propose("menden", title="Grundlagen")
    address = f"/workshops/{world.workshop}/topics/new"
    given = {"title": "Aufbau", "question": "", "minutes": "60", "minutes_most": "30", "after": [first]}
    page = _send(browse("ahlen"), address, **given)
    assert (page.status_code, list(_errors(page))) == (422, ["minutes_most"])
    assert re.search(rf'name="after" value="{first}" checked', page.text)
    browse("ahlen").post(address, data={**given, "minutes_most": "90", "command_id": _id(page)})
    made = world.state()["topics"][1]
    assert (made["minutes_most"], made["after"]) == (90, [first])
    form = browse("ahlen").get(f"/workshops/{world.workshop}/topics/{made['id']}/change").text
    assert re.search(rf'name="after" value="{first}" checked', form)
    assert f'value="{made["id"]}"' not in form


def test_the_proposing_team_says_what_the_workshop_has_brought(world, browse, held):
    browser = browse("ahlen")
    assert "Wie gelingt Anerkennungskultur?" in browser.get(f"{held}/answer").text
    page = _send(browser, f"{held}/answer", answered="", note="Ein Anfang.")
    assert (page.status_code, list(_errors(page))) == (422, ["answered"])
    assert "Ein Anfang." in page.text
    sent = _send(browser, f"{held}/answer", answered="partly", note="Ein Anfang.")
    assert sent.status_code == 302
    assert world.state()["topics"][0]["answer"] == {"answered": "partly", "note": "Ein Anfang."}
    assert re.search(r'value="partly" checked', browser.get(f"{held}/answer").text)
    assert [browse(who).get(f"{held}/answer").status_code for who in ("menden", DESK)] == [404, 404]


def _goes_on(world, browser, held):
    """Where a held topic leads once there is another workshop: to a form that begins the next topic."""
    following = world.add_workshop(starts_at=clock.wire(clock.now() + timedelta(days=9)))
    on = browser.get(f"{held}/follow-up").location
    assert on.startswith(f"/workshops/{following}/topics/new?follows=")
    assert 'value="Anerkennungskultur, Fortsetzung"' in browser.get(on).text
    return on


def test_what_is_left_open_begins_a_topic_of_the_next_workshop(world, browse, held):
    browser = browse("ahlen")
    _send(browser, f"{held}/answer", answered="no", note="Wer macht weiter?")
    assert browser.get(f"{held}/follow-up").location.endswith(f"/topics#topic-{held.rpartition('/')[2]}")
    assert "noch kein weiteres Treffen angekündigt" in browser.get("/workshops").text
    on = _goes_on(world, browser, held)
    page = browser.get(on).text
    assert "Wer macht weiter?" in page
    assert "Wer macht weiter?" not in browse("menden").get(on).text


def test_what_was_taken_off_the_run_sheet_goes_on_without_an_answer(world, browse, held):
    browser, block = browse("ahlen"), world.state()["sheet"]["blocks"][1]["id"]
    world.ask(DESK, "block.remove", {"base": 1, "block": block})
    assert browser.get(f"{held}/answer").status_code == 404
    on = _goes_on(world, browser, held)
    page = browser.get(on).text
    assert "Wie gelingt Anerkennungskultur?" in page
    assert "Wie gelingt Anerkennungskultur?" not in browse("menden").get(on).text


def test_facilitators_note_who_carries_a_topic(world, browse):
    address = f"/workshops/{world.workshop}/topics/{world.propose()}/carrier"
    browser = browse(DESK)
    assert [browse(who).get(address).status_code for who in ("ahlen", "coach")] == [404, 404]
    page = _send(browser, address, by="expert", note="N" * 301)
    assert (page.status_code, list(_errors(page))) == (422, ["note"])
    assert _send(browser, address, by="expert", note="Landesstelle").status_code == 302
    assert world.state()["topics"][0]["carrier"] == {"by": "expert", "note": "Landesstelle"}
    assert re.search(r'value="expert" checked', browser.get(address).text)
