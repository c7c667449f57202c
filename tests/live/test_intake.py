"""Intake: commands in front of Flask. Who asks is judged like everywhere, and told like everywhere."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete
from tests.foundation import ground
from tests.foundation.ground import PLACE, Person, value_of
from tests.live import house
from tests.live.conftest import url_of
from tests.live.house import ORIGIN, House
from werkzeug.test import TestResponse, create_environ, run_wsgi_app

from foundation.database import Database
from foundation.policy import Credential, Role
from live.intake import Admitted
from live.limits import Limits

LARGEST = 4096
PER_MINUTE = 20


@pytest.fixture
def probe(database: Database) -> Iterator[House]:
    """The house, asked in this process: 20 commands a minute, of 4 kB at most, under its own name only."""
    made = house.build(
        url_of(database),
        mode="threading",
        limits=Limits(command_bytes=LARGEST),
        pace=f"{PER_MINUTE} per minute",
    )
    made.app.config["TRUSTED_HOSTS"] = ["werkstatt.test"]
    yield made
    made.database.close()


class Asker:
    """Somebody who sends commands; keeps the headers that are not replaced."""

    def __init__(self, client: FlaskClient, person: Person | None) -> None:
        self._client = client
        self.headers = {"Origin": ORIGIN, "X-CSRFToken": house.token(), "Content-Type": "application/json"}
        if person:
            self.headers["Cookie"] = house.cookie(person.key)

    def send(
        self,
        content: bytes,
        /,
        *,
        base: str = ORIGIN,
        environ_overrides: dict[str, str] | None = None,
        **headers: str,
    ) -> TestResponse:
        replaced = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.post(
            "/live/commands",
            data=content,
            base_url=base,
            headers={**self.headers, **replaced},
            environ_overrides=environ_overrides,
        )

    def add(self, by: int = 1, /, *, base: str = ORIGIN, **headers: str) -> TestResponse:
        return self.send(command("counter.add", by=by), base=base, **headers)


@pytest.fixture
def asking(probe: House) -> Callable[[Person | None], Asker]:
    return lambda person: Asker(probe.app.test_client(use_cookies=False), person)


@pytest.fixture
def one(asking: Callable[[Person | None], Asker], member: Person) -> Asker:
    return asking(member)


def command(name: str, **body: Any) -> bytes:
    return json.dumps({"id": str(uuid.uuid4()), "name": name, "place": PLACE, "body": body}).encode()


def padded(content: bytes, size: int) -> bytes:
    return content[:-1] + b" " * (size - len(content)) + b"}"


def told(answer: TestResponse) -> tuple[int, str]:
    assert answer.json is not None
    return answer.status_code, "ok" if answer.json["ok"] else answer.json["error"]["code"]


def test_a_yes_carries_what_every_answer_of_the_house_carries(one: Asker) -> None:
    answer = one.add()

    assert told(answer) == (200, "ok")
    assert dict(answer.headers) == {
        "Cache-Control": "no-store",
        "Content-Length": str(len(answer.data)),
        "Content-Type": "application/json",
        "Vary": "Cookie",
        "X-House": "probe",
    }


def test_what_is_wrong_is_told_in_one_order(
    one: Asker, asking: Callable[[Person | None], Asker], database: Database, member: Person
) -> None:
    """Everything is wrong at first; what was told is mended, and the next is told."""
    stranger, large = asking(None), padded(command("counter.add", by=1), LARGEST + 1)
    wrong = {"Origin": "http://elsewhere.test", "X_CSRFToken": "x"}
    assert told(stranger.send(large, base="http://elsewhere.test", **wrong)) == (400, "bad_request")
    assert told(stranger.send(large, **wrong)) == (403, "csrf")
    assert told(stranger.send(large, X_CSRFToken="x")) == (401, "unknown_actor")
    assert told(one.send(large, X_CSRFToken="x")) == (403, "csrf")
    for _ in range(PER_MINUTE):
        assert told(one.send(large)) == (413, "too_large")
    assert told(one.send(large)) == (429, "too_many")
    assert value_of(database) == 0


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        ("Origin", "http://elsewhere.test", (403, "csrf")),
        ("Origin", "", (403, "csrf")),
        ("Cookie", "session=x", (401, "unknown_actor")),
        ("Cookie", "", (401, "unknown_actor")),
        ("X_CSRFToken", "x", (403, "csrf")),
        ("X_CSRFToken", "", (403, "csrf")),
        ("Host", "elsewhere.test", (400, "bad_request")),
    ],
)
def test_who_was_admitted_is_looked_at_again_when_showing_something_else(
    one: Asker, database: Database, header: str, value: str, code: tuple[int, str]
) -> None:
    assert told(one.add()) == (200, "ok")
    assert told(one.add(2, **{header: value})) == code
    assert told(one.add()) == (200, "ok")
    assert value_of(database) == 2


def test_who_names_no_host_is_not_taken_for_who_names_an_empty_one(one: Asker, probe: House) -> None:
    sent = {"data": command("counter.add", by=1), "headers": one.headers, "base_url": ORIGIN}
    unnamed = create_environ("/live/commands", method="POST", **sent)
    del unnamed["HTTP_HOST"]

    assert run_wsgi_app(probe.app, unnamed)[1] == "200 OK"
    assert told(one.add(Host="")) == (400, "bad_request")


def test_the_token_of_another_session_is_none(one: Asker, member: Person, probe: House) -> None:
    serializer: Any = probe.app.session_interface
    signing = serializer.get_signing_serializer(probe.app)
    for held in ({"csrf_token": "of another"}, {}):
        cookie = f"session={signing.dumps({'key': member.key, **held})}"
        assert told(one.add(Cookie=cookie)) == (403, "csrf")


def test_a_session_that_ends_opens_nothing_to_those_admitted_before(
    one: Asker, database: Database, member: Person
) -> None:
    assert told(one.add()) == (200, "ok")
    with database.transaction() as connection:
        connection.execute(delete(ground.SessionRow).where(ground.SessionRow.key == member.key))

    assert told(one.add()) == (401, "unknown_actor")
    assert value_of(database) == 1


def test_each_has_a_pace_of_their_own(
    one: Asker, asking: Callable[[Person | None], Asker], database: Database
) -> None:
    other = asking(ground.person(database, Role.PARTICIPANT))

    assert [one.add().status_code for _ in range(PER_MINUTE)] == [200] * PER_MINUTE
    refused = one.add()
    assert told(refused) == (429, "too_many")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert told(other.add()) == (200, "ok")
    assert value_of(database) == PER_MINUTE + 1


def test_a_command_is_as_large_as_it_may_be(one: Asker, database: Database) -> None:
    content = command("counter.add", by=1)

    assert told(one.send(padded(content, LARGEST))) == (200, "ok")
    assert told(one.send(padded(content, LARGEST + 1))) == (413, "too_large")
    assert value_of(database) == 1


@pytest.mark.parametrize(
    "said",
    [
        {"CONTENT_LENGTH": "999"},
        {"CONTENT_LENGTH": "-1"},
        {"CONTENT_LENGTH": ""},
        {"HTTP_TRANSFER_ENCODING": "chunked"},
    ],
)
def test_what_is_shorter_than_said_or_of_no_said_length_is_not_read(
    one: Asker, database: Database, said: dict[str, str]
) -> None:
    assert told(one.send(command("counter.add", by=1), environ_overrides=said)) == (400, "bad_request")
    assert value_of(database) == 0


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("application/json", (200, "ok")),
        ("Application/JSON; charset=utf-8", (200, "ok")),
        ("application/jsonp", (400, "bad_request")),
        ("text/plain", (400, "bad_request")),
        ("application/x-www-form-urlencoded", (400, "bad_request")),
        ("multipart/form-data; boundary=x", (400, "bad_request")),
        ("", (400, "bad_request")),
    ],
)
def test_a_command_says_that_it_is_json(one: Asker, kind: str, code: tuple[int, str]) -> None:
    assert told(one.add(Content_Type=kind)) == code


def test_other_requests_are_none_of_its_business(one: Asker, probe: House) -> None:
    client = probe.app.test_client()
    assert client.get("/live/commands", base_url=ORIGIN).status_code == 405
    assert client.post("/live/commands/", base_url=ORIGIN, headers=one.headers).status_code == 404
    assert client.get("/idle", base_url=ORIGIN).status_code == 200
    # Flask takes this path for the one above.
    slashless = {"PATH_INFO": "live/commands"}
    assert told(one.send(command("counter.add", by=1), environ_overrides=slashless)) == (404, "not_found")
    assert probe.wire.intake.answered() == {}


def test_a_mistake_in_the_code_is_told_by_flask_and_keeps_nobody_out(
    one: Asker, probe: House, database: Database
) -> None:
    probe.app.register_error_handler(ValueError, lambda _error: ("{}", 500))

    assert one.send(command("counter.break")).status_code == 500
    assert told(one.add()) == (200, "ok")


def test_what_was_answered_is_counted(one: Asker, probe: House) -> None:
    one.add()
    one.add()
    one.send(b"{")
    one.send(command("counter.refuse"))

    assert probe.wire.intake.answered() == {"200": 2, "400": 1, "409": 1}


def test_admission_ends_after_a_minute() -> None:
    now = 0.0
    admitted = Admitted(monotonic=lambda: now)
    who = Credential("session", "k")
    admitted.keep(b"shown", who)

    now = 59.9
    assert admitted.find(b"shown") == who
    now = 60.0
    assert admitted.find(b"shown") is None
    assert admitted.find(b"never shown") is None


def test_no_more_are_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Admitted, "MOST", 2)
    admitted = Admitted()
    who = {shown: Credential("session", shown.decode()) for shown in (b"a", b"b", b"c")}
    for shown in (b"a", b"b", b"a", b"c"):
        admitted.keep(shown, who[shown])

    assert [admitted.find(shown) for shown in (b"a", b"b", b"c")] == [who[b"a"], None, who[b"c"]]
