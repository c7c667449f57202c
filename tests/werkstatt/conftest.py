"""The application over the scene, put together in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.house.asker import BASE
from tests.scene import Scene
from tests.serving import SECRET_KEY

from werkstatt.app import Application, create_app
from werkstatt.settings import load

PutTogether = Callable[..., Application]


@pytest.fixture
def put_together(scene: Scene, tmp_path: Path) -> Iterator[PutTogether]:
    """Makes the house with further settings; it is closed when the test ends."""
    made: list[Application] = []

    def make(**settings: object) -> Application:
        told = {"secret_key": SECRET_KEY, "base_url": BASE, "async_": "threading", **settings}
        told.setdefault("administrators_need_second_factor", False)
        made.append(create_app(load(data_dir=tmp_path, database_url=scene.url, **told)))
        return made[-1]

    yield make
    for application in made:
        application.database.close()
