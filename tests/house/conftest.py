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
        self.all_show_who_they_are()

    def all_show_who_they_are(self):
        """For as long as the suite may take: the scene is older than such a showing is good for."""
        with self.database.transaction() as connection:
            connection.execute(update(SessionRow).values(confirmed_at=clock.now() + timedelta(hours=2)))

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
