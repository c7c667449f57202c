"""A demo as `werkstatt demo` makes it: prepared once, copied for each test that changes something."""

import shutil

import pytest
from tests.serving import free_port

from foundation.database import Database
from werkstatt.app import create_app
from werkstatt.demo.prepare import prepare
from werkstatt.settings import load

SECRET_KEY = "only for tests, but longer than thirty-two characters"


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """The file of a demo's database; nobody writes to it."""
    file = tmp_path_factory.mktemp("demo") / "prepared.sqlite3"
    prepare(f"sqlite:///{file}", secret=b"secret", fresh=False, say=lambda _: None)
    return file


@pytest.fixture
def demo_url(prepared, tmp_path):
    """The address of a demo's database that belongs to this test."""
    shutil.copy(prepared, tmp_path / "demo.sqlite3")
    return f"sqlite:///{tmp_path}/demo.sqlite3"


@pytest.fixture
def demo(demo_url):
    database = Database(demo_url)
    yield database
    database.close()


@pytest.fixture
def house(demo_url, tmp_path):
    """The application of `werkstatt demo`, without its loops."""
    settings = load(
        database_url=demo_url,
        data_dir=tmp_path,
        secret_key=SECRET_KEY,
        base_url=f"http://localhost:{free_port()}",
        WERKSTATT_ASYNC="threading",
        administrators_need_second_factor=False,
    )
    made = create_app(settings, demonstrating=True)
    yield made
    made.database.close()
