"""What must be in the log after a fault: each acknowledged command once, and no number left out.

Writers send commands as fast as they are answered, and again until they are: whatever was answered is
acknowledged. `faults` holds that against the log of a database.
"""

from __future__ import annotations

import http.client
import itertools
import json
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from tests.scene import Scene
from tests.visiting import Reply, Visitor, wait_until

from foundation.database import Database
from foundation.eventlog import EventRow, StreamRow

PAUSE = 0.1
"""Seconds before the next attempt where nobody answered, or was too busy to."""
AGAIN = (429, 503)
"""Answers after which sending again is right. Any other beside 200 is a fault."""


@dataclass(frozen=True)
class Log:
    """The log as it stands in a database."""

    heads: Mapping[str, tuple[str, int, int]]
    """Epoch, last number that is no longer kept, and head, by stream."""
    events: Mapping[str, Sequence[tuple[int, str, Any]]]
    """Number, name and body, in order, by stream."""

    @classmethod
    def read(cls, url: str) -> Log:
        """In one consistent look, beside whoever serves."""
        database = Database(url)
        told = defaultdict(list)
        with database.reading() as connection:
            heads = connection.execute(
                select(StreamRow.name, StreamRow.epoch, StreamRow.trimmed, StreamRow.head)
            )
            stand = {name: (epoch, trimmed, head) for name, epoch, trimmed, head in heads}
            query = select(EventRow.stream, EventRow.seq, EventRow.name, EventRow.body)
            for stream, seq, name, body in connection.execute(query.order_by(EventRow.stream, EventRow.seq)):
                told[stream].append((seq, name, json.loads(body)))
        database.close()
        return cls(stand, told)

    def gaps(self) -> list[str]:
        """The streams whose numbers are not all that were kept, up to the head."""
        kept = {
            name: list(range(trimmed + 1, head + 1)) for name, (_epoch, trimmed, head) in self.heads.items()
        }
        found = {name: [seq for seq, _name, _body in events] for name, events in self.events.items()}
        return sorted(name for name in kept | found if kept.get(name, []) != found.get(name, []))


@dataclass(frozen=True)
class Acknowledged:
    """A command with the answer that came, byte for byte, and when (`time.monotonic`)."""

    sent: bytes
    content: bytes
    at: float
    told: tuple[str, int, object]
    """What must stand in the log: stream, number, and the title or the value."""

    @property
    def id(self) -> str:
        return str(json.loads(self.sent)["id"])


class Writer:
    """One who writes from a thread: proposes topics, or proposes one and marks it to and fro (`votes`).

    With several `urls` (processes of one house) each attempt after a cut goes to the next of them.
    The name must be no other writer's.
    """

    def __init__(
        self, visitor: Visitor, place: str, name: str, *, votes: bool = False, urls: Sequence[str] = ()
    ) -> None:
        self.name = name
        self.place = place
        self.acknowledged: list[Acknowledged] = []
        self.asked: list[object] = []
        """The titles or values of everything ever sent, answered or not, once each."""
        self.refused: list[str] = []
        self.cut_off = 0
        """Commands whose first attempt came to nothing."""
        self._visitor = visitor
        self._votes = votes
        self._topic = ""
        self._urls = itertools.cycle(urls or [visitor.url])
        self._connection = visitor.again(next(self._urls))
        self._pending: bytes | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._stopping.clear()
        self._thread = threading.Thread(target=self._write, name=self.name)
        self._thread.start()

    def stop(self) -> None:
        """End the thread after the attempt under way; what it has sent may still be unanswered."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def finish(self, *, seconds: float = 30.0) -> None:
        """Stop, and send what is still open until it is answered."""
        self.stop()
        wait_until(
            lambda: self._pending is None or self._attempt(), f"{self.name} is answered", seconds=seconds
        )
        self._connection.close()

    def ask_again(self, one: Acknowledged, *, url: str = "") -> bytes:
        """What an acknowledged command is answered when it is sent once more, here or at another server."""
        return self._visitor.again(url).send(one.sent).content

    def told(self, log: Log) -> list[tuple[str, int, object]]:
        """Everything of this writer that stands in the log, in the form of `Acknowledged.told`."""
        titles = set(self.asked)
        found: list[tuple[str, int, object]] = [
            (self.place, seq, body["topic"]["title"])
            for seq, name, body in log.events.get(self.place, ())
            if name == "topic.proposed" and body["topic"]["title"] in titles
        ]
        for stream, events in log.events.items():
            if stream.startswith(f"{self.place}/team/"):
                found += [
                    (stream, seq, body["value"])
                    for seq, name, body in events
                    if name == "ballot.marked" and body["topic"] == self._topic
                ]
        return found

    def _write(self) -> None:
        while not self._stopping.is_set():
            if not self._attempt():
                self._stopping.wait(PAUSE)

    def _attempt(self) -> bool:
        """Whether the next command, or the one that is still open, was answered."""
        fresh = self._pending is None
        if self._pending is None:
            self._pending = self._next()
        try:
            reply = self._connection.send(self._pending)
        except (OSError, http.client.HTTPException):
            self.cut_off += fresh
            self._connection.close()
            self._connection = self._visitor.again(next(self._urls))
            return False
        if reply.status == 200:
            self._take(reply)
        elif reply.status not in AGAIN:
            self.refused.append(f"{reply.status} {reply.text}")
            self._pending = None
        return self._pending is None

    def _next(self) -> bytes:
        if self._votes and self._topic:
            value = len(self.asked) % 2
            name, body = "ballot.mark", {"topic": self._topic, "value": value}
            self.asked.append(value)
        else:
            title = f"{self.name} {len(self.asked) + 1}"
            name, body = "topic.propose", {"title": title, "question": "", "minutes": 60}
            self.asked.append(title)
        asked = {"id": str(uuid.uuid4()), "name": name, "place": self.place, "body": body}
        return json.dumps(asked).encode()

    def _take(self, reply: Reply) -> None:
        at = time.monotonic()
        stream = self.place
        if self._votes and self._topic:
            stream = next(name for name in reply.json["seqs"] if "/team/" in name)
        elif self._votes:
            self._topic = reply.json["result"]["topic"]
        told = (stream, reply.json["seqs"][stream], self.asked[-1])
        assert self._pending is not None
        self.acknowledged.append(Acknowledged(self._pending, reply.content, at, told))
        self._pending = None


def four_writers(scene: Scene, people: Mapping[str, Visitor]) -> list[Writer]:
    """Member and neighbour of a scene, each proposing at one place and voting at another."""
    return [
        Writer(people[who], scene.place(where), f"{who} {where}", votes=where == "voting")
        for who in ("member", "neighbour")
        for where in ("collecting", "voting")
    ]


@contextmanager
def writing(writers: Sequence[Writer]) -> Iterator[None]:
    """All of them write for as long as the block lasts; then everything they have sent is answered."""
    for writer in writers:
        writer.start()
    try:
        yield
    finally:
        for writer in writers:
            writer.stop()
    for writer in writers:
        writer.finish()


def acknowledged(writers: Iterable[Writer]) -> int:
    """How many commands were acknowledged so far."""
    return sum(len(writer.acknowledged) for writer in writers)


def faults(log: Log, writers: Iterable[Writer], *, until: float | None = None) -> list[str]:
    """Whatever is not as it was acknowledged (before that moment of `time.monotonic`), in words."""
    found = [f"gap in {name}" for name in log.gaps()]
    for writer in writers:
        told = writer.told(log)
        due = [one.told for one in writer.acknowledged if until is None or one.at < until]
        found += [f"missing: {writer.name} {one}" for one in due if one not in set(told)]
        twice = Counter(what for _stream, _seq, what in told) - Counter(writer.asked)
        found += [f"twice: {writer.name} {what}" for what in twice]
        found += [f"refused: {writer.name} {answer}" for answer in writer.refused]
    return found
