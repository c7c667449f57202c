"""What a monitor asks: alive, ready, and the numbers."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, Response, abort, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.metrics_core import CounterMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import text

from foundation.door import Door
from live import fanout
from live.intake import Intake
from live.wire import Wire
from werkstatt.nearby import is_from_here


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
    """`/healthz`: the process answers; `/readyz`: its database too; `/metrics`: to this machine only."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)
    sockets = Gauge("werkstatt_sockets", "Open sockets of this process", registry=registry)
    sockets.set_function(lambda: len(wire.subscriptions))
    streams = Gauge("werkstatt_streams_followed", "Streams that somebody follows here", registry=registry)
    streams.set_function(lambda: len(wire.publisher.followed()))
    for measured in (_Commands(wire.intake), door.took, door.carried, wire.publisher.lag, fanout.CUT_OFF):
        registry.register(measured)

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @app.get("/readyz")
    def readyz() -> Response:
        with door.database.reading() as connection:
            connection.execute(text("SELECT 1"))
        return Response("ready\n", mimetype="text/plain")

    @app.get("/metrics")
    def metrics() -> Response:
        if not is_from_here(request):
            abort(404)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
