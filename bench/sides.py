"""The two sides of a comparison, and the floor: each a server of its own on a fresh copy of the house."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.serving import SECRET_KEY, Server, free_port
from tests.visiting import Visitor, wait_until

from bench import house, machine
from bench.fanload import Scene, Voting
from bench.house import House

PEERS = Path(__file__).with_name("peers")
QUIET = {"log_level": "warning"}


@dataclass(frozen=True)
class Side:
    """A server that runs, and what a client has to know of it."""

    name: str
    urls: Sequence[str]
    pids: Sequence[int]
    scene: Scene


@contextmanager
def product(
    here: House,
    folder: Path,
    *,
    servers: int = 1,
    redis_url: str = "",
    settings: Mapping[str, object] | None = None,
) -> Iterator[Side]:
    """Ours, on the server's core; several processes of one house if asked for."""
    with ExitStack() as running:
        url = running.enter_context(machine.copy_of(here.url, folder))
        started = [
            running.enter_context(
                Server(
                    url,
                    folder,
                    redis_url=redis_url,
                    settings={**QUIET, **(settings or {})},
                    name=f"server-{n}",
                )
            )
            for n in range(servers)
        ]
        for server in started:
            machine.pin(server.pid, machine.SERVER_CORE)
        signed = house.tokens_for_commands([member.token for member, _topic in here.pairs()])
        begun = Visitor(started[0].url, cookie=signed[0][0]).snapshot(here.place)
        scene = Scene(
            stream=here.place,
            epoch=begun["epoch"],
            seq=begun["seq"],
            cookies=[cookie for cookie, _csrf in house.tokens_for_commands(here.tokens)],
            voters=[
                Voting(cookie, csrf, topic)
                for (cookie, csrf), (_member, topic) in zip(signed, here.pairs(), strict=True)
            ],
        )
        yield Side("product", [server.url for server in started], [server.pid for server in started], scene)


@contextmanager
def node(here: House, folder: Path, *, program: str = "server.js") -> Iterator[Side]:
    """The peer with the same people and topics; `floor.js` is the floor."""
    install()
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    with ExitStack() as running:
        database = str(folder / "peer.sqlite3")
        for left in folder.glob("peer.sqlite3*"):
            left.unlink()
        if not here.url.startswith("sqlite"):
            database = running.enter_context(machine.database("postgres", folder, name="peer"))
        told = folder / "peer.json"
        told.write_text(
            json.dumps(
                {
                    "port": port,
                    "origin": origin,
                    "secret": SECRET_KEY,
                    "database": database,
                    "place": here.place,
                    "cohort": here.cohort,
                    "epoch": "bench",
                    "poll": "poll000000000000",
                    "topics": here.topics,
                    "people": [
                        {
                            "id": member.id,
                            "name": member.name,
                            "team": member.team,
                            "key": hashlib.sha256(_token(member.token).encode()).hexdigest(),
                        }
                        for member in here.members
                    ],
                }
            )
        )
        log = running.enter_context((folder / "peer.log").open("wb"))
        process = subprocess.Popen(
            ["node", str(PEERS / program), str(told)],
            env={**os.environ, "NODE_ENV": "production"},
            stdout=log,
            stderr=log,
        )
        running.callback(process.wait)
        running.callback(process.kill)

        def ready() -> bool:
            if process.poll() is not None:
                raise AssertionError((folder / "peer.log").read_text())
            try:
                return Visitor(origin, patience=5).get("/healthz").status == 200
            except OSError:
                return False

        wait_until(ready, "the peer is ready")
        machine.pin(process.pid, machine.SERVER_CORE)
        scene = Scene(
            stream=here.place,
            epoch="bench",
            seq=0,
            cookies=[_cookie(member.token) for member in here.members],
            voters=[
                Voting(_cookie(member.token), _signed(f"csrf {_token(member.token)}"), topic)
                for member, topic in here.pairs()
            ],
        )
        yield Side("node", [origin], [process.pid], scene)


def _token(token: str) -> str:
    return hashlib.sha256(f"peer {token}".encode()).hexdigest()


def _signed(text: str) -> str:
    return hmac.new(SECRET_KEY.encode(), text.encode(), "sha256").hexdigest()


def _cookie(token: str) -> str:
    return f"session={_token(token)}.{_signed(f'cookie {_token(token)}')}"


def install() -> None:
    """What the peers are made of, as locked; better-sqlite3 is compiled where there is no binary."""
    wanted = hashlib.sha256((PEERS / "package-lock.json").read_bytes()).hexdigest()
    noted = PEERS / "node_modules" / ".werkstatt"
    if noted.exists() and noted.read_text() == wanted:
        return
    npm, program = shutil.which("npm"), shutil.which("node")
    if npm is None or program is None:
        raise RuntimeError("The peers need Node and npm.")
    environment = dict(os.environ)
    home = Path(program).resolve().parent.parent
    if (home / "include" / "node" / "node.h").exists():
        environment["npm_config_nodedir"] = str(home)
    begun = time.monotonic()
    done = subprocess.run([npm, "ci"], cwd=PEERS, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"The peers could not be installed:\n{done.stderr[-3000:]}")
    noted.write_text(wanted)
    print(f"peers installed in {time.monotonic() - begun:.0f} s", flush=True)
