"""A setting that does not fit keeps the house from starting, and says which one and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from werkstatt.settings import Settings, WrongSettingsError, load

SECRET = "only for tests, but longer than thirty-two characters"


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("secret_key", "short", "32 characters"),
        ("database_url", "mysql://somewhere/else", "sqlite:///"),
        ("base_url", "http://werkstatt.example.org", "https://"),
        ("base_url", "werkstatt.example.org", "address"),
        ("port", 70_000, "65535"),
        ("async_", "gevent", "eventlet"),
    ],
)
def test_a_wrong_setting_is_named_with_its_reason(name: str, value: object, why: str) -> None:
    with pytest.raises(WrongSettingsError, match=f"WERKSTATT_{name.rstrip('_').upper()}") as refused:
        load(**{"secret_key": SECRET, name: value})
    assert why in str(refused.value)


def test_every_setting_is_documented() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_without_a_database_url_the_data_folder_holds_one(tmp_path: Path) -> None:
    assert load(secret_key=SECRET, data_dir=tmp_path).database == f"sqlite:///{tmp_path}/werkstatt.sqlite3"


def test_this_machines_names_for_itself_are_one_origin_and_others_are_none() -> None:
    here = load(secret_key=SECRET, base_url="http://127.0.0.1:5000").origins
    assert {"http://localhost:5000", "http://127.0.0.1:5000"} <= here
    assert load(secret_key=SECRET, base_url="https://werkstatt.example.org").origins == frozenset(
        {"https://werkstatt.example.org"}
    )
