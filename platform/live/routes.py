"""The wire's HTTP side: `/live/session`, commands up, snapshots and catch-up down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import BadRequest

from foundation import clock, commands, eventlog
from foundation.door import Door
from foundation.errors import Code, Refusal
from foundation.policy import Credential
from foundation.text import N_
from live import strict_json
from live.limits import Limits
from live.reading import Reading
from live.sockets import wire
from live.using import Using


def blueprint(
    door: Door,
    reading: Reading,
    using: Using,
    credential: Callable[[], Credential | None],
    limits: Limits,
) -> Blueprint:
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
    def command() -> Response:
        who = credential()
        if who is None:
            raise Refusal(Code.UNKNOWN_ACTOR, N_("Bitte melden Sie sich an."))
        try:
            asked = commands.from_wire(strict_json.loads(request.get_data()))
        except strict_json.NotStrictError:
            raise Refusal(Code.BAD_REQUEST, N_("Die Anfrage ist kein gültiges JSON.")) from None
        answer = door.carry_out(who, asked)
        using.act(who)
        return _json({"ok": True, **answer.as_dict()})

    @pages.get("/streams/<path:name>/events")
    def events(name: str) -> Response:
        after, wait = _number("after"), _number("wait")
        epoch = request.args.get("epoch", "")[:64]
        return _json(wire(name, reading.wait(credential(), name, epoch=epoch, seq=after, seconds=wait)))

    @pages.get("/streams/<path:name>")
    def snapshot(name: str) -> Response:
        return _json(reading.snapshot(credential(), name))

    return pages


def _json(value: Any) -> Response:
    answer = Response(eventlog.encode(value), mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _number(name: str) -> int:
    text = request.args.get(name, "0")
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise BadRequest
    return int(text)
