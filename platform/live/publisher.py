"""Tells the subscribers of a stream what was committed, in order, as few messages as their sockets allow.

The log in the database is the truth; an announcement of our own commit, a hint from another process
and a look at the heads once a second only say when to read it.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import structlog
from prometheus_client import Histogram
from sqlalchemy.exc import SQLAlchemyError

from foundation import clock, eventlog
from foundation.database import Database
from foundation.errors import Refusal
from foundation.eventlog import Event, Head
from live import fanout
from live.clearance import Clearance
from live.limits import USUAL, Limits
from live.subscriptions import JOINING, Socket, Subscriptions

log = structlog.get_logger()

LOOK_EVERY = 1.0
"""Seconds between two looks at the heads of everything followed here."""
OVER = ""
"""The epoch of no stream."""
TOGETHER = 100
"""Heads that are looked at before others have a turn."""
PERSON = "person/"
"""How the streams begin that tell a person of their own sessions and rights."""


@dataclass(frozen=True)
class _Told:
    """How far the followers of a stream in this process have been told.

    `unheard`: we began there without telling anybody; a reader who has joined may stand further back.
    """

    epoch: str
    seq: int
    unheard: bool = False


class Publisher:
    """One a process. `announce` is called by the door after each commit, from any thread."""

    def __init__(
        self,
        database: Database,
        subscriptions: Subscriptions,
        clearance: Clearance,
        *,
        limits: Limits = USUAL,
    ) -> None:
        self._database = database
        self._subscriptions = subscriptions
        self._clearance = clearance
        self._together = limits.events_per_message
        self.lag = Histogram(
            "werkstatt_event_lag_seconds",
            "From when an event was stated until all its followers here were sent it",
            buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 30),
            registry=None,
        )
        self._pending: dict[str, list[Event]] = {}
        self._hinted: set[str] = set()
        self._told: dict[str, _Told] = {}
        self._waiters: dict[str, set[threading.Event]] = defaultdict(set)
        self._lock = threading.Lock()
        self._work = threading.Event()
        self.hint: Callable[[Sequence[Event]], None] = lambda _events: None

    def announce(self, events: Sequence[Event]) -> None:
        """What this process has just committed."""
        with self._lock:
            for event in events:
                self._pending.setdefault(event.stream, []).append(event)
        self._work.set()
        self.hint(events)

    def look_at(self, *names: str) -> None:
        """Somebody says that there is news in these streams; the log will tell whether it is so.

        Also where there is something of our own to tell: that may not be all.
        """
        with self._lock:
            self._hinted.update(names)
            for name in names:
                self._pending.setdefault(name, [])
        self._work.set()

    def heads(self, names: Sequence[str]) -> dict[str, int]:
        """How far each stream has been told here; unknown ones are missing."""
        return {name: told.seq for name in names if (told := self._told.get(name))}

    def began(self, name: str, head: Head) -> None:
        """Somebody has read the stream up to that head, after joining.

        Whoever read at the same time may have found it further on, or in another epoch, and said so first.
        """
        with self._lock:
            told = self._told.get(name)
            if told is None or (told.unheard and told.epoch == head.epoch and head.seq < told.seq):
                self._told[name] = _Told(head.epoch, head.seq, unheard=True)
            elif told.epoch != head.epoch:
                # One of the two is over: with the next look all are told to load anew.
                self._told[name] = _Told(OVER, 0, unheard=True)

    def expect(self, name: str) -> threading.Event:
        """A flag that is raised at the next news of the stream, for those who wait over HTTP."""
        flag = threading.Event()
        with self._lock:
            self._waiters[name].add(flag)
        return flag

    def expect_no_more(self, name: str, flag: threading.Event) -> None:
        with self._lock:
            self._waiters[name].discard(flag)
            if not self._waiters[name]:
                del self._waiters[name]

    def followed(self) -> set[str]:
        """Every stream that somebody at this process waits for."""
        with self._lock:
            waited = set(self._waiters)
        return self._subscriptions.streams() | waited

    def run(self, stopping: threading.Event) -> None:
        """The loop that tells; ends at the next `look_at` once `stopping` is set, when all before is told."""
        while not stopping.is_set():
            self._work.wait()
            self._work.clear()
            self.tell()
        self.tell()

    def tell(self) -> None:
        """Tell what has come up; what comes up meanwhile is told together next time."""
        with self._lock:
            pending, self._pending = self._pending, {}
            hinted, self._hinted = self._hinted, set()
        # Whose session has ended is told nothing more of what was committed with it or after it.
        for name, events in sorted(pending.items(), key=lambda each: not each[0].startswith(PERSON)):
            if self._forgotten(name):
                continue
            try:
                self._tell_one(name, events, hinted=name in hinted)
            except (SQLAlchemyError, Refusal) as error:
                # The next look finds that the stream is behind.
                log.warning("telling_put_off", error=type(error).__name__)
            except Exception:
                log.exception("telling_broke")

    def watch(self, stopping: threading.Event) -> None:
        """The loop that looks once a second, so that a lost hint costs no more than that."""
        while not stopping.wait(LOOK_EVERY):
            try:
                self.look()
            except (SQLAlchemyError, Refusal) as error:
                log.warning("look_failed", error=type(error).__name__)

    def look(self) -> None:
        """Compare the heads in the log with what has been told."""
        for name in list(self._told):
            self._forgotten(name)
        followed = self.followed()
        if not followed:
            return
        heads = self._heads_of(followed)
        fresh = [name for name in heads if name not in self._told and name.startswith(PERSON)]
        if fresh:
            # What was revoked before we knew where these streams stood is noticed here, for all at once.
            who = (socket for name in fresh for socket in self._subscriptions.of_person(_person(name)))
            self._clearance.check(list(who))
            with self._lock:
                for name in fresh:
                    self._told.setdefault(name, _Told(heads[name].epoch, heads[name].seq, unheard=True))
        behind = [name for name, head in heads.items() if self._is_behind(name, head)]
        if behind:
            self.look_at(*behind)

    def _heads_of(self, names: set[str]) -> dict[str, Head]:
        """Where the streams stand, read so many at a time: others have a turn in between."""
        found: dict[str, Head] = {}
        wanted = sorted(names)
        for start in range(0, len(wanted), TOGETHER):
            if start:
                time.sleep(0)
            with self._database.reading() as connection:
                found |= eventlog.heads(connection, wanted[start : start + TOGETHER])
        return found

    def _is_behind(self, name: str, head: Head) -> bool:
        told = self._told.get(name)
        return told is not None and (told.epoch != head.epoch or told.seq < head.seq)

    def _forgotten(self, name: str) -> bool:
        """Whether nobody waits for the stream; then it need not be known how far it was told."""
        with self._lock:
            if name in self._waiters or self._subscriptions.follows(name):
                return False
            self._told.pop(name, None)
            return True

    def _tell_one(self, name: str, events: list[Event], *, hinted: bool) -> None:
        told = self._told.get(name)
        known = told is not None
        is_sure = not hinted and told is not None and told.epoch != OVER
        if not is_sure or told is None or events[0].seq != told.seq + 1 or not _in_a_row(events):
            told, events = self._read(name, told, events)
        if name.startswith(PERSON) and (events or not known):
            self._clearance.check(self._subscriptions.of_person(_person(name)))
        if told is None:
            return
        with self._lock:
            self._told.setdefault(name, told)
        for start in range(0, len(events), self._together):
            together = events[start : start + self._together]
            self._send(name, together)
            self._advance(name, _Told(told.epoch, together[-1].seq))
        if events:
            self._raise_flags(name)

    def _advance(self, name: str, told: _Told) -> None:
        """Unless somebody has said meanwhile that they read in an epoch that is over."""
        with self._lock:
            now = self._told.get(name)
            if now is None or now.epoch != OVER:
                self._told[name] = told

    def _note(self, name: str, told: _Told) -> None:
        with self._lock:
            self._told[name] = told

    def _read(self, name: str, told: _Told | None, events: list[Event]) -> tuple[_Told | None, list[Event]]:
        """What the log says has come since the last telling; a new epoch is announced as such."""
        with self._database.reading() as connection:
            head = eventlog.heads(connection, [name]).get(name)
            if head is None:
                return told, []
            if told is None:
                told = _Told(head.epoch, events[0].seq - 1 if events else head.seq, unheard=True)
            if told.epoch == head.epoch and told.seq >= head.trimmed:
                return told, eventlog.after(connection, name, told.seq)
        now = _Told(head.epoch, head.seq)
        self._note(name, now)
        ready, _stale = self._subscriptions.cleared(name, 0)
        payload = eventlog.encode({"stream": name, "epoch": head.epoch})
        fanout.send_in_turns(ready.parts, "reset", payload, still=_cleared(name, 0))
        self._raise_flags(name)
        return now, []

    def _raise_flags(self, name: str) -> None:
        with self._lock:
            flags = list(self._waiters.get(name, ()))
        for flag in flags:
            flag.set()

    def _send(self, name: str, events: list[Event]) -> None:
        """Send to those who are cleared for these events, after those who are not were looked at again."""
        version = max(event.acl_version for event in events)
        ready, stale = self._subscriptions.cleared(name, version)
        if stale:
            self._clearance.check(stale)
            ready, _stale = self._subscriptions.cleared(name, version)
        payload = f'{{"stream":"{name}","events":[{",".join(event.as_json() for event in events)}]}}'
        fanout.send_in_turns(ready.parts, "events", payload, still=_cleared(name, version))
        self.lag.observe((clock.now() - events[0].at).total_seconds())


def _cleared(name: str, version: int) -> Callable[[Socket], bool]:
    return lambda socket: socket.cleared.get(name, JOINING) >= version


def _in_a_row(events: list[Event]) -> bool:
    return all(later.seq == earlier.seq + 1 for earlier, later in pairwise(events))


def _person(name: str) -> str:
    return name.removeprefix(PERSON)
