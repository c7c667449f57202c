"""The loop that sends one frame to many sockets, in C where there is a compiler.

Compiled when the server starts, kept for the next start, and never needed: without it `fanout.py` does
the same in Python, at a higher price.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shutil
import stat
import subprocess
import tempfile
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from foundation.files import settle

log = structlog.get_logger()

SOURCE = Path(__file__).with_name("fanout.c")
FLAGS = ("-O2", "-shared", "-fPIC")
PATIENCE = 30
"""Seconds that the compiler may take."""

Write = Callable[["array[int]", bytes], Sequence[int]]
"""Writes a frame to the socket whose number stands in each of the cells (`queues.cells`), and returns what
each has taken in bytes; below zero nothing. Empty if each took the whole. Never waits."""


class NotCompiledError(Exception):
    """The loop could not be compiled or loaded; the message says why."""


def load(folder: Path, *, compilers: Sequence[str] = ("cc", "gcc", "clang")) -> Write | None:
    """The loop, compiled into that folder unless it lies there already; None where that cannot be."""
    try:
        library = _compiled(folder, compilers)
        try:
            loop = _loaded(library)
        except OSError:
            # Whatever has become of it since it was made, the next start would find it so too.
            library.unlink()
            loop = _loaded(_compiled(folder, compilers))
    except (NotCompiledError, OSError, subprocess.SubprocessError) as error:
        log.info("sending_without_c", why=f"{type(error).__name__}: {error}")
        return None
    return loop


def _compiled(folder: Path, compilers: Sequence[str]) -> Path:
    """Where the library for exactly this source and machine lies."""
    made_of = "\0".join((SOURCE.read_text(), *FLAGS, platform.machine(), *platform.libc_ver()))
    library = folder / f"fanout-{hashlib.sha256(made_of.encode()).hexdigest()[:20]}.so"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _require_own(folder)
    if not library.exists():
        _compile(library, compilers)
    _require_own(library)
    return library


def _require_own(path: Path) -> None:
    """Whoever may write there could have this process run what they like."""
    found = path.stat()
    if found.st_uid != os.geteuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise NotCompiledError(f"{path.name} is not ours alone to write")


def _compile(library: Path, compilers: Sequence[str]) -> None:
    compiler = next(filter(None, map(shutil.which, compilers)), None)
    if compiler is None:
        raise NotCompiledError("there is no C compiler")
    with tempfile.TemporaryDirectory(dir=library.parent) as place:
        made = Path(place) / library.name
        command = [compiler, *FLAGS, "-o", str(made), str(SOURCE)]
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)  # noqa: S603 -- ours
        made.chmod(0o700)
        settle(made)
        made.replace(library)
    settle(library.parent)


def _loaded(library: Path) -> Write:
    loop = ctypes.CDLL(str(library)).fanout
    loop.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p)
    loop.restype = ctypes.c_int

    def write(cells: array[int], frame: bytes) -> Sequence[int]:
        where, count = cells.buffer_info()
        taken = array("i", bytes(count * 4))
        behind = loop(where, count, frame, len(frame), taken.buffer_info()[0])
        return taken if behind else ()

    return write
