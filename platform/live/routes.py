"""What is read over HTTP: `/live/session`, snapshots and catch-up. Commands come in by `intake.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from flask import Blueprint, Response, request
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import BadRequest

from foundation import clock, eventlog
from foundation.errors import not_found
from foundation.policy import Credential
from live import intake
from live.limits import Limits
from live.reading import Reading, as_number
from live.sockets import wire


def blueprint(reading: Reading, credential: Callable[[], Credential | None], limits: Limits) -> Blueprint:
    """The routes; `credential` tells what the present request brings."""
    pages = Blueprint("live", __name__, url_prefix="/live")

    @pages.get("/session")
    def session() -> Response:
        actor = reading.who(credential())
        return _json(
            {
                "actor": {"kind": actor.kind, "id": actor.id, "name": actor.name},
                "csrf": generate_csrf(),
                "now": clock.now(),
                "limits": {
                    "message": limits.message_bytes,
                    "body": limits.command_bytes,
                    "events": limits.events_per_answer,
                    "sockets": limits.sockets_per_person,
                    "wait": limits.wait_seconds,
                },
            }
        )

    @pages.post("/commands")
    def command() -> NoReturn:
        """What the intake has refused: it is told here, as every refusal is."""
        # Flask takes paths for this one that it does not see: one that begins without a slash.
        raise request.environ.pop(intake.REFUSED, None) or not_found()

    @pages.get("/streams/<path:name>/events")
    def events(name: str) -> Response:
        after, wait = _number("after"), _number("wait")
        epoch = request.args.get("epoch", "")[:64]
        caught_up = reading.wait(credential(), name, epoch=epoch, seq=after, seconds=wait)
        return _written(f"{{{wire(name, caught_up)}}}")

    @pages.get("/streams/<path:name>")
    def snapshot(name: str) -> Response:
        return _json(reading.snapshot(credential(), name))

    return pages


def _json(value: Any) -> Response:
    return _written(eventlog.encode(value))


def _written(text: str) -> Response:
    answer = Response(text, mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _number(name: str) -> int:
    number = as_number(request.args.get(name, "0"))
    if number is None:
        raise BadRequest
    return number
