"""How the house says no: a refusal as JSON at the wire, as a page to a person, one shape for both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from flask import Flask, Response, render_template, request
from flask_babel import gettext
from flask_limiter.errors import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import (
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
    TimeoutError,  # noqa: A004 -- SQLAlchemy's name for a pool that had no connection to give
)
from werkzeug.exceptions import HTTPException, SecurityError

from foundation import eventlog
from foundation.errors import Code, Refusal, busy, forged, not_found
from foundation.errors import too_many as too_many_at_once
from foundation.text import N_
from live.pace import TooOftenError
from people import page
from people.sign_in import asking
from people.sign_in.limits import too_many, wait_a_moment

log = structlog.get_logger()

TYPED = ("title", "question", "source", "text", "office", "offers", "seeks")
"""Fields of forms in which somebody may have written for a while, and never a secret."""

_BY_STATUS = {
    400: Refusal(Code.BAD_REQUEST, N_("Mit dieser Anfrage kann der Server nichts anfangen.")),
    404: not_found(),
    405: not_found(),
    413: Refusal(Code.TOO_LARGE, N_("Das ist zu groß. Es wurde nichts verändert.")),
    429: too_many_at_once(),
}


def register(app: Flask) -> None:
    """Answer every refusal and every accident in the one shape."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(RateLimitExceeded, _too_many)
    app.register_error_handler(TooOftenError, _too_often)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SecurityError, _other_address)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(InterfaceError, _database_away)
    app.register_error_handler(TimeoutError, _database_away)
    app.register_error_handler(Exception, _accident)


def _refused(refusal: Refusal) -> Response:
    return _answer(refusal.status, asking.said(refusal))


def _too_many(_error: RateLimitExceeded) -> Response:
    _sentence, headers = too_many()
    return _wait(int(headers["Retry-After"]))


def _too_often(error: TooOftenError) -> Response:
    return _wait(error.wait)


def _wait(seconds: int) -> Response:
    said = {"code": Code.TOO_MANY, "message": wait_a_moment(seconds), "fields": {}}
    return _answer(429, said, wait=seconds)


def _forged(_error: CSRFError) -> Response:
    return _answer(403, asking.said(forged()))


def _http(error: HTTPException) -> Response:
    if error.response is not None or (error.code or 500) < 400:
        passed = error.get_response()
        return Response(passed.get_data(), passed.status_code, passed.headers)
    refusal = _BY_STATUS.get(error.code or 500)
    if refusal is None:
        return _answer(error.code or 500, {"code": "error", "message": _unexpected(), "fields": {}})
    return _answer(refusal.status, asking.said(refusal))


def _other_address(_error: SecurityError) -> Response:
    """The name in the address bar is none of this house. Words only: style sheets lie under its own name."""
    said = gettext(
        "Unter dieser Adresse gibt es die Werkstatt nicht. Bitte nehmen Sie die Adresse, die Ihnen "
        "mitgeteilt wurde. Wer den Server betreut, stellt sie mit WERKSTATT_BASE_URL ein."
    )
    return Response(f"{said}\n", 400, {"Cache-Control": "no-store"}, mimetype="text/plain")


def _database_away(error: SQLAlchemyError) -> Response:
    log.warning("database_away", error=type(error).__name__)
    return _answer(503, asking.said(busy()))


def _accident(error: Exception) -> Response:
    log.error("unexpected", exc_info=error)
    return _answer(500, {"code": "error", "message": _unexpected(), "fields": {}})


def _unexpected() -> str:
    return str(
        gettext("Hier ist etwas schiefgegangen, das nicht vorgesehen war. Was gespeichert war, bleibt es.")
    )


def _answer(status: int, said: Mapping[str, object], *, wait: int | None = None) -> Response:
    headers = {"Cache-Control": "no-store"}
    if status in (429, 503):
        wait = wait or 1
        headers["Retry-After"] = str(wait)
    if request.path.startswith("/live/"):
        body = eventlog.encode({"ok": False, "error": said})
        return Response(body, status, headers, mimetype="application/json")
    html = render_template(
        "error.html",
        status=status,
        message=said["message"],
        retry_after=wait,
        sent=request.method == "POST",
        typed=_typed(),
        **{"page": {"language": asking.language()}, **_frame(status)},
    )
    return Response(html, status, headers, mimetype="text/html")


def _frame(status: int) -> dict[str, Any]:
    """What is around the page; nothing where asking for it would fail once more."""
    if status >= 500:
        return {}
    try:
        return page.frame()
    except (Refusal, SQLAlchemyError):
        return {}


def _typed() -> str:
    """What somebody wrote into a form of ours that was not accepted; going back does not always bring it.

    Never what came from elsewhere: nobody may put words into a page of this house.
    """
    if request.method != "POST" or request.headers.get("Origin") != request.host_url.rstrip("/"):
        return ""
    try:
        given = [request.form.get(name, "").strip() for name in TYPED]
    except HTTPException:
        return ""
    return "\n\n".join(text for text in given if text)
