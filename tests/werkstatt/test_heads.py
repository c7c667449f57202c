"""Heads: how long one may take altogether, and what is told and written down of one that is none."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import time
from collections.abc import Iterator

import pytest
from tests.serving import Server
from tests.stage import Stage

pytestmark = pytest.mark.usefixtures("on_sqlite")

SECONDS = 2
HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
SECRET = "vertraulich"


@pytest.fixture(scope="module")
def server(stage: Stage, database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all: nothing that is sent here reaches the house."""
    folder = tmp_path_factory.mktemp("heads")
    scene = stage.copy(database_kind, folder)
    with Server(scene.url, folder, settings={"peer_seconds": SECONDS, "idle_seconds": 5}) as running:
        yield running


def trickle(server: Server, begun: bytes, *, every: float = 0.2) -> tuple[float, bytes]:
    """Send one byte after the other until the other side ends it: when that was, and what it said."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=every) as line:
        line.sendall(begun)
        begun_at, said = time.monotonic(), b""
        while time.monotonic() < begun_at + 10 * SECONDS:
            with contextlib.suppress(TimeoutError):
                some = line.recv(65_536)
                said += some
                if not some:
                    break
                continue
            line.sendall(b"x")
        return time.monotonic() - begun_at, said


def everything_said(server: Server, sent: bytes) -> bytes:
    """What is answered until the other side ends it."""
    said = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        line.sendall(sent)
        with contextlib.suppress(ConnectionResetError):
            while some := line.recv(65_536):
                said += some
    return said


@pytest.mark.parametrize("begun", [b"G", HEAD, HEAD + b"X: ", HEAD + b"\r\n" + b"G"])
def test_a_head_that_comes_byte_by_byte_is_late_after_its_time(server: Server, begun: bytes) -> None:
    took, said = trickle(server, begun)

    assert said.endswith(b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    assert SECONDS * 0.9 < took < SECONDS + 1.5


def test_a_head_in_parts_that_comes_in_time_is_answered(server: Server) -> None:
    """Once more on the same connection, after a silence that is longer than a head may take."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        for pause in (0, SECONDS + 0.5):
            time.sleep(pause)
            for part in (HEAD[:5], HEAD[5:30], HEAD[30:], b"\r\n"):
                line.sendall(part)
                time.sleep(SECONDS / 8)
            assert line.recv(65_536).startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_body_has_more_time_than_a_head(server: Server) -> None:
    head = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        line.sendall(head + b"Content-Length: 15\r\n\r\n")
        for _ in range(15):
            time.sleep(SECONDS / 10)
            line.sendall(b"x")
        assert line.recv(65_536).startswith(b"HTTP/1.1 403 ")


FORM = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n"
ANOTHER = HEAD + b"\r\n"
"""What would be a request of its own, if it were not read as the body."""
CHUNK = b"%x\r\n%s\r\n0\r\n\r\n" % (len(ANOTHER), ANOTHER)


TWO_ENDS = (
    "Content-Length: 0\r\nContent-Length: {length}",
    "Content-Length: {length}\r\nContent-Length: 0",
    "Content-Length: {length}\r\nContent-Length: {length}",
    "Content-Length: 0, {length}",
    "Content-Length: +{length}",
    "Content-Length: 0_0",
    "Content-Length: -1",
    "Content-Length: 0x10",
    "Content-Length:",
    "Content-Length : {length}",
    "X: y\r\nZ : 0\r\nContent-Length: {length}",
    "Content-Length: {length}\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nContent-Length: 0",
    "Transfer-Encoding: identity\r\nContent-Length: 0",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding : chunked",
)
"""Heads that one may take to say this, another that; `length` is that of what follows."""


def test_what_could_end_in_two_places_is_refused_and_nothing_after_it_is_answered(server: Server) -> None:
    answered = {}
    for framed in TWO_ENDS:
        sent = FORM + framed.format(length=len(ANOTHER)).encode() + b"\r\n\r\n" + ANOTHER
        answered[framed] = re.findall(rb"HTTP/1\.\d (\d+)", everything_said(server, sent))

    assert answered == {framed: [b"400"] for framed in TWO_ENDS}
    assert "Traceback" not in server.said


def test_what_ends_in_one_place_is_read_to_there(server: Server) -> None:
    last = HEAD + b"Connection: close\r\n\r\n"
    for framed in (b"Content-Length: %d" % len(CHUNK), b"transfer-encoding: Chunked"):
        said = everything_said(server, FORM + framed + b"\r\n\r\n" + CHUNK + last)
        assert re.findall(rb"HTTP/1\.\d (\d+)", said) == [b"403", b"200"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (f"GET /{SECRET} HTTP/1.1 more\r\n\r\n", 400),
        (f"{SECRET}\r\n\r\n", 400),
        ("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 tls\r\n\r\n", 400),
        (f"GET /{SECRET} HTTP/2.0\r\n\r\n", 505),
        (f"GET /{SECRET} HTTP/x\r\n\r\n", 400),
        (f"GET / HTTP/1.1\r\n{SECRET}: 1\r\n" + "x: y\r\n" * 200 + "\r\n", 431),
    ],
)
def test_what_is_no_request_is_told_a_status_and_stands_in_no_log(
    server: Server, sent: str, status: int
) -> None:
    said = everything_said(server, sent.encode("latin-1"))

    assert said.startswith(f"HTTP/1.1 {status} ".encode())
    assert said.endswith(b"\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    assert SECRET not in server.said
    assert [json.loads(line)["level"] for line in server.said.splitlines() if '"error"' in line] == []
