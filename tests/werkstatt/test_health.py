"""What a monitor is told: alive, ready, and the numbers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from tests.house.asker import Asker
from tests.serving import SECRET_KEY
from tests.werkstatt.conftest import PutTogether

from werkstatt.app import Application, create_app
from werkstatt.settings import load

BASE = "https://werkstatt.example.org"


@pytest.fixture
def application(put_together: PutTogether) -> Application:
    """A house behind a proxy, as an installation is."""
    return put_together(base_url=BASE, trusted_proxies=1)


@pytest.mark.parametrize("host", ["http://127.0.0.1:8001", "http://localhost:8001", BASE])
def test_a_monitor_may_ask_by_this_machines_names_too(application: Application, host: str) -> None:
    client = application.app.test_client()
    for path, said in (("/healthz", "ok\n"), ("/readyz", "ready\n")):
        answer = client.get(path, base_url=host)
        assert (answer.status_code, answer.text) == (200, said)
    assert "werkstatt_sockets 0.0" in client.get("/metrics", base_url=host).text


def test_commands_are_counted_by_how_they_were_answered(put_together: PutTogether) -> None:
    asker = Asker(put_together().app, "administrator")
    asker.command("organisation.create", "house", {"name": "Neuenrade", "kind": "stadt"})
    asker.command("organisation.create", "house", {"name": "Altena"})

    numbers = asker.get("/metrics").text

    assert 'werkstatt_commands_total{status="200"} 1.0' in numbers
    assert 'werkstatt_commands_total{status="422"} 1.0' in numbers


def test_without_the_database_the_process_is_alive_and_not_ready(tmp_path: Path) -> None:
    away = load(
        data_dir=tmp_path,
        database_url=f"postgresql:///werkstatt?host={tmp_path}",
        secret_key=SECRET_KEY,
        async_="threading",
    )
    application = create_app(away)
    client = application.app.test_client()
    with capture_logs() as logs:
        assert client.get("/healthz", base_url=away.base_url).status_code == 200
        asked = client.get("/readyz", base_url=away.base_url)
    assert asked.status_code == 503
    assert asked.headers["Retry-After"] == "1"
    assert [(line["event"], line["error"]) for line in logs] == [("database_away", "OperationalError")]
    application.database.close()


@pytest.mark.parametrize(
    ("asker", "headers"),
    [("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}), ("192.0.2.7", {}), ("10.0.0.1", {})],
)
def test_numbers_are_not_for_others(application: Application, asker: str, headers: dict[str, str]) -> None:
    client = application.app.test_client()
    answer = client.get("/metrics", base_url=BASE, headers=headers, environ_base={"REMOTE_ADDR": asker})
    assert answer.status_code == 404
    assert "werkstatt_" not in answer.text


def test_numbers_name_nobody(application: Application) -> None:
    told = application.app.test_client().get("/metrics", base_url=BASE).text
    names = {line.split("{")[0].split(" ")[0] for line in told.splitlines() if line.startswith("werkstatt")}
    whole = {re.sub("_(bucket|count|sum|created|total)$", "", name) for name in names}
    assert whole == {
        "werkstatt_sockets",
        "werkstatt_streams_followed",
        "werkstatt_transaction_seconds",
        "werkstatt_commands_per_transaction",
        "werkstatt_event_lag_seconds",
        "werkstatt_slow_readers_cut_off",
    }


def test_what_was_written_and_told_is_measured(put_together: PutTogether) -> None:
    application = put_together()
    asker = Asker(application.app, "administrator")
    asker.command("organisation.create", "house", {"name": "Neuenrade", "kind": "stadt"})

    numbers = asker.get("/metrics").text

    assert 'werkstatt_commands_per_transaction_bucket{le="1.0"} 1.0' in numbers
    assert "werkstatt_transaction_seconds_count 1.0" in numbers
