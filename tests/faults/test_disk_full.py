"""The disk is full: what cannot be kept is refused in a sentence, and nothing is lost."""

import resource
import sqlite3
import subprocess
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import make_url
from tests.faults.oracle import Log, Writer, acknowledged, faults, four_writers, writing
from tests.faults.screens import Screen, catch_up, differences, watching
from tests.visiting import wait_until

pytestmark = pytest.mark.slow
SIZE = 16
"""Megabytes of the small disk."""


class SmallDisk:
    """A file system of its own, full to the last page or not."""

    def __init__(self, folder):
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self, _server):
        with self._filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass

    def make_room(self, _server):
        self._filler.unlink()


class Limit:
    """No file of the server may grow beyond a page, as under a quota; its log neither."""

    def __init__(self, folder):
        self.folder = folder

    def fill(self, server):
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))

    def make_room(self, server):
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@contextmanager
def small_disk(folder):
    options = ["-t", "tmpfs", "-o", f"size={SIZE}m", "none", str(folder)]
    if subprocess.run(["mount", *options], capture_output=True).returncode != 0:
        pytest.skip("mounting is not allowed here; the other disk is a limit of the process")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(params=["small disk", "limit"])
def disk(request, tmp_path, on_sqlite):
    folder = tmp_path / "disk"
    folder.mkdir()
    if request.param == "limit":
        yield Limit(folder)
        return
    with small_disk(folder) as disk:
        yield disk


def test_what_does_not_fit_is_refused_and_nothing_is_lost(disk, stage, serve, visit, record_property):
    scene = stage.copy("sqlite", disk.folder)
    server = serve(scene.url).start()
    people = {who: visit(server, who) for who in ("member", "neighbour", "facilitator")}
    writers = four_writers(scene, people)
    screens = [
        Screen(visitor, [scene.place("collecting"), scene.place("voting")]) for visitor in people.values()
    ]
    facilitator, reader = people["facilitator"], people["member"]
    with watching(screens):
        with writing(writers):
            wait_until(lambda: acknowledged(writers) > 30, "commands are answered")
            disk.fill(server)
            refused = facilitator.command("poll.open", scene.place("collecting"), {})
            assert (refused.status, refused.code) == (503, "busy")
            assert "nichts verändert" in refused.json["error"]["message"]
            before = acknowledged(writers)
            for path in ("/", "/readyz", f"/live/streams/{scene.place('voting')}"):
                assert (path, reader.get(path).status) == (path, 200)
            page = facilitator.again().post("/sign-in", {"csrf_token": "x", "email": "x", "password": "x"})
            assert "Traceback" not in page.text
            assert acknowledged(writers) == before
            disk.make_room(server)
            wait_until(lambda: acknowledged(writers) > before + 30, "commands are answered again", seconds=10)
            returned = catch_up(scene.url, screens)
        catch_up(scene.url, screens)
        assert differences(screens) == []
    assert faults(Log.read(scene.url), writers) == []
    assert server.stop() == 0
    with closing(sqlite3.connect(make_url(scene.url).database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    figures = {"acknowledged": acknowledged(writers), "returned": round(returned, 2)}
    for name, figure in figures.items():
        record_property(name, figure)
    print(figures)  # noqa: T201 -- the figures, for who asks with -s


def test_a_log_that_takes_nothing_more_stops_nobody(scene, serve, visit):
    """All it says goes to a full disk, warnings of commands that are tried again among it."""
    server = serve(scene.url)
    server.log.symlink_to("/dev/full")
    server.launch()
    server.log.unlink()
    server.wait_until_ready()
    writer = Writer(visit(server, "member"), scene.place("collecting"), "member")
    with writing([writer]):
        wait_until(lambda: acknowledged([writer]) > 20, "commands are answered")
    assert faults(Log.read(scene.url), [writer]) == []
    assert server.stop() == 0
