"""A backup made while everybody writes holds one moment of the house, and all that was answered before it."""

import time

import pytest
from tests.scene import PASSWORD, address
from tests.visiting import Visitor, wait_until
from tests.werkstatt.backup.conftest import empty, run

from foundation.database import Database
from werkstatt.backup import making

from .oracle import Log, acknowledged, faults, four_writers, writing

pytestmark = pytest.mark.slow
__all__ = ["empty", "run"]
BACKUPS = 3
BETWEEN = 100
"""Commands acknowledged between two backups."""


def is_of_the_restore(event):
    """It says of a secret poll that it begins again: its box is in no backup."""
    _seq, name, body = event
    return name == "poll.reset" or (name == "poll.handled" and body["what"] == "reset")


def test_a_backup_under_load_is_one_moment(scene, serve, empty, run, database_kind, tmp_path):
    server = serve(scene.url).start()
    people = {who: Visitor(server.url).sign_in(address(who), PASSWORD) for who in ("member", "neighbour")}
    writers = four_writers(scene, people)
    source, made = Database(scene.url), []
    with writing(writers):
        for number in range(BACKUPS):
            enough = acknowledged(writers) + BETWEEN
            wait_until(lambda enough=enough: acknowledged(writers) >= enough, "commands are answered")
            begun, before = time.monotonic(), acknowledged(writers)
            file = making.make(source, tmp_path / f"{number}.tar", recipient="").file
            made.append((begun, file))
            during = acknowledged(writers)
            assert during > before, "nobody wrote while the backup was made"
        wait_until(lambda: acknowledged(writers) > during + len(writers), "they write on after the last one")
    source.close()
    assert server.stop() == 0
    whole = Log.read(scene.url)
    assert faults(whole, writers) == []
    begun, file = made[-1]
    target = empty(database_kind)
    assert run(target, "restore", file, data_dir=str(tmp_path / "elsewhere")).exit_code == 0
    log = Log.read(target)
    found = [fault for fault in faults(log, writers, until=begun) if not fault.startswith("refused")]
    assert found == []
    saved = {
        stream: [event for event in events if not is_of_the_restore(event)]
        for stream, events in log.events.items()
    }
    for stream, events in saved.items():
        assert events == list(whole.events[stream])[: len(events)], stream
    assert sum(map(len, saved.values())) < sum(map(len, whole.events.values()))
