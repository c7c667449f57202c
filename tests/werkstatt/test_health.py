"""What a monitor asks, and who may see the numbers."""

import pytest
from tests.house.asker import BASE
from tests.serving import SECRET_KEY

from werkstatt.app import create_app
from werkstatt.nearby import FORWARDED
from werkstatt.settings import load


@pytest.fixture
def client(scene, tmp_path):
    settings = load(
        data_dir=tmp_path, database_url=scene.url, secret_key=SECRET_KEY, base_url=BASE, async_="threading"
    )
    application = create_app(settings)
    yield application.app.test_client()
    application.database.close()


def test_whoever_watches_over_it_is_told_that_it_lives(client):
    assert client.get("/healthz", base_url=BASE).text == "ok\n"
    assert client.get("/readyz", base_url=BASE).text == "ready\n"


def test_this_machine_is_told_the_numbers(client):
    assert "werkstatt_sockets 0.0" in client.get("/metrics", base_url=BASE).text


@pytest.mark.parametrize("header", FORWARDED)
def test_nobody_is_told_the_numbers_through_a_proxy(client, header):
    assert client.get("/metrics", base_url=BASE, headers={header: "192.0.2.7"}).status_code == 404


def test_another_machine_is_not_told_the_numbers(client):
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/metrics", base_url=BASE, environ_overrides=elsewhere).status_code == 404
