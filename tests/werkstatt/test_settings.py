"""A setting that does not fit keeps the house from starting, and says which one and why."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from foundation import receipts
from people.privacy.retention.rules import Kind
from werkstatt.settings import Settings, WrongSettingsError, load

SECRET = "only for tests, but longer than thirty-two characters"


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("secret_key", "short", "32 characters"),
        ("database_url", "mysql://somewhere/else", "sqlite:///"),
        ("base_url", "http://werkstatt.example.org", "https://"),
        ("base_url", "http://192.0.2.7", "https://"),
        ("base_url", "werkstatt.example.org", "address"),
        ("base_url", "https://werkstatt.example.org/app", "without a path"),
        ("base_url", "https://somebody@werkstatt.example.org", "address"),
        ("base_url", "https://werkstatt.example.org:99999", "0-65535"),
        ("base_url", "http://[::1]:5000", "IPv6"),
        ("base_url", "https://[2001:db8::1]", "IPv6"),
        ("base_url", "http://[::1", "IPv6"),
        ("trusted_proxies", "many", "integer"),
        ("session_days", 0, "greater than or equal to 1"),
        ("port", 70_000, "65535"),
        ("land", "XX", "'NW'"),
        ("land", "Bayern", "'BY'"),
        ("session_idle_minutes", 1, "greater than or equal to 2"),
        ("administrator_idle_minutes", 1, "greater than or equal to 2"),
        ("administrator_hours", 0, "greater than or equal to 1"),
        ("trusted_proxies", 6, "less than or equal to 5"),
        ("keep_accounts_days", 59, "60"),
        ("keep_invitations_days", 29, "30"),
        ("keep_devices_days", 0, "1"),
        ("keep_mails_days", 0, "1"),
        ("keep_imports_days", 0, "1"),
        ("keep_events_days", 0, "1"),
        ("keep_audit_days", 29, "30"),
        ("async_", "gevent", "eventlet"),
        ("mail_limit", "a few", "5 per hour"),
        ("mail_limit", "0 per hour", "at least one"),
        ("command_limit", "viele", "5 per hour"),
        ("command_limit", "", "5 per hour"),
        ("command_limit", "9 per second; 0 per day", "at least one"),
        ("sign_in_limit_account", "ten a minute", "5 per hour"),
        ("sign_in_limit_address", "-1 per minute", "5 per hour"),
        ("redis_url", "127.0.0.1:6379", "redis://"),
        ("redis_url", "http://127.0.0.1:6379", "redis://"),
        ("redis_url", "redis:///0", "redis://"),
        ("redis_url", "redis://127.0.0.1:99999/0", "0-65535"),
        ("backup_recipient", "age1nonsense", "age1..."),
        ("log_level", "loud", "debug, info, warning, error"),
        ("smtp_url", "mail.example.org", "smtp://"),
        ("smtp_url", "http://mail.example.org", "smtp://"),
        ("smtp_url", "smtp://", "smtp://"),
        ("smtp_url", "smtp://mail.example.org:99999", "0-65535"),
        ("smtp_url", "smtp://mail.example.org/inbox", "smtp://"),
        ("smtp_url", "smtp://post@ort.de:geheim@mail.example.org", "%40"),
        ("smtp_url", "smtp://post@mail.example.org", "password"),
        ("mail_from", "Werkstatt", "Werkstatt <werkstatt@ort.de>"),
        ("mail_from", "werkstatt@ort.de\nBcc: you@example.org", "Werkstatt <werkstatt@ort.de>"),
        ("oidc_issuer", "http://anmeldung.example.org", "https://"),
        ("oidc_issuer", "anmeldung.example.org", "address"),
    ],
)
def test_a_wrong_setting_is_named_with_its_reason(name: str, value: object, why: str) -> None:
    with pytest.raises(WrongSettingsError, match=f"WERKSTATT_{name.rstrip('_').upper()}") as refused:
        load(**{"secret_key": SECRET, name: value})
    assert why in str(refused.value)


def test_sessions_last_as_long_as_is_set() -> None:
    """Each at the least that may be set; how that ends a session, its rules say."""
    least = {"session_idle_minutes": 2, "session_days": 1, "administrator_idle_minutes": 2}
    found = load(secret_key=SECRET, administrator_hours=1, **least).session_limits
    shortly, hour, day = timedelta(minutes=2), timedelta(hours=1), timedelta(days=1)
    assert (found.idle, found.absolute) == (shortly, day)
    assert (found.administrator_idle, found.administrator_absolute) == (shortly, hour)


def test_each_kind_is_kept_as_long_as_is_set_for_it() -> None:
    kept = [name for name in Settings.model_fields if name.startswith("keep_")]
    days = {name: 100 + number for number, name in enumerate(kept)}
    periods = load(secret_key=SECRET, **days).periods
    assert {f"keep_{kind}_days": period.days for kind, period in periods.items()}.items() >= days.items()


def test_a_period_is_said_in_days_or_fixed() -> None:
    periods = load(secret_key=SECRET, keep_audit_days=60).periods
    assert periods[Kind.AUDIT] == timedelta(days=60)
    assert periods[Kind.RECEIPTS] == receipts.KEPT
    assert set(periods) == set(Kind)


def test_a_sign_in_service_needs_a_name_for_us_and_passwords_or_a_service_there_must_be() -> None:
    issuer = "https://anmeldung.example.org/realms/ort"
    with pytest.raises(WrongSettingsError, match=r"^WERKSTATT_OIDC_CLIENT_ID is needed"):
        load(secret_key=SECRET, oidc_issuer=issuer)
    with pytest.raises(WrongSettingsError, match=r"^WERKSTATT_OIDC_ISSUER is needed"):
        load(secret_key=SECRET, passwords=False)
    assert not load(secret_key=SECRET, passwords=False, oidc_issuer=issuer, oidc_client_id="w").passwords
    assert load(secret_key=SECRET, oidc_issuer="http://localhost:8080", oidc_client_id="w").oidc_issuer


def test_whoever_sends_mail_says_from_whom() -> None:
    server = "smtp://post%40ort.de:geheim@mail.example.org:587"
    with pytest.raises(WrongSettingsError, match=r"^WERKSTATT_MAIL_FROM is needed") as refused:
        load(secret_key=SECRET, smtp_url=server)
    assert "geheim" not in str(refused.value)
    settings = load(secret_key=SECRET, smtp_url=server, mail_from="Werkstatt <werkstatt@ort.de>")
    assert settings.smtp_url == server


def test_all_that_is_wrong_is_said_at_once_and_no_secret_with_it() -> None:
    with pytest.raises(WrongSettingsError) as refused:
        load(secret_key="short and known", port=-1, database_url="mysql://user:password@host/name")
    lines = str(refused.value).splitlines()
    assert [line.partition(" ")[0] for line in lines] == [
        "WERKSTATT_DATABASE_URL",
        "WERKSTATT_SECRET_KEY",
        "WERKSTATT_PORT",
    ]
    assert "short and known" not in str(refused.value)
    assert "password" not in str(refused.value)


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://Werkstatt.Example.org/", "https://werkstatt.example.org"),
        ("https://werkstatt.example.org:443", "https://werkstatt.example.org"),
        ("https://werkstatt.example.org:8443", "https://werkstatt.example.org:8443"),
        ("https://münster.example.org", "https://xn--mnster-3ya.example.org"),
        ("http://localhost:80", "http://localhost"),
    ],
)
def test_the_address_is_kept_as_browsers_write_an_origin(written: str, origin: str) -> None:
    settings = load(secret_key=SECRET, base_url=written)
    assert settings.base_url == origin
    assert origin in settings.origins


def test_a_house_answers_to_its_name_and_to_this_machines() -> None:
    hosts = load(secret_key=SECRET, base_url="https://werkstatt.example.org:8443").hosts
    assert hosts == ["127.0.0.1", "localhost", "werkstatt.example.org"]


def test_every_setting_is_documented() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_settings_are_read_as_they_are_written() -> None:
    key = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
    written = {"redis_url": "rediss://:word@hints:6379/1", "command_limit": "9 per second; 90 per minute"}
    settings = load(secret_key=SECRET, backup_recipient=key, log_level="WARNING", **written)
    assert (settings.backup_recipient, settings.log_level) == (key, "warning")
    assert {name: getattr(settings, name) for name in written} == written


def test_without_a_database_url_the_data_folder_holds_one(tmp_path: Path) -> None:
    assert load(secret_key=SECRET, data_dir=tmp_path).database == f"sqlite:///{tmp_path}/werkstatt.sqlite3"


def test_this_machines_names_for_itself_are_one_origin_and_others_are_none() -> None:
    here = load(secret_key=SECRET, base_url="http://127.0.0.1:5000").origins
    assert {"http://localhost:5000", "http://127.0.0.1:5000"} <= here
    assert load(secret_key=SECRET, base_url="https://werkstatt.example.org").origins == frozenset(
        {"https://werkstatt.example.org"}
    )
