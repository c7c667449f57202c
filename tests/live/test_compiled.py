"""The loop in C: compiled once where there is a compiler, and otherwise nothing is lost but speed."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from live import compiled
from live.queues import NOTHING, NOWHERE, Cell, cells


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "compiled"


class Told:
    """A queue as the loop sees it: where its cell is."""

    def __init__(self, number: int) -> None:
        self.cell = Cell(number)


def library(folder: Path) -> Path:
    [found] = folder.iterdir()
    return found


def test_it_writes_to_each_and_says_what_each_has_taken(folder: Path) -> None:
    write = compiled.load(folder)
    assert write is not None
    (near, far), (dead, gone) = socket.socketpair(), socket.socketpair()
    gone.close()

    queues = [Told(number) for number in (near.fileno(), NOWHERE, dead.fileno(), 10**6)]
    twice = [queues[0], queues[0]]

    assert list(write(cells(twice), b"ab")) == []
    assert list(write(cells(queues), b"\0c")) == [2, -1, -1, -1]
    assert list(write(cells([]), b"x")) == []

    assert far.recv(100) == b"abab\0c"
    for one in (near, far, dead):
        one.close()


def test_it_never_waits_even_where_the_socket_would(folder: Path) -> None:
    write = compiled.load(folder)
    assert write is not None
    near, far = socket.socketpair()
    near.setblocking(True)
    frame = b"x" * 1_000_000

    queue = Told(near.fileno())

    [first] = write(cells([queue]), frame)
    assert 0 < first < len(frame)
    assert list(write(cells([queue]), frame)) == [NOTHING]

    near.close()
    far.close()


def test_it_is_compiled_once_and_is_ours_alone(folder: Path) -> None:
    assert compiled.load(folder) is not None
    made = library(folder).stat()

    assert compiled.load(folder, compilers=["no-such-compiler"]) is not None

    assert library(folder).stat().st_mtime_ns == made.st_mtime_ns
    assert stat.S_IMODE(made.st_mode) == stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("left", [b"", b"\x7fELF", b"\0" * 5000])
def test_what_a_power_cut_has_left_of_it_is_compiled_once_more(folder: Path, left: bytes) -> None:
    compiled._compiled(folder, ["cc"]).write_bytes(left)

    assert compiled.load(folder) is not None
    assert compiled.load(folder, compilers=["no-such-compiler"]) is not None


def test_it_is_on_the_disk_before_it_has_its_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settled: list[tuple[str, bool]] = []

    def settle(path: Path) -> None:
        settled.append((path.suffix, any(folder.glob("*.so"))))

    monkeypatch.setattr(compiled, "settle", settle)
    assert compiled.load(folder) is not None

    assert settled == [(".so", False), ("", True)]


def refused(folder: Path, **options: list[str]) -> str:
    """Why it was not to be had, as the one line in the log says."""
    with capture_logs() as said:
        assert compiled.load(folder, **options) is None
    [line] = said
    assert line["event"] == "sending_without_c"
    return str(line["why"])


def test_where_no_compiler_is_python_does_it(folder: Path) -> None:
    assert "there is no C compiler" in refused(folder, compilers=["no-such-compiler"])
    assert list(folder.iterdir()) == []


def test_a_compiler_that_fails_leaves_nothing_behind(folder: Path) -> None:
    assert "CalledProcessError" in refused(folder, compilers=["false"])
    assert list(folder.iterdir()) == []


def test_so_does_one_that_makes_something_else(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    compiler = folder.parent / "cc"
    compiler.write_text('#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\necho nothing > "$2"\n')
    compiler.chmod(0o755)

    assert "OSError" in refused(folder, compilers=[str(compiler)])


@pytest.mark.parametrize("mode", [0o770, 0o707])
@pytest.mark.parametrize("what", ["folder", "library"])
def test_what_others_may_write_is_not_run(folder: Path, what: str, mode: int) -> None:
    assert compiled.load(folder) is not None
    found = library(folder)
    (folder if what == "folder" else found).chmod(mode)

    assert "not ours alone" in refused(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only the administrator of a machine can give files away")
def test_what_belongs_to_somebody_else_is_not_run(folder: Path) -> None:
    assert compiled.load(folder) is not None
    os.chown(library(folder), 65_534, 65_534)

    assert "not ours alone" in refused(folder)


def test_a_folder_that_cannot_be_made_is_no_reason_not_to_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert "NotADirectoryError" in refused(tmp_path / "file" / "compiled")


def test_other_source_is_another_library(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert compiled.load(folder) is not None
    changed = tmp_path / "fanout.c"
    changed.write_text(compiled.SOURCE.read_text() + "/* changed */\n")
    monkeypatch.setattr(compiled, "SOURCE", changed)

    assert compiled.load(folder) is not None

    assert len(list(folder.iterdir())) == 2


def test_the_source_has_no_warnings(tmp_path: Path) -> None:
    command = ["cc", "-Wall", "-Wextra", "-Werror", "-c", "-o", str(tmp_path / "x.o"), str(compiled.SOURCE)]
    assert subprocess.run(command, capture_output=True, check=False).stderr == b""
