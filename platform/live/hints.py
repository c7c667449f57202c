"""Hints between processes over Redis: which stream has news, and who looks at a place.

No content passes: a hint names a stream, and whoever hears it reads the log. Messages are signed and
counted, so that a stranger on the same Redis can make nobody appear; without Redis the look at the
heads once a second does the same, later. Who is here, and was said by a clock that is off by more than
`presence.FORGET` (25 s), is not believed: it may have been played back to a process that has counted
nothing yet. So far the clocks of two machines may differ.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable, Collection, Sequence
from queue import Empty, Full, Queue
from typing import Any

import redis
import structlog
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy.exc import SQLAlchemyError

from foundation import clock
from foundation.errors import Refusal
from foundation.eventlog import Event
from live.presence import FORGET, Presence
from live.publisher import Publisher

log = structlog.get_logger()

CHANNEL = "werkstatt:hints"
TIMEOUT = 2.0
"""Seconds after which a Redis that does not answer is left alone for a while."""
WAKE = 1.0
"""Seconds after which a loop looks whether it is to stop."""
WAITING = 1000
"""Hints that wait for Redis at most; what comes then is left out."""
PROCESSES = 1000
"""Processes whose last number is remembered."""

Names = Callable[[Collection[str]], dict[str, str]]
"""The names of persons by public id."""


class _Told(BaseModel):
    """One message. Fields that a later version adds are left alone."""

    model_config = ConfigDict(extra="ignore", strict=True)

    process: str
    number: int
    at: float = 0.0
    streams: list[str] = []
    stream: str | None = None
    people: list[str] = []
    hello: bool = False


class Hints:
    """Sends and hears hints. Every failure only costs speed."""

    def __init__(
        self, url: str, *, secret: bytes, publisher: Publisher, presence: Presence, names: Names
    ) -> None:
        self._url = url
        self._secret = secret
        self._publisher = publisher
        self._presence = presence
        self._names = names
        self._process = secrets.token_hex(8)
        self._number = 0
        self._last: dict[str, int] = {}
        self._outgoing: Queue[str] = Queue(WAITING)
        self._lock = threading.Lock()
        publisher.hint = self.news
        presence.say = self.here

    def news(self, events: Sequence[Event]) -> None:
        """Tell the other processes where something was committed."""
        self._put(streams=sorted({event.stream for event in events}))

    def here(self, stream: str, people: dict[str, str]) -> None:
        """Tell the other processes who looks at a place with us, by public id."""
        self._put(stream=stream, people=sorted(people))

    def send(self, stopping: threading.Event) -> None:
        """The loop that sends."""
        client = self._client()
        while not stopping.is_set():
            try:
                message = self._outgoing.get(timeout=WAKE)
            except Empty:
                continue
            try:
                client.publish(CHANNEL, message)
            except redis.RedisError as error:
                log.warning("redis_away", error=type(error).__name__)
                stopping.wait(TIMEOUT)

    def hear(self, stopping: threading.Event) -> None:
        """The loop that listens."""
        while not stopping.is_set():
            try:
                self._listen(stopping)
            except redis.RedisError as error:
                log.warning("redis_away", error=type(error).__name__)
                stopping.wait(TIMEOUT)

    def _listen(self, stopping: threading.Event) -> None:
        client: Any = self._client()
        with client.pubsub(ignore_subscribe_messages=True) as pubsub:
            pubsub.subscribe(CHANNEL)
            # Whoever has been here longer says again who looks at what, and so do we.
            self._put(hello=True)
            self._presence.say_again()
            while not stopping.is_set():
                message = pubsub.get_message(timeout=WAKE)
                if message is not None:
                    self._heard(message["data"])

    def _heard(self, data: Any) -> None:
        told = self._opened(data)
        if told is None or told.process == self._process or not self._is_new(told):
            return
        if told.hello:
            self._presence.say_again()
        if told.streams:
            self._publisher.look_at(*told.streams)
        if told.stream is not None and abs(_moment() - told.at) <= FORGET:
            try:
                people = self._names(told.people) if told.people else {}
            except (SQLAlchemyError, Refusal) as error:
                # It is said again before anybody is forgotten.
                log.warning("names_unknown", error=type(error).__name__)
            else:
                self._presence.heard(told.process, told.stream, people)

    def _is_new(self, told: _Told) -> bool:
        """Whether nobody has played back an old message of that process."""
        if told.number <= self._last.get(told.process, 0):
            return False
        self._last.pop(told.process, None)
        self._last[told.process] = told.number
        if len(self._last) > PROCESSES:
            del self._last[next(iter(self._last))]
        return True

    def _put(self, **told: Any) -> None:
        with self._lock:
            self._number += 1
            counted = _Told(process=self._process, number=self._number, at=_moment(), **told)
            body = counted.model_dump_json(exclude_defaults=True)
            try:
                self._outgoing.put_nowait(f"{self._sign(body)} {body}")
            except Full:
                log.debug("hint_left_out")

    def _opened(self, data: Any) -> _Told | None:
        try:
            signature, _, body = bytes(data).decode().partition(" ")
            if not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
                return None
            return _Told.model_validate_json(body)
        except (TypeError, ValueError, ValidationError):
            return None

    def _sign(self, body: str) -> str:
        return hmac.new(self._secret, body.encode(), hashlib.sha256).hexdigest()

    def _client(self) -> redis.Redis:
        return redis.Redis.from_url(
            self._url,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            health_check_interval=10,
        )


def _moment() -> float:
    return clock.now().timestamp()
