"""Screens that follow streams over real sockets, come back when they are cut, and end up equal.

They know docs/wire.md and nothing else: snapshot, subscribe, repair gaps by the number.
"""

from __future__ import annotations

import http.client
import itertools
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import websocket
from tests.faults.oracle import PAUSE, Log
from tests.visiting import Socket, StillWaitingError, Visitor, wait_until
from tests.workshops import reducer

EQUAL_WITHIN = 5.0
"""Seconds after the return in which every screen shows what there is."""
LOST = 5.0
"""Seconds after which a question that was not answered counts as lost."""
CUT = (OSError, http.client.HTTPException, websocket.WebSocketException, StillWaitingError)
"""How a line ends; a screen comes back after any of them."""


class Screen:
    """Somebody's open page, in a thread of its own. `silence`: seconds without a word after which the
    line counts as dead, as the server's pings promise. With several `urls` each return goes to the next.
    """

    def __init__(
        self, visitor: Visitor, streams: Sequence[str], *, urls: Sequence[str] = (), silence: float = 31.0
    ) -> None:
        self.streams = tuple(streams)
        self.shown: dict[str, tuple[str, int, Any]] = {}
        """Per stream: epoch, last number, state. Replaced as a whole, so others may look at any time."""
        self.cuts = 0
        self.resets = 0
        self.holes = 0
        self.trouble: BaseException | None = None
        self.visitor = visitor
        self._silence = silence
        self._urls = itertools.cycle(urls or [visitor.url])
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._live, name="screen")

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """It is to stop; whoever waits for that need not wait here."""
        self._stopping.set()

    def stop(self) -> None:
        """Raises what the screen did not understand."""
        self.end()
        self._thread.join()
        if self.trouble is not None:
            raise self.trouble

    def has(self, heads: Mapping[str, tuple[str, int]]) -> bool:
        """Whether it shows at least these numbers, of the streams it follows."""
        if self.trouble is not None:
            raise self.trouble
        return all(
            name in self.shown and self.shown[name][0] == epoch and self.shown[name][1] >= seq
            for name, (epoch, seq) in heads.items()
            if name in self.streams
        )

    def _live(self) -> None:
        try:
            while not self._stopping.is_set():
                visitor = self.visitor.again(next(self._urls))
                try:
                    self._follow(visitor)
                except CUT:
                    self.cuts += 1
                    self._stopping.wait(PAUSE)
                finally:
                    visitor.close()
        except BaseException as error:
            self.trouble = error
            raise

    def _follow(self, visitor: Visitor) -> None:
        line = visitor.socket()
        try:
            for stream in self.streams:
                self._subscribe(visitor, line, stream)
            heard_at = time.monotonic()
            while not self._stopping.is_set():
                if line.read(0.1):
                    heard_at = time.monotonic()
                elif not line.is_open or time.monotonic() - heard_at > self._silence:
                    raise ConnectionError("the line is cut")
                while line.heard:
                    self._hear(visitor, line, *line.heard.pop(0))
        finally:
            line.drop()

    def _subscribe(self, visitor: Visitor, line: Socket, stream: str) -> None:
        """Until there is no more; what arrives meanwhile stays in `heard` and comes after it."""
        while True:
            if stream not in self.shown:
                self._load(visitor, stream)
            epoch, seq, _state = self.shown[stream]
            answer = line.ask("subscribe", {"stream": stream, "epoch": epoch, "after": seq}, seconds=LOST)
            if not answer["ok"]:
                raise ConnectionError(answer["error"]["code"])
            if answer.get("reset"):
                self._forget(stream)
                continue
            if not self._apply(stream, answer["events"]):
                raise AssertionError(f"the answer to subscribe leaves out a number of {stream}")
            if not answer["more"]:
                return

    def _load(self, visitor: Visitor, stream: str) -> None:
        reply = visitor.get(f"/live/streams/{stream}")
        if reply.status != 200:
            raise ConnectionError(f"no snapshot: {reply.status}")
        self.shown[stream] = (reply.json["epoch"], reply.json["seq"], reply.json["state"])

    def _forget(self, stream: str) -> None:
        self.resets += 1
        del self.shown[stream]

    def _hear(self, visitor: Visitor, line: Socket, name: str, told: Any) -> None:
        if name == "events":
            if not self._apply(told["stream"], told["events"]):
                self.holes += 1
                self._subscribe(visitor, line, told["stream"])
        elif name == "heartbeat":
            for stream, seq in told["heads"].items():
                if seq > self.shown[stream][1]:
                    self._subscribe(visitor, line, stream)
        elif name == "reset":
            self._forget(told["stream"])
            self._subscribe(visitor, line, told["stream"])
        elif name == "evicted":
            raise AssertionError(f"evicted from {told['stream']}, and nobody has taken a right away")

    def _apply(self, stream: str, events: Sequence[Any]) -> bool:
        """No where a number is missing before one of them: from there on nothing was applied."""
        epoch, last, state = self.shown[stream]
        for event in events:
            if event["seq"] > last + 1:
                return False
            if event["seq"] == last + 1:
                last, state = event["seq"], reducer.apply(state, event["name"], event["body"])
                self.shown[stream] = (epoch, last, state)
        return True


@contextmanager
def watching(screens: Sequence[Screen]) -> Iterator[None]:
    """All of them are open for as long as the block lasts, and have understood everything."""
    with ExitStack() as ending:
        for screen in screens:
            screen.start()
            ending.callback(screen.stop)
        try:
            yield
        finally:
            for screen in screens:
                screen.end()


def catch_up(url: str, screens: Sequence[Screen]) -> float:
    """The seconds until every screen shows what the log holds now; more than `EQUAL_WITHIN` is a fault."""
    begun = time.monotonic()
    heads = {name: (epoch, head) for name, (epoch, _trimmed, head) in Log.read(url).heads.items()}
    wait_until(
        lambda: all(screen.has(heads) for screen in screens),
        "every screen shows what there is",
        seconds=EQUAL_WITHIN,
    )
    return time.monotonic() - begun


def differences(screens: Sequence[Screen]) -> list[str]:
    """Where a screen shows something other than a snapshot taken now, in words. Nobody writes any more."""
    found = []
    for number, screen in enumerate(screens):
        for name, (epoch, seq, state) in screen.shown.items():
            there = screen.visitor.snapshot(name)
            if (epoch, seq, state) != (there["epoch"], there["seq"], there["state"]):
                found.append(
                    f"screen {number} shows {name} at {seq}, and not what there is at {there['seq']}"
                )
    return found
