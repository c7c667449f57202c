"""Ordinary people who vote and watch while somebody attacks, and what they notice of it.

They live in a process of their own, so that nothing an attacker computes slows their clocks down:
`Crowd` starts it and asks for the figures of one phase after the other.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import websocket
from tests.serving import ROOT, Server
from tests.visiting import Reply, Socket, StillWaitingError, Visitor

EVERY = 0.2
"""Seconds between two votes of one person."""
ARRIVE_EVERY = 0.5
"""Seconds between two who come in anew, by a handshake of their own."""
SETTLE = 20.0
"""Seconds after the end of a phase in which its votes must be answered and seen."""


@dataclass
class Figures:
    """What one phase was like. Times in seconds from the moment that something was due."""

    answers: list[float] = field(default_factory=list)
    screens: list[float] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    thrown_off: int = 0
    missing: int = 0

    def p99(self, what: str) -> float:
        times = sorted(getattr(self, what))
        return float(times[min(len(times) - 1, int(len(times) * 0.99))]) if times else float("inf")

    def __str__(self) -> str:
        parts = [
            f"{what} p50 {statistics.median(times) * 1000:.0f} "
            f"p99 {self.p99(what) * 1000:.0f} ms ({len(times)})"
            for what in ("answers", "screens", "arrivals")
            if (times := getattr(self, what))
        ]
        return ", ".join(parts)


class Crowd:
    """The bystanders of a server, as the tests see them: `measure()` ends a phase and begins the next."""

    def __init__(self, server: Server, place: str, people: Sequence[Visitor]) -> None:
        told = {
            "url": server.url,
            "place": place,
            "people": [{"cookie": one.cookie, "csrf": one.csrf} for one in people],
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.attacks.bystanders"],
            cwd=ROOT, env=server.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._say(json.dumps(told))
        if self._hear() != "ready":
            raise AssertionError("the bystanders did not get in")

    def measure(self) -> Figures:
        self._say("measure")
        return Figures(**json.loads(self._hear()))

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@dataclass(frozen=True)
class Burden:
    """What a process holds: bytes of memory now and at most so far, threads, open files."""

    memory: int
    peak: int
    threads: int
    files: int


def burden(server: Server) -> Burden:
    told = Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8")
    fields = {
        name: rest.split()[0]
        for name, _, rest in (line.partition(":") for line in told.splitlines())
        if rest.split()
    }
    files = len(list(Path(f"/proc/{server.pid}/fd").iterdir()))
    return Burden(int(fields["VmRSS"]) * 1024, int(fields["VmHWM"]) * 1024, int(fields["Threads"]), files)


def forget_peak(server: Server) -> None:
    """From now on the peak counts anew (`man 5 proc`, clear_refs)."""
    Path(f"/proc/{server.pid}/clear_refs").write_text("5", encoding="ascii")


# --- in the process of their own


class Screen(Socket):
    """A page that follows the place and notes when each number arrives."""

    def __init__(self, visitor: Visitor, place: str) -> None:
        self.seen: dict[int, float] = {}
        self._place = place
        super().__init__(visitor.url, visitor.cookie)
        known = visitor.again().snapshot(place)
        self.since = known["seq"]
        answer = self.subscribe(place, known["epoch"], known["seq"])
        if not answer["ok"]:
            raise AssertionError(answer)

    def look(self) -> None:
        self.read(0.5)
        self.heard.clear()

    def _take(self, text: str) -> None:
        now = time.monotonic()
        super()._take(text)
        if self.heard and text.startswith("42"):
            name, body = self.heard[-1]
            if name == "events" and body["stream"] == self._place:
                for event in body["events"]:
                    self.seen.setdefault(event["seq"], now)


@dataclass
class Vote:
    """One mark: when it was due, when it was answered, and its number in the stream."""

    due: float
    answered: float = 0.0
    seq: int = 0
    refusal: str = ""


class Bystanders:
    """The people themselves: each votes, each watches, one comes in again and again."""

    def __init__(self, place: str, people: Sequence[Visitor]) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._votes: list[Vote] = []
        self._arrivals: list[tuple[float, float]] = []
        self._troubles: list[str] = []
        self._thrown_off = 0
        self._begun = time.monotonic()
        self._screens = [Screen(one, place) for one in people]
        for number, (one, screen) in enumerate(zip(people, self._screens, strict=True)):
            topic = self._propose(one, number)
            self._start(self._vote, one, topic, number)
            self._start(self._watch, screen)
        self._start(self._arrive, people[-1].again())

    def measure(self) -> Figures:
        """What was due since the last time, once it has been answered and seen everywhere."""
        ended = time.monotonic()
        with self._lock:
            votes = [vote for vote in self._votes if self._begun <= vote.due < ended]
        limit = ended + SETTLE
        while time.monotonic() < limit and not all(self._is_settled(vote) for vote in votes):
            time.sleep(0.02)
        figures = Figures(refused=[vote.refusal for vote in votes if vote.refusal])
        for vote in votes:
            if vote.refusal:
                continue
            if not self._is_settled(vote):
                figures.missing += 1
                continue
            figures.answers.append(vote.answered - vote.due)
            figures.screens.append(max(screen.seen[vote.seq] for screen in self._screens) - vote.due)
        with self._lock:
            figures.arrivals = [took for due, took in self._arrivals if self._begun <= due < ended]
            figures.refused += self._troubles
            figures.thrown_off = self._thrown_off
            self._troubles, self._thrown_off = [], 0
        self._begun = ended
        return figures

    def _is_settled(self, vote: Vote) -> bool:
        if vote.refusal:
            return True
        return vote.answered > 0 and all(vote.seq in screen.seen for screen in self._screens)

    def _start(self, work: Any, *arguments: Any) -> None:
        threading.Thread(target=work, args=arguments, daemon=True).start()

    def _propose(self, one: Visitor, number: int) -> str:
        """A topic of one's own, so that every mark changes something."""
        body = {"title": f"Thema der Umstehenden {number}", "question": "", "minutes": 60}
        return str(one.command("topic.propose", self._place, body).json["result"]["topic"])

    def _vote(self, one: Visitor, topic: str, number: int) -> None:
        """Every second one comes by a new connection each time."""
        due, value = time.monotonic() + number * EVERY / len(self._screens), 1
        while True:
            time.sleep(max(0.0, due - time.monotonic()))
            vote = Vote(due)
            with self._lock:
                self._votes.append(vote)
            if number % 2:
                one.close()
            try:
                reply = one.command("ballot.mark", self._place, {"topic": topic, "value": value})
                self._note(vote, reply)
            except OSError as error:
                vote.refusal = type(error).__name__
                one.close()
            value = 1 - value
            due = max(due + EVERY, time.monotonic() - 5)

    def _note(self, vote: Vote, reply: Reply) -> None:
        if reply.status == 200:
            vote.seq = reply.json["seqs"][self._place]
            vote.answered = time.monotonic()
        else:
            vote.refusal = f"{reply.status} {reply.code}"

    def _watch(self, screen: Screen) -> None:
        while screen.is_open:
            screen.look()
        with self._lock:
            self._thrown_off += 1

    def _arrive(self, one: Visitor) -> None:
        while True:
            due = time.monotonic()
            try:
                one.socket().close()
                with self._lock:
                    self._arrivals.append((due, time.monotonic() - due))
            except (OSError, StillWaitingError, websocket.WebSocketException) as error:
                with self._lock:
                    self._troubles.append(f"arriving: {type(error).__name__} {error}"[:200])
            time.sleep(max(0.0, due + ARRIVE_EVERY - time.monotonic()))


def main() -> None:
    told = json.loads(sys.stdin.readline())
    people = [
        Visitor(told["url"], cookie=one["cookie"], csrf=one["csrf"], patience=30) for one in told["people"]
    ]
    crowd = Bystanders(told["place"], people)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for _line in sys.stdin:
        sys.stdout.write(json.dumps(asdict(crowd.measure())) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
