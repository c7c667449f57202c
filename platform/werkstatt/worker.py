"""The loop that carries out due work, and tidies up now and then."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta

import structlog

from foundation import clock, jobs
from foundation.door import Door
from foundation.jobs import Handler
from people.privacy.retention import service as retention
from people.privacy.retention.rules import Periods
from people.sign_in.rules import SessionLimits
from people.sign_in.service import close_ended
from workshops.voting.secret import keeping

log = structlog.get_logger()

EVERY = 0.5
"""Seconds between two looks for due work: a poll closes this soon after its time."""
TIDY_EVERY = timedelta(minutes=5)


class Worker:
    """One a process; several share the work by claiming it."""

    def __init__(
        self,
        door: Door,
        limits: SessionLimits,
        periods: Periods,
        *,
        brought: Mapping[str, Handler] | None = None,
    ) -> None:
        self._door = door
        self._limits = limits
        self._brought = {retention.JOB: retention.nightly(periods), **(brought or {})}
        """Who does the work that needs more than the door."""
        self._tidied = clock.now() - TIDY_EVERY

    def run(self, stopping: threading.Event) -> None:
        """Work until told to stop; what is being done is finished first."""
        while not stopping.wait(EVERY):
            jobs.carry_out_due(self._door, {**jobs.handlers(), **self._brought})
            if clock.now() - self._tidied >= TIDY_EVERY:
                self._tidied = clock.now()
                close_ended(self._door, limits=self._limits)
                retention.keep_planned(self._door)
                keeping.mend(self._door)
                keeping.sweep(self._door)
