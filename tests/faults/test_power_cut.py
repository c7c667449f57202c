"""The power goes in the middle of the server's own transactions: what was acknowledged is on the disk."""

import json
import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import DatabaseError
from tests.faults import power
from tests.faults.oracle import Log, acknowledged, faults, four_writers
from tests.scene import PASSWORD, address
from tests.serving import Server
from tests.visiting import Visitor, wait_until

pytestmark = pytest.mark.slow
COMMANDS = 500
CUTS = 520
"""At least so many; each sync is cut before and after."""
RETURNS = 3
"""How often a server is started on what a cut has left."""
SEED = random.randrange(10**9)


class Recording:
    """A server that was written to until it was stopped: what it did to its files, what it acknowledged."""

    def __init__(self, scene, folder):
        self.database = Path(make_url(scene.url).database)
        self.before = {"m": self.database.read_bytes()}
        told = folder / "records"
        preloaded = {
            "LD_PRELOAD": str(power.compile_recorder(folder)),
            "RECORD_FILES": str(self.database),
            "RECORD_TO": str(told),
        }
        with Server(scene.url, folder, environment=preloaded) as server:
            self.writers = self._write(scene, server)
        self.records = power.recorded(told)
        self.after = {
            letter: path.read_bytes()
            for letter, suffix in power.SUFFIX.items()
            if (path := Path(f"{self.database}{suffix}")).exists()
        }

    def _write(self, scene, server):
        """Until enough is acknowledged; the server is stopped in the middle of it."""
        people = {who: Visitor(server.url).sign_in(address(who), PASSWORD) for who in ("member", "neighbour")}
        writers = four_writers(scene, people)
        for writer in writers:
            writer.start()
        wait_until(lambda: acknowledged(writers) >= COMMANDS, "commands are answered")
        assert server.stop() == 0
        for writer in writers:
            writer.stop()
        return writers


@pytest.fixture(scope="module")
def recording(stage, tmp_path_factory):
    folder = tmp_path_factory.mktemp("power")
    return Recording(stage.copy("sqlite", folder), folder)


@pytest.fixture(autouse=True)
def only_sqlite(on_sqlite):
    """PostgreSQL looks after its own files."""


def put(folder, files):
    """The files as the database of that folder; its address."""
    for letter, suffix in power.SUFFIX.items():
        path = folder / f"cut.sqlite3{suffix}"
        path.unlink(missing_ok=True)
        if letter in files:
            path.write_bytes(files[letter])
    (folder / "cut.sqlite3-shm").unlink(missing_ok=True)
    return f"sqlite:///{folder}/cut.sqlite3"


def broken(folder, files, recording, moment):
    """What is wrong with a database that is found after a cut at that moment, in words."""
    url = put(folder, files)
    try:
        with closing(sqlite3.connect(make_url(url).database)) as connection:
            # The copy is looked at once; the disk below it needs no care.
            connection.execute("PRAGMA synchronous=OFF")
            found = [text for (text,) in connection.execute("PRAGMA integrity_check") if text != "ok"]
            titles = {title for (title,) in connection.execute("SELECT title FROM topic")}
            receipts = {id_ for (id_,) in connection.execute("SELECT id FROM receipt")}
            log = Log.read(url)
    except (sqlite3.DatabaseError, DatabaseError) as error:
        return [f"not a database any more: {error}"]
    found += faults(log, recording.writers, until=moment)
    for writer in recording.writers:
        told = {what for _stream, _seq, what in writer.told(log) if isinstance(what, str)}
        found += [f"in the log, but not in its table: {title}" for title in told - titles]
        before = [one for one in writer.acknowledged if one.at < moment]
        found += [f"without a receipt: {one.told}" for one in before if one.id not in receipts]
    return found


def at_each_sync(records, chance):
    """Where to cut: before and after each sync, and anywhere else."""
    syncs = [index for index, record in enumerate(records) if record.kind == "s"]
    at = {*syncs, *(index + 1 for index in syncs)}
    others = sorted(set(range(len(records))) - at)
    return sorted({*at, *chance.sample(others, min(len(others), max(100, CUTS - len(at))))})


def cuts(recording, records, points, chance):
    """What the disk holds after a cut at each of these points, and the moment of the cut."""
    disk = power.Disk(recording.before)
    for index, record in enumerate(records):
        if index in points:
            yield index, disk.cut(chance), record.ended
        disk.take(record)


def test_what_was_acknowledged_outlives_every_cut(recording, tmp_path, record_property):
    chance, records = random.Random(SEED), recording.records
    disk = power.Disk(recording.before)
    for record in records:
        disk.take(record)
    assert disk.whole() == recording.after
    points = set(at_each_sync(records, chance))
    tried, begun = 0, time.monotonic()
    for index, files, moment in cuts(recording, records, points, chance):
        assert (index, SEED, broken(tmp_path, files, recording, moment)) == (index, SEED, [])
        tried += 1
    figures = {
        "acknowledged": acknowledged(recording.writers),
        "syncs": sum(record.kind == "s" for record in records),
        "writes": sum(record.kind == "w" for record in records),
        "checkpoints": sum(record.kind == "s" and record.file == "m" for record in records),
        "cuts": tried,
        "seconds": round(time.monotonic() - begun),
    }
    for name, figure in figures.items():
        record_property(name, figure)
    print(figures)  # noqa: T201 -- the figures, for who asks with -s
    assert figures["cuts"] >= CUTS
    assert figures["checkpoints"] > 1


def test_the_oracle_sees_what_a_careless_database_loses(recording, tmp_path):
    """The same cuts on a disk that syncs nothing, and under `synchronous=NORMAL`."""
    chance = random.Random(SEED)
    lost = {}
    for name, careless in (("nothing", power.without_syncs), ("normal", power.with_normal)):
        records = careless(recording.records)
        points = set(chance.sample(range(len(records)), 40))
        lost[name] = [
            broken(tmp_path, files, recording, moment)
            for _index, files, moment in cuts(recording, records, points, chance)
        ]
    assert sum(found != [] for found in lost["nothing"]) > 30
    # The database is whole, but not everything that was acknowledged is in it.
    words = {fault.split(":")[0] for found in lost["normal"] for fault in found}
    assert words == {"missing", "without a receipt"}


def goes_on(writer, server, moment, chance):
    """Sends again what was answered, and what was under way; returns how many commands that makes in all."""
    before = [one for one in writer.acknowledged if one.at < moment]
    for one in chance.sample(before, min(5, len(before))):
        assert writer.ask_again(one, url=server.url) == one.content
    under_way = writer.acknowledged[len(before) : len(before) + 1]
    for one in under_way:
        answer = writer.ask_again(one, url=server.url)
        assert json.loads(answer)["ok"]
        assert writer.ask_again(one, url=server.url) == answer
    return len(before) + len(under_way)


def test_a_server_goes_on_after_a_cut(recording, tmp_path, serve):
    """What was acknowledged is answered as before, and what was under way is carried out once."""
    chance, records = random.Random(SEED), recording.records
    points = set(chance.sample(range(len(records) // 3, len(records)), RETURNS))
    for number, (_index, files, moment) in enumerate(cuts(recording, records, points, chance)):
        folder = tmp_path / str(number)
        folder.mkdir()
        url = put(folder, files)
        with serve(url) as server:
            asked = {writer: goes_on(writer, server, moment, chance) for writer in recording.writers}
        log = Log.read(url)
        assert faults(log, recording.writers, until=moment) == []
        told = {writer: [what for _stream, _seq, what in writer.told(log)] for writer in recording.writers}
        assert told == {writer: writer.asked[: asked[writer]] for writer in recording.writers}
