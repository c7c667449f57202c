"""A process that has imported the server, and becomes one as often as it is asked to, in a child of its own.

Importing is most of what a server's start costs, and every journey needs a server for itself. What is started
so is `werkstatt.serve` with green threads; that it starts from nothing as well is tested with the server.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class Nursery:
    """Asked by a line of JSON, answers with one."""

    def __init__(self) -> None:
        path = os.pathsep.join([str(ROOT / "platform"), str(ROOT)])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.nursery"],
            env={**os.environ, "PYTHONPATH": path, "WERKSTATT_ASYNC": "eventlet"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def start(self, *, options: Sequence[str], env: Mapping[str, str], log: Path) -> Child:
        """A server in the folder of its log."""
        told = {"options": list(options), "env": dict(env), "log": str(log)}
        return Child(self, self.ask(start=told))

    def ask(self, **told: object) -> Any:
        asked, answers = self._process.stdin, self._process.stdout
        if asked is None or answers is None:
            raise RuntimeError("the nursery has no pipes")
        asked.write(json.dumps(told).encode() + b"\n")
        asked.flush()
        answer = answers.readline()
        if not answer:
            raise RuntimeError(f"the nursery has ended with {self._process.wait()}")
        return json.loads(answer)

    def close(self) -> None:
        self._process.communicate()


class Child:
    """What `subprocess.Popen` would be, as far as a server needs it."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.pid = pid
        self._nursery = nursery
        self._status: int | None = None

    def poll(self) -> int | None:
        """Its exit status, or nothing while it runs."""
        if self._status is None:
            self._status = self._nursery.ask(poll=self.pid)
        return self._status

    def wait(self, timeout: float = 60) -> int:
        until = time.monotonic() + timeout
        while (status := self.poll()) is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired("werkstatt.serve", timeout)
            time.sleep(0.02)
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _answer(told: Mapping[str, Any]) -> object:
    if "poll" in told:
        pid, status = os.waitpid(told["poll"], os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if pid else None
    return os.fork() or _become(**told["start"])


def _become(options: Sequence[str], env: Mapping[str, str], log: str) -> None:
    from werkstatt import serve  # noqa: PLC0415 -- here it is imported already

    serve.eventlet.hubs.use_hub()  # or all children would wait for each other's sockets
    os.environ.clear()
    os.environ.update(env)
    os.chdir(Path(log).parent)
    for given, mode, numbers in (
        (os.devnull, os.O_RDONLY, (0,)),
        (log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, (1, 2)),
    ):
        opened = os.open(given, mode, 0o600)
        for number in numbers:
            os.dup2(opened, number)
        os.close(opened)
    sys.exit(serve.main(list(options)))


def _main() -> None:
    import werkstatt.serve  # noqa: F401, PLC0415 -- only here, and before anything else that it makes green

    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads > 1:
        raise RuntimeError(f"{threads} threads: not all of them would be in a child")
    for line in sys.stdin:
        answer = json.dumps(_answer(json.loads(line)))
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _main()
