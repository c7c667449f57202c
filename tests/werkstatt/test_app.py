"""What every answer of the house has in common, and what it tells those who are not signed in."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from tests.house.asker import BASE, Asker
from tests.scene import CALENDAR, Scene, credential, open_door
from tests.werkstatt.conftest import PutTogether

from foundation import commands
from werkstatt.paths import DIST

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
NOBODY = "0" * 16


@pytest.fixture
def app(put_together: PutTogether) -> Flask:
    return put_together().app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def routes(app: Flask) -> list[str]:
    """Every address that can be asked for, with ids that belong to nobody."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            with app.test_request_context(base_url=BASE):
                found.append(app.url_map.bind("").build(rule.endpoint, dict.fromkeys(rule.arguments, NOBODY)))
    return found


def test_strangers_are_sent_to_sign_in_or_told_that_there_is_nothing(app: Flask, client: FlaskClient) -> None:
    answers = {address: client.get(address, base_url=BASE).status_code for address in routes(app)}
    public = {"/sign-in", "/forgot", "/forgot/sent", "/healthz", "/readyz", "/metrics"}
    assert {address: answers[address] for address in public} == dict.fromkeys(public, 200)
    others = {status for address, status in answers.items() if address not in public}
    assert others <= {302, 401, 404}


@pytest.mark.parametrize(
    "address", ["/sign-in", "/nowhere", "/live/session", "/healthz", "/static/dist/manifest.json"]
)
def test_every_answer_carries_the_strict_policy(client: FlaskClient, address: str) -> None:
    with client.get(address, base_url=BASE) as answer:
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"


def test_only_what_is_named_after_its_content_is_kept_for_good(client: FlaskClient) -> None:
    assert client.get("/sign-in", base_url=BASE).headers["Cache-Control"] == "no-store"
    built = json.loads((DIST / "manifest.json").read_text())["main.css"]
    for name, kept in ((built, True), ("strings.en.json", False)):
        with client.get(f"/static/dist/{name}", base_url=BASE) as file:
            assert ("immutable" in file.headers["Cache-Control"]) is kept


def test_a_foreign_host_gets_nothing(client: FlaskClient) -> None:
    assert client.get("/sign-in", base_url="http://elsewhere.example.org").status_code == 400


def test_the_demos_door_is_closed_where_there_is_no_demo(client: FlaskClient) -> None:
    assert client.get("/demo", base_url=BASE).status_code == 404


@pytest.mark.usefixtures("on_sqlite")
def test_who_reads_at_the_wire_without_a_session_is_counted_by_where_they_come_from(
    put_together: PutTogether,
) -> None:
    """An IPv6 line is one, whichever of its addresses is taken; none of them stands where it is counted."""
    application = put_together(command_limit="2 per hour", trusted_proxies=1)
    lines = ["192.0.2.1", "192.0.2.2", "2001:db8:0:1::1", "2001:db8:0:2::1"]

    def asked(line: str, path: str = "/live/streams/house/events?wait=25") -> int:
        told = {"X-Forwarded-For": line}
        return application.app.test_client().get(path, base_url=BASE, headers=told).status_code

    assert [asked(lines[0]) for _ in range(3)] == [401, 401, 429]
    assert asked(lines[0], "/live/session") == 401
    assert [asked(line) for line in lines[1:]] == [401] * 3
    assert [asked("2001:db8:0:1:ffff::2") for _ in range(2)] == [401, 429]
    member = Asker(application.app, "member").client
    answers = [member.get(f"/live/streams/person/{NOBODY}", base_url=BASE).status_code for _ in range(3)]
    assert answers == [404, 404, 429]
    kept = str(application.wire.intake._pace._counts)
    assert [line for line in ("192.0.2.", "2001:db8") if line in kept] == []


FEED = f"/calendar/feed/{CALENDAR}.ics"


@pytest.mark.usefixtures("on_sqlite")
def test_calendars_are_counted_by_where_they_come_from(put_together: PutTogether) -> None:
    """Guessing addresses is slow; whoever asks from another line does not feel it."""
    app = put_together(command_limit="2 per hour", trusted_proxies=1).app

    def asked(line: str, path: str) -> int:
        told = {"X-Forwarded-For": line}
        return app.test_client().get(path, base_url=BASE, headers=told).status_code

    assert [asked("192.0.2.1", FEED + "x") for _ in range(3)] == [404, 404, 429]
    assert [asked("192.0.2.1", FEED), asked("192.0.2.2", FEED)] == [429, 200]


@pytest.mark.usefixtures("on_sqlite")
def test_a_calendar_speaks_its_owners_language_and_gets_no_cookie(
    put_together: PutTogether, scene: Scene
) -> None:
    application = put_together()
    body = {"name": "Ahlen", "language": "en", "theme": "auto"}
    asked = commands.ask("profile.change", scene.place("member"), body)
    open_door(application.database).carry_out(credential("member"), asked)
    for who in (None, "member"):
        answer = Asker(application.app, who).get(FEED)
        assert "Set-Cookie" not in answer.headers
        titles = [str(event["SUMMARY"]) for event in Calendar.from_ical(answer.data).walk("VEVENT")]
        assert titles[0].startswith("Cancelled: ")
