"""A thousand screens are cut at once and come back at once: each is sent what it missed, and only that."""

import json
import resource
import selectors
import socket
import time
from urllib.parse import urlsplit

import pytest
from tests.scene import PASSWORD, address
from tests.visiting import Visitor

pytestmark = pytest.mark.slow
SCREENS = 1000
MISSED = 5
PATIENCE = 60.0
"""Seconds on a busy machine; `bench` says how long it takes on a quiet one."""
KEY = "c3Rvcm0gb2YgYSB0aG91cw=="


class Returning:
    """A screen on its way in, by hand: handshake, beginning, `subscribe` with the last number it has."""

    def __init__(self, visitor, follow):
        parts = urlsplit(visitor.url)
        self.line = socket.create_connection((parts.hostname, parts.port))
        self.line.settimeout(0)
        self.answer = None
        self._heard = b""
        self._follow = json.dumps(["subscribe", follow])
        self.line.send(
            (
                "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
                f"Host: {parts.netloc}\r\nOrigin: {visitor.url}\r\nCookie: {visitor.cookie}\r\n"
                f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: {KEY}\r\n"
                "Sec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
            ).encode()
        )
        self._upgraded = False

    def take(self):
        """Read what has come, and say the next word."""
        came = self.line.recv(65_536)
        assert came, self._heard
        self._heard += came
        if not self._upgraded:
            head, found, rest = self._heard.partition(b"\r\n\r\n")
            if not found:
                return
            assert head.startswith(b"HTTP/1.1 101 "), head
            self._upgraded, self._heard = True, rest
        while (message := self._next()) is not None:
            if message.startswith("0"):
                self._say("40")
            elif message.startswith("40"):
                self._say(f"420{self._follow}")
            elif message.startswith("430"):
                [self.answer] = json.loads(message[3:])

    def _next(self):
        """The next whole message, without its frame."""
        if len(self._heard) < 2:
            return None
        size, begins = self._heard[1], 2
        if size == 126:
            size, begins = int.from_bytes(self._heard[2:4], "big"), 4
        if len(self._heard) < begins + size:
            return None
        message, self._heard = self._heard[begins : begins + size], self._heard[begins + size :]
        return message.decode()

    def _say(self, text):
        size = len(text)
        length = bytes([0x80 | size]) if size < 126 else bytes([0xFE]) + size.to_bytes(2, "big")
        self.line.send(b"\x81" + length + b"\0\0\0\0" + text.encode())


def come_in(visitor, follow):
    """All of them at once; returns when each is answered, with the seconds that took."""
    begun = time.monotonic()
    with selectors.DefaultSelector() as selector:
        screens = [Returning(visitor, follow) for _ in range(SCREENS)]
        for screen in screens:
            selector.register(screen.line, selectors.EVENT_READ, screen)
        missing = SCREENS
        while missing:
            assert time.monotonic() < begun + PATIENCE, f"{missing} screens are still on their way in"
            for key, _mask in selector.select(1):
                key.data.take()
                if key.data.answer is not None:
                    selector.unregister(key.data.line)
                    missing -= 1
    return screens, time.monotonic() - begun


@pytest.fixture
def many_files():
    """The server inherits how many files may be open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_files")
def test_everybody_is_back_and_complete_and_nobody_gets_more(
    database_kind, stage, serve, tmp_path, record_property
):
    scene = stage.copy(database_kind, tmp_path)
    place = scene.place("voting")
    # Whom the server has not yet seen the end of still takes a place, and here they are one person.
    server = serve(scene.url, settings={"sockets_per_person": 2 * SCREENS}).start()
    visitor = Visitor(server.url).sign_in(address("member"), PASSWORD)
    begun = visitor.snapshot(place)
    follow = {"stream": place, "epoch": begun["epoch"], "after": begun["seq"]}
    screens, _took = come_in(visitor, follow)
    assert [screen.answer["events"] for screen in screens] == [[]] * SCREENS

    for screen in screens:
        screen.line.close()
    for turn in range(MISSED):
        body = {"topic": scene.topics["voting"], "value": turn % 2}
        assert visitor.command("ballot.mark", place, body).status == 200
    now = visitor.snapshot(place)["seq"]
    returned, took = come_in(visitor, follow)

    record_property("seconds", round(took, 2))
    missed = list(range(begun["seq"] + 1, now + 1))
    assert missed
    told = [[event["seq"] for event in screen.answer["events"]] for screen in returned]
    assert told == [missed] * SCREENS
    for screen in returned:
        screen.line.close()
