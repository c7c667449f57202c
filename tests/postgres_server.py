"""A PostgreSQL cluster of the tests' own, which they may stop, start again and freeze."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from tests.serving import free_port

OWNER = "postgres"
"""Who runs it where the tests run as root, whom PostgreSQL refuses."""


def programs() -> Path | None:
    """Where initdb and pg_ctl lie, if PostgreSQL is installed here."""
    if asked := shutil.which("pg_config"):
        told = subprocess.run([asked, "--bindir"], capture_output=True, text=True, check=True)
        if Path(told.stdout.strip(), "initdb").exists():
            return Path(told.stdout.strip())
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


class PostgresServer:
    """As it comes out of the box: every commit is durable."""

    def __init__(self) -> None:
        found = programs()
        assert found is not None
        self._programs = found
        self._as = OWNER if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        if self._as:
            shutil.chown(self._folder, self._as, self._as)
        self.port = free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self._run("initdb", "--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8")

    def start(self) -> None:
        """Return when it takes connections."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self._folder} -c max_connections=200"
        self._run("pg_ctl", "start", "-w", "-l", str(self._folder / "log"), "-o", options)

    def stop(self, how: str) -> None:
        """`fast` ends every connection in order, `immediate` is a crash."""
        self._run("pg_ctl", "stop", "-w", "-m", how)

    def freeze(self) -> None:
        """All its processes stand still; the machine goes on taking connections for it."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            self.thaw()
            self.stop("immediate")
        shutil.rmtree(self._folder)

    def _signal(self, number: signal.Signals) -> None:
        leader = int((self._folder / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(leader, number)
        for child in Path(f"/proc/{leader}/task/{leader}/children").read_text().split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), number)

    def _run(self, program: str, *arguments: str) -> None:
        ran = subprocess.run(
            [self._programs / program, "-D", self._folder / "data", *arguments],
            user=self._as, group=self._as, extra_groups=[] if self._as else None, cwd="/",
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr.decode()
