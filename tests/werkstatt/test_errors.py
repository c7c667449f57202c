"""Every way in which the house says no, as a page and at the wire."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NoReturn

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import (
    OperationalError,
    TimeoutError,  # noqa: A004 -- SQLAlchemy's name for a pool that had no connection to give
)
from structlog.testing import capture_logs
from tests.house.asker import BASE
from tests.scene import PASSWORD, Scene, address
from tests.werkstatt.conftest import PutTogether
from werkzeug.test import TestResponse

from foundation.errors import Code, Refusal
from people.house import house

WRITTEN = {"title": "Ein langer Titel", "question": "Was <b>wirklich</b>\nzählt?", "minutes": "60"}


@pytest.fixture
def app(put_together: PutTogether) -> Iterator[Flask]:
    app = put_together(sign_in_limit_account="2 per minute").app
    app.add_url_rule("/accident", view_func=lambda: 1 / 0, endpoint="accident")
    app.add_url_rule("/refuse/<code>", view_func=_refuse)
    app.add_url_rule("/abort/<int:status>", view_func=_abort)
    app.add_url_rule("/away", view_func=_away)
    app.add_url_rule("/mistake", view_func=_mistake)
    app.add_url_rule("/full", view_func=_full)
    app.add_url_rule("/live/accident", view_func=lambda: 1 / 0, endpoint="live_accident")
    with capture_logs():
        yield app


def _abort(status: int) -> NoReturn:
    abort(status)


def _refuse(code: str) -> NoReturn:
    raise Refusal(Code(code), "Bitte melden Sie sich an.")


def _away() -> NoReturn:
    raise OperationalError("SELECT", {}, Exception(address("member")))


def _full() -> NoReturn:
    raise TimeoutError


def _mistake() -> str:
    with house().database.reading() as connection:
        connection.execute(text("INSERT INTO person (public_id) VALUES (NULL)"))
    return ""


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def get(client: FlaskClient, path: str, language: str = "de") -> TestResponse:
    return client.get(path, base_url=BASE, headers={"Accept-Language": language})


def post(
    client: FlaskClient, path: str, form: dict[str, str], *, origin: str = BASE, token: str = ""
) -> TestResponse:
    sent = {**form, "csrf_token": token}
    return client.post(path, data=sent, base_url=BASE, headers={"Origin": origin})


def token(client: FlaskClient) -> str:
    found = re.search('name="csrf_token" value="([^"]+)"', get(client, "/sign-in").text)
    assert found
    return found[1]


def heading(answer: TestResponse) -> str:
    found = re.search("<h1[^>]*>(.*?)</h1>", answer.text)
    assert found, answer.text
    return found[1]


@pytest.mark.parametrize(
    ("path", "status", "said", "in_english"),
    [
        ("/nowhere", 404, "Diese Seite finden wir nicht", "We cannot find this page"),
        ("/sign-out", 404, "Diese Seite finden wir nicht", "We cannot find this page"),
        ("/abort/400", 400, "Das konnten wir nicht lesen", "We could not read this"),
        ("/abort/413", 413, "Das ist zu groß", "This is too large"),
        ("/refuse/unknown_actor", 401, "Ihre Anmeldung ist abgelaufen", "Your session has ended"),
        ("/refuse/conflict", 409, "Das geht gerade nicht", "That is not possible at the moment"),
        ("/abort/418", 418, "Das geht gerade nicht", "That is not possible at the moment"),
        ("/accident", 500, "Bei uns ist ein Fehler aufgetreten", "Something went wrong on our side"),
        ("/mistake", 500, "Bei uns ist ein Fehler aufgetreten", "Something went wrong on our side"),
        (
            "/away",
            503,
            "Die Werkstatt ist gerade nicht erreichbar",
            "Werkstatt cannot be reached at the moment",
        ),
        (
            "/full",
            503,
            "Die Werkstatt ist gerade nicht erreichbar",
            "Werkstatt cannot be reached at the moment",
        ),
    ],
)
def test_a_page_says_it_in_the_readers_language(
    client: FlaskClient, path: str, status: int, said: str, in_english: str
) -> None:
    for language, words in (("de", said), ("en", in_english)):
        answer = get(client, path, language)
        assert (answer.status_code, heading(answer)) == (status, words)
        assert f'<html lang="{language}"' in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert ("Retry-After" in answer.headers) is (status == 503)


def test_the_wire_gets_the_same_as_json(client: FlaskClient) -> None:
    for path, status, code in (
        ("/live/nowhere", 404, "not_found"),
        ("/live/accident", 500, "error"),
        ("/live/session", 401, "unknown_actor"),
    ):
        answer = get(client, path)
        assert (answer.status_code, answer.get_json()["ok"]) == (status, False)
        assert answer.get_json()["error"]["code"] == code


def test_a_form_that_was_not_accepted_is_given_back_to_be_copied(client: FlaskClient) -> None:
    refused = post(client, "/workshops/0/topics/new", WRITTEN)
    assert (refused.status_code, heading(refused)) == (403, "Diese Seite war nicht mehr aktuell")
    assert "Ein langer Titel\n\nWas &lt;b&gt;wirklich&lt;/b&gt;\nzählt?</textarea>" in refused.text


def test_so_is_what_comes_after_the_session_has_ended(client: FlaskClient, scene: Scene) -> None:
    path = f"/workshops/{scene.workshops['collecting']}/topics/new"
    refused = post(client, path, WRITTEN, token=token(client))
    assert (refused.status_code, heading(refused)) == (401, "Ihre Anmeldung ist abgelaufen")
    assert "Ein langer Titel\n\nWas &lt;b&gt;wirklich&lt;/b&gt;\nzählt?</textarea>" in refused.text


def test_a_form_from_elsewhere_puts_no_words_into_our_page(client: FlaskClient) -> None:
    for origin in ("https://evil.example.org", "null"):
        refused = post(client, "/workshops/0/topics/new", WRITTEN, origin=origin)
        assert refused.status_code == 403
        assert "Ein langer Titel" not in refused.text
    refused = client.post("/workshops/0/topics/new", data=WRITTEN, base_url=BASE)
    assert (refused.status_code, "Ein langer Titel" in refused.text) == (403, False)


def test_no_password_and_no_address_comes_back(client: FlaskClient) -> None:
    form = {"email": address("member"), "password": PASSWORD, "current": PASSWORD, "repeat": PASSWORD}
    for path in ("/sign-in", "/profile/password"):
        refused = post(client, path, form)
        assert refused.status_code == 403
        assert PASSWORD not in refused.text
        assert address("member") not in refused.text


def test_a_form_that_is_too_large_is_refused_and_not_read(client: FlaskClient) -> None:
    refused = post(client, "/sign-in", {"source": "x" * 1_000_001}, token=token(client))
    assert (refused.status_code, heading(refused)) == (413, "Das ist zu groß")
    assert "x" * 50 not in refused.text


def test_too_many_attempts_are_told_how_long_to_wait(client: FlaskClient) -> None:
    form = {"email": address("member"), "password": "falsch"}
    statuses = [post(client, "/sign-in", form, token=token(client)).status_code for _ in range(3)]
    assert statuses == [422, 422, 429]


@pytest.mark.parametrize("path", ["/", "/live/session", "/static/dist/manifest.json", "/healthz"])
def test_under_another_address_there_are_only_words(client: FlaskClient, path: str) -> None:
    for host in ("http://elsewhere.example.org", "http://192.0.2.7:5000"):
        answer = client.get(path, base_url=host)
        assert (answer.status_code, answer.mimetype) == (400, "text/plain")
        assert answer.text.startswith("Unter dieser Adresse gibt es die Werkstatt nicht.")


def test_with_the_database_away_even_what_is_missing_is_said(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {"email": address("member"), "password": PASSWORD}
    assert post(client, "/sign-in", form, token=token(client)).status_code == 302
    monkeypatch.setattr(app.login_manager, "_user_callback", lambda _token: _away())  # type: ignore[attr-defined]  # Flask-Login's
    assert get(client, "/nowhere").status_code == 404
    assert get(client, "/profile").status_code == 503
