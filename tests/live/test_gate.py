"""The gate: who gets no socket is told so in plain HTTP, before the libraries see the request."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import websocket
from sqlalchemy.exc import OperationalError
from tests.foundation import ground
from tests.foundation.ground import Person
from tests.live.client import Client, wait_until
from tests.live.conftest import Server
from tests.live.house import ORIGIN, Threads

from foundation import clock
from foundation.database import Database
from live.limits import USUAL

Connect = Callable[..., Client]

pytestmark = pytest.mark.usefixtures("on_sqlite")


def status_of(connect: Callable[[], object]) -> int:
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        connect()
    return int(refused.value.status_code)


def raw(port: int, head: str) -> bytes:
    """The head of what is answered to this request."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode())
        said = b""
        while b"\r\n\r\n" not in said and (data := connection.recv(4096)):
            said += data
        return said


def request(client: Client, change: dict[str, str | None] | None = None, *, line: str = "") -> str:
    """A whole handshake, but for what is changed in it."""
    headers: dict[str, str | None] = {
        "Host": "127.0.0.1",
        "Origin": ORIGIN,
        "Cookie": client.cookie,
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        **(change or {}),
    }
    told = "".join(f"{name}: {value}\n" for name, value in headers.items() if value is not None)
    return f"{line or 'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1'}\n{told}\n"


def test_a_page_of_ours_gets_in(server: Server, member: Person, client: Connect) -> None:
    one = client(server, member).connect()

    assert one.subscribe()["ok"]


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "http://evil.test",
        ORIGIN + ":8080",
        ORIGIN + ".evil.test",
        ORIGIN.upper(),
        "https://werkstatt.test",
    ],
)
def test_a_page_of_another_site_does_not(
    server: Server, member: Person, client: Connect, origin: str
) -> None:
    one = client(server, member)

    said = raw(server.port, request(one, {"Origin": origin or None}))

    assert said.startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize(
    "host",
    ["evil.test", "127.0.0.1.evil.test", "evil.test@127.0.0.1", "127.0.0.1, evil.test", "127.0.0.1/x", ""],
)
def test_a_house_of_another_name_has_no_sockets(
    threads: Threads, member: Person, client: Connect, host: str
) -> None:
    threads.house.app.config["TRUSTED_HOSTS"] = ["127.0.0.1"]
    one = client(threads, member)

    said = raw(threads.port, request(one, {"Host": host}))

    assert said.startswith(b"HTTP/1.1 400 ")
    one.connect()


@pytest.mark.parametrize("cookie", [None, "session=", "session=forged", "session=eyJrZXkiOiJ4In0.x.y"])
def test_who_is_not_signed_in_does_not(
    server: Server, member: Person, client: Connect, cookie: str | None
) -> None:
    said = raw(server.port, request(client(server, member), {"Cookie": cookie}))

    assert said.startswith(b"HTTP/1.1 401 ")


def test_a_session_that_is_over_does_not(server: Server, database: Database, client: Connect) -> None:
    over = ground.person(database, ends_at=clock.now() - timedelta(seconds=1))

    assert status_of(client(server, over).handshake) == 401


def test_the_origin_comes_first(server: Server, client: Connect) -> None:
    """A foreign page does not learn whether somebody is signed in here."""
    assert status_of(lambda: client(server, None).handshake(origin="http://evil.test")) == 403


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({}, "GET /socket.io/?EIO=4&transport=polling HTTP/1.1"),
        ({}, "GET /socket.io/?EIO=4 HTTP/1.1"),
        ({}, "GET /socket.io/ HTTP/1.1"),
        ({}, "GET /socket.io/?EIO=3&transport=websocket HTTP/1.1"),
        ({}, "GET /socket.io/?transport=websocket HTTP/1.1"),
        ({}, "GET /socket.io/?EIO=4&transport=websocket&sid=abc HTTP/1.1"),
        ({}, "GET /socket.io/?EIO=4&transport=websocket&j=0 HTTP/1.1"),
        ({}, "GET /socket.io/?EIO=4&transport=polling&transport=websocket HTTP/1.1"),
        ({}, "GET /socket.io/?EIO=4&transport=websocket&transport=polling HTTP/1.1"),
        ({}, "GET /socket.io/x?EIO=4&transport=polling HTTP/1.1"),
        ({"Content-Length": "0"}, "POST /socket.io/?EIO=4&transport=websocket HTTP/1.1"),
        ({"Content-Length": "0"}, "POST /socket.io/?EIO=4&transport=polling&sid=abc HTTP/1.1"),
        ({}, "OPTIONS /socket.io/?EIO=4&transport=websocket HTTP/1.1"),
        ({"Upgrade": None}, ""),
        ({"Upgrade": "h2c"}, ""),
        ({"Connection": None}, ""),
        ({"Connection": "keep-alive"}, ""),
        ({"Sec-WebSocket-Version": None}, ""),
        ({"Sec-WebSocket-Version": "8"}, ""),
        ({"Sec-WebSocket-Version": None, "Sec-WebSocket-Key1": "1 2", "Sec-WebSocket-Key2": "3 4"}, ""),
        ({"Sec-WebSocket-Key": None}, ""),
        ({"Sec-WebSocket-Key": "short"}, ""),
    ],
)
def test_what_is_no_whole_handshake_is_refused(
    server: Server, member: Person, client: Connect, change: dict[str, str | None], line: str
) -> None:
    one = client(server, member)

    said = raw(server.port, request(one, change, line=line))

    assert said.startswith(b"HTTP/1.1 400 "), said
    one.connect()


def test_a_path_beside_it_is_an_ordinary_page(server: Server, member: Person, client: Connect) -> None:
    said = raw(server.port, request(client(server, member), {}, line="GET /socket.io?EIO=4 HTTP/1.1"))

    assert said.startswith(b"HTTP/1.1 404 ")


def test_browsers_say_more_than_upgrade(server: Server, member: Person, client: Connect) -> None:
    said = raw(server.port, request(client(server, member), {"Connection": "keep-alive, Upgrade"}))

    assert said.startswith(b"HTTP/1.1 101 ")


def test_compression_is_not_agreed_to(server: Server, member: Person, client: Connect) -> None:
    offered = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}

    said = raw(server.port, request(client(server, member), offered))

    assert said.startswith(b"HTTP/1.1 101 ")
    assert b"extensions" not in said.lower()


def test_a_person_has_so_many_sockets_in_all_their_browsers(
    server: Server, member: Person, database: Database, client: Connect
) -> None:
    again, other = ground.another_session(database, member), ground.person(database)
    opened = [client(server, (member, again)[n % 2]) for n in range(USUAL.sockets_per_person)]
    for number, one in enumerate(opened):
        if number % 3:
            one.connect()
        else:
            # Counts from its handshake, whether or not Socket.IO ever begins.
            one.handshake()

    assert status_of(client(server, member).handshake) == 429
    assert status_of(client(server, again).handshake) == 429
    client(server, other).connect()

    opened[0].close()
    late = client(server, member)
    wait_until(lambda: _is_let_in(late), "there is room again")


def _is_let_in(client: Client) -> bool:
    with contextlib.suppress(websocket.WebSocketBadStatusException):
        client.connect()
        return True
    return False


def test_refused_handshakes_leave_nothing_behind(threads: Threads, member: Person, client: Connect) -> None:
    stranger = client(threads, None)
    for _ in range(50):
        raw(threads.port, request(stranger))
        raw(threads.port, request(client(threads, member), {"Origin": "http://evil.test"}))

    assert threads.house.wire.socketio.server.eio.sockets == {}
    assert threads.house.wire.socketio.server.environ == {}


def test_without_its_database_the_gate_is_closed_for_now(
    threads: Threads, member: Person, client: Connect, monkeypatch: pytest.MonkeyPatch, log: list[Any]
) -> None:
    def away() -> Any:
        raise OperationalError("the database is away", None, Exception())

    with monkeypatch.context() as patch:
        patch.setattr(threads.house.database, "reading", away)
        assert status_of(client(threads, member).handshake) == 503

    client(threads, member).connect()
    assert "gate_closed" in {entry["event"] for entry in log}


def test_who_signs_out_does_not_come_back(server: Server, member: Person, client: Connect) -> None:
    one = client(server, member).connect()
    reply = one.command("session.close", {"key": member.key}, place=member.stream)
    assert reply.status == 200

    assert one.is_closed_within(5)
    assert status_of(client(server, member).handshake) == 401
