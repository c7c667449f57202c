"""What a monitor asks: alive, ready, and the numbers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

from flask import Flask, Response, abort, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.metrics_core import CounterMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from foundation.database import Database
from foundation.door import Door
from foundation.errors import Refusal, busy
from live import fanout
from live.intake import Intake
from live.wire import Wire
from werkstatt.nearby import is_from_here

PATIENCE = 1.5
"""Seconds in which the database answers, or the process is not ready."""


class _Question(threading.Thread):
    """Asks the database once, from a thread of its own: a frozen one may never answer."""

    def __init__(self, database: Database) -> None:
        super().__init__(name="readyz", daemon=True)
        self._database = database
        self._asked = time.monotonic()
        self._failed: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            with self._database.reading() as connection:
                connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, Refusal) as error:
            self._failed = error

    def answer(self) -> None:
        """Return when there is one; raise where it is none, or has not come in time."""
        self.join(max(0.0, self._asked + PATIENCE - time.monotonic()))
        if self.is_alive():
            raise busy()
        if self._failed is not None:
            raise self._failed


class _Readiness:
    """One question at a time, so that however often a monitor asks, one connection waits."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._question: _Question | None = None

    def check(self) -> None:
        with self._lock:
            if self._question is None or not self._question.is_alive():
                self._question = _Question(self._database)
            question = self._question
        question.answer()


class _Commands(Collector):
    """Commands at the wire, by how they were answered."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def collect(self) -> Iterable[Metric]:
        counted = CounterMetricFamily(
            "werkstatt_commands", "Commands answered, by HTTP status", labels=["status"]
        )
        for status, count in sorted(self._intake.answered().items()):
            counted.add_metric([status], count)
        yield counted


def register(app: Flask, door: Door, wire: Wire) -> None:
    """`/healthz`: we answer; `/readyz`: the database too, and soon; `/metrics`: to this machine only."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)
    sockets = Gauge("werkstatt_sockets", "Open sockets of this process", registry=registry)
    sockets.set_function(lambda: len(wire.subscriptions))
    streams = Gauge("werkstatt_streams_followed", "Streams that somebody follows here", registry=registry)
    streams.set_function(lambda: len(wire.publisher.followed()))
    for measured in (_Commands(wire.intake), door.took, door.carried, wire.publisher.lag, fanout.CUT_OFF):
        registry.register(measured)
    readiness = _Readiness(door.database)

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @app.get("/readyz")
    def readyz() -> Response:
        readiness.check()
        return Response("ready\n", mimetype="text/plain")

    @app.get("/metrics")
    def metrics() -> Response:
        if not is_from_here(request):
            abort(404)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
