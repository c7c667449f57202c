"""Who looks at a place now: never numbered, never stored, the latest wins, one message a tick.

Other processes say who is with them in signed messages; what is not said again is forgotten.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable

from foundation import eventlog
from live import fanout
from live.subscriptions import JOINING, Company, Socket, Subscriptions

TICK = 0.5
TOGETHER = 100
"""Sockets that are told who is here before others have a turn."""
SAY_AGAIN = 10.0
FORGET = 25.0
"""Seconds after which the people of a process that went silent are gone."""

Clock = Callable[[], float]


class Presence:
    """Here are those who said so on a socket of this process, and those another process told of."""

    def __init__(self, subscriptions: Subscriptions, *, monotonic: Clock) -> None:
        self._subscriptions = subscriptions
        self._monotonic = monotonic
        self._changed: set[str] = set()
        self._newcomers: set[tuple[Socket, str]] = set()
        self._all_again = False
        self._said = monotonic()
        self._elsewhere: dict[str, dict[str, tuple[float, dict[str, str]]]] = defaultdict(dict)
        self._lock = threading.Lock()
        self.say: Callable[[str, dict[str, str]], None] = lambda _stream, _people: None
        subscriptions.absent = self._gone

    def set(self, socket: Socket, stream: str, *, here: bool) -> None:
        """A page is looked at, or no longer."""
        (socket.here.add if here else socket.here.discard)(stream)
        self._gone(stream)

    def greet(self, socket: Socket, stream: str) -> None:
        """Somebody has begun to follow; nobody else needs to hear of it."""
        with self._lock:
            self._newcomers.add((socket, stream))

    def say_again(self) -> None:
        """Another process may have missed who is here: at the next tick it is told everything."""
        self._all_again = True

    def _gone(self, stream: str) -> None:
        with self._lock:
            self._changed.add(stream)

    def heard(self, process: str, stream: str, people: dict[str, str]) -> None:
        """Another process says who is there with it."""
        with self._lock:
            known = self._elsewhere[stream].get(process)
            if people:
                self._elsewhere[stream][process] = (self._monotonic() + FORGET, people)
            else:
                self._elsewhere[stream].pop(process, None)
            if (known[1] if known else {}) != people:
                self._changed.add(stream)

    def people(self, stream: str) -> list[dict[str, str]]:
        """Everybody at the stream, by name, each once."""
        found = self._mine(stream)
        with self._lock:
            for _until, people in self._elsewhere.get(stream, {}).values():
                found |= people
        return [{"id": id_, "name": name} for id_, name in sorted(found.items(), key=lambda item: item[1])]

    def watch(self, stopping: threading.Event) -> None:
        """The loop that tells, twice a second, where something has changed."""
        while not stopping.wait(TICK):
            self.tick()

    def tick(self) -> None:
        """Tell the followers of each place where somebody came or went, and newcomers who is there."""
        if self._all_again or self._monotonic() - self._said >= SAY_AGAIN:
            self._all_again, self._said = False, self._monotonic()
            for stream in {name for socket in self._subscriptions.all() for name in list(socket.here)}:
                self.say(stream, self._mine(stream))
        with self._lock:
            self._forget()
            changed, self._changed = self._changed, set()
            newcomers, self._newcomers = self._newcomers, set()
        for stream in changed:
            self.say(stream, self._mine(stream))
            self._tell(self._subscriptions.following(stream), stream)
        for socket, stream in newcomers:
            if stream not in changed:
                self._tell([socket], stream)

    def _tell(self, sockets: list[Socket], stream: str) -> None:
        def may(socket: Socket) -> bool:
            """Who has only just joined is not known to be allowed to."""
            return socket.cleared.get(stream, JOINING) != JOINING

        payload = eventlog.encode({"stream": stream, "people": self.people(stream)})
        company = Company(filter(may, sockets))
        # Long where many are there, and nobody's vote waits for it.
        fanout.send_in_turns(company.by(TOGETHER), "presence", payload, still=may)

    def _mine(self, stream: str) -> dict[str, str]:
        return {s.actor.id: s.actor.name for s in self._subscriptions.following(stream) if stream in s.here}

    def _forget(self) -> None:
        now = self._monotonic()
        for stream, processes in list(self._elsewhere.items()):
            for process in [name for name, (until, _people) in processes.items() if until < now]:
                del processes[process]
                self._changed.add(stream)
            if not processes:
                del self._elsewhere[stream]
