"""A house that would lose something or let somebody in is not opened, and says why."""

import os
import sys
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, event, text
from tests.serving import ROOT

from foundation.database import Database
from werkstatt import dangers
from werkstatt.dangers import DangerousError
from werkstatt.settings import Mode, load

DRAWN = "Zk3v_0qLw8RtYx5nBc7mDf2hJs9pGa4uEo1iKy6T"
SENTENCES = {
    "secret": "sieht nach einem Beispiel aus",
    "star": "darf keinen Stern enthalten",
    "proxies": "So kämen alle von dessen Adresse",
    "redis": "SQLite hat einen",
    "folder": "darf jeder schreiben",
}


@pytest.fixture
def settings(tmp_path):
    usual = {"secret_key": DRAWN, "data_dir": tmp_path, "async_": Mode.THREADING}
    return lambda **other: load(**{**usual, **other})


def test_the_usual_settings_are_not_dangerous(settings):
    assert list(dangers.in_settings(settings())) == []


@pytest.mark.parametrize(
    "secret", ["a" * 32, "abcdefghi" * 4, "change-me-0123456789-0123456789-xyz", "Geheim" + DRAWN]
)
def test_a_secret_that_nobody_drew_is_refused(tmp_path, secret):
    [said] = dangers.in_settings(load(secret_key=secret, data_dir=tmp_path))
    assert SENTENCES["secret"] in said


def test_ten_different_signs_are_enough(tmp_path):
    assert list(dangers.in_settings(load(secret_key="abcdefghij" * 4, data_dir=tmp_path))) == []


def test_an_address_for_everybody_is_refused(settings):
    [said] = dangers.in_settings(settings(base_url="https://*.example.org", trusted_proxies=1))
    assert SENTENCES["star"] in said


def test_https_without_a_proxy_that_says_who_comes_is_refused(settings):
    """This server speaks no TLS: whoever does stands in front, and everybody would come from there."""
    public = "https://werkstatt.example.org"
    [said] = dangers.in_settings(settings(base_url=public))
    assert SENTENCES["proxies"] in said
    for proxies in (1, 2):
        assert list(dangers.in_settings(settings(base_url=public, trusted_proxies=proxies))) == []
    assert list(dangers.in_settings(settings(base_url="http://127.0.0.1:5000"))) == []


def test_redis_beside_sqlite_is_refused(settings):
    [said] = dangers.in_settings(settings(redis_url="redis://127.0.0.1:6379/0"))
    assert SENTENCES["redis"] in said
    several = settings(redis_url="redis://127.0.0.1:6379/0", database_url="postgresql:///werkstatt")
    assert list(dangers.in_settings(several)) == []


def test_a_folder_for_everybody_is_refused(settings, tmp_path):
    tmp_path.chmod(0o702)
    [said] = dangers.in_settings(settings())
    assert SENTENCES["folder"] in said
    tmp_path.chmod(0o700)
    assert list(dangers.in_settings(settings(data_dir=tmp_path / "not yet there"))) == []


def test_a_process_that_is_not_prepared_is_refused(settings, monkeypatch):
    """In this process nothing is patched, and psycopg waits in C."""
    green = settings().model_copy(update={"async_": Mode.EVENTLET})
    monkeypatch.setitem(sys.modules, "psycopg.waiting", SimpleNamespace(wait=1, wait_selector=2))
    unpatched, waits = dangers.in_process(green)
    assert "hielte jede Anfrage alle auf" in unpatched
    assert "psycopg wurde vor dem Server geladen" in waits
    assert list(dangers.in_process(settings())) == []


def test_a_process_that_is_prepared_is_not(settings, monkeypatch):
    green = settings().model_copy(update={"async_": Mode.EVENTLET})
    patched = SimpleNamespace(patcher=SimpleNamespace(is_monkey_patched=lambda _name: True))
    monkeypatch.setitem(sys.modules, "eventlet", patched)
    monkeypatch.setitem(sys.modules, "psycopg.waiting", SimpleNamespace(wait=1, wait_selector=1))
    assert list(dangers.in_process(green)) == []


def test_a_database_as_it_should_be_is_not_dangerous(settings, database):
    dangers.refuse(settings(), database)


def test_a_sqlite_that_does_not_write_at_once_is_refused(tmp_path):
    careless = create_engine(f"sqlite:///{tmp_path}/careless.sqlite3")
    event.listen(careless, "connect", lambda plain, _: plain.execute("PRAGMA synchronous=NORMAL"))
    with careless.connect() as connection:
        late, without_wal = dangers.in_database(connection)
    careless.dispose()
    assert "kostete Bestätigtes" in late
    assert "kein WAL" in without_wal


@pytest.mark.usefixtures("on_postgres")
def test_a_postgresql_that_answers_before_it_has_written_is_refused(settings, database):
    url = database.url.render_as_string(hide_password=False)
    name = database.url.database
    with database.engine.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit TO off'))
        connection.commit()
    careless = Database(url)
    try:
        with pytest.raises(DangerousError, match="synchronous_commit=off: ein Stromausfall kostete"):
            dangers.refuse(settings(), careless)
    finally:
        with database.engine.connect() as connection:
            connection.execute(text(f'ALTER DATABASE "{name}" RESET synchronous_commit'))
            connection.commit()
        careless.close()


def test_a_server_says_why_it_does_not_start(serve, scene, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import psycopg\n")
    paths = os.pathsep.join([str(tmp_path), str(ROOT / "platform")])
    for refused, sentence in (
        (serve(scene.url, settings={"secret_key": "x" * 40}), SENTENCES["secret"]),
        (serve(scene.url, settings={"base_url": "https://werkstatt.example.org"}), SENTENCES["proxies"]),
        (serve(scene.url, environment={"PYTHONPATH": paths}), "psycopg wurde vor dem Server geladen"),
    ):
        refused.launch()
        assert refused.wait() == 1
        assert sentence in refused.said
        assert "Traceback" not in refused.said
