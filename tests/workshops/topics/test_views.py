"""The forms of a topic: one proposes, changes, gets told what is wrong and keeps what was typed."""

import re

import pytest

GIVEN = {"title": "Junges Engagement", "question": "Wie erreichen wir junge Menschen?", "minutes": "60"}


def _address(world, rest="new"):
    return f"/workshops/{world.workshop}/topics/{rest}"


def _command_id(page):
    return re.search(r'name="command_id" value="([^"]+)"', page.text)[1]


def _errors(page):
    return dict(re.findall(r'<li><a href="#field-(\w+)">(.*?)</a></li>', page.text))


def _values(page):
    """What stands in the fields of the form."""
    inputs = dict(re.findall(r'name="(title|minutes)"[^>]*? value="([^"]*)"', page.text))
    question = re.search(r'<textarea[^>]*name="question"[^>]*>\n?(.*?)</textarea>', page.text, re.DOTALL)
    return {**inputs, "question": question[1].strip()}


def test_a_form_proposes_a_topic_and_leads_back_to_the_list(world, browse):
    browser = browse("ahlen")
    number = _command_id(browser.get(_address(world)))
    sent = browser.post(_address(world), data={**GIVEN, "command_id": number})
    (topic,) = world.state()["topics"]
    assert (topic["title"], topic["minutes"], topic["team"]) == (
        "Junges Engagement",
        60,
        world.teams["ahlen"],
    )
    assert (sent.status_code, sent.location) == (302, f"{_address(world, '')[:-1]}#topic-{topic['id']}")
    assert "Ihr Thema ist vorgeschlagen" in browser.get(sent.location).text


def test_a_form_sent_twice_proposes_once(world, browse):
    browser = browse("ahlen")
    number = _command_id(browser.get(_address(world)))
    first, second = (browser.post(_address(world), data={**GIVEN, "command_id": number}) for _ in range(2))
    assert first.location == second.location
    assert len(world.state()["topics"]) == 1


def test_a_form_changed_after_it_was_sent_gets_a_new_number(world, browse):
    browser = browse("ahlen")
    number = _command_id(browser.get(_address(world)))
    browser.post(_address(world), data={**GIVEN, "command_id": number})
    refused = browser.post(_address(world), data={**GIVEN, "title": "Ein zweites", "command_id": number})
    assert (refused.status_code, _values(refused)["title"]) == (409, "Ein zweites")
    again = browser.post(_address(world), data={**_values(refused), "command_id": _command_id(refused)})
    assert again.status_code == 302
    assert [topic["title"] for topic in world.state()["topics"]] == ["Junges Engagement", "Ein zweites"]


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"title": ""}, {"title": "Bitte füllen Sie dieses Feld aus."}),
        ({"title": "Ab"}, {"title": "Bitte schreiben Sie mindestens 3 Zeichen."}),
        ({"minutes": "eine Stunde"}, {"minutes": "Hier wird eine ganze Zahl erwartet."}),
        ({"minutes": "42"}, {"minutes": "Möglich sind nur Schritte von 5."}),
        ({"minutes": "500"}, {"minutes": "Der größte mögliche Wert ist 480."}),
        (
            {"title": "", "minutes": "0"},
            {"title": "Bitte füllen Sie dieses Feld aus.", "minutes": "Der kleinste mögliche Wert ist 5."},
        ),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_is_kept(world, browse, wrong, fields):
    given = {**GIVEN, **wrong}
    browser = browse("ahlen")
    number = _command_id(browser.get(_address(world)))
    page = browser.post(_address(world), data={**given, "command_id": number})
    assert page.status_code == 422
    labels = {"title": "Thema", "minutes": "Zeitbedarf"}
    assert _errors(page) == {name: f"{labels[name]}: {sentence}" for name, sentence in fields.items()}
    assert _values(page) == given
    assert _command_id(page) == number
    assert all(f'id="field-{field}-error"' in page.text for field in fields)
    assert world.state()["topics"] == []


def test_the_form_to_change_a_topic_holds_what_it_says(world, browse):
    topic = world.propose(title="Anerkennungskultur", minutes=90)
    browser = browse("ahlen_2")
    page = browser.get(_address(world, f"{topic}/change"))
    assert _values(page) == {
        "title": "Anerkennungskultur",
        "question": "Wie gelingt Anerkennungskultur?",
        "minutes": "90",
    }
    sent = browser.post(_address(world, f"{topic}/change"), data={**GIVEN, "command_id": _command_id(page)})
    assert sent.status_code == 302
    assert world.state()["topics"][0]["title"] == "Junges Engagement"


def test_a_topic_of_another_team_cannot_be_opened_for_change(world, browse):
    address = _address(world, f"{world.propose()}/change")
    answers = {
        who: browse(who).get(address).status_code for who in ("ahlen", "menden", "coach", "facilitator")
    }
    assert answers == {"ahlen": 200, "menden": 404, "coach": 404, "facilitator": 404}
    assert browse("menden").post(address, data=GIVEN).status_code == 404


def test_a_change_during_a_vote_is_refused_and_keeps_what_was_typed(world, browse):
    topic = world.propose()
    browser = browse("ahlen")
    page = browser.get(_address(world, f"{topic}/change"))
    world.ask("facilitator", "poll.open")
    refused = browser.post(
        _address(world, f"{topic}/change"), data={**GIVEN, "command_id": _command_id(page)}
    )
    assert (refused.status_code, _values(refused)) == (409, GIVEN)
    assert "Die Abstimmung ist geöffnet oder angekündigt." in refused.text


def test_a_settled_workshop_offers_no_way_to_propose(world, browse):
    browser, address = browse("ahlen"), _address(world, "")[:-1]
    assert _address(world) in browser.get(address).text
    for command in ("poll.open", "poll.close", "agenda.adopt"):
        world.ask("facilitator", command)
    assert _address(world) not in browser.get(address).text


def test_a_cancelled_workshop_offers_neither_topics_nor_questions(world, browse):
    """Both stand in the page, for the moment at which it takes place after all."""
    address = f"/workshops/{world.workshop}/topics"

    def offered():
        held = re.compile(
            rf'<workshop-held stream="workshop/{world.workshop}" when="held"( hidden)?>(.*?)</w', re.S
        )
        return {
            link: not hidden
            for hidden, drawn in held.findall(browse("ahlen").get(address).text)
            for link in re.findall(r'href="([^"]+)"', drawn)
        }

    links = [f"{address}/new", f"/workshops/{world.workshop}/calendar.ics", f"{address}/ask"]
    assert offered() == dict.fromkeys(links, True)
    world.ask("facilitator", "workshop.cancel")
    assert offered() == dict.fromkeys(links, False)
    world.ask("facilitator", "workshop.reinstate")
    assert offered() == dict.fromkeys(links, True)
