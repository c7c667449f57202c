"""The open page of somebody to whom anything may happen: it reads when it is told to."""

from __future__ import annotations

from typing import Any

from tests.faults.screens import Screen
from tests.faults.whole import Line, Process
from tests.scene import token


class Page(Screen):
    """Somebody's open page, which reads when it is told to. `denied`: the last numbers it may know of
    the streams that it lost."""

    def __init__(self, who: str, followed: list[str]) -> None:
        self.who = who
        self.token = token(who)
        self.is_signed_in = True
        self.line: Line | None = None
        self.process: Process | None = None
        self.following: set[str] = set()
        self.denied: dict[str, int] = {}
        self.streams = tuple(followed)
        self.shown = {}
        self.resets = self.holes = 0

    def open(self, process: Process) -> None:
        """Connect, and follow everything that one may."""
        self.cut()
        visitor = process.visitor(self.token)
        self.line, self.process = visitor.socket(), process
        if self.line is None:
            assert not self.is_signed_in
            return
        for stream in self.streams:
            self._follow_again(visitor, stream)

    def cut(self) -> None:
        if self.line is not None and self.line.is_open:
            self.line.drop()
        self.line = self.process = None
        self.following.clear()

    def read(self) -> None:
        """Take in what lies there, as docs/wire.md says."""
        if self.line is None or self.process is None:
            return
        self.line.read()
        visitor = self.process.visitor(self.token)
        while self.line is not None and self.line.heard:
            name, told = self.line.heard.pop(0)
            if name == "evicted":
                self._lose(told["stream"])
            elif name in ("events", "reset"):
                assert told["stream"] in self.following, "nothing follows after evicted"
                try:
                    self._hear(visitor, self.line, name, told)
                except ConnectionError:
                    self._lose(told["stream"])
        if self.line is not None and not self.line.is_open:
            self.cut()

    def hear(self) -> None:
        """Let come what was sent, and look at it before anything else happens: was it for us to know?"""
        if self.line is not None:
            self.line.read()
            for name, told in self.line.heard:
                if name == "events":
                    self._judge(told["stream"], told["events"])

    def _follow_again(self, visitor: Any, stream: str) -> None:
        assert self.line is not None
        self.following.add(stream)
        try:
            self._subscribe(visitor, self.line, stream)
        except ConnectionError:
            assert stream in self.denied, "refused without a reason"
            self._lose(stream)

    def _apply(self, stream: str, events: Any) -> bool:
        self._judge(stream, events)
        return super()._apply(stream, events)

    def _judge(self, stream: str, events: Any) -> None:
        if stream in self.denied and events:
            assert events[-1]["seq"] <= self.denied[stream], f"{self.who} was told of {stream} too late"

    def _lose(self, stream: str) -> None:
        self.following.discard(stream)
        self.shown.pop(stream, None)
