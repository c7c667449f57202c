"""A house on a real server with people in it; one for all attacks of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.attacks.town import Town, move_in
from tests.redis_server import RedisServer
from tests.scene import Scene
from tests.serving import Server
from tests.stage import Stage

REAL = {
    "command_limit": "40 per second",
    "requests_at_once": 2,
    "sign_in_limit_account": "10 per minute",
    "sign_in_limit_address": "60 per minute",
}
"""The limits of an ordinary installation, which other tests lift."""


@pytest.fixture
def redis_url(database_kind: str, request: pytest.FixtureRequest) -> str:
    """Beside PostgreSQL that of a Redis; beside SQLite there is none."""
    if database_kind == "sqlite":
        return ""
    redis: RedisServer = request.getfixturevalue("redis_server")
    redis.start()
    return redis.url


@pytest.fixture
def house(scene: Scene, redis_url: str, tmp_path: Path) -> Iterator[Server]:
    """A real server with its ordinary limits, and nobody there yet."""
    with Server(scene.url, tmp_path, redis_url=redis_url, settings=REAL) as server:
        yield server


@pytest.fixture
def settings() -> dict[str, object]:
    """What a file has set otherwise."""
    return {}


@pytest.fixture
def town(
    stage: Stage,
    database_kind: str,
    redis_url: str,
    settings: dict[str, object],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Town]:
    scene = stage.copy(database_kind, tmp_path)
    move_in(scene)
    with Server(scene.url, tmp_path, redis_url=redis_url, settings={**REAL, **settings}) as server:
        made = Town(scene, server)
        yield made
        made.close()
        for name, figure in made.figures.items():
            request.node.user_properties.append((name, figure))
