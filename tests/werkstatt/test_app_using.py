"""What keeps a session alive in the house as it is put together."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.house.asker import Asker
from tests.werkstatt.conftest import PutTogether

from foundation import clock
from werkstatt.app import Application


@pytest.fixture
def application(put_together: PutTogether) -> Application:
    return put_together()


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
