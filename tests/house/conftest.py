"""The application over a scene, and whoever asks it."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from tests.serving import SECRET_KEY

from foundation import clock, commands
from foundation.errors import Refusal
from people.sign_in.models import SessionRow
from people.sign_in.policy import DOOR
from werkstatt.app import create_app
from werkstatt.settings import load

from .asker import BASE, Asker


class House:
    """The application over a scene, and whoever asks it."""

    def __init__(self, scene, folder):
        self.scene = scene
        settings = load(
            data_dir=folder, database_url=scene.url, secret_key=SECRET_KEY, base_url=BASE,
            async_="threading", command_limit="100000 per second",
            administrators_need_second_factor=False,
        )  # fmt: skip
        self.application = create_app(settings)
        self.database = self.application.database
        self._askers = {}
        self.all_are_just_here()

    def all_are_just_here(self):
        """The scene may be older than a session lives unused, or than showing who one is is good for."""
        now = clock.now()
        with self.database.transaction() as connection:
            shown = now + timedelta(hours=2)
            connection.execute(update(SessionRow).values(seen_at=now, confirmed_at=shown))

    def asker(self, who=None):
        if who not in self._askers:
            self._askers[who] = Asker(self.application.app, who)
        return self._askers[who]

    def asked_by_the_house(self, name, place, body, *, actor=DOOR, once=""):
        """The code of the refusal, its words, or none."""
        try:
            self.application.door.carry_out(actor, commands.ask(name, place, body, id=once))
        except Refusal as refusal:
            return str(refusal.code), refusal.message, refusal.fields
        return None

    def close(self):
        self.database.close()


@pytest.fixture(scope="module")
def unchanged(stage, database_kind, tmp_path_factory):
    """A house in which nothing may happen, shared by all tests of refusals."""
    folder = tmp_path_factory.mktemp("unchanged")
    house = House(stage.copy(database_kind, folder), folder)
    yield house
    house.close()
