"""What keeps a session alive in the house as it is put together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.house.asker import BASE, Asker
from tests.scene import Scene
from tests.serving import SECRET_KEY

from foundation import clock
from werkstatt.app import Application, create_app
from werkstatt.settings import load


@pytest.fixture
def application(scene: Scene, tmp_path: Path) -> Iterator[Application]:
    made = create_app(
        load(
            data_dir=tmp_path,
            database_url=scene.url,
            secret_key=SECRET_KEY,
            base_url=BASE,
            async_="threading",
        )
    )
    yield made
    made.database.close()


def found(asker: Asker, name: str) -> int:
    answer = asker.command("organisation.create", "house", {"name": name, "kind": "stadt"})
    return int(answer.status_code)


def test_an_administrator_who_keeps_sending_commands_stays_signed_in(application: Application) -> None:
    """No page is loaded and no socket open; the loop notes what it has seen."""
    administrator = Asker(application.app, "administrator")
    for minutes in range(0, 100, 20):
        clock.move(timedelta(minutes=minutes))
        assert found(administrator, f"Ort {minutes}") == 200, minutes
        application.wire.using.note()
    clock.move(timedelta(minutes=80 + 31))
    assert found(administrator, "Ort zu spät") == 401
