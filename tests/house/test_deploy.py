"""The samples in `deploy/` fit the settings as they come, and each other."""

import re
from pathlib import Path

from werkstatt import dangers
from werkstatt.settings import Settings, load

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PINGS = 13 + 18
"""Seconds after which the server itself gives up a socket that is silent."""


def _sample(name):
    return (DEPLOY / name).read_text(encoding="utf-8")


def _default(name):
    return Settings.model_fields[name].default


def _block(head):
    """What stands in the block of nginx.conf that begins like this."""
    return re.search(re.escape(head) + r" \{\n(.*?)\n {0,4}\}", _sample("nginx.conf"), re.DOTALL)[1]


def _seconds(directive, block):
    return int(re.search(rf"\b{directive} (\d+)s;", block)[1])


def test_nginx_lets_go_of_a_connection_before_the_server_does():
    assert _seconds("keepalive_timeout", _block("upstream werkstatt")) < _default("idle_seconds")


def test_nginx_waits_as_long_as_an_answer_may_take():
    waits = _seconds("proxy_read_timeout", _block("location /"))
    assert waits > _default("wait_seconds") + _default("peer_seconds")
    assert _seconds("proxy_read_timeout", _block("location /socket.io/")) > PINGS


def test_nginx_lets_through_what_the_server_would_take():
    sizes = {"64k": 65_536, "1m": 1_048_576}
    [largest] = re.findall(r"^    client_max_body_size (\w+);", _sample("nginx.conf"), re.MULTILINE)
    [command] = re.findall(r"client_max_body_size (\w+);", _block("location = /live/commands"))
    assert sizes[largest] >= _default("request_bytes")
    assert sizes[command] == _default("command_bytes")


def test_the_same_processes_stand_in_every_sample():
    ports = set(re.findall(r"^    server 127\.0\.0\.1:(\d+)", _sample("nginx.conf"), re.MULTILINE))
    assert ports == set(re.findall(r"werkstatt@(\d+)\.service", _sample("werkstatt.target")))
    assert ports == set(re.findall(r'"127\.0\.0\.1:(\d+):8001"', _sample("compose.yaml")))


def test_the_samples_name_settings_that_there_are():
    known = {field.alias or f"WERKSTATT_{name.upper()}" for name, field in Settings.model_fields.items()}
    for name in ("werkstatt.env.example", "compose.yaml", "Containerfile", "nginx.conf"):
        assert set(re.findall(r"WERKSTATT_[A-Z_]+", _sample(name))) - known == set(), name


def test_the_settings_of_the_sample_are_not_dangerous(monkeypatch):
    for line in re.findall(r"^WERKSTATT_\w+=.*", _sample("werkstatt.env.example"), re.MULTILINE):
        monkeypatch.setenv(*line.split("=", 1))
    assert list(dangers.in_settings(load(secret_key="Zk3v_0qLw8RtYx5nBc7mDf2hJs9pGa4uEo1iKy6T"))) == []


def test_a_server_is_not_killed_while_it_finishes():
    stops = re.search(r"TimeoutStopSec=(\d+)s", _sample("werkstatt@.service"))
    assert int(stops[1]) > 10
    assert re.search(r"stop_grace_period: (\d+)s", _sample("compose.yaml"))[1] == stops[1]
