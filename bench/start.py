"""How long one waits for the house: an empty server, a demo that is made, and the same demo once more."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from tests.serving import ROOT, Server, free_port
from tests.visiting import Visitor, wait_until

from bench import house, machine
from bench.rows import Row, row

DEMO = "import sys; from werkstatt.cli import main; sys.exit(main())"


def measure(*, quick: bool) -> list[Row]:
    """From the start of the process until `/readyz` says yes, looked at every 20 ms."""
    times = 1 if quick else 5
    with machine.scratch() as folder:
        with machine.database("sqlite", folder) as url:
            house.furnish(url, people=20)
            starts = [_serve(url, folder) for _ in range(times)]
        fresh = [_demo(folder, "--fresh") for _ in range(max(1, times // 2))]
        again = [_demo(folder) for _ in range(times)]
    sys.stderr.write(f"start: {median(starts):.2f} s\n")
    return [
        row("cold_start", median(starts), "s", note=f"server, eventlet, SQLite; median of {len(starts)}"),
        row("demo_fresh", median(fresh), "s", note=f"tables, example data, server; median of {len(fresh)}"),
        row("demo_again", median(again), "s", note=f"with its database; median of {len(again)}"),
    ]


def _serve(url: str, folder: Path) -> float:
    with Server(url, folder) as server:
        return server.started_in


def _demo(folder: Path, *options: str) -> float:
    """`werkstatt demo`, as a newcomer starts it."""
    port = free_port()
    kept = {key: value for key, value in os.environ.items() if not key.startswith("WERKSTATT_")}
    environment = {**kept, "PYTHONPATH": str(ROOT / "platform"), "WERKSTATT_DATA_DIR": str(folder)}
    begun = time.monotonic()
    with (folder / "demo.log").open("ab") as log:
        demo = subprocess.Popen(
            [sys.executable, "-c", DEMO, "demo", "--port", str(port), *options],
            env=environment, cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def ready() -> bool:
        if demo.poll() is not None:
            raise AssertionError((folder / "demo.log").read_text())
        try:
            return Visitor(f"http://127.0.0.1:{port}", patience=5).get("/readyz").status == 200
        except (OSError, http.client.HTTPException):
            return False

    try:
        wait_until(ready, "the demo is ready")
        return time.monotonic() - begun
    finally:
        demo.terminate()
        demo.wait()
