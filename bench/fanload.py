"""The load client in C (fanload.c), compiled once, and given its orders one by one."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import machine

SOURCE = Path(__file__).with_name("fanload.c")
LIMIT = 250.0
"""Milliseconds that a change may take to the last screen in 99 of 100 cases."""


@dataclass(frozen=True)
class Voting:
    """One who votes: cookie, the token for commands, and the topic of their own."""

    cookie: str
    csrf: str
    topic: str


@dataclass(frozen=True)
class Scene:
    """What a server shows: the stream that all follow from a number on, and who comes."""

    stream: str
    epoch: str
    seq: int
    cookies: Sequence[str]
    voters: Sequence[Voting]


class Fanload:
    """The client at one or several servers of the same house, on the client's core.

    `screens` connections share the scene's cookies in turn. `compression`: offer it, as a browser does.
    """

    def __init__(
        self,
        urls: Sequence[str],
        pids: Sequence[int],
        scene: Scene,
        folder: Path,
        *,
        screens: int,
        compression: bool = False,
    ) -> None:
        come, vote = folder / "screens.txt", folder / "voters.tsv"
        cookies = scene.cookies
        come.write_text("".join(f"{cookies[n % len(cookies)]}\n" for n in range(screens)))
        vote.write_text("".join(f"{each.cookie}\t{each.csrf}\t{each.topic}\n" for each in scene.voters))
        told = [
            *("--stream", scene.stream, "--epoch", scene.epoch, "--after", str(scene.seq)),
            *("--place", scene.stream, "--screens", str(come), "--voters", str(vote)),
            *("--core", str(min(machine.CLIENT_CORE))),
            *[word for url in urls for word in ("--url", url)],
            *[word for pid in pids for word in ("--pid", str(pid))],
            *(["--offer-compression"] if compression else []),
        ]
        self._process = subprocess.Popen(
            [compiled(), *told], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Fanload:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def connect(self, *, at_once: int = 50) -> dict[str, Any]:
        """Every screen that is not connected comes in and follows; so many on their way at a time, or all."""
        came = self._order("connect", at_once)
        if came["lost"]:
            raise AssertionError(f"{came['lost']} screens were turned away")
        return came

    def stage(
        self,
        rate: float,
        seconds: float,
        *,
        warmup: float = 0.5,
        limit: float = LIMIT,
        drain: float = 60.0,
        presence: float = 0.0,
        tick: float = 0.0,
    ) -> dict[str, Any]:
        """Votes at a rate. It ends early once more than a hundredth of all changes is over the limit.

        `presence`: such messages a second besides. `tick`: milliseconds between two questions for next to
        nothing, whose longest answer is the longest that the process kept anybody waiting.
        """
        return self._order("stage", rate, seconds, warmup, limit, drain, presence, tick)

    def freeze(self, screens: int) -> None:
        """The last ones read no more."""
        self._order("freeze", screens)

    def cut(self) -> None:
        """All screens are gone at once, without a word."""
        self._order("cut")

    def _order(self, *words: object) -> dict[str, Any]:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the client has no ears")
        self._process.stdin.write(" ".join(map(str, words)) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(f"the client ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def compiled() -> str:
    """The program, from the sources as they are now."""
    mark = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]
    program = machine.ROOT / "var" / f"fanload-{mark}"
    if not program.exists():
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None:
            raise RuntimeError("The load client needs a C compiler (Debian: apt install gcc).")
        program.parent.mkdir(exist_ok=True)
        made = program.with_suffix(".new")
        subprocess.run([compiler, "-O2", "-Wall", "-Wextra", "-o", made, SOURCE, "-lm"], check=True)
        made.replace(program)
    return str(program)
