"""Logs as one JSON line each, to standard error: what happened, never what somebody wrote."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
import traceback
from typing import Any, TextIO

import structlog

log = structlog.get_logger()


def set_up(level: str) -> None:
    """Log from `level` on; libraries speak from `warning` on."""
    chosen = getattr(logging, level.upper(), logging.INFO)
    told: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_where),
    ]
    structlog.configure(
        processors=[*told, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(chosen),
        logger_factory=structlog.PrintLoggerFactory(_Unfailing(sys.stderr)),  # type: ignore[arg-type]  # it writes and flushes, that is all
    )
    _set_up_libraries([*told, structlog.stdlib.add_logger_name])
    threading.excepthook = _ended_by


class _Unfailing:
    """A stream for one who goes on when it takes nothing more, as on a full disk.

    A line that could not be written may be lost; what was being done when it was said must not be.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._stream.flush()


def _set_up_libraries(told: list[Any]) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processor=structlog.processors.JSONRenderer(), foreign_pre_chain=told
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # its request log has addresses in it
    for name in ("engineio.server", "socketio.server"):
        # Without a level of their own they bring a handler of their own, which tells everything.
        logging.getLogger(name).setLevel(logging.ERROR)


def _where(exc_info: Any) -> list[str]:
    """What kind of error it was and where, back to its cause, without a message of any of them.

    A message may hold what somebody wrote: PostgreSQL names the values that break a constraint.
    """
    _kind, error, _trace = exc_info
    lines: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        lines.append(_kind_of(error))
        lines += [
            f"  {frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__, limit=-20)
        ]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines


def _kind_of(error: BaseException) -> str:
    """The error's class; of the database's errors also the number and the constraint."""
    more = [
        getattr(error, "sqlstate", None),
        getattr(getattr(error, "diag", None), "constraint_name", None),
    ]
    return " ".join(
        [f"{type(error).__module__}.{type(error).__qualname__}", *(str(one) for one in more if one)]
    )


def _ended_by(ended: threading.ExceptHookArgs) -> None:
    error = ended.exc_value
    if error is not None:
        log.error("thread_ended", exc_info=(ended.exc_type, error, ended.exc_traceback))
