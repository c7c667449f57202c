"""Who says they come from elsewhere, or to another house: told so at every door, and nothing changes."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from tests.attacks.blasting import HANDSHAKE, SOCKET, connect, request
from tests.scene import PASSWORD, Scene, address
from tests.serving import Server
from tests.stored import fingerprint
from tests.visiting import Visitor

from foundation.database import Database

pytestmark = pytest.mark.slow

ORIGINS = {
    "foreign": "http://evil.example",
    "of a file": "null",
    "two": "http://{own}\r\norigin: http://evil.example",
    "the own one twice": "http://{own}\r\norigin: http://{own}",
    "a list": "http://{own} http://evil.example",
    "another scheme": "https://{own}",
    "no scheme": "{own}",
    "in upper case": "HTTP://{own}",
    "another port": "http://127.0.0.1:1",
    "no port": "http://127.0.0.1",
    "more after it": "http://{own}.evil.example",
    "more in front": "http://evil.example.{own}",
    "a name that says who": "http://{own}@evil.example",
    "somebody at ours": "http://evil.example@{own}",
    "a dot at the end": "http://localhost.:{port}",
    "a path": "http://{own}/",
    "a question": "http://{own}?",
    "another number of the same": "http://0x7f000001:{port}",
    "this machine in IPv6": "http://[::1]:{port}",
    "bytes": "http://127.0.0.1:{port}\xff",
    "folded": "http://{own}\r\n evil",
    "long": "http://{own}/" + "x" * 8000,
}
"""None of these is an address of this house. `own` is its name with the port."""

OTHER_HOSTS = {
    "foreign": "evil.example",
    "empty": "",
    "more after it": "{own}.evil.example",
    "more after the name": "127.0.0.1.evil.example:{port}",
    "a name that says who": "{own}@evil.example",
    "somebody at ours": "evil.example@{own}",
    "two": "{own}\r\nhost: evil.example",
    "two the other way": "evil.example\r\nhost: {own}",
    "the own one twice": "{own}\r\nhost: {own}",
    "a list": "{own}, evil.example",
    "a space": "{own} evil.example",
    "an address": "http://{own}/",
    "a path": "{own}/evil",
    "a port that is none": "127.0.0.1:evil",
    "a port beyond": "127.0.0.1:65536",
    "a dot at the end": "localhost.:{port}",
    "in upper case": "LOCALHOST:{port}",
    "this machine in IPv6": "[::1]:{port}",
    "half an IPv6": "[::1",
    "bytes": "127.0.0.1:\xff",
    "folded": "{own}\r\n evil",
    "by another spelling": "evil.example\r\nHTTP_HOST: {own}",
    "by a proxy nobody trusts": "evil.example\r\nx-forwarded-host: {own}\r\nforwarded: host={own}",
}
"""Hosts that this house does not answer to."""
OWN_HOSTS = {
    "own": "{own}",
    "this machine": "localhost:{port}",
    "another port, as behind a proxy": "127.0.0.1:8080",
    "none, as HTTP/1.0 has it": None,
    "forwarded by nobody": "{own}\r\nx-forwarded-host: evil.example\r\nx-forwarded-proto: https\r\n"
    "x-forwarded-for: 192.0.2.1\r\nforwarded: host=evil.example;proto=https",
}
"""Hosts that it does answer to."""

LINES = {
    "GET http://evil.example/live/session": 404,
    "GET http://{own}/live/session": 404,
    "POST http://{own}/live/commands": 404,
    "POST live/commands": 404,
    "GET socket.io/?EIO=4&transport=websocket": 404,
    "GET //socket.io/?EIO=4&transport=websocket": 400,
    "GET /%73ocket.io/?EIO=4&transport=websocket": 400,
    "GET //evil.example/": 404,
    "GET /\\evil.example/": 404,
    "GET /live/../socket.io/?EIO=4": 404,
    "OPTIONS *": 404,
    "OPTIONS /live/commands": 200,
    "CONNECT evil.example:443": 404,
    "TRACE /": 404,
    "TEAPOT /": 404,
}
"""Requests for something else, and what they are answered."""


@dataclass
class Doors:
    """The doors of a house, and one who is signed in and knocks at each."""

    scene: Scene
    server: Server
    visitor: Visitor

    def knock(self, **headers: str | None) -> dict[str, int]:
        """What each door answers to a request that is good but for these headers."""
        known = {"own": f"127.0.0.1:{self.server.port}", "port": self.server.port}
        told = {name: value and value.format(**known) for name, value in headers.items()}
        return {name: status(self.ask(sent)) for name, sent in self._good(told)}

    def ask(self, sent: bytes) -> bytes:
        """The head of the answer; empty if there is none."""
        said = b""
        with connect(self.server.port) as line:
            line.sendall(sent)
            while b"\r\n\r\n" not in said and (some := line.recv(65_536)):
                said += some
        return said.partition(b"\r\n\r\n")[0]

    def _good(self, told: dict[str, str | None]) -> Iterator[tuple[str, bytes]]:
        one, place = self.visitor, self.scene.place("collecting")
        body = {"title": "Netzwerkmanagement", "question": "", "minutes": 60}
        sent = {"id": str(uuid.uuid4()), "name": "topic.propose", "place": place, "body": body}
        form = urlencode({**body, "csrf_token": one.csrf, "command_id": str(uuid.uuid4())}).encode()
        page = f"POST /workshops/{place.partition('/')[2]}/topics/new"
        kind = {"content_type": "application/x-www-form-urlencoded"}
        yield "handshake", request(one, SOCKET, **{**HANDSHAKE, **told})
        yield "command", request(one, "POST /live/commands", json.dumps(sent).encode(), **told)
        yield "form", request(one, page, form, **{**kind, **told})
        yield "page", request(one, "GET /workshops", **told)
        yield "snapshot", request(one, f"GET /live/streams/{place}", **told)
        yield "health", request(None, "GET /readyz", **{"host": f"127.0.0.1:{self.server.port}", **told})


def status(head: bytes) -> int:
    """0 where nothing was answered."""
    return int(head.split(b" ", 2)[1]) if head.startswith(b"HTTP/1.1 ") else 0


def told(database: Database) -> dict[str, str]:
    """Everything but what the worker is about: it claims work whoever knocks."""
    return {table: rows for table, rows in fingerprint(database).items() if table != "job"}


READ = {"page": 200, "snapshot": 200, "health": 200}
WELCOME = {"handshake": 101, "command": 200, "form": 302, **READ}
FOREIGN = {"handshake": 403, "command": 403, "form": 403, **READ}
NOBODY = dict.fromkeys(WELCOME, 400)


@pytest.fixture
def doors(scene: Scene, house: Server) -> Doors:
    return Doors(scene, house, Visitor(house.url).sign_in(address("neighbour"), PASSWORD))


@pytest.fixture
def database(scene: Scene) -> Iterator[Database]:
    opened = Database(scene.url)
    yield opened
    opened.close()


def test_no_origin_but_the_own_changes_anything(doors: Doors, database: Database) -> None:
    before = told(database)

    assert {name: doors.knock(origin=origin) for name, origin in ORIGINS.items()} == dict.fromkeys(
        ORIGINS, FOREIGN
    )

    assert told(database) == before
    # Old browsers send none with a form: there the token decides.
    assert [doors.knock(origin=origin) for origin in (None, "")] == [{**FOREIGN, "form": 302}] * 2
    assert doors.knock() == WELCOME
    assert doors.knock(origin="http://localhost:{port}") == WELCOME
    assert '"error"' not in doors.server.said


def test_no_answer_allows_another_site_to_read_it(doors: Doors) -> None:
    other = {"origin": "http://evil.example", "access_control_request_method": "POST"}
    place = doors.scene.place("collecting")
    for line in ("GET /live/session", f"GET /live/streams/{place}", "OPTIONS /live/commands", "GET /sign-in"):
        head = doors.ask(request(doors.visitor, line, **other))
        assert status(head) in (200, 302), line
        assert b"access-control" not in head.lower(), line


def test_no_host_but_the_own_is_answered_to(doors: Doors, database: Database) -> None:
    before = told(database)

    assert {name: doors.knock(host=host) for name, host in OTHER_HOSTS.items()} == dict.fromkeys(
        OTHER_HOSTS, NOBODY
    )

    assert told(database) == before
    assert {name: doors.knock(host=host) for name, host in OWN_HOSTS.items()} == dict.fromkeys(
        OWN_HOSTS, WELCOME
    )
    assert '"error"' not in doors.server.said


def test_whatever_is_asked_for_is_answered(doors: Doors, database: Database) -> None:
    own = f"127.0.0.1:{doors.server.port}"
    before = told(database)

    answers = {line: status(doors.ask(request(doors.visitor, line.format(own=own)))) for line in LINES}

    assert answers == LINES
    assert told(database) == before
    claimed = {"x_forwarded_host": "evil.example", "x_forwarded_proto": "https"}
    for line in ("GET /", "GET //evil.example/%2e%2e", "GET /workshops/"):
        head = doors.ask(request(None, line, host=own, **claimed)).lower()
        assert status(head.upper()) in (302, 404), line
        assert b"location: http" not in head, line
        assert b"location: //" not in head, line
    assert '"error"' not in doors.server.said


def test_where_a_stranger_says_they_come_from_gives_them_no_further_try(doors: Doors) -> None:
    stranger = Visitor(doors.server.url)
    form = {"email": "nobody@example.org", "password": "x", "csrf_token": stranger.form_token("/sign-in")}
    kind = {"content_type": "application/x-www-form-urlencoded"}

    answers = []
    for number in range(12):
        claimed = {"x_forwarded_for": f"192.0.2.{number}", "x_real_ip": f"192.0.2.{number}"}
        sent = request(stranger, "POST /sign-in", urlencode(form).encode(), **kind, **claimed)
        answers.append(status(doors.ask(sent)))

    assert answers == [422] * 10 + [429] * 2
