"""A real server as a process of its own."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.nursery import Child, Nursery
from tests.visiting import PATIENCE, Visitor, wait_until

ROOT = Path(__file__).resolve().parent.parent
SECRET_KEY = "only for tests, but longer than thirty-two characters"


def start_all(servers: Sequence[Server]) -> None:
    """Start them side by side, and wait until each is ready."""
    for server in servers:
        server.launch()
    for server in servers:
        server.wait_until_ready()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Server:
    """`python -m werkstatt.serve` on a migrated database; the same port over restarts.

    `settings` are further `WERKSTATT_*` variables by their names without the prefix, in lower case;
    `environment` is whatever else the process gets; a `nursery` starts it quicker, with green threads.
    """

    def __init__(
        self,
        database_url: str,
        data_dir: Path,
        *,
        mode: str = "eventlet",
        redis_url: str = "",
        settings: Mapping[str, object] | None = None,
        environment: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
        name: str = "server",
        nursery: Nursery | None = None,
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data_dir / f"{name}.log"
        self.started_in = 0.0
        self._options = options
        self._nursery = nursery
        self._process: subprocess.Popen[bytes] | Child | None = None
        told = {
            "database_url": database_url,
            "redis_url": redis_url,
            "secret_key": SECRET_KEY,
            "base_url": self.url,
            "async": mode,
            "data_dir": data_dir,
            "port": self.port,
            "log_level": "info",
            "command_limit": "100000 per second",
            "requests_at_once": 1000,
            "administrators_need_second_factor": False,
            "sign_in_limit_account": "100000 per minute",
            "sign_in_limit_address": "100000 per minute",
            **(settings or {}),
        }
        kept = {key: value for key, value in os.environ.items() if not key.startswith("WERKSTATT_")}
        paths = [str(ROOT / "platform"), os.environ.get("PYTHONPATH", "")]
        self.environment = {
            **kept,
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            **{f"WERKSTATT_{key.upper()}": str(value) for key, value in told.items()},
            **(environment or {}),
        }

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        return self._running.pid

    @property
    def said(self) -> str:
        """Everything it has logged, over all its starts."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def start(self) -> Server:
        """Start and wait until it is ready; `started_in` are the seconds that took."""
        begun = time.monotonic()
        self.launch()
        self.wait_until_ready()
        self.started_in = time.monotonic() - begun
        return self

    def launch(self) -> None:
        """Start without waiting."""
        if self._nursery:
            self._process = self._nursery.start(options=self._options, env=self.environment, log=self.log)
            return
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "werkstatt.serve", *self._options],
                env=self.environment, cwd=self.log.parent, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            )  # fmt: skip

    def wait_until_ready(self) -> None:
        wait_until(self._ready, "the server is ready")

    def terminate(self) -> None:
        """Ask it to stop, without waiting."""
        self._running.send_signal(signal.SIGTERM)

    def wait(self, *, seconds: float = PATIENCE) -> int:
        """Its exit status, once it has ended."""
        return self._running.wait(timeout=seconds)

    def stop(self, *, seconds: float = PATIENCE) -> int:
        """Ask it to stop; returns the exit status."""
        self.terminate()
        return self.wait(seconds=seconds)

    def kill(self) -> None:
        """End it at once, as a power cut would; whoever has ended already does not mind."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @property
    def _running(self) -> subprocess.Popen[bytes] | Child:
        if self._process is None:
            raise RuntimeError("this server does not run")
        return self._process

    def _ready(self) -> bool:
        status = self._running.poll()
        if status is not None:
            raise AssertionError(f"the server ended with {status} instead of starting:\n{self.said[-4000:]}")
        try:
            return Visitor(self.url, patience=5).get("/readyz").status == 200
        except (OSError, http.client.HTTPException):
            return False
