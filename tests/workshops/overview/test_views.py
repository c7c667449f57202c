"""The overview: what comes next, and the one thing to do."""

import html
import re
import sqlite3


def _text(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def _action(page):
    """The words of the primary action and where it leads."""
    found = re.search(r'<a class="kern-btn kern-btn--primary" href="([^"]+)">(.*?)</a>', page.text, re.DOTALL)
    return (html.unescape(re.sub(r"<[^>]+>", "", found[2])).strip(), found[1]) if found else None


def test_who_is_not_signed_in_is_sent_to_sign_in(browse):
    assert browse().get("/").location == "/sign-in"


def test_the_next_workshop_stands_first_with_its_date_in_words(world, browse, monkeypatch):
    shown = _text(browse("ahlen").get("/"))
    assert "1. Werkstatt-Treffen" in shown
    assert "Donnerstag, 28. April 2016, 9 Uhr" in shown
    assert "Siegburg" in shown
    assert "360 Minuten" in shown


def test_the_one_action_follows_the_vote(world, browse):
    future = world.add_workshop(starts_at="2099-04-28T07:00:00Z")
    here = f"/workshops/{future}"
    place = f"workshop/{future}"
    member, facilitator, coach = browse("ahlen"), browse("facilitator"), browse("coach")
    seen = [(_action(member.get("/")), _action(facilitator.get("/")))]
    topic = world.propose(at=place)
    seen.append((_action(member.get("/")), _action(facilitator.get("/"))))
    world.ask("facilitator", "poll.open", at=place)
    seen.append((_action(member.get("/")), _action(facilitator.get("/"))))
    world.ask("ahlen_2", "ballot.mark", {"topic": topic, "value": 1}, at=place)
    seen.append((_action(member.get("/")), _action(facilitator.get("/"))))
    world.ask("facilitator", "poll.close", at=place)
    seen.append((_action(member.get("/")), _action(facilitator.get("/"))))
    world.ask("facilitator", "agenda.adopt", at=place)
    seen.append((_action(member.get("/")), _action(facilitator.get("/"))))

    def look(page):
        return ("Treffen öffnen", f"{here}/{page}")

    assert seen == [
        (("Thema vorschlagen", f"{here}/topics/new"), look("topics")),
        (look("topics"), ("Abstimmung öffnen", f"{here}/poll")),
        (("Stimmzettel Ihres Teams ausfüllen", f"{here}/poll"), look("poll")),
        (look("poll"), look("poll")),
        (look("agenda"), ("Ablauf übernehmen", f"{here}/agenda")),
        (look("agenda"), look("agenda")),
    ]
    assert _action(coach.get("/")) == look("agenda")


def test_somebody_without_a_cohort_is_told_what_will_be_here(browse):
    assert "Sie gehören noch zu keinem Durchgang" in _text(browse("stranger").get("/"))


def test_where_there_is_no_cohort_the_office_begins_the_first(world, browse, on_sqlite):
    file = world.door.database.url.database
    with sqlite3.connect(file) as connection:  # whose foreign keys are off: what belongs to a cohort stays
        connection.execute("DELETE FROM cohort")
    page = browse("administrator").get("/")
    assert _action(page) == ("Durchgang anlegen", "/admin/cohorts/new")
    assert "Sie gehören noch zu keinem Durchgang" not in _text(page)


def test_an_administrator_sees_dates_but_no_content(world, browse):
    world.propose(title="Nur für die Gruppe")
    page = browse("administrator").get(f"/workshops/{world.workshop}/topics")
    assert page.status_code == 404
    for address in ("/", "/workshops"):
        page = browse("administrator").get(address)
        assert page.status_code == 200
        assert "Nur für die Gruppe" not in page.text


def test_the_overview_brings_the_snapshot_for_its_live_state(world, browse):
    page = browse("coach").get("/")
    assert f'<workshop-state stream="workshop/{world.workshop}">' in page.text
    assert f'data-stream="workshop/{world.workshop}"' in page.text


def test_the_overview_costs_the_same_for_one_workshop_and_for_thirty(world, browse):
    member = browse("ahlen")
    member.get("/")
    _, few = world.count_statements(lambda: member.get("/"))
    _fill(world)
    _, many = world.count_statements(lambda: member.get("/"))
    assert many == few


def _fill(world):
    for number in range(30):
        world.add_workshop(starts_at=f"20{number + 20}-04-28T07:00:00Z")
        world.propose(title=f"Thema {number}")
