"""Subscribing: an address that is shown once, answers with what its owner may see now, and can be revoked."""

import re
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import text
from tests.workshops.situations import adopted

from foundation import clock, policy

SEED = policy.system("seed")
LATER = "2098-06-09T07:00:00.000000Z"
BODY = {"title": "Auftakt", "starts_at": LATER, "place": "Siegburg", "minutes": 240}


def test_a_calendar_gets_the_workshops_of_its_owner(world, subscribe, ask, events):
    second = world.add_workshop(starts_at=LATER)
    path = subscribe("ahlen")
    answer = ask(path)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == (
        "private, no-store",
        "no-referrer",
    )
    assert "Set-Cookie" not in answer.headers
    found = events(path)
    assert list(found) == [world.workshop, second]
    assert str(found[second]["URL"]) == f"https://werkstatt.example.org/workshops/{second}"


def test_the_address_works_without_its_ending_too(subscribe, ask):
    path = subscribe("ahlen")
    assert ask(path.removesuffix(".ics")).data == ask(path).data


def test_a_change_raises_the_number_and_keeps_the_event(world, subscribe, events):
    path = subscribe("ahlen")
    before = events(path)[world.workshop]
    for number, change in enumerate(
        ({"title": "Verlegt"}, {"place": "Menden"}, {"minutes": 120}, {"starts_at": "2098-07-01T07:00:00Z"}),
        start=2,
    ):
        world.ask("facilitator", "workshop.change", {**BODY, **change})
        after = events(path)[world.workshop]
        assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, number - 1)
        assert after["UID"] == before["UID"]
        assert after["LAST-MODIFIED"].dt > before["LAST-MODIFIED"].dt
    world.ask("facilitator", "workshop.change", {**BODY, "starts_at": "2098-07-01T07:00:00Z"})
    assert events(path)[world.workshop]["SEQUENCE"] == 4


def test_what_does_not_concern_calendars_raises_nothing(world, subscribe, events):
    path = subscribe("ahlen")
    world.propose()
    world.ask("facilitator", "poll.open")
    assert events(path)[world.workshop]["SEQUENCE"] == 0


def test_with_a_run_sheet_the_end_is_the_end_of_that(world, subscribe, events):
    """Breaks and the closing come on top of the minutes for topics."""
    path = subscribe("ahlen")

    def shown():
        event = events(path)[world.workshop]
        return (event["DTEND"].dt - event["DTSTART"].dt) // timedelta(minutes=1), event["SEQUENCE"]

    assert shown() == (360, 0)
    sheet = adopted(world, world.propose(minutes=240))
    assert sheet["planned"] > 240
    assert shown() == (sheet["planned"], 2)  # the workshop was changed too
    last, first = (sheet["blocks"][place]["id"] for place in (-1, 1))
    for base, (name, body, then) in enumerate(
        (
            ("block.resize", {"block": last, "minutes": 25}, (sheet["planned"] + 15, 3)),
            ("block.rename", {"block": last, "title": "Feedback"}, (sheet["planned"] + 15, 3)),
            ("block.move", {"block": last, "after": first}, (sheet["planned"] + 15, 3)),
            ("block.remove", {"block": last}, (sheet["planned"] - 10, 4)),
        ),
        start=1,
    ):
        world.ask("facilitator", name, {"base": base, **body})
        assert shown() == then


def test_a_cancelled_workshop_stays_and_says_so(world, subscribe, events):
    path = subscribe("ahlen")
    world.ask("facilitator", "workshop.cancel", {"reason": "Der Saal ist gesperrt."})
    event = events(path)[world.workshop]
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    assert event["SUMMARY"] == "Abgesagt: 1. Werkstatt-Treffen"
    assert "Saal" not in event.to_ical().decode()
    world.ask("facilitator", "workshop.reinstate")
    event = events(path)[world.workshop]
    assert (event["STATUS"], event["SEQUENCE"], event["SUMMARY"]) == ("CONFIRMED", 2, "1. Werkstatt-Treffen")


def test_nothing_of_what_the_group_works_on_is_in_it(world, subscribe, ask):
    world.propose(title="Anerkennungskultur")
    content = ask(subscribe("ahlen")).text
    assert not re.search("Anerkennung|Ahlen|Menden|Moderation", content)


def test_everybody_sees_what_they_may_see_now(world, subscribe, events):
    elsewhere = world.add_workshop(cohort=world.other_cohort)
    seen = {who: set(events(subscribe(who))) for who in world.people}
    of_the_group = {"ahlen", "ahlen_2", "menden", "senden", "coach", "facilitator"}
    assert seen == {
        **{who: {world.workshop} for who in of_the_group},
        "olpe": {elsewhere},
        "administrator": set(),
        "stranger": set(),
    }


def test_a_guest_sees_the_one_workshop_as_long_as_they_are_its_guest(world, subscribe, events):
    world.add_workshop(starts_at=LATER)
    path = subscribe("stranger")
    stay = {"person": world.people["stranger"], "role": "expert", "place": f"workshop/{world.workshop}"}
    days = {"valid_until": clock.wire(clock.now() + timedelta(days=2))}
    world.carry_out(SEED, "role.grant", "house", {**stay, **days})
    assert set(events(path)) == {world.workshop}
    clock.move(timedelta(days=3))
    assert events(path) == {}


def test_whoever_leaves_sees_nothing_more(world, subscribe, events):
    path = subscribe("menden")
    assert set(events(path)) == {world.workshop}
    with world.door.database.reading() as connection:
        query = text("SELECT seat.public_id FROM seat JOIN person ON person.id = seat.person_id"
                     " WHERE person.public_id = :who")  # fmt: skip
        seat = connection.execute(query, {"who": world.people["menden"]}).scalar_one()
    world.carry_out(SEED, "seat.end", f"cohort/{world.cohort}", {"seat": seat})
    assert events(path) == {}


def _told(answer):
    headers = sorted((name, value) for name, value in answer.headers if name != "Date")
    words = re.sub(
        r'"now": ?"[^"]+"|"csrf": ?"[^"]+"|/calendar/feed/[^"&]+|%2Fcalendar%2Ffeed%2F[^"&]+', "", answer.text
    )
    return answer.status_code, [one for one in headers if one[0] != "Content-Length"], words


def test_an_address_that_was_revoked_is_one_that_never_was(world, browse, subscribe, ask):
    never = _told(ask("/calendar/feed/" + "A" * 43 + ".ics"))
    assert never[0] == 404
    assert "Set-Cookie" not in dict(never[1])
    revoked, replaced, locked = subscribe("ahlen"), subscribe("menden"), subscribe("olpe")
    assert [ask(path).status_code for path in (revoked, replaced, locked)] == [200, 200, 200]
    assert browse("ahlen").post("/calendar/revoke", data={"command_id": ""}).location == "/calendar"
    new = subscribe("menden")
    world.carry_out(SEED, "person.lock", "house", {"person": world.people["olpe"]})
    assert [_told(ask(path)) for path in (revoked, replaced, locked)] == [never] * 3
    assert ask(new).status_code == 200


@pytest.mark.parametrize("token", ["x", "0" * 56, "ä" * 43, "A" * 42, "A" * 43 + ".ics.ics", "A" * 50_000])
def test_what_is_no_address_is_not_there(ask, token):
    assert ask(f"/calendar/feed/{token}").status_code == 404


def test_whoever_is_erased_has_no_address_any_more(world, subscribe, ask):
    path, place = subscribe("senden"), f"person/{world.people['senden']}"
    shown = {"session": world.sessions["senden"], "strong": True}
    world.carry_out(policy.system("sign-in"), "session.confirm", place, shown)
    world.carry_out("senden", "person.erase", place, {"sure": True})
    assert ask(path).status_code == 404
    with world.door.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM calendar_feed")).scalar_one() == 0


def test_only_a_hash_of_the_address_is_kept(world, subscribe):
    token = subscribe("ahlen").rpartition("/")[2].removesuffix(".ics")
    with world.door.database.reading() as connection:
        for table in ("calendar_feed", "receipt", "event", "audit", "job"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            assert token not in repr(rows), table
        assert connection.execute(text("SELECT count(*) FROM calendar_feed")).scalar_one() == 1


def test_the_address_is_shown_once(browse, subscribe):
    path = subscribe("ahlen")
    page = browse("ahlen").get("/calendar").text
    assert path.rpartition("/")[2].removesuffix(".ics") not in page
    assert "Sie haben eine Adresse, angelegt am" in page


def test_revoking_and_replacing_an_address_take_a_second_step(browse, subscribe):
    assert 'action="/calendar/revoke"' not in browse("ahlen").get("/calendar").text
    subscribe("ahlen")
    page = browse("ahlen").get("/calendar").text
    asked = re.findall(r'<details class="ws-details">(.*?)</details>', page, re.DOTALL)
    outside = re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL)
    for action, warning in (("/calendar/revoke", "nicht rückgängig"), ("/calendar", "antwortet dann nicht")):
        form = f'action="{action}"'
        assert form not in outside
        assert [warning in step for step in asked if form in step] == [True]


def test_a_page_sent_twice_makes_one_address_and_says_that_it_is_shown_once(browse, ask):
    visitor = browse("ahlen")
    form = visitor.get("/calendar").text
    [number] = re.findall(r'name="command_id" value="([^"]+)"', form)
    first = visitor.post("/calendar", data={"command_id": number})
    [path] = re.findall(r'(/calendar/feed/[\w-]+\.ics)"', first.text)[:1]
    again = visitor.post("/calendar", data={"command_id": number})
    assert again.status_code == 409
    assert "wird nur einmal gezeigt" in again.text
    assert "/calendar/feed/" not in again.text
    assert ask(path).status_code == 200


def test_the_page_offers_what_calendars_open_by_themselves(browse):
    page = browse("ahlen").post("/calendar", data={"command_id": ""}).text
    [token] = re.findall(r"webcal://werkstatt\.example\.org/calendar/feed/([\w-]+)\.ics", page)
    assert f"https://werkstatt.example.org/calendar/feed/{token}.ics" in page


def test_the_page_lists_what_is_ahead(world, browse):
    assert "Noch ist kein Treffen angesetzt, das Sie sehen." in browse("stranger").get("/calendar").text
    upcoming = world.add_workshop(starts_at=LATER)
    page = browse("ahlen").get("/calendar").text.replace("\u00a0", " ")
    assert "Montag, 9. Juni 2098, 9 Uhr, Siegburg" in page
    assert f'href="/workshops/{upcoming}/calendar.ics"' in page
    assert f"/workshops/{world.workshop}/calendar.ics" not in page


def test_a_workshop_under_way_is_still_listed(world, browse):
    under_way = world.add_workshop(starts_at=clock.wire(clock.now() - timedelta(minutes=359)))
    assert f"/workshops/{under_way}/calendar.ics" in browse("ahlen").get("/calendar").text
    clock.move(timedelta(minutes=2))
    assert f"/workshops/{under_way}/calendar.ics" not in browse("ahlen").get("/calendar").text


def test_a_workshop_as_a_file_publishes_it_or_takes_it_back(world, browse):
    address = f"/workshops/{world.workshop}/calendar.ics"
    answer = browse("coach").get(address)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="1. Werkstatt-Treffen.ics"'
    calendar = Calendar.from_ical(answer.data)
    assert (calendar["METHOD"], len(calendar.walk("VEVENT"))) == ("PUBLISH", 1)
    world.ask("facilitator", "workshop.cancel")
    calendar = Calendar.from_ical(browse("coach").get(address).data)
    [event] = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
    assert event["ORGANIZER"] == "mailto:werkstatt@example.org"


@pytest.mark.parametrize("who", ["olpe", "administrator", "stranger"])
def test_for_who_may_not_see_the_workshop_there_is_no_file(world, browse, who):
    assert browse(who).get(f"/workshops/{world.workshop}/calendar.ics").status_code == 404


def test_a_calendar_of_many_workshops_takes_as_many_statements_as_one(world, subscribe, ask):
    path = subscribe("ahlen")
    _, few = world.count_statements(lambda: ask(path))
    for _ in range(20):
        world.add_workshop(starts_at=LATER)
    _, many = world.count_statements(lambda: ask(path))
    assert many == few
